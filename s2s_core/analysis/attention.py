"""Reading attention (13)-(15), and rows of weights to put in its place.

Every row that is made here is a distribution over the source positions, as (14) would give: 0 or more, summing to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from s2s_core.analysis.directions import telling_place
from s2s_core.described import described
from s2s_core.errors import DataError, UnknownName
from s2s_core.registry import TASKS
from s2s_core.tasks import Pair
from s2s_core.tokenizer import Encoding
from s2s_core.trace import Trace
from s2s_core.translator import Translator

Row = tuple[float, ...]
Weights = Sequence[float] | Float[np.ndarray, " src_len"]
Look = Literal["computed", "place", "everywhere", "left", "right", "hand"]
LOOKS: tuple[Look, ...] = get_args(Look)

DECIMALS = 4
"""A row that is made by hand keeps so many decimals, so that a link stays short."""


def entropy(weights: Float[np.ndarray, "tgt_len src_len"]) -> Float[np.ndarray, " tgt_len"]:
    """Of each step's weights, in nats: 0 looks at one place, log T everywhere alike."""
    weights = weights.astype(np.float64)
    return -(weights * np.log(weights, where=weights > 0, out=np.zeros_like(weights))).sum(axis=1)


def coverage(weights: Float[np.ndarray, "tgt_len src_len"]) -> Float[np.ndarray, " src_len"]:
    """How much of all the steps' attention each source token got: Σ_i α_ij."""
    return weights.astype(np.float64).sum(axis=0)


@dataclass(frozen=True, eq=False)
class Share:
    """One source position's part in a context vector, (15)."""

    position: int
    weight: float
    score: float
    term: Float[np.ndarray, " units"]  # α_ij h_j

    __repr__ = described


def shares(trace: Trace, step: int) -> list[Share]:
    """The terms that add up to the context of one output step, the heaviest first; none without attention."""
    if trace.attention is None:
        return []
    weights, scores = trace.attention.weights[step], trace.attention.scores[step]
    order = np.argsort(-weights, kind="stable")
    return [Share(int(j), float(weights[j]), float(scores[j]), weights[j] * trace.encoder.joined[j]) for j in order]


def at_place(length: int, position: int) -> Row:
    """All the weight on one source position."""
    return tuple(float(place == position) for place in range(length))


def everywhere(length: int) -> Row:
    """The same weight on every source position: the context is the mean of the states."""
    return (1.0 / length,) * length


def shifted(row: Weights, by: int) -> Row:
    """The row moved by so many tokens to the right (left if negative); what leaves at an end comes in at the other."""
    return tuple(float(weight) for weight in np.roll(np.asarray(row, np.float64), by))


def weighed(row: Weights, position: int, weight: float) -> Row:
    """The row with one weight set; the others share what is left as they did, or alike where they had nothing."""
    weight = min(1.0, max(0.0, weight))
    rest = sum(float(old) for place, old in enumerate(row) if place != position)
    alike = 1.0 / max(1, len(row) - 1)
    return tuple(
        weight if place == position else (1.0 - weight) * (float(old) / rest if rest > 0 else alike)
        for place, old in enumerate(row)
    )


def rounded(row: Weights) -> Row:
    """The row with a few decimals; its heaviest weight takes what rounding leaves over, so that the sum stays 1."""
    weights = [round(float(weight), DECIMALS) for weight in row]
    heaviest = max(range(len(weights)), key=weights.__getitem__)
    others = sum(weight for place, weight in enumerate(weights) if place != heaviest)
    weights[heaviest] = round(1.0 - others, DECIMALS)
    return tuple(weights)


def look_of(row: Weights, computed: Weights) -> Look:
    """Which of the ways above leads from the computed row to this one."""
    given = rounded(row)
    ways: dict[Look, Row] = {
        "computed": shifted(computed, 0),
        "everywhere": everywhere(len(given)),
        "left": shifted(computed, -1),
        "right": shifted(computed, 1),
    }
    if max(given) == 1.0 and rounded(computed) != given:
        return "place"
    return next((way for way, weights in ways.items() if rounded(weights) == given), "hand")


def gold(translator: Translator, trace: Trace) -> Pair | None:
    """The pair of a trace's text and output with its links, where the model's task knows them."""
    try:
        return TASKS[translator.info.task]().aligned(trace.text, trace.output)
    except (UnknownName, DataError, TypeError):  # TypeError: a task of one's own file wants its path
        return None


def gold_cells(trace: Trace, pair: Pair, target: Encoding) -> list[tuple[int, int, bool]]:
    """Where each step should look: (step, source position, whether it is the very character).

    ``target`` is the encoding of the pair's target. A token is linked as its first character is.
    """
    cells = []
    links = [(pair.links or ())[start] for start, _ in target.offsets] if pair.links else []
    for step, link in enumerate(links):
        for position, (start, stop) in enumerate(trace.src_offsets):
            if link is not None and any(start <= place < stop for place in link.field):
                cells.append((step, position, link.exact is not None and start <= link.exact < stop))
    return cells


def telling_step(trace: Trace) -> int:
    """The step to begin with: the one that looks most at a telling place of the source; 0 without attention."""
    return 0 if trace.attention is None else int(trace.attention.weights[:, telling_place(trace).position].argmax())
