"""How sure a figure is: the percentile bootstrap (Efron 1979) over held-out pairs, or over seeds.

The pairs are drawn again with replacement, as many as there are, and the figure is taken again; the middle 95 % of
many such draws is the interval. It says how much another sample of pairs would move the figure, not what another
training run would. Where every pair gives the same there is nothing to draw from, and the interval has no width.
Over seeds, one figure a training, it says what other trainings would do; of three it is from the smallest to the
largest, for the three are drawn as the same one in 1 draw of 27.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

DRAWS = 1000
LEVEL = 0.95
ROWS = 100  # draws at a time, so that a large sample does not fill the memory


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval."""

    value: float
    low: float
    high: float


def ratio(
    parts: Float[np.ndarray, " pairs"], wholes: Float[np.ndarray, " pairs"], *, draws: int = DRAWS, seed: int = 0
) -> Estimate:
    """Σ parts / Σ wholes over pairs: with wholes of 1 a mean, with lengths a rate for each token.

    Raises:
        ValueError: without pairs, or where the wholes add up to nothing.
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
    """The mean of a few figures, such as one of each training; they are few, so there are more draws.

    Raises:
        ValueError: without a figure.
    """
    return ratio(values, np.ones_like(values), draws=10 * DRAWS)
