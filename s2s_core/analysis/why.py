"""An attribution as facts for one sentence: the token that the answer needs most, and whether attention is on it."""

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
    """The source token whose removal lowers the answer's probability most, with related facts.

    p is the probability of the token; in a "rather" question, its probability among the two tokens.
    """

    position: int  # in the source
    p: float  # without any change
    without: float  # p, with this token taken out of the text
    weight: float | None  # α on it; None without attention
    looked: int | None  # the text's token with the largest α
    fed: int | None  # the earlier output that matters more, if any: p falls further if it becomes <unk>
    unknown_fed: float | None  # p, with that output replaced by <unk>

    __repr__ = described

    @property
    def carries(self) -> bool:
        """Whether this one token carries the answer: without it p is less than half of what it was."""
        return self.without < 0.5 * self.p

    @property
    def costs(self) -> bool:
        """Whether p falls at all without the token. If not, no single token of the text supports the answer."""
        return self.without < self.p


def reason(attribution: Attribution) -> Reason:
    """The reason that occlusion and α give. A source token is removed; an earlier output token is replaced by <unk>.

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
    """The ids of the most probable other tokens of a step, the most probable first."""
    return tuple(token for _, token, _ in trace.top(step, count + 1) if token != trace.tgt_ids[step])[:count]


def telling_output(trace: Trace) -> int:
    """The step to ask about first: the one with the least certain token that is not a mark.

    If all outputs are nearly certain, the last one.
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
