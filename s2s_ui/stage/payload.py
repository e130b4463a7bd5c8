"""A trace as the stage receives it: one binary message, sent once, from which the browser draws every step.

    [u32 little-endian: length of the header][header: JSON in UTF-8, padded with spaces to a multiple of 4][arrays]

The header names each array with its type, shape and byte offset from the end of the header. Of every cell the first
48 units are sent, those that a fingerprint shows. Numbers printed with two decimals travel as float16, moved to the
neighbouring half where that is needed to print the two decimals of the float32 value that the network computed. An
array of one step holds for all steps.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from s2s_core import Trace

SHOWN_UNITS = 48
TOP_TOKENS = 10
VERSION = 1
_INVISIBLE = {" ": "␣", "\u00a0": "␣", "\u3000": "␣", "\n": "⏎", "\t": "⇥"}

FloatArray = NDArray[np.floating[Any]]


def pack(
    trace: Trace,
    *,
    free: Trace | None = None,
    end: str = "end",
    settings: Mapping[str, object] | None = None,
) -> bytes:
    """The message for one trace, and for the free run beside it if the trace was teacher forced.

    `end` is how the end mark is printed; `settings` are further entries of the header (words, start step, switches).
    """
    arrays = _Arrays()
    encoder = trace.encoder
    cells = {"forward": _cell(arrays, "forward", encoder.forward, "x")}
    if encoder.backward is not None:
        cells["backward"] = _cell(arrays, "backward", encoder.backward, "x")
    directions = len(cells)
    arrays.add("joined", _shown_halves(encoder.joined, directions), exact=True)
    runs = [_run(arrays, f"run{number}", run, directions, end) for number, run in enumerate((trace, free)) if run]
    header: dict[str, object] = {
        "version": VERSION,
        "hidden": int(encoder.forward.hidden.shape[1]),
        "decoder_hidden": int(trace.decoder.hidden.shape[1]),
        "encoder_layers": len(encoder.layers),
        "decoder_layers": len(trace.decoder.layers),
        "source": {
            "tokens": _source_tokens(trace, end),
            "unknown": [bool(unknown) for unknown in trace.src_unknown],
        },
        "cells": cells,
        "runs": runs,
    }
    identity = hashlib.blake2b(arrays.data(), digest_size=8)
    identity.update(json.dumps(header, ensure_ascii=False, sort_keys=True).encode())
    header |= {"id": identity.hexdigest(), "arrays": arrays.index, **(settings or {})}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + arrays.data()


def printed(token: str, *, end: str = "end") -> str:
    """A token as a picture prints it: the end mark in words, a space as ␣, other invisible characters by code point."""
    if token == "</s>":
        return end
    text = token.replace("▁", "") or ("␣" if token else "")
    return "".join(
        _INVISIBLE.get(char) or (f"U+{ord(char):04X}" if unicodedata.category(char) in {"Cc", "Cf"} else char)
        for char in text
    )


def compact(values: FloatArray) -> NDArray[Any]:
    """The values as float16 that print the same two decimals; where halves are too coarse, as int16 hundredths.

    Halves do up to 8 at least; float32 stays where even hundredths are too large. Ties (0.125) are avoided as well,
    because Python rounds them to even and JavaScript upwards.
    """
    exact = np.asarray(values, np.float32).astype(np.float64)
    wanted = np.rint(exact * 100)  # exact: 24 bits times 100 fit into the 53 bits of a float64
    with np.errstate(over="ignore"):
        half = exact.astype(np.float16)
        for candidate in (half, np.nextafter(half, np.float16(np.inf)), np.nextafter(half, np.float16(-np.inf))):
            half = np.where(_prints(half, wanted), half, candidate)
    if np.all(_prints(half, wanted)):
        return half
    return wanted.astype(np.int16) if np.abs(wanted).max() <= np.iinfo(np.int16).max else exact.astype(np.float32)


def _prints(half: FloatArray, wanted: FloatArray) -> NDArray[np.bool_]:
    """Where a half prints the wanted number of hundredths, in Python and in JavaScript alike."""
    hundredths = half.astype(np.float64) * 100
    tie = np.abs(hundredths - np.trunc(hundredths)) == 0.5
    return np.asarray((np.rint(hundredths) == wanted) & ~tie)


class _Arrays:
    """The arrays of a message, laid end to end on 4-byte boundaries, and the index that finds them."""

    def __init__(self) -> None:
        self.index: dict[str, dict[str, object]] = {}
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, name: str, values: FloatArray, *, exact: bool = False) -> None:
        stored = np.asarray(values, np.float32) if exact else compact(values)
        kind = f"{stored.dtype.kind}{stored.dtype.itemsize}"
        self.index[name] = {"type": kind, "shape": list(stored.shape), "offset": self._length}
        data = np.ascontiguousarray(stored, f"<{kind}").tobytes()
        data += b"\0" * (-len(data) % 4)
        self._chunks.append(data)
        self._length += len(data)

    def data(self) -> bytes:
        return b"".join(self._chunks)


def _shown_halves(values: FloatArray, directions: int) -> FloatArray:
    """The first 48 units of the forward half and, if there is one, of the backward half: [steps, 48 or 96]."""
    return np.concatenate([half[:, :SHOWN_UNITS] for half in np.split(values, directions, axis=1)], axis=1)


def _cell(arrays: _Arrays, name: str, cell: Any, first_term: str) -> dict[str, object]:
    """Adds the quantities of one cell, its pre-activations and their terms, and describes them for the header."""
    quantities = cell.quantities()
    gates: dict[str, list[str]] = {}
    for quantity, values in quantities.items():
        arrays.add(f"{name}.{quantity}", values[:, :SHOWN_UNITS])
        if quantity in ("cell", "hidden"):
            continue
        terms = cell.terms(quantity)
        gates[quantity] = list(terms)
        arrays.add(f"{name}.{quantity}.sum", np.sum(list(terms.values()), axis=0)[:, :SHOWN_UNITS])
        for term, value in terms.items():
            constant = bool((value == value[:1]).all())  # the bias is the same at every step, and sent once
            arrays.add(f"{name}.{quantity}.{term}", value[: 1 if constant else None, :SHOWN_UNITS])
    for state in ("hidden", "cell"):
        if state in quantities:
            arrays.add(f"{name}.initial_{state}", getattr(cell, f"initial_{state}")[None, :SHOWN_UNITS])
    return {"kind": cell.kind, "quantities": list(quantities), "gates": gates, "input": first_term}


def _run(arrays: _Arrays, name: str, trace: Trace, directions: int, end: str) -> dict[str, object]:
    """Adds what the decoder did in one run, and describes it for the header."""
    steps = len(trace.tgt_tokens)
    tops = [trace.top(t, TOP_TOKENS) for t in range(steps)]
    arrays.add(f"{name}.probability", np.array([[p for _, _, p in top] for top in tops]), exact=True)
    arrays.add(f"{name}.log_prob", np.asarray(trace.token_log_probs), exact=True)
    arrays.add(f"{name}.written", np.exp([trace.log_probs[t, i] for t, i in enumerate(trace.tgt_ids)]), exact=True)
    arrays.add(f"{name}.context", _shown_halves(trace.context, directions))
    if trace.attention is not None:
        arrays.add(f"{name}.weights", trace.attention.weights, exact=True)
        arrays.add(f"{name}.scores", trace.attention.scores, exact=True)
    reference = trace.reference_tokens
    return {
        "decoder": _cell(arrays, f"{name}.decoder", trace.decoder, "y"),
        "attention": trace.attention is not None,
        "teacher_forcing": float(trace.teacher_forcing),
        "tokens": [printed(token, end=end) for token in trace.tgt_tokens],
        "words": _words(trace.tgt_tokens),
        "fed": [printed(token, end=end) for token in trace.fed_tokens],
        "fed_from": list(trace.fed_from),
        "reference": None if reference is None else [printed(token, end=end) for token in reference],
        "top": [[printed(token, end=end) for token, _, _ in top] for top in tops],
    }


def _source_tokens(trace: Trace, end: str) -> list[str]:
    """Source tokens as printed; an unknown one as the characters that were typed."""
    return [
        printed(trace.text[start:stop] if unknown and stop > start else token, end=end)
        for token, (start, stop), unknown in zip(trace.src_tokens, trace.src_offsets, trace.src_unknown, strict=True)
    ]


def _words(tokens: Sequence[str]) -> list[list[int]]:
    """First and last position of each word written in several pieces (SentencePiece marks a beginning with ▁)."""
    starts = [position for position, token in enumerate(tokens) if token.startswith("▁")]
    if not starts:
        return []
    stop = len(tokens) - (tokens[-1] == "</s>")
    bounds = zip(starts, [*starts[1:], stop], strict=True)
    return [[first, after - 1] for first, after in bounds if after - first > 1]
