"""Snapshots: a model's outputs and attention on a few sentences, at several points of its training.

The checkpoint stores them in one .npz file: an array of all numbers in float16, and JSON that says what they belong to.
"""

import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from jaxtyping import Float32

from s2s_core import foreign
from s2s_core.described import described
from s2s_core.foreign import Unreadable
from s2s_core.trace import Trace

_MOST_BYTES = 1 << 28  # of the unpacked file
_MOST_VALUES = 1 << 20  # of the JSON


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decoding:
    """One decoding of a sentence: its tokens, their probabilities and the attention. The arrays are read-only."""

    src_tokens: tuple[str, ...]  # with the end mark, if the model reads one
    tgt_tokens: tuple[str, ...]  # with the end mark, if it was written
    probabilities: Float32[np.ndarray, " tgt_len"]  # of each of tgt_tokens
    weights: Float32[np.ndarray, "tgt_len src_len"] | None  # the attention (14); None with a fixed context

    __repr__ = described

    @classmethod
    def of(cls, trace: Trace) -> Self:
        """The decoding of a trace, rounded to float16."""
        return cls(
            src_tokens=trace.src_tokens,
            tgt_tokens=trace.reference_tokens or trace.tgt_tokens,
            probabilities=_rounded(np.exp(trace.token_log_probs)),
            weights=None if trace.attention is None else _rounded(trace.attention.weights),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Specimen:
    """One sentence at one point of training: the decoding without and with teacher forcing."""

    source: str
    reference: str
    output: str
    free: Decoding  # fed its own tokens
    forced: Decoding  # fed the reference (18); its tgt_tokens are the same in every snapshot

    __repr__ = described


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Snapshot:
    """A model at one point of its training."""

    step: int  # updates made so far; 0 is the untrained network
    epoch: float  # passes over the data made so far
    loss: float  # (17) on the development set
    specimens: tuple[Specimen, ...]

    __repr__ = described


def to_bytes(snapshots: Sequence[Snapshot]) -> bytes:
    """The content of the file; equal for equal snapshots."""
    specimens = [specimen for snapshot in snapshots for specimen in snapshot.specimens]
    decodings = [decoding for specimen in specimens for decoding in _decodings(specimen)]
    arrays = [array for one in decodings for array in (one.probabilities, one.weights) if array is not None]
    row = np.concatenate([np.empty(0), *(array.ravel() for array in arrays)]).astype(np.float16)
    facts = [
        {
            "step": snapshot.step,
            "epoch": snapshot.epoch,
            "loss": snapshot.loss,
            "specimens": [
                {
                    "source": specimen.source,
                    "reference": specimen.reference,
                    "output": specimen.output,
                    "looks": [_facts(decoding) for decoding in _decodings(specimen)],
                }
                for specimen in snapshot.specimens
            ],
        }
        for snapshot in snapshots
    ]
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, facts=np.array(json.dumps(facts, ensure_ascii=False)), numbers=row)
    return file.getvalue()


def from_bytes(content: bytes) -> tuple[Snapshot, ...]:
    """Read what `to_bytes` wrote.

    Raises:
        Unreadable: if the content was not written by `to_bytes`.
    """
    packed = foreign.archive(content, most=_MOST_BYTES)
    facts, row = packed.get("facts"), packed.get("numbers")
    if not isinstance(facts, str) or not isinstance(row, np.ndarray) or row.ndim != 1 or len(packed) != 2:
        raise Unreadable("must hold only facts and a row of numbers")
    if not np.isfinite(row).all():
        raise Unreadable("holds a number that is not finite")
    numbers = _Numbers(row)
    data = foreign.plain_data(facts, most=_MOST_VALUES, loose=True)  # a loss may have been infinite
    if not isinstance(data, list):
        raise Unreadable("has facts that are not a list of snapshots")
    snapshots = tuple(_snapshot(facts, numbers) for facts in data)
    numbers.end()
    return snapshots


class _Numbers:
    """Reads one array after the other from the array of all numbers."""

    def __init__(self, row: np.ndarray) -> None:
        self._row, self._place = row, 0

    def take(self, *shape: int) -> np.ndarray:
        start, self._place = self._place, self._place + math.prod(shape)
        if self._place > len(self._row):
            raise Unreadable("has fewer numbers than its facts say")
        return _rounded(self._row[start : self._place].reshape(shape))

    def end(self) -> None:
        if self._place < len(self._row):
            raise Unreadable("has more numbers than its facts say")


def _snapshot(data: Any, numbers: _Numbers) -> Snapshot:
    facts = foreign.record(
        data,
        {
            "step": foreign.is_whole,
            "epoch": foreign.is_number,
            "loss": foreign.is_number,
            "specimens": lambda value: isinstance(value, list),
        },
    )
    return Snapshot(
        step=facts["step"],
        epoch=float(facts["epoch"]),
        loss=float(facts["loss"]),
        specimens=tuple(_specimen(specimen, numbers) for specimen in facts["specimens"]),
    )


def _specimen(data: Any, numbers: _Numbers) -> Specimen:
    facts = foreign.record(
        data,
        {
            "source": foreign.is_text,
            "reference": foreign.is_text,
            "output": foreign.is_text,
            "looks": _are_decodings,
        },
    )
    free, forced = (_decoding(*decoding, numbers=numbers) for decoding in facts["looks"])
    return Specimen(
        source=facts["source"], reference=facts["reference"], output=facts["output"], free=free, forced=forced
    )


def _are_decodings(value: Any) -> bool:
    """Whether the value is a list of two entries like those that `_facts` makes."""
    return isinstance(value, list) and len(value) == 2 and all(map(_is_decoding, value))


def _is_decoding(value: Any) -> bool:
    texts = foreign.list_of(foreign.is_text)
    return isinstance(value, list) and len(value) == 3 and all(map(texts, value[:2])) and type(value[2]) is bool


def _decoding(src_tokens: list[str], tgt_tokens: list[str], attends: bool, *, numbers: _Numbers) -> Decoding:
    return Decoding(
        src_tokens=tuple(src_tokens),
        tgt_tokens=tuple(tgt_tokens),
        probabilities=numbers.take(len(tgt_tokens)),
        weights=numbers.take(len(tgt_tokens), len(src_tokens)) if attends else None,
    )


def _facts(decoding: Decoding) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    return decoding.src_tokens, decoding.tgt_tokens, decoding.weights is not None


def _decodings(specimen: Specimen) -> Iterator[Decoding]:
    yield specimen.free
    yield specimen.forced


def _rounded(array: np.ndarray) -> np.ndarray:
    """The array rounded to float16, as a read-only float32 array."""
    rounded = array.astype(np.float16).astype(np.float32)
    rounded.setflags(write=False)
    return rounded
