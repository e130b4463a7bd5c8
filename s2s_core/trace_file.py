"""Read a saved trace, .npz or JSON, as facts and arrays. If the facts and shapes do not fit, one error is raised."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from s2s_core import foreign
from s2s_core.errors import DataError, quoted, shown
from s2s_core.foreign import Unreadable
from s2s_core.quantities import quantities_of
from s2s_core.trace_arrays import shapes

FORMAT = 1

_MOST_BYTES = 1 << 28  # of a file
_MOST_UNPACKED = 1 << 29
_MOST_VALUES = 1 << 23
_PLACE = re.compile(r"(encoder\.forward|encoder\.backward|decoder):(0|[1-9]\d{0,2}):([\w.]+)")
_TEXTS = foreign.list_of(foreign.is_text)
_FIELDS = {
    "format": lambda value: type(value) is int and value == FORMAT,
    "cell": lambda value: quantities_of(value) is not None,
    "model": foreign.is_text,
    "fingerprint": foreign.is_text,
    "text": foreign.is_text,
    "reference": lambda value: value is None or isinstance(value, str),
    "teacher_forcing": lambda value: foreign.is_number(value) and 0 <= value <= 1,
    "seed": lambda value: type(value) is int,
    "edits": lambda value: isinstance(value, list),
    "src_tokens": _TEXTS,
    "src_offsets": foreign.list_of(lambda value: foreign.list_of(foreign.is_whole)(value) and len(value) == 2),
    "src_unknown": foreign.list_of(lambda value: type(value) is bool),
    "tgt_tokens": _TEXTS,
    "tgt_ids": foreign.list_of(foreign.is_whole),
    "fed_tokens": _TEXTS,
    "fed_from": _TEXTS,
    "reference_tokens": lambda value: value is None or _TEXTS(value),
    "vocabulary": _TEXTS,
    "output": foreign.is_text,
}


def read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The facts of a trace by name, as JSON has them, and its read-only float32 arrays.

    Raises:
        DataError: if the file is missing or is not a trace.
    """
    try:
        content = foreign.file_bytes(path, most=_MOST_BYTES, links=True)
        facts, arrays = _unpacked(content) if path.suffix == ".npz" else _from_json(content)
        foreign.record(facts, _FIELDS)
        if unknown := sorted(facts.keys() - _FIELDS.keys()):
            raise Unreadable(f"has the unknown field {quoted(unknown[0])}")
        _check_lengths(facts)
        _check_shapes(facts, arrays)
    except FileNotFoundError as error:
        raise DataError(f"cannot read the trace {shown(path)}: {error.strerror}") from error
    except Unreadable as error:
        raise DataError(f"{shown(path)} is not a trace that this program saved: it {error}") from error
    return facts, arrays


def _unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    found = foreign.archive(content, most=_MOST_UNPACKED)
    facts = found.pop("meta", None)
    if not isinstance(facts, str):
        raise Unreadable("has no facts")
    arrays = {name: array for name, array in found.items() if isinstance(array, np.ndarray)}
    if len(arrays) < len(found) or any(array.dtype != np.float32 for array in arrays.values()):
        raise Unreadable("has arrays that are not of float32")
    return foreign.plain_data(facts, most=_MOST_VALUES, loose=True), arrays


def _from_json(content: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    facts = foreign.plain_data(content, most=_MOST_VALUES, loose=True)
    lists = foreign.record(facts, {"arrays": lambda value: isinstance(value, dict)}).pop("arrays")
    return facts, {name: _array(name, numbers) for name, numbers in lists.items()}


def _array(name: str, numbers: Any) -> np.ndarray:
    rows = numbers if isinstance(numbers, list) and numbers and isinstance(numbers[0], list) else [numbers]
    if not all(
        isinstance(row, list) and {*map(type, row)} <= {int, float} and len(row) == len(rows[0]) for row in rows
    ):
        raise Unreadable(f"has something else than rows of numbers for {quoted(name)}")
    with np.errstate(over="ignore"):
        array = np.array(numbers, dtype=np.float32)
    array.setflags(write=False)
    return array


def _check_lengths(facts: Mapping[str, Any]) -> None:
    for count, fields in (
        (len(facts["src_tokens"]), ("src_offsets", "src_unknown")),
        (len(facts["tgt_tokens"]), ("tgt_ids", "fed_tokens", "fed_from", "reference_tokens")),
    ):
        if not count or any(facts[name] is not None and len(facts[name]) != count for name in fields):
            raise Unreadable(f"has no token, or not as many of {', '.join(fields)} as tokens")
    if any(not start <= end <= len(facts["text"]) for start, end in facts["src_offsets"]):
        raise Unreadable("has a token that stands outside its text")


def _check_shapes(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Check that exactly the required arrays exist, and that their shapes fit the numbers of tokens."""
    src_len, tgt_len = len(facts["src_tokens"]), len(facts["tgt_tokens"])
    words = len(facts["vocabulary"]) or None
    wanted = shapes({"src": src_len, "tgt": tgt_len, "vocabulary": words, "units": None}, arrays)
    for (part, layer), names in _cells(name for name in arrays if name not in wanted).items():
        of_cell, quantities = f"{part}:{layer}:", quantities_of(facts["cell"]) or ()
        units = arrays[f"{of_cell}{quantities[0]}"].shape[-1] if quantities[0] in names else 0
        steps = tgt_len if part == "decoder" else src_len
        states = {"initial_hidden", "initial_cell"} if "cell" in quantities else {"initial_hidden"}
        for name in {*names, *quantities, *states}:
            wanted[of_cell + name] = (units,) if name in ("initial_hidden", "initial_cell") else (steps, units)
    for name, shape in wanted.items():
        found = arrays[name].shape if name in arrays else ()
        if 0 in found or len(found) != len(shape) or any(n not in (None, m) for n, m in zip(shape, found, strict=True)):
            raise Unreadable(f"has {quoted(found)} for the shape of {name}")
    if max(facts["tgt_ids"]) >= arrays["log_probs"].shape[1]:
        raise Unreadable("has a token that is not in its vocabulary")


def _cells(names: Iterable[str]) -> dict[tuple[str, int], set[str]]:
    """The cells in the names of arrays: (part, layer) -> names, after a check that each part has layers 0, 1, ... ."""
    found: dict[tuple[str, int], set[str]] = {}
    for name in names:
        if (match := _PLACE.fullmatch(name)) is None:
            raise Unreadable(f"has an array called {quoted(name)}")
        found.setdefault((match[1], int(match[2])), set()).add(match[3])
    depth = {part: [layer for of, layer in sorted(found) if of == part] for part, _ in found}
    forward, backward = depth.get("encoder.forward", []), depth.get("encoder.backward", [])
    whole = forward and depth.get("decoder") and backward in ([], forward)
    if not whole or any(layers != list(range(len(layers))) for layers in depth.values()):
        raise Unreadable("lacks a cell")
    return found
