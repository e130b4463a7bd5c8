"""The learning rate and the teacher-forcing ratio as functions of the step.

Both are pure functions of the progress of the run, so a resumed run needs only its step.
The variants are in registries: LR_DECAYS for the time after the warm-up, FORCING_DECAYS for (18). A ratio between free
running (0) and teacher forcing (1) is scheduled sampling (Bengio et al. 2015, section 2.4).
"""

import math
from collections.abc import Callable

import numpy as np

from s2s_core.registry import Registry

Decay = Callable[[float], float]  # progress 0..1 -> factor 1..0

LR_DECAYS: Registry[Decay] = Registry("learning-rate decay")
FORCING_DECAYS: Registry[Decay] = Registry("teacher-forcing schedule")

STEEPNESS = 100.0  # k of the inverse sigmoid: it starts at k / (k + 1) and ends at 1 / (k + 1)


@LR_DECAYS.register("constant")
@FORCING_DECAYS.register("constant")
def constant(progress: float) -> float:
    """Nothing changes."""
    return 1.0


@LR_DECAYS.register("linear")
@FORCING_DECAYS.register("linear")
def linear(progress: float) -> float:
    """1 - p."""
    return 1.0 - progress


@LR_DECAYS.register("cosine")
def cosine(progress: float) -> float:
    """Half a cosine (Loshchilov & Hutter 2017, without restarts)."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


@FORCING_DECAYS.register("inverse sigmoid")
def inverse_sigmoid(progress: float) -> float:
    """k / (k + exp(i / k)) of Bengio et al., with the step i scaled so that the factor is 1/2 at half of the run."""
    return STEEPNESS / (STEEPNESS + math.exp(2.0 * math.log(STEEPNESS) * progress))


def learning_rate(step: int, *, peak: float, warmup: int, steps: int, decay: str) -> float:
    """The rate of update number ``step`` (from 0) out of ``steps``: linear warm-up to ``peak``, then ``decay`` to 0."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * LR_DECAYS[decay]((step - warmup) / max(1, steps - warmup))


def snapshot_steps(count: int, steps: int) -> tuple[int, ...]:
    """``count`` points of a run of ``steps``: 0 (the untrained network), the last update, others at growing distances.

    >>> snapshot_steps(6, 2000)
    (0, 10, 38, 141, 532, 2000)
    """
    first = max(1, round(steps / 200))
    return tuple(sorted({0, *(round(step) for step in np.geomspace(first, steps, count - 1))})) if count > 1 else ()


def forcing_ratio(step: int, *, start: float, end: float, steps: int, schedule: str) -> float:
    """The share of tokens fed from the reference in update ``step``, going from ``start`` to ``end``."""
    return end + (start - end) * FORCING_DECAYS[schedule](step / max(1, steps))
