"""The result of patching: a map of parts and places, and the edit for each cell of the map."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from math import nan

import numpy as np
import pandas as pd
from jaxtyping import Float

from s2s_core import arguments
from s2s_core.described import described
from s2s_core.edits import Edits
from s2s_core.errors import InvalidConfig, quoted
from s2s_core.patching.parts import FED, partners, states_of
from s2s_core.patching.runs import Effect, Runs, Side, effect_of, record
from s2s_core.patching.smallest import Smallest, smallest
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, Tokenizer

LEAST = 0.5  # nats: if the two runs are closer, shares of the way between them are not meaningful
LOWEST, HIGHEST = -1.0, 2.0  # limits of a share; more is not distinguished
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Patched:
    """The effect of one part of the donor in the receiver, put in at one place or at every place with a partner."""

    part: str
    place: int | None  # of the receiver: a source token or an output step, from 0; None: all of them
    partner: int | None  # the donor's place; None: no partner, so nothing was put in; or all of them
    share: float  # of the way from the receiver's answer (0) to the donor's (1), see `Patching`
    log_odds: float  # log p(donor's token) - log p(receiver's token), in nats
    p_receiver: float  # of the receiver's token
    p_donor: float  # of the donor's token
    output: str  # the greedy output of the changed run

    __repr__ = described


@dataclass(frozen=True, eq=False)
class Patching:
    """How far each part of the donor's run, put into the receiver's run, moves the answer to the donor's answer.

    One output step is measured. Both runs are fed the same output before it, so only the source differs. With v = log
    p(the donor's token) - log p(the receiver's token), the share of a changed run is (v - v of the receiver) / (v of
    the donor - v of the receiver): 0 if nothing changes, 1 if the changed run prefers the donor's token as much as the
    donor's run. Below 0 it moves away, above 1 it moves too far; it is limited to -1..2. It is nan if nothing was put
    in, and everywhere if the two v differ by less than half a nat.
    """

    runs: Runs
    before: Effect  # of the receiver's run without a change
    goal: Effect  # of the donor's run
    parts: tuple[str, ...]
    cells: tuple[Patched, ...]  # for each part: its places in order, then all places together

    __repr__ = described

    @property
    def receiver(self) -> Side:
        """The sentence whose run is changed."""
        return self.runs.receiver

    @property
    def donor(self) -> Side:
        """The sentence whose states are put in."""
        return self.runs.donor

    @property
    def step(self) -> int:
        """The output step that is measured, from 0."""
        return self.runs.step

    @property
    def tokens(self) -> tuple[str, str]:
        """The tokens that the receiver and the donor write at this step."""
        receiver, donor = (self.runs.tokenizer.token(token) for token in self.runs.tokens)
        return receiver, donor

    @property
    def measurable(self) -> bool:
        """Whether the two runs differ enough for shares of the way between them."""
        return self.goal.log_odds - self.before.log_odds >= LEAST

    def share(self, value: float) -> float:
        """The share of the way from the receiver to the donor for given log odds."""
        if not self.measurable:
            return nan
        way = (value - self.before.log_odds) / (self.goal.log_odds - self.before.log_odds)
        return min(max(way, LOWEST), HIGHEST)

    @cached_property
    def _cells(self) -> dict[tuple[str, int | None], Patched]:
        return {(cell.part, cell.place): cell for cell in self.cells}

    def at(self, part: str, place: int | None = None) -> Patched:
        """One cell of the map; without a place, the cell for all places together.

        Raises:
            InvalidConfig: for a part or a place that is not in the map.
        """
        if (part, place) not in self._cells:
            raise InvalidConfig(
                f"part and place are {quoted(part)} and {quoted(place)}, must be a part of "
                f"{', '.join(self.parts)}, and one of its places (counted from 0) or None"
            )
        return self._cells[part, place]

    def shares(self, part: str) -> Float[np.ndarray, " places"]:
        """The shares of one part at each place; nan if nothing was put in."""
        places = self.runs.places(self.runs.part(part))
        return np.array([self.at(part, place).share for place in places])

    def edits(self, part: str, place: int | None = None, *, units: Sequence[int] | None = None) -> Edits:
        """The edits of one cell for `Translator.trace`, for all units or some; their numbers are the donor's.

        Raises:
            UnknownName: for a part that the model does not have.
            InvalidConfig: for a place or a unit that it does not have.
        """
        at = self.runs.part(part)
        if place is not None:
            place = arguments.whole("place", place, 0, self.runs.places(at)[-1])
        if units is not None:
            width = len(next(values for (name, _), values in self.runs.states.items() if name == part))
            units = [arguments.whole("unit", unit, 0, width - 1) for unit in units]
        return self.runs.edits(at, place, units)

    def patched(self, edits: Edits) -> Patched:
        """The effect of any edits on the receiver, on the same scale: for example, of several cells together."""
        (effect,) = self.runs.effects([edits])
        return self._patched("", None, None, effect)

    def smallest(self, part: str, place: int, *, enough: float = ENOUGH) -> Smallest:
        """The fewest units of one cell, found greedily, that have at least `enough` (0 to 1) of its effect.

        Raises:
            UnknownName: for a part that the model does not have.
            InvalidConfig: for a place that it does not have, or if the effect of the whole cell is too small.
        """
        enough = arguments.number("enough", enough, 0.0, 1.0)
        at = self.runs.part(part)
        place = arguments.whole("place", place, 0, self.runs.places(at)[-1])
        return smallest(self.runs, at, place, share=self.share, enough=enough)

    def to_frame(self) -> pd.DataFrame:
        """One row per cell: the fields of `Patched`, and the tokens at the places.

        Columns part, place, partner (missing for all places together), token, donor_token, share, log_odds,
        p_receiver, p_donor, output.
        """
        frame = pd.DataFrame(
            [{field.name: getattr(cell, field.name) for field in fields(Patched)} for cell in self.cells]
        ).astype({"place": "Int64", "partner": "Int64"})
        frame.insert(3, "token", [self._token(cell, self.receiver, cell.place) for cell in self.cells])
        frame.insert(4, "donor_token", [self._token(cell, self.donor, cell.partner) for cell in self.cells])
        return frame

    def _token(self, cell: Patched, side: Side, place: int | None) -> str | None:
        if place is None:
            return None
        return (side.src_tokens if self.runs.part(cell.part).axis == "source" else side.tgt_tokens)[place]

    def _patched(self, part: str, place: int | None, partner: int | None, effect: Effect) -> Patched:
        share = self.share(effect.log_odds)
        return Patched(
            part, place, partner, share, effect.log_odds, effect.p_receiver, effect.p_donor, effect.output or ""
        )


def patch(
    net: Seq2Seq,
    tokenizer: Tokenizer,
    receiver: Side,
    donor: Side,
    *,
    parts: Sequence[str] | None = None,
    step: int | None = None,
    layer: int | None = None,
    align: str = "tokens",
    fed: str = "receiver",
) -> Patching:
    """Put every part of the donor into the receiver, at every place in turn: see `Translator.patch`."""
    step = _step(receiver, donor, step)
    if fed not in FED:
        raise InvalidConfig(f"fed is {quoted(fed)}, must be one of {', '.join(FED)}")
    if layer is not None:
        deepest = max(net.config.encoder_layers, net.config.decoder_layers)
        layer = arguments.whole("layer", layer, 0, deepest - 1)
    prefix = (BOS, *(receiver if fed == "receiver" else donor).tgt_ids[:step])
    tokens = (receiver.tgt_ids[step], donor.tgt_ids[step])
    states, donors = record(net, donor.src_ids, prefix, layer)
    aligned = partners(receiver.src_tokens, donor.src_tokens, align)
    runs = Runs(net, tokenizer, receiver, donor, step, prefix, tokens, aligned, layer, states)
    named = tuple(states_of(net.config) if parts is None else dict.fromkeys(arguments.texts("parts", parts)))
    asked = [(part, place) for part in map(runs.part, named) for place in (*runs.places(part), None)]
    edits = [runs.edits(part, place) for part, place in asked]
    before, *effects = runs.effects([Edits(()), *edits])
    empty = Patching(runs, before, effect_of(donors, tokens, donor.output), named, ())
    cells = []
    for (part, place), edit, effect in zip(asked, edits, effects, strict=True):
        partner = None if place is None or not edit.edits else runs.partner(part, place)
        cell = empty._patched(part.name, place, partner, effect)
        cells.append(cell if edit.edits else replace(cell, share=nan))
    return replace(empty, cells=tuple(cells))


def _step(receiver: Side, donor: Side, step: int | None) -> int:
    """The measured step: the given one, or the first one at which the answers differ."""
    steps = min(len(receiver.tgt_ids), len(donor.tgt_ids))
    differing = [t for t in range(steps) if receiver.tgt_ids[t] != donor.tgt_ids[t]]
    if not differing:
        raise InvalidConfig(
            f"receiver and donor are both answered by {quoted(receiver.output)}, must be two texts whose answers differ"
        )
    if step is None:
        return differing[0]
    step = arguments.whole("step", step, 0, steps - 1)
    if step not in differing:
        raise InvalidConfig(
            f"step is {step}, where both answers have {quoted(receiver.tgt_tokens[step])}; they differ at steps "
            f"{', '.join(map(str, differing))}"
        )
    return step
