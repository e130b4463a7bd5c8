"""How far an attribution can be trusted: take away first what it calls important, and see how soon p falls.

Deletion: the tokens of the text go one after the other, the most important first; the smaller the area under p, the
better the method knew. Insertion: they come back into an empty text in the same order; the larger, the better
(Petsiuk, Das & Saenko 2018; comprehensiveness and sufficiency of DeYoung et al. 2020 are points of these curves).
Marks stay, and so does what was fed. p is that of the token; of a "rather" question that of the token among the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core.attribution.inputs import Inputs, Question
from s2s_core.attribution.result import Attribution
from s2s_core.described import described
from s2s_core.edits import holds_everywhere
from s2s_core.errors import InvalidConfig, UnknownName, quoted

REMOVALS = ("drop", "zero", "unknown")
"""How a token is taken away: out of the text, or by a vector of zeros or that of <unk> in its place."""

CHANCE = "chance"  # the mean of several orders by lot
LOTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """p after 0, 1, ... n of n text tokens were taken away, and after as many were put back."""

    method: str  # a name of METHODS, or CHANCE
    order: tuple[int, ...]  # source positions, the most important first; of CHANCE empty
    deletion: Float[np.ndarray, " taken"]
    insertion: Float[np.ndarray, " given"]

    __repr__ = described

    @property
    def deletion_area(self) -> float:
        """The mean height of p on the way from the whole text to none, 0 to 1: small if the method is faithful."""
        return _area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """The mean height of p on the way from nothing to the whole text, 0 to 1: large if the method is faithful."""
        return _area(self.insertion)


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """The curves of one output token, a method each and that of chance."""

    removal: str
    curves: tuple[Curve, ...]

    __repr__ = described

    def curve(self, method: str) -> Curve:
        """The curve of a method.

        Raises:
            UnknownName: if there is none.
        """
        for curve in self.curves:
            if curve.method == method:
                return curve
        raise UnknownName("method", quoted(method), tuple(curve.method for curve in self.curves))


def faithfulness(attribution: Attribution, *, removal: str = "drop", seed: int = 0) -> Faithfulness:
    """The curves of every method of an attribution, and of chance: the mean of LOTS orders by lot.

    Raises:
        UnknownName: for a removal that is none of REMOVALS.
        InvalidConfig: for "drop" under an edit of single places, which are others in a shorter text.
    """
    if removal not in REMOVALS:
        raise UnknownName("removal", quoted(removal), REMOVALS)
    if removal == "drop" and not holds_everywhere(attribution.question.edit):
        raise InvalidConfig(
            "removal is 'drop', must be zero or unknown: the edit changes single places, others in a shorter text"
        )
    places = np.array([place for place, mark in enumerate(attribution.src_marks) if not mark])
    orders = {row.method: by_importance(row.source, places) for row in attribution.rows}
    lots = np.random.default_rng(seed)
    chances = {f"{CHANCE} {lot}": tuple(lots.permutation(places).tolist()) for lot in range(LOTS)}
    curves = _curves(attribution.question, orders | chances, removal)
    drawn = [curves.pop(name) for name in chances]
    mean = Curve(
        CHANCE,
        (),
        np.mean([curve.deletion for curve in drawn], axis=0),
        np.mean([curve.insertion for curve in drawn], axis=0),
    )
    return Faithfulness(removal, (*curves.values(), mean))


def by_importance(values: Float[np.ndarray, " src_len"], places: np.ndarray) -> tuple[int, ...]:
    """The places with the largest values first; of equal ones the first in the text."""
    order = np.argsort(-values[places], kind="stable")
    return tuple(int(place) for place in places[order])


@torch.inference_mode()
def _curves(question: Question, orders: Mapping[str, Sequence[int]], removal: str) -> dict[str, Curve]:
    """The curves of every order; all have the same number of places."""
    steps = len(next(iter(orders.values()))) + 1
    kept = torch.ones(len(orders), 2, steps, len(question.source), dtype=torch.bool)
    for number, order in enumerate(orders.values()):
        for taken in range(steps):
            kept[number, 0, taken, list(order[:taken])] = False
            kept[number, 1, taken, list(order[taken:])] = False
    rows, back = torch.unique(kept.flatten(0, 2), dim=0, return_inverse=True)  # all curves share their ends
    values = question.values(_taken_away(question, rows.to(question.net.device), removal))
    p = values.exp() if question.rather is None else values.sigmoid()
    heights = p.double().cpu()[back].view(len(orders), 2, steps).numpy()
    return {
        name: Curve(name, tuple(order), deletion, insertion)
        for (name, order), (deletion, insertion) in zip(orders.items(), heights, strict=True)
    }


def _taken_away(question: Question, kept: Tensor, removal: str) -> Inputs:
    fed = torch.ones(len(kept), len(question.fed), dtype=torch.bool, device=kept.device)
    return question.shortened(kept, fed) if removal == "drop" else question.replaced(kept, fed, removal)


def _area(heights: Float[np.ndarray, " steps"]) -> float:
    """The mean height between the first step and the last, by trapezia."""
    return float(np.mean((heights[1:] + heights[:-1]) / 2))
