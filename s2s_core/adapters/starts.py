"""The ways in which tutorials start a decoder from its encoder's last states."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import torch
from torch import Tensor

from s2s_core.adapters.structure import Linear, Start, Structure

ZERO = Start("zero")


def starts(base: Structure, layers: Sequence[Linear]) -> Iterator[Start]:
    """Every start that these linear layers can be: no layer, one for hidden and cell states, or one for each."""
    if not layers:
        yield from _without(base)
        return
    lstm = base.encoder.kind == "lstm"
    if len(layers) > 1 and not lstm:
        return
    for reads in _read(base, layers[0].weight.shape[1]):
        for hidden, cell in permutations(layers, 2) if len(layers) == 2 else [(layers[0], layers[0])]:
            if hidden.weight.shape[1] != len(reads) or cell.weight.shape[1] != len(reads):
                continue
            one, other = _all_layers(base, hidden), _all_layers(base, cell)
            if one is None or other is None:
                continue
            own = Linear(_spread(base, one.weight, reads), one.bias)
            of_cells = Linear(_spread(base, other.weight, reads, cells=True), other.bias)
            for kind in ("tanh", "linear"):
                yield Start(kind, own, of_cells)
                if lstm and len(layers) == 1:
                    yield Start(kind, own, own)  # the cell starts as the hidden state does
                    yield Start(kind, own, Linear(torch.zeros_like(own.weight)))


def from_hidden(base: Structure, kind: str, layer: Linear) -> Start:
    """A start that computes the hidden state (for an LSTM also the cell state) of every layer from the top layer's last
    hidden state.
    """
    top = _places(base)[-base.encoder.size :]
    repeated = Linear(
        layer.weight.repeat(len(base.decoder.layers), 1),
        None if layer.bias is None else layer.bias.repeat(len(base.decoder.layers)),
    )
    mapped = Linear(_spread(base, repeated.weight, top), repeated.bias)
    return Start(kind, mapped, mapped)


def _without(base: Structure) -> Iterator[Start]:
    encoder, decoder = base.encoder, base.decoder
    depth, deep = len(decoder.layers), len(encoder.layers)
    if encoder.size == decoder.hidden and depth == deep:
        yield Start("copy")
    if encoder.hidden == decoder.hidden:
        blocks = list(torch.tensor(_places(base)).reshape(-1, encoder.hidden))  # layer by layer, forward and backward
        ways = encoder.directions
        chosen = [
            blocks[:depth],
            blocks[-depth:],
            blocks[::ways],
            blocks[ways - 1 :: ways],
            blocks[-ways : -ways + 1 or None] * depth,
        ]
        yield from _selected(base, [choice for choice in chosen if len(choice) == depth])
        if ways == 2 and depth == deep:
            both = zip(_pick(base, blocks[::2]), _pick(base, blocks[1::2]), strict=True)
            hidden, cell = (Linear(forward + backward) for forward, backward in both)
            yield Start("linear", hidden, cell)
    if encoder.size == decoder.hidden and depth != deep:
        layers = list(torch.tensor(_places(base)).reshape(-1, encoder.size))
        chosen = [layers[-depth:], layers[-1:] * depth, layers[:depth]]
        yield from _selected(base, [choice for choice in chosen if len(choice) == depth])
    yield ZERO


def _selected(base: Structure, choices: Sequence[Sequence[Tensor]]) -> Iterator[Start]:
    """Starts that pass states on unchanged; each selection of states once."""
    seen = set()
    for choice in choices:
        key = tuple(int(block[0]) for block in choice)
        if key not in seen:
            seen.add(key)
            hidden, cell = _pick(base, choice)
            yield Start("linear", Linear(hidden), Linear(cell))


def _pick(base: Structure, blocks: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The two maps that pass these numbers on: hidden states to hidden states, and cell states to cell states."""
    columns = torch.cat(list(blocks)).tolist()
    unit = torch.eye(len(columns))
    return _spread(base, unit, columns), _spread(base, unit, columns, cells=True)


def _places(base: Structure) -> list[int]:
    """The columns of all last hidden states: layer by layer, the directions side by side."""
    return list(range(base.encoder.size * len(base.encoder.layers)))


def _read(base: Structure, size: int) -> Iterator[list[int]]:
    """Every selection of last states, in order, that has ``size`` numbers."""
    places, joined, hidden = _places(base), base.encoder.size, base.encoder.hidden
    top = places[-joined:]
    if size == joined:
        yield top
        if base.encoder.directions == 2:
            yield top[hidden:] + top[:hidden]
            if len(base.encoder.layers) > 1:
                yield places[:joined]
    if size == hidden != joined:
        yield top[:hidden]
        yield top[hidden:]
    if size == len(places) != joined:
        yield places


def _all_layers(base: Structure, layer: Linear) -> Linear | None:
    """A map to the states of all decoder layers: the layer itself, or the same layer for each."""
    depth, wanted = len(base.decoder.layers), base.decoder.hidden
    if len(layer.weight) == depth * wanted:
        return layer
    if len(layer.weight) == wanted:
        return Linear(layer.weight.repeat(depth, 1), None if layer.bias is None else layer.bias.repeat(depth))
    return None


def _spread(base: Structure, weight: Tensor, columns: Sequence[int], *, cells: bool = False) -> Tensor:
    """A matrix that reads some of the last states, with zero columns added for all other hidden and cell states."""
    size = len(_places(base))
    spread = weight.new_zeros(len(weight), size * (2 if base.encoder.kind == "lstm" else 1))
    spread[:, torch.tensor(columns) + (size if cells and base.encoder.kind == "lstm" else 0)] = weight
    return spread
