"""The recurrent modules among somebody else's weights: torch.nn.LSTM, GRU and RNN, their cells, and lists."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from s2s_core.adapters.weights import Weights
from s2s_core.described import described
from s2s_core.errors import AdapterError, shown

GATES = {1: "rnn", 3: "gru", 4: "lstm"}  # blocks of rows -> cell; nn.RNN is assumed to use tanh, its default
_NAME = re.compile(r"(.*?)(weight|bias)_(ih|hh|hr)(?:_l(\d{1,4})(_reverse)?)?$")
_LISTED = re.compile(r"(.*?)\.?(\d{1,4})\.$")


@dataclass(frozen=True, slots=True, eq=False)
class CellWeights:
    """One direction of one layer, as torch.nn has it: [gates, input], [gates, hidden], and the two biases."""

    inputs: Tensor
    hidden: Tensor
    bias_inputs: Tensor
    bias_hidden: Tensor

    __repr__ = described


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """A recurrent module: its cells by layer and direction."""

    prefix: str
    kind: str  # "lstm", "gru" or "rnn"
    layers: tuple[tuple[CellWeights, ...], ...]

    __repr__ = described

    @property
    def hidden(self) -> int:
        return self.layers[0][0].hidden.shape[1]

    @property
    def inputs(self) -> int:
        """The size of what the bottom layer reads."""
        return self.layers[0][0].inputs.shape[1]

    @property
    def directions(self) -> int:
        return len(self.layers[0])

    @property
    def size(self) -> int:
        """The size of a state with all directions side by side."""
        return self.hidden * self.directions


def recurrences(weights: Weights) -> tuple[dict[str, Recurrence], set[str]]:
    """Every recurrent module by the prefix of its names, and the names of its weights.

    Raises:
        AdapterError: for a module that has another kind of cell, a projection, or weights that do not fit together.
    """
    groups: dict[str, dict[tuple[int, bool], dict[str, Tensor]]] = {}
    names = set()
    for name, tensor in weights.items():
        if not (match := _NAME.match(name)):
            continue
        prefix, what, of, layer, reverse = match.groups()
        if of == "hr":
            raise AdapterError(
                f"{shown(name)} projects an LSTM's hidden state (proj_size), which our cells do not have"
            )
        if layer is None and (listed := _LISTED.match(prefix)):  # cells in a ModuleList, a layer each
            prefix, layer = f"{listed[1]}.", listed[2]
        groups.setdefault(prefix, {}).setdefault((int(layer or 0), bool(reverse)), {})[f"{what}_{of}"] = tensor
        names.add(name)
    return {prefix: _module(prefix, group) for prefix, group in groups.items()}, names


def _module(prefix: str, group: Mapping[tuple[int, bool], Mapping[str, Tensor]]) -> Recurrence:
    where = shown(prefix.rstrip(".") or "the recurrent module")
    ways = sorted({reverse for _, reverse in group})
    depth = 1 + max(layer for layer, _ in group)
    for layer in range(depth):
        for reverse in ways:
            there = group.get((layer, reverse), {})
            if missing := sorted({"weight_ih", "weight_hh"} - there.keys()):
                way = ", backwards" if reverse else ""
                raise AdapterError(f"{where} lacks {' and '.join(missing)} of layer {layer}{way}")
    if ways == [True]:
        raise AdapterError(f"{where} has weights of the backward direction alone")
    shape = group[0, False]["weight_hh"].shape
    rows, hidden = shape if len(shape) == 2 else (0, 0)
    kind = GATES.get(rows // hidden if hidden and rows % hidden == 0 else 0)
    if kind is None:
        raise AdapterError(
            f"{where} has weight_hh of {list(group[0, False]['weight_hh'].shape)}: an LSTM has 4 rows for each hidden "
            "unit, a GRU 3 and a plain cell 1; other cells are not known here"
        )
    layers = tuple(
        tuple(_cell(where, group[layer, reverse], rows, hidden) for reverse in ways) for layer in range(depth)
    )
    for lower, upper in pairwise(layers):
        for cell in upper:
            if cell.inputs.shape[1] != hidden * len(lower):
                raise AdapterError(
                    f"{where} has a layer that reads {cell.inputs.shape[1]} numbers, where the one below it gives "
                    f"{hidden * len(lower)}"
                )
    return Recurrence(prefix, kind, layers)


def _cell(where: str, there: Mapping[str, Tensor], rows: int, hidden: int) -> CellWeights:
    nothing = torch.zeros(rows)
    inputs, recurrent = there["weight_ih"], there["weight_hh"]
    biases = [there.get("bias_ih", nothing), there.get("bias_hh", nothing)]
    fits = inputs.ndim == 2 and inputs.shape[0] == rows and recurrent.shape == (rows, hidden)
    if not fits or any(bias.shape != (rows,) for bias in biases):
        found = ", ".join(f"{name} {list(tensor.shape)}" for name, tensor in there.items())
        raise AdapterError(f"the weights of {where} do not fit together: {found}, where {rows} rows were expected")
    return CellWeights(inputs, recurrent, *biases)


def sides(found: Mapping[str, Recurrence]) -> Iterator[tuple[Recurrence, Recurrence]]:
    """Which module is the encoder and which the decoder. If the names do not say it, both possibilities are given.

    Raises:
        AdapterError: if there are not exactly two modules, or the decoder has two directions.
    """
    if len(found) != 2:
        named = ", ".join(shown(prefix.rstrip(".") or "one without a name") for prefix in found) or "none"
        raise AdapterError(
            f"the weights have {len(found)} recurrent modules ({named}), where an encoder and a decoder were expected"
        )
    one, other = found.values()
    said = [side(one.prefix), side(other.prefix)]
    if said[0] == "decoder" or said[1] == "encoder":
        one, other = other, one
    pairs = [(one, other)] if said != [None, None] else [(one, other), (other, one)]
    taken = [(encoder, decoder) for encoder, decoder in pairs if decoder.directions == 1]
    if not taken:
        raise AdapterError(f"the decoder {shown(other.prefix)} reads in both directions, which no decoder here does")
    yield from taken


def side(name: str) -> str | None:
    """The side that a name says: "encoder", "decoder" or None."""
    parts = re.split(r"[._]", name.lower())
    if any(part.startswith(("enc", "src", "source")) or part == "en" for part in parts):
        return "encoder"
    if any(part.startswith(("dec", "tgt", "trg", "target")) or part == "de" for part in parts):
        return "decoder"
    return None
