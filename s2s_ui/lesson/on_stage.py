"""Questions that are answered with a click on the stage: the places to click, and the number at each place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.lesson.speech import _

SOURCE, OUTPUT, LANE = "source", "output", "lane"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the stage. ``at`` is its name: a position as text, or a lane. ``told`` is the number shown for it."""

    at: str
    name: str
    told: str


@dataclass(frozen=True, slots=True)
class OnStage:
    """The places that can be clicked, and the place of each answer."""

    kind: str
    places: tuple[Place, ...]
    answers: tuple[str, ...]  # the `at` of each answer

    def answer(self, at: str) -> int | None:
        """The number of the answer for a click on this place; places without an answer come after all answers."""
        if at in self.answers:
            return self.answers.index(at)
        found = [number for number, place in enumerate(self.places) if place.at == at]
        return len(self.answers) + found[0] if found else None

    def place(self, answer: int) -> Place | None:
        """The place of an answer, or None if there is none of this number."""
        if answer < len(self.answers):
            return next(place for place in self.places if place.at == self.answers[answer])
        clicked = answer - len(self.answers)
        return self.places[clicked] if clicked < len(self.places) else None


def sources(trace: Trace, told: Sequence[str], right: int, *others: int) -> tuple[OnStage, tuple[str, ...], int]:
    """The source tokens as places. The answers are the right one and two others, in the order of the text.

    ``told`` has the number of each token. The first two of ``others`` that are not the right one are used.
    """
    return _columns(SOURCE, tokens.source(trace, _), told, right, others)


def outputs(trace: Trace, told: Sequence[str], right: int, *others: int) -> tuple[OnStage, tuple[str, ...], int]:
    """The same with the tokens that were written."""
    return _columns(OUTPUT, tokens.target(trace, _), told, right, others)


def _columns(
    kind: str, printed: Sequence[str], told: Sequence[str], right: int, others: Sequence[int]
) -> tuple[OnStage, tuple[str, ...], int]:
    wanted = dict.fromkeys([*others, *range(len(printed))])
    chosen = sorted([right, *[place for place in wanted if place != right][:2]])
    names = [tokens.numbered(place, token) for place, token in enumerate(printed)]
    places = tuple(
        Place(str(place), name, number) for place, (name, number) in enumerate(zip(names, told, strict=True))
    )
    stage = OnStage(kind, places, tuple(map(str, chosen)))
    return stage, tuple(names[place] for place in chosen), chosen.index(right)


def probability(log_prob: float) -> str:
    """A probability as text, from its logarithm."""
    return f"p = {math.exp(log_prob):.3f}"
