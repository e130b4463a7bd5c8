"""What can be put into another run, and which places of two sentences correspond."""

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
"""How places correspond: by what `difflib` finds alike in both sentences, or counted from the start or the end."""

FED = ("receiver", "donor")
"""Whose answer both runs are fed up to the step that is measured."""

Axis = Literal["source", "output"]


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity of one layer, which has a value at each place of its axis: source tokens or output steps."""

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
    """The parts of a model that can be put in, in the order in which they are computed; the decoder's gates last.

    ``forward`` is →h_j, ``backward`` ←h_j, ``joined`` h_j as attention or a pooled context reads it, ``forward_cell``
    and ``backward_cell`` the encoder's cell states, ``state`` s_t, ``cell`` the decoder's c_t, ``weights`` the row α_t,
    ``context`` the context of a step; a gate bears its own name. A context that is the last state does not read h_j.
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
    """A part by its name. The layer counts from 0; None, and more than there are, is the top one.

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
    """For each place of the receiver the donor's place that corresponds to it, or None where there is none.

    With "tokens" equal tokens correspond in the order that `difflib` finds, and of a stretch that was replaced by one
    of the same length each token its counterpart. With "start" and "end" places correspond that are equally far from
    the beginning or the end.

    >>> partners("8 May", "12 May")
    (None, 2, 3, 4, 5)
    >>> partners("8 May", "12 May", "start")
    (0, 1, 2, 3, 4)

    Raises:
        UnknownName: for another way.
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
