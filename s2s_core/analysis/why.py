"""What an attribution says in plain words: the token whose loss costs the answer most, and whether it was looked at."""

import math
from dataclasses import dataclass

import numpy as np

from s2s_core.attribution import Attribution
from s2s_core.described import described
from s2s_core.tokenizer import SPECIALS
from s2s_core.trace import Trace

RIVALS = 6  # other tokens that a step might have written


@dataclass(frozen=True, slots=True)
class Reason:
    """The text's token without which the answer falls furthest, and what else there is to say of it.

    p is that of the token; of a "rather" question that of the token among the two.
    """

    position: int  # in the source
    p: float  # of the answer as it is
    without: float  # p, with this token taken out of the text
    weight: float | None  # α on it; None without attention
    looked: int | None  # the text's token with the largest α
    fed: int | None  # an output before this one that counts more: the answer falls further if it is unknown
    unknown_fed: float | None  # p then

    __repr__ = described

    @property
    def carries(self) -> bool:
        """Whether this one token carries the answer: without it p is less than half of what it was."""
        return self.without < 0.5 * self.p

    @property
    def costs(self) -> bool:
        """Whether the answer falls at all without it; if not, no token of the text speaks for the answer by itself."""
        return self.without < self.p


def reason(attribution: Attribution) -> Reason:
    """What the occlusions and α say: source tokens are taken out, those written before become unknown.

    Raises:
        UnknownName: if "drop" or "unknown" is not among its methods.
    """
    marks = np.array(attribution.src_marks)
    falls = np.where(marks, -np.inf, attribution.row("drop").source)
    position = int(falls.argmax())
    before = attribution.row("unknown").fed
    fed, unknown_fed = None, None
    if before is not None and len(before) > 1:
        furthest = 1 + int(before[1:].argmax())  # the start mark is no part of the answer
        if before[furthest] > max(0.0, falls[position]):
            fed, unknown_fed = furthest, _p(attribution, float(before[furthest]))
    weights = next((each.source for each in attribution.rows if each.method == "attention"), None)
    return Reason(
        position=position,
        p=_p(attribution, 0.0),
        without=_p(attribution, float(falls[position])),
        weight=None if weights is None else float(weights[position]),
        looked=None if weights is None else int(np.where(marks, -np.inf, weights).argmax()),
        fed=fed,
        unknown_fed=unknown_fed,
    )


def rivals(trace: Trace, step: int, count: int = RIVALS) -> tuple[int, ...]:
    """The ids of the tokens that a step would have written next, the most probable first."""
    return tuple(token for _, token, _ in trace.top(step, count + 1) if token != trace.tgt_ids[step])[:count]


def telling_output(trace: Trace) -> int:
    """The step to ask about first: the least sure one that is no mark, for there the reasons are closest.

    Of outputs that are all but sure, the last one.
    """
    steps = [step for step, token in enumerate(trace.tgt_ids) if token >= len(SPECIALS)]
    if not steps:
        return 0
    sure = [float(trace.log_probs[step, trace.tgt_ids[step]]) for step in steps]
    least = int(np.argmin(sure))
    return steps[least] if sure[least] < math.log(0.9) else steps[-1]


def _p(attribution: Attribution, fall: float) -> float:
    value = attribution.value - fall
    return math.exp(value) if attribution.rather is None else 1 / (1 + math.exp(-value))
