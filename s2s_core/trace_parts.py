"""The parts of a Trace: the numbers of each cell, the encoder, the decoder and the attention."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from jaxtyping import Float

from s2s_core.described import array, described

Array = Float[np.ndarray, "steps units"]


class Named(Mapping[str, Array]):
    """A read-only mapping of arrays; its repr has their shapes, not their numbers."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: {array(values)}' for name, values in self._arrays.items())}}}"

    def _ipython_key_completions_(self) -> list[str]:
        """The names that the Tab key offers after `quantities()["`."""
        return list(self._arrays)


@dataclass(frozen=True, eq=False)
class CellTrace:
    """One cell over all its steps, in source (or output) order, also if it reads backwards.

    The quantities are attributes: ``forget_gate``, ``input_gate``, ``candidate``, ``cell``, ``output_gate`` and
    ``hidden`` of an LSTM; ``reset_gate``, ``update_gate``, ``candidate`` and ``hidden`` of a GRU;
    ``hidden`` of a plain recurrent cell; [steps, H] each.
    """

    kind: str  # "lstm", "gru" or "rnn"
    columns: tuple[str, ...]  # "terms.GATE.SOURCE" and the quantities
    block: Float[np.ndarray, "steps columns units"]  # all numbers of a step are adjacent
    initial_hidden: Float[np.ndarray, " units"]  # the state before the cell's first step
    initial_cell: Float[np.ndarray, " units"] | None

    def __getattr__(self, name: str) -> Array:
        columns: tuple[str, ...] = object.__getattribute__(self, "columns")
        if name in columns:
            return self.block[:, columns.index(name)]
        known = ", ".join(name for name in columns if "." not in name)
        raise AttributeError(f"a trace of this cell has no {name!r}: it has {known}")

    def __dir__(self) -> list[str]:
        """The attributes and the quantities, so that the Tab key finds them."""
        return [*object.__dir__(self), *(name for name in self.columns if "." not in name)]

    def __repr__(self) -> str:
        steps, _, units = self.block.shape
        names = ", ".join(name for name in self.columns if "." not in name)
        return f"CellTrace({self.kind}, {steps} steps of {units} units: {names})"

    def quantities(self) -> Mapping[str, Array]:
        """Name to numbers, in the order of the equations."""
        return Named({name: getattr(self, name) for name in self.columns if "." not in name})

    def terms(self, quantity: str) -> Mapping[str, Array]:
        """The terms that add up to a gate's pre-activation, by source; empty if there is no pre-activation."""
        gate = f"terms.{quantity}."
        names = (name for name in self.columns if name.startswith(gate))
        return Named({name.removeprefix(gate): getattr(self, name) for name in names})

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array with its name."""
        yield from ((name, self.block[:, at]) for at, name in enumerate(self.columns))
        yield "initial_hidden", self.initial_hidden
        if self.initial_cell is not None:
            yield "initial_cell", self.initial_cell

    @classmethod
    def of(cls, kind: str, arrays: Mapping[str, np.ndarray]) -> Self:
        """The cell made from arrays with the names that `arrays` gives; they become read-only."""
        columns = tuple(name for name in arrays if name not in ("initial_hidden", "initial_cell"))
        cell = arrays.get("initial_cell")
        return cls(
            kind=kind,
            columns=columns,
            block=frozen(np.stack([arrays[name] for name in columns], axis=1)),
            initial_hidden=frozen(arrays["initial_hidden"]),
            initial_cell=None if cell is None else frozen(cell),
        )


@dataclass(frozen=True, eq=False)
class EncoderLayerTrace:
    """Both directions of one encoder layer."""

    forward: CellTrace
    backward: CellTrace | None

    __repr__ = described


@dataclass(frozen=True, eq=False)
class EncoderTrace:
    """The encoder: its layers, and the joined states (11) that attention reads.

    The cells of the top layer are attributes, not properties, because the Tab key completes only attributes.
    """

    layers: tuple[EncoderLayerTrace, ...]
    joined: Array
    forward: CellTrace = field(init=False)  # of the top layer
    backward: CellTrace | None = field(init=False)  # None in a one-directional encoder

    def __post_init__(self) -> None:
        object.__setattr__(self, "forward", self.layers[-1].forward)
        object.__setattr__(self, "backward", self.layers[-1].backward)

    def __repr__(self) -> str:
        directions = "one direction" if self.backward is None else "both directions"
        return (
            f"EncoderTrace({_layers(self.layers)}, {directions}, joined={array(self.joined)}, forward={self.forward})"
        )


@dataclass(frozen=True, eq=False)
class DecoderTrace:
    """The decoder's cells. A quantity of the top layer is an attribute: ``trace.decoder.forget_gate``."""

    layers: tuple[CellTrace, ...]
    top: CellTrace = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", self.layers[-1])

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "layers")[-1], name)

    def __dir__(self) -> list[str]:
        """The attributes, and those of the top layer's cell."""
        return [*object.__dir__(self), *dir(self.top)]

    def __repr__(self) -> str:
        return f"DecoderTrace({_layers(self.layers)}, top={self.top})"


@dataclass(frozen=True, eq=False)
class AttentionTrace:
    """(13) and (14) of every output step."""

    scores: Float[np.ndarray, "tgt_len src_len"]
    weights: Float[np.ndarray, "tgt_len src_len"]

    __repr__ = described


def frozen(array: np.ndarray) -> np.ndarray:
    """A read-only view."""
    view = array.view()
    view.setflags(write=False)
    return view


def _layers(layers: tuple[object, ...]) -> str:
    return f"{len(layers)} layer{'s' if len(layers) > 1 else ''}"
