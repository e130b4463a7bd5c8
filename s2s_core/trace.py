"""A Trace: everything one sentence made a model compute, as a value.

It has read-only float32 arrays, with the names in the theory's table. It can be saved as .npz or JSON and converted to
a tidy DataFrame; `key`, a hash of its inputs, identifies it. Everything on a screen comes from a Trace.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from jaxtyping import Float

from s2s_core import trace_file
from s2s_core.described import short
from s2s_core.errors import DataError, quoted
from s2s_core.files import writing
from s2s_core.screen import screen
from s2s_core.trace_arrays import ARRAYS
from s2s_core.trace_file import FORMAT
from s2s_core.trace_parts import (
    Array,
    AttentionTrace,
    CellTrace,
    DecoderTrace,
    EncoderLayerTrace,
    EncoderTrace,
    frozen,
)

__all__ = [
    "Array",
    "AttentionTrace",
    "CellTrace",
    "DecoderTrace",
    "EncoderLayerTrace",
    "EncoderTrace",
    "Trace",
]


@dataclass(frozen=True, eq=False, kw_only=True)
class Trace:
    """One sentence through one model, step by step."""

    # what went in
    model: str
    fingerprint: str
    text: str
    reference: str | None
    teacher_forcing: float
    seed: int
    edits: tuple[Any, ...]  # as plain data; an edit that is a function is represented by its name
    # tokens
    src_tokens: tuple[str, ...]
    src_offsets: tuple[tuple[int, int], ...]  # code points of the typed text
    src_unknown: tuple[bool, ...]
    tgt_tokens: tuple[str, ...]  # what each step wrote
    tgt_ids: tuple[int, ...]
    fed_tokens: tuple[str, ...]  # what each step was fed
    fed_from: tuple[str, ...]  # "start", "model", "reference" or "edit"
    reference_tokens: tuple[str, ...] | None
    vocabulary: tuple[str, ...]  # of the output
    output: str
    # numbers
    encoder: EncoderTrace
    decoder: DecoderTrace
    attention: AttentionTrace | None  # None with a fixed context
    context: Array
    log_probs: Float[np.ndarray, "tgt_len tgt_vocab"]
    token_log_probs: Float[np.ndarray, " tgt_len"]  # of the reference if there is one, else of the output

    def __repr__(self) -> str:
        """Three lines: input and output, the settings of the run, and the sizes of the model."""
        run = "free running" if self.reference is None else f"forced {self.teacher_forcing:.0%}"
        run += f", {len(self.edits)} edit{'s' if len(self.edits) > 1 else ''}" if self.edits else ""
        of = "" if self.reference is None else f" of {short(self.reference)}"
        return (
            f"Trace: {short(self.text)} -> {short(self.output)}\n"
            f"  {run}, {len(self.src_tokens)} source tokens, {len(self.tgt_tokens)} outputs,"
            f" log p{of} = {self.log_prob:.4f}\n"
            f"  model {short(self.model)}: {self._sizes()}"
        )

    def _sizes(self) -> str:
        encoder, decoder = self.encoder, self.decoder
        directions = "one direction" if encoder.backward is None else "both directions"
        attention = "no attention" if self.attention is None else "attention"
        return (
            f"{decoder.top.kind}, encoder {len(encoder.layers)} × {encoder.forward.block.shape[2]} in {directions}, "
            f"decoder {len(decoder.layers)} × {decoder.top.block.shape[2]}, {attention}, {len(self.vocabulary)} tokens"
        )

    def _repr_html_(self) -> str | None:
        """The stage, for a notebook; None if no screen is installed, then the notebook shows the three lines."""
        drawn = screen()
        return None if drawn is None else drawn.html(self)

    @property
    def log_prob(self) -> float:
        """log p(Y|X), the sum of (16), of the reference if there is one, else of the output."""
        return float(self.token_log_probs.sum())

    @property
    def key(self) -> str:
        """A hash of the inputs."""
        model = self.fingerprint or self.model
        inputs = (model, self.text, self.reference, self.teacher_forcing, self.seed, self.edits)
        return hashlib.sha256(json.dumps(inputs, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def top(self, step: int, k: int) -> list[tuple[str, int, float]]:
        """The k most probable tokens of a step: (token, id, probability), best first."""
        row = self.log_probs[step]
        able = np.arange(len(row))
        if k < len(row):  # do not sort the whole vocabulary
            able = able[~(-row > np.partition(-row, k - 1)[k - 1])]
        best = able[np.argsort(-row[able], kind="stable")[:k]]  # equal ones in their order
        return [(self.vocabulary[i], int(i), float(np.exp(row[i]))) for i in best]

    def cells(self) -> Iterator[tuple[str, int, CellTrace]]:
        """Every cell: (part, layer, trace), bottom to top."""
        for layer, both in enumerate(self.encoder.layers):
            yield "encoder.forward", layer, both.forward
            if both.backward is not None:
                yield "encoder.backward", layer, both.backward
        for layer, cell in enumerate(self.decoder.layers):
            yield "decoder", layer, cell

    def to_frame(self) -> pd.DataFrame:
        """A tidy frame with one row per number: part, layer, step, token, quantity, unit, value.

        Units of scores and weights are source positions, units of log_probs are vocabulary ids.
        """
        frames = []
        for part, layer, cell in self.cells():
            tokens = self.tgt_tokens if part == "decoder" else self.src_tokens
            frames += [_tidy(part, layer, tokens, name, array) for name, array in cell.quantities().items()]
        for entry in ARRAYS:
            if entry.part is not None and (array := entry.of(self)) is not None:
                layer = len(self.encoder.layers) - 1 if entry.part == "encoder" else 0
                tokens = self.src_tokens if entry.axes[0] == "src" else self.tgt_tokens
                frames.append(_tidy(entry.part, layer, tokens, entry.name, array))
        return pd.concat(frames, ignore_index=True)

    def save(self, path: Path | str) -> None:
        """Write .npz (exact, compact) or .json (for other languages), by the path's suffix.

        Raises:
            DataError: for another suffix, or if ``path`` is not a path.
            CannotWrite: if the file cannot be written; an old file stays unchanged.
        """
        path = _path(path)
        if path.suffix not in (".npz", ".json"):
            raise DataError(f"a trace is saved as .npz or .json, not as {path.suffix or path.name!r}")
        if path.suffix == ".npz":
            content = self.to_npz()
        else:
            numbers = {name: array.tolist() for name, array in self._arrays()}
            content = json.dumps({**self._meta(), "arrays": numbers}).encode()
        with writing(path) as new:
            new.write_bytes(content)

    def to_npz(self) -> bytes:
        """The content of the file that `save` writes as .npz."""
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, meta=np.array(json.dumps(self._meta())), **dict(self._arrays()))
        return file.getvalue()

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read what `save` wrote.

        Raises:
            DataError: if the file is not a trace. Nothing in it is executed.
        """
        return cls._from(*trace_file.read(_path(path)))

    def _meta(self) -> dict[str, Any]:
        numbers = {"decoder", *(array.owner or array.name for array in ARRAYS)}
        plain = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in numbers}
        return {"format": FORMAT, "cell": self.decoder.top.kind, **plain}

    def _arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for part, layer, cell in self.cells():
            yield from ((f"{part}:{layer}:{name}", array) for name, array in cell.arrays())
        yield from ((entry.name, array) for entry in ARRAYS if (array := entry.of(self)) is not None)

    @classmethod
    def _from(cls, meta: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        kind = meta["cell"]
        cells: dict[tuple[str, int], dict[str, np.ndarray]] = {}
        for name in arrays:
            if ":" in name:
                part, layer, quantity = name.split(":")
                cells.setdefault((part, int(layer)), {})[quantity] = arrays[name]
        traces = {place: CellTrace.of(kind, values) for place, values in cells.items()}
        encoder_layers = tuple(
            EncoderLayerTrace(traces["encoder.forward", layer], traces.get(("encoder.backward", layer)))
            for layer in range(sum(part == "encoder.forward" for part, _ in traces))
        )
        depth = sum(part == "decoder" for part, _ in traces)
        decoder_layers = tuple(traces["decoder", layer] for layer in range(depth))
        owned: dict[str, dict[str, Any]] = {}
        for entry in ARRAYS:
            if entry.name in arrays:
                owned.setdefault(entry.owner, {})[entry.name] = frozen(arrays[entry.name])
        return cls(
            **{name: _tuples(value) for name, value in meta.items() if name not in ("format", "cell")},
            encoder=EncoderTrace(encoder_layers, **owned["encoder"]),
            decoder=DecoderTrace(decoder_layers),
            attention=AttentionTrace(**owned["attention"]) if "attention" in owned else None,
            **owned[""],
        )


def _tuples(value: Any) -> Any:
    """JSON lists as the tuples they were."""
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _tidy(part: str, layer: int, tokens: tuple[str, ...], quantity: str, array: np.ndarray) -> pd.DataFrame:
    steps, units = array.shape
    return pd.DataFrame(
        {
            "part": part,
            "layer": layer,
            "step": np.repeat(np.arange(steps), units),
            "token": np.repeat(np.array(tokens, dtype=object), units),
            "quantity": quantity,
            "unit": np.tile(np.arange(units), steps),
            "value": array.ravel(),
        }
    )


def _path(given: object) -> Path:
    if not isinstance(given, str | os.PathLike):
        raise DataError(f"{quoted(given)} is not the path of a trace: give a name that ends in .npz or .json")
    return Path(given)
