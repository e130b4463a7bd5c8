"""Confidence intervals: the percentile bootstrap (Efron 1979) over held-out pairs, or over seeds.

As many pairs as there are are drawn with replacement, and the result is computed again. The interval is the middle 95 %
of many such results. It shows how much the result depends on the sample of pairs, not on the training run. If all pairs
give the same number, the interval has no width. Over seeds, with one number per training, the interval shows how much
the result depends on the training run. With three seeds it goes from the smallest to the largest number, because 1 draw
in 27 consists of the smallest only, and 1 in 27 of the largest only.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

DRAWS = 1000
LEVEL = 0.95
ROWS = 100  # draws computed at a time: limits the memory


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval."""

    value: float
    low: float
    high: float


def ratio(
    parts: Float[np.ndarray, " pairs"], wholes: Float[np.ndarray, " pairs"], *, draws: int = DRAWS, seed: int = 0
) -> Estimate:
    """Σ parts / Σ wholes over pairs. If all wholes are 1 it is a mean; if they are lengths, a rate per token.

    Raises:
        ValueError: if there are no pairs, or the wholes add up to 0.
    """
    if not len(parts) or not wholes.sum() > 0:
        raise ValueError("nothing to take a ratio of: there are no pairs, or their wholes add up to 0")
    generator = np.random.default_rng(seed)
    drawn: list[float] = []
    while len(drawn) < draws:
        rows = generator.integers(len(parts), size=(min(ROWS, draws - len(drawn)), len(parts)))
        totals = wholes[rows].sum(axis=1)
        drawn += (parts[rows].sum(axis=1)[totals > 0] / totals[totals > 0]).tolist()
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(parts.sum() / wholes.sum()), float(low), float(high))


def mean(values: Float[np.ndarray, " seeds"]) -> Estimate:
    """The mean of a few numbers, such as one for each training. Because they are few, there are more draws.

    Raises:
        ValueError: if there are no numbers.
    """
    return ratio(values, np.ones_like(values), draws=10 * DRAWS)
