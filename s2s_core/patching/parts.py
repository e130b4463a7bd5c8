"""The states that can be put into another run, and which positions of two sentences correspond."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from s2s_core.config import ModelConfig
from s2s_core.described import described
from s2s_core.edits import Site
from s2s_core.errors import UnknownName, quoted
from s2s_core.registry import CELLS

ALIGNMENTS = ("tokens", "start", "end")
"""How positions correspond: equal tokens as found by `difflib`, or the same number from the start or the end."""

FED = ("receiver", "donor")
"""Whose answer is fed to both runs before the measured step."""

Axis = Literal["source", "output"]


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity of one layer. It has a value at each place of its axis: at each source token or output step."""

    name: str
    site: Site
    axis: Axis

    __repr__ = described


_SOURCE = {
    "forward": ("encoder.forward", "hidden"),
    "backward": ("encoder.backward", "hidden"),
    "joined": ("memory", "joined"),
    "forward_cell": ("encoder.forward", "cell"),
    "backward_cell": ("encoder.backward", "cell"),
}
_OUTPUT = {
    "state": ("decoder", "hidden"),
    "cell": ("decoder", "cell"),
    "weights": ("attention", "weights"),
    "context": ("attention", "context"),
}


def parts_of(config: ModelConfig) -> tuple[str, ...]:
    """The parts of a model that can be replaced, in the order of computation; the decoder's gates are last.

    ``forward`` is →h_j, ``backward`` ←h_j, ``joined`` h_j as attention or a pooled context reads it, ``forward_cell``
    and ``backward_cell`` the encoder's cell states, ``state`` s_t, ``cell`` the decoder's c_t, ``weights`` the row α_t,
    ``context`` the context of a step; gates have their names. There is no ``joined`` if the context is the last state,
    which does not read h_j.
    """
    quantities = CELLS[config.cell].quantities
    missing = {name for name in (*_SOURCE, *_OUTPUT) if name.endswith("cell") and "cell" not in quantities}
    if not config.bidirectional:
        missing |= {"backward", "backward_cell"}
    if config.context == "last":
        missing.add("joined")
    if config.context != "attention":
        missing.add("weights")
    states = [name for name in (*_SOURCE, *_OUTPUT) if name not in missing]
    return (*states, *(name for name in quantities if name not in ("cell", "hidden")))


def states_of(config: ModelConfig) -> tuple[str, ...]:
    """`parts_of` without the gates."""
    return tuple(name for name in parts_of(config) if name in _SOURCE or name in _OUTPUT)


def part_of(name: str, config: ModelConfig, layer: int | None) -> Part:
    """A part by its name. The layer counts from 0; None, or a number that is too large, is the top layer.

    Raises:
        UnknownName: for a part that the model does not have.
    """
    if name not in (known := parts_of(config)):
        raise UnknownName("part", quoted(name).strip("'"), known)
    where, quantity = {**_SOURCE, **_OUTPUT}.get(name, ("decoder", name))
    layers = {"encoder": config.encoder_layers, "decoder": config.decoder_layers}.get(where.partition(".")[0], 1)
    top = layers - 1
    return Part(
        name,
        Site(where, top if layer is None else min(layer, top), quantity),
        "source" if name in _SOURCE else "output",
    )


def partners(receiver: Sequence[str], donor: Sequence[str], by: str = "tokens") -> tuple[int | None, ...]:
    """For each place of the receiver, the corresponding place of the donor, or None.

    With "tokens", equal tokens correspond as `difflib` finds them; tokens that were replaced by equally many other
    tokens correspond one by one. With "start" and "end", places with the same distance from the beginning or the end
    correspond.

    >>> partners("8 May", "12 May")
    (None, 2, 3, 4, 5)
    >>> partners("8 May", "12 May", "start")
    (0, 1, 2, 3, 4)

    Raises:
        UnknownName: if ``by`` is not in ALIGNMENTS.
    """
    if by not in ALIGNMENTS:
        raise UnknownName("alignment", quoted(by).strip("'"), ALIGNMENTS)
    shift = len(donor) - len(receiver) if by == "end" else 0
    if by != "tokens":
        return tuple(at + shift if 0 <= at + shift < len(donor) else None for at in range(len(receiver)))
    found: list[int | None] = [None] * len(receiver)
    blocks = SequenceMatcher(None, receiver, donor, autojunk=False).get_opcodes()
    for kind, first, stop, other, other_stop in blocks:
        if kind == "equal" or (kind == "replace" and stop - first == other_stop - other):
            found[first:stop] = range(other, other_stop)
    return tuple(found)
