"""Measures of attention (13)-(15), and rows of weights to replace the weights of a step.

Every such row is a distribution over the source positions, as in (14): no weight is negative, and the sum is 1.
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
AttentionEdit = Literal["computed", "place", "everywhere", "left", "right", "hand"]
"""The ways to make a step's weights from the computed ones, see `attention_edit_of`."""
ATTENTION_EDITS: tuple[AttentionEdit, ...] = get_args(AttentionEdit)

DECIMALS = 4
"""Weights that are set by hand are rounded to so many decimals, so that a link stays short."""


def entropy(weights: Float[np.ndarray, "tgt_len src_len"]) -> Float[np.ndarray, " tgt_len"]:
    """The entropy of each step's weights, in nats: 0 if all weight is on one position, log src_len if it is uniform."""
    weights = weights.astype(np.float64)
    return -(weights * np.log(weights, where=weights > 0, out=np.zeros_like(weights))).sum(axis=1)


def coverage(weights: Float[np.ndarray, "tgt_len src_len"]) -> Float[np.ndarray, " src_len"]:
    """The sum of each source token's weights over all steps: Σ_i α_ij."""
    return weights.astype(np.float64).sum(axis=0)


@dataclass(frozen=True, eq=False)
class Share:
    """The term of one source position in a context vector, (15)."""

    position: int
    weight: float
    score: float
    term: Float[np.ndarray, " units"]  # α_ij h_j

    __repr__ = described


def shares(trace: Trace, step: int) -> list[Share]:
    """The terms that add up to the context of one output step, largest weight first; empty without attention."""
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
    """The row, rotated ``by`` positions to the right (to the left if negative)."""
    return tuple(float(weight) for weight in np.roll(np.asarray(row, np.float64), by))


def weighed(row: Weights, position: int, weight: float) -> Row:
    """The row with one weight set; the others are scaled so that the sum stays 1 (or made equal if all were 0)."""
    weight = min(1.0, max(0.0, weight))
    rest = sum(float(old) for place, old in enumerate(row) if place != position)
    equal = 1.0 / max(1, len(row) - 1)
    return tuple(
        weight if place == position else (1.0 - weight) * (float(old) / rest if rest > 0 else equal)
        for place, old in enumerate(row)
    )


def rounded(row: Weights) -> Row:
    """The row, rounded to DECIMALS; its largest weight is adjusted so that the sum stays 1."""
    weights = [round(float(weight), DECIMALS) for weight in row]
    heaviest = max(range(len(weights)), key=weights.__getitem__)
    others = sum(weight for place, weight in enumerate(weights) if place != heaviest)
    weights[heaviest] = round(1.0 - others, DECIMALS)
    return tuple(weights)


def attention_edit_of(row: Weights, computed: Weights) -> AttentionEdit:
    """How ``row`` was made from the computed row: unchanged ("computed"), all weight on one position ("place"), uniform
    ("everywhere"), rotated by one ("left", "right"), or otherwise ("hand").
    """
    given = rounded(row)
    rows: dict[AttentionEdit, Row] = {
        "computed": shifted(computed, 0),
        "everywhere": everywhere(len(given)),
        "left": shifted(computed, -1),
        "right": shifted(computed, 1),
    }
    if max(given) == 1.0 and rounded(computed) != given:
        return "place"
    return next((edit for edit, weights in rows.items() if rounded(weights) == given), "hand")


def gold(translator: Translator, trace: Trace) -> Pair | None:
    """The pair of a trace's text and output with its gold alignment; None if the model's task does not know it."""
    try:
        return TASKS[translator.info.task]().aligned(trace.text, trace.output)
    except (UnknownName, DataError, TypeError):  # TypeError: a task on a user's file needs the file's path
        return None


def gold_cells(trace: Trace, pair: Pair, target: Encoding) -> list[tuple[int, int, bool]]:
    """The cells of the gold alignment: (step, source position, whether the step copies this very character).

    ``target`` is the encoding of the pair's target. A token has the alignment of its first character.
    """
    cells = []
    links = [(pair.links or ())[start] for start, _ in target.offsets] if pair.links else []
    for step, link in enumerate(links):
        for position, (start, stop) in enumerate(trace.src_offsets):
            if link is not None and any(start <= place < stop for place in link.field):
                cells.append((step, position, link.exact is not None and start <= link.exact < stop))
    return cells


def telling_step(trace: Trace) -> int:
    """The step to show first: the one with the most weight on `telling_place` of the source; 0 without attention."""
    return 0 if trace.attention is None else int(trace.attention.weights[:, telling_place(trace).position].argmax())
