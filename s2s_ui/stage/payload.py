"""A trace as a binary message for the stage. It is sent once, and the browser draws every step from it.

    [u32 little-endian: length of the header][header: JSON in UTF-8, padded with spaces to a multiple of 4][arrays]

For each array, the header has its type, the width of a step, and the positions of the steps as pairs: offset from the
end of the header, and number of steps. Equal steps are sent only once, so two runs share their common steps. An array
with one step is valid for all steps. Of every cell the first 48 units are sent; a fingerprint shows these.

Numbers printed with two decimals are sent as float16 (gates and candidates as bytes). If needed, they are moved to the
neighbouring value, so that they print the same two decimals as the computed float32. The browser computes a
pre-activation as the sum of its terms; `off` has the difference of its printed value in hundredths, two per byte. The
states that attention reads are sent in float32; the browser joins them (11), unless an edit changes a joined state.

With several layers, the top one has the same place in the header as a single layer; the others are in `below`, the
lowest first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from s2s_core.spelling import spans, words
from s2s_ui.locales import Translate
from s2s_ui.stage.numbers import FloatArray, compact, corrections, exact, levels, signed_levels
from s2s_ui.stage.printed import answer, printed, source

if TYPE_CHECKING:
    from s2s_core import Trace
    from s2s_core.trace import CellTrace, EncoderLayerTrace, EncoderTrace

SHOWN_UNITS = 48
TOP_TOKENS = 10
VERSION = 4  # js/data/payload.js reads only this version
Small = Callable[[Sequence[FloatArray]], list[NDArray[Any]]]
SMALL: Mapping[str, Small] = {
    "forget_gate": levels,
    "input_gate": levels,
    "output_gate": levels,
    "reset_gate": levels,
    "update_gate": levels,
    "candidate": signed_levels,
}


def pack(
    trace: Trace,
    *,
    beside: Trace | None = None,
    labels: Translate = str,
    settings: Mapping[str, object] | None = None,
) -> bytes:
    """The message for one trace and, to compare, another trace of the same sentence.

    `labels` translates the names of marks; `settings` are further entries of the header (words, start step, switches).
    """
    arrays = _Arrays()
    traces = [trace, beside] if beside else [trace]
    runs = [_run(arrays, f"run{number}", run, labels) for number, run in enumerate(traces)]
    encoders = [_encoder(arrays, "run0", trace.encoder)]
    if beside and not _read_alike(trace.encoder, beside.encoder):
        encoders.append(_encoder(arrays, "run1", beside.encoder))
    header: dict[str, object] = {
        "version": VERSION,
        "hidden": int(trace.encoder.forward.hidden.shape[1]),
        "decoder_hidden": int(trace.decoder.hidden.shape[1]),
        "encoder_layers": len(trace.encoder.layers),
        "decoder_layers": len(trace.decoder.layers),
        "source": {
            "tokens": source(trace, labels),
            "unknown": [bool(unknown) for unknown in trace.src_unknown],
        },
        "encoders": encoders,  # one for each run, or one that serves both
        "runs": runs,
    }
    identity = hashlib.blake2b(arrays.data(), digest_size=8)
    identity.update(json.dumps(header, ensure_ascii=False, sort_keys=True).encode(errors="replace"))
    header |= {"id": identity.hexdigest(), "arrays": arrays.index, **(settings or {})}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + arrays.data()


class _Arrays:
    """The distinct steps of all arrays of a message, concatenated, and an index to find them."""

    def __init__(self) -> None:
        self.index: dict[str, list[object]] = {}
        self._steps: dict[bytes, int] = {}
        self._length = 0

    def add(self, name: str, stored: NDArray[Any], *, halves: int | None = None) -> None:
        """Adds an array [steps, width]; `halves` is its width if two numbers share a byte."""
        kind = f"{stored.dtype.kind}{stored.dtype.itemsize}"
        places: list[int] = []
        steps = np.asarray(stored, f"<{kind}").tobytes()
        width = len(steps) // len(stored)
        for start in range(0, len(steps), width):
            data = steps[start : start + width]
            offset = self._steps.setdefault(data, self._length)
            self._length += width if offset == self._length else 0
            if places and places[-2] + places[-1] * width == offset:
                places[-1] += 1
            else:
                places += [offset, 1]
        self.index[name] = [kind, stored.shape[1], *places] if halves is None else ["n1", halves, *places]

    def data(self) -> bytes:
        return b"".join(self._steps)


def _shown_halves(values: FloatArray, directions: int) -> FloatArray:
    """The first 48 units of the forward half and, if there is one, of the backward half: [steps, 48 or 96]."""
    return np.concatenate([half[:, :SHOWN_UNITS] for half in np.split(values, directions, axis=1)], axis=1)


def _cell(arrays: _Arrays, name: str, cell: CellTrace, layer: int, *, whole: bool = False) -> dict[str, object]:
    """Adds the quantities of one cell, its pre-activations and their terms, and describes them for the header.

    `whole` sends the hidden states in float32, because attention reads them.
    """
    quantities = _shown(cell.quantities())
    terms = {quantity: _shown(cell.terms(quantity)) for quantity in quantities}
    gates = {quantity: list(summands) for quantity, summands in terms.items() if summands}
    each = compact([_once(value) for quantity in gates for value in terms[quantity].values()])
    sent = {quantity: [each.pop(0) for _ in summands] for quantity, summands in gates.items()}
    sums = [np.sum(list(terms[quantity].values()), axis=0) for quantity in gates]
    off = dict(zip(gates, corrections(sums, list(sent.values())), strict=True))
    small = _small(quantities, whole)
    for quantity in quantities:
        arrays.add(f"{name}.{quantity}", small[quantity])
        for term, value in zip(terms[quantity], sent.get(quantity, ()), strict=True):
            arrays.add(f"{name}.{quantity}.{term}", value)
        if quantity in off:
            arrays.add(f"{name}.{quantity}.off", off[quantity], halves=quantities[quantity].shape[1])
    states = [state for state in ("hidden", "cell") if state in quantities]
    first = compact([getattr(cell, f"initial_{state}")[None, :SHOWN_UNITS] for state in states])
    for state, value in zip(states, first, strict=True):
        arrays.add(f"{name}.initial_{state}", value)
    return {"name": name, "kind": cell.kind, "quantities": list(quantities), "gates": gates, "layer": layer}


def _shown(values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    return {name: value[:, :SHOWN_UNITS] for name, value in values.items()}


def _small(quantities: Mapping[str, FloatArray], whole: bool) -> dict[str, NDArray[Any]]:
    """Each quantity in the form in which it is sent; those with the same form are converted together."""
    alike: dict[Small, list[str]] = {}
    for quantity in quantities:
        small = _whole if quantity == "hidden" and whole else SMALL.get(quantity, compact)
        alike.setdefault(small, []).append(quantity)
    made: dict[str, NDArray[Any]] = {}
    for small, names in alike.items():
        made |= zip(names, small([quantities[name] for name in names]), strict=True)
    return made


def _whole(arrays: Sequence[FloatArray]) -> list[NDArray[Any]]:
    return [exact(values) for values in arrays]


def _encoder(arrays: _Arrays, name: str, encoder: EncoderTrace) -> dict[str, object]:
    """Adds the cells that read the source."""
    *below, top = enumerate(encoder.layers)
    described: dict[str, object] = dict(_layer(arrays, name, *top, whole=True))
    if below:
        described["below"] = [_layer(arrays, f"{name}.{layer}", layer, both) for layer, both in below]
    ways = [cell.hidden for cell in (encoder.forward, encoder.backward) if cell is not None]
    if not np.array_equal(encoder.joined, np.concatenate(ways, axis=1)):  # an edit changes a joined state
        described["joined"] = f"{name}.joined"
        arrays.add(f"{name}.joined", exact(_shown_halves(encoder.joined, len(ways))))
    return described


def _layer(
    arrays: _Arrays, name: str, layer: int, both: EncoderLayerTrace, *, whole: bool = False
) -> dict[str, dict[str, object]]:
    """Adds both directions of one layer."""
    ways = {"forward": both.forward, "backward": both.backward}
    return {
        way: _cell(arrays, f"{name}.{way}", cell, layer, whole=whole) for way, cell in ways.items() if cell is not None
    }


def _decoder(arrays: _Arrays, name: str, cells: Sequence[CellTrace]) -> dict[str, object]:
    """Adds the cells that write."""
    *below, (layer, top) = enumerate(cells)
    described: dict[str, object] = {"decoder": _cell(arrays, f"{name}.decoder", top, layer)}
    if below:
        described["below"] = [_cell(arrays, f"{name}.{layer}.decoder", cell, layer) for layer, cell in below]
    return described


def _read_alike(one: EncoderTrace, other: EncoderTrace) -> bool:
    """Whether the encoders of two runs are equal; an edit of the decoder does not change the encoder."""
    return np.array_equal(one.joined, other.joined) and all(
        np.array_equal(mine.quantities()[quantity], its.quantities()[quantity])
        for ours, theirs in zip(one.layers, other.layers, strict=True)
        for mine, its in ((ours.forward, theirs.forward), (ours.backward, theirs.backward))
        if mine is not None and its is not None
        for quantity in mine.quantities()
    )


def _once(values: FloatArray) -> FloatArray:
    """Only the first step if all steps are equal, as for a bias."""
    return values[:1] if (values == values[:1]).all() else values


def _run(arrays: _Arrays, name: str, trace: Trace, labels: Translate) -> dict[str, object]:
    """Adds the attention, numbers and output of one run, and describes them for the header."""
    directions = 1 if trace.encoder.backward is None else 2
    tops = [trace.top(t, TOP_TOKENS) for t in range(len(trace.tgt_tokens))]
    arrays.add(f"{name}.probability", exact([[p for _, _, p in top] for top in tops]))
    arrays.add(f"{name}.log_prob", exact([trace.token_log_probs]))
    arrays.add(f"{name}.written", exact(np.exp([[trace.log_probs[t, i] for t, i in enumerate(trace.tgt_ids)]])))
    arrays.add(f"{name}.context", *compact([_shown_halves(trace.context, directions)]))
    if trace.attention is not None:
        arrays.add(f"{name}.weights", exact(trace.attention.weights))
        arrays.add(f"{name}.scores", exact(trace.attention.scores))
    reference = trace.reference_tokens
    return {
        **_decoder(arrays, name, trace.decoder.layers),
        "attention": trace.attention is not None,
        "teacher_forcing": float(trace.teacher_forcing),
        "tokens": [printed(token, labels) for token in trace.tgt_tokens],
        "words": words(trace.tgt_tokens, trace.output),
        **_answers(trace),
        "fed": [printed(token, labels) for token in trace.fed_tokens],
        "fed_from": list(trace.fed_from),
        "reference": None if reference is None else [printed(token, labels) for token in reference],
        "top": [[printed(token, labels) for token, _, _ in top] for top in tops],
        "top_ids": [[number for _, number, _ in top] for top in tops],
    }


def _answers(trace: Trace) -> dict[str, object]:
    """The output as people write it, with the span of each token, and the same for the reference."""
    described: dict[str, object] = {"answer": answer(trace.output), "spans": spans(trace.tgt_tokens, trace.output)}
    if trace.reference is not None:
        described["reference_answer"] = answer(trace.reference)
    return described
