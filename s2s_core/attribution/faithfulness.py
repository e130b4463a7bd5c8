"""Test how reliable an attribution is: remove the tokens that it calls most important, and see how fast p falls.

Deletion: the tokens of the text are removed one after the other, the most important first. A small area under p means
that the method is good. Insertion: the tokens are put into an empty text in the same order; here a large area is good
(Petsiuk, Das & Saenko 2018; comprehensiveness and sufficiency of DeYoung et al. 2020 are points of these curves).
Marks and the fed tokens always stay. p is the probability of the token; in a "rather" question, its probability among
the two tokens.
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
"""How a token is removed: deleted from the text, or replaced by a vector of zeros or by the embedding of <unk>."""

CHANCE = "chance"  # the mean over several random orders
LOTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """p after 0, 1, ... n of the n text tokens were removed, and after 0, 1, ... n were put back."""

    method: str  # a name of METHODS, or CHANCE
    order: tuple[int, ...]  # source positions, the most important first; empty for CHANCE
    deletion: Float[np.ndarray, " taken"]
    insertion: Float[np.ndarray, " given"]

    __repr__ = described

    @property
    def deletion_area(self) -> float:
        """The mean of p while tokens are removed until none is left, 0 to 1: small if the method is faithful."""
        return _area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """The mean of p while tokens are put back until the text is whole, 0 to 1: large if the method is faithful."""
        return _area(self.insertion)


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """The curves of one output token: one for each method, and one for chance."""

    removal: str
    curves: tuple[Curve, ...]

    __repr__ = described

    def curve(self, method: str) -> Curve:
        """The curve of a method.

        Raises:
            UnknownName: if there is no curve of this method.
        """
        for curve in self.curves:
            if curve.method == method:
                return curve
        raise UnknownName("method", quoted(method), tuple(curve.method for curve in self.curves))


def faithfulness(attribution: Attribution, *, removal: str = "drop", seed: int = 0) -> Faithfulness:
    """The curves of every method of an attribution, and of chance: the mean over LOTS random orders.

    Raises:
        UnknownName: if the removal is not in REMOVALS.
        InvalidConfig: for "drop" if the edit changes single positions, since these move in a shorter text.
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
    """The places sorted from the largest value to the smallest; equal values in the order of the text."""
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
    rows, back = torch.unique(kept.flatten(0, 2), dim=0, return_inverse=True)  # equal rows once
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
    """The mean height of a curve from its first to its last step, by the trapezoidal rule."""
    return float(np.mean((heights[1:] + heights[:-1]) / 2))
