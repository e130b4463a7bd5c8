"""Calibration: if a model gives tokens a probability of 0.8, are 8 of 10 of them right?

The expected calibration error (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017, equation 3) sorts the most probable
token of every step into bins by its probability. In each bin it takes the difference between the share of right tokens
and their mean probability; the error is the mean of these differences over the tokens. All bins have about the same
number of tokens (Nguyen & O'Connor 2015). With bins of equal width, nearly all tokens of a good model would be in the
last bin, because their probabilities are close to 1.

Temperature scaling (Guo et al. 2017, section 4.2) divides all logits by one number. It changes the probabilities, but
not the output of greedy decoding.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from s2s_core.bootstrap import LEVEL, Estimate
from s2s_core.described import described

BINS = 15
DRAWS = 1000
LOWEST, HIGHEST = 0.25, 4.0
"""The temperatures that are searched."""
TOLERANCE = 1e-4  # the search stops at this width of log(temperature)
ROWS = 4096  # tokens computed at a time
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Bin:
    """Tokens of similar probability."""

    tokens: int
    confidence: float  # mean probability of their most probable token, 0 to 1
    accuracy: float  # share of them that are right, 0 to 1

    __repr__ = described


def reliability(
    confidence: Float[np.ndarray, " tokens"], right: Bool[np.ndarray, " tokens"], *, bins: int = BINS
) -> tuple[Bin, ...]:
    """The bins from the lowest probability to the highest; tokens of equal probability are in the same bin.

    Raises:
        ValueError: without a token.
    """
    place = _places(confidence, bins)
    return tuple(
        Bin(int(here.sum()), float(confidence[here].mean()), float(right[here].mean()))
        for here in (place == number for number in range(int(place.max()) + 1))
        if here.any()
    )


def calibration_error(
    confidence: Float[np.ndarray, " tokens"], right: Bool[np.ndarray, " tokens"], *, bins: int = BINS
) -> float:
    """The expected calibration error, Σ_b (n_b / n) |accuracy_b - confidence_b|, 0 to 1.

    >>> calibration_error(np.array([0.6, 0.6, 0.9, 0.9]), np.array([True, False, True, True]), bins=2)
    0.1

    Raises:
        ValueError: without a token.
    """
    found = reliability(confidence, right, bins=bins)
    tokens = sum(entry.tokens for entry in found)
    return round(sum(entry.tokens * abs(entry.accuracy - entry.confidence) for entry in found) / tokens, 12)


def error_interval(
    confidence: Float[np.ndarray, " tokens"],
    right: Bool[np.ndarray, " tokens"],
    pair: Int[np.ndarray, " tokens"],
    *,
    bins: int = BINS,
    seed: int = 0,
) -> Estimate:
    """The expected calibration error with its interval: the percentile bootstrap over pairs, in the same bins.

    ``pair`` is the number (from 0) of each token's pair: tokens of one pair are drawn together.
    """
    place = _places(confidence, bins)
    count = int(place.max()) + 1
    gaps = np.zeros((int(pair.max()) + 1, count))  # Σ (right - confidence) of each pair in each bin
    np.add.at(gaps, (pair, place), right - confidence)
    tokens = np.bincount(pair, minlength=len(gaps))
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(generator.integers(len(gaps), size=len(gaps)), minlength=len(gaps))
        drawn.append(np.abs(times @ gaps).sum() / (times @ tokens))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = calibration_error(confidence, right, bins=bins)
    return Estimate(value, min(value, float(low)), max(value, float(high)))


def _places(confidence: Float[np.ndarray, " tokens"], bins: int) -> Int[np.ndarray, " tokens"]:
    """The bin of each token, from 0; a bin may stay empty if many tokens have the same probability."""
    if not len(confidence):
        raise ValueError("nothing to measure: there are no tokens")
    edges = np.quantile(confidence, np.arange(1, bins) / bins)
    return np.searchsorted(np.unique(edges), confidence, side="left")


def confidences(
    logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"], temperature: float = 1.0
) -> tuple[Float[np.ndarray, " tokens"], Bool[np.ndarray, " tokens"]]:
    """The probability of each step's most probable token at a temperature, and whether it is the target."""
    best = logits.argmax(dim=-1)
    of_best = -_losses(logits, best, temperature)
    return of_best.exp().cpu().numpy(), (best == targets).cpu().numpy()


def mean_loss(
    logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"], temperature: float = 1.0
) -> float:
    """The mean of -log p(target) in nats, of the logits divided by a temperature."""
    return float(_losses(logits, targets, temperature).mean())


def _losses(
    logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"], temperature: float
) -> Float[Tensor, " tokens"]:
    """-log p of each target, in float64; a part of the tokens at a time, because the copies are large."""
    parts = []
    for some, wanted in zip(torch.split(logits, ROWS), torch.split(targets, ROWS), strict=True):
        scaled = some.double() / temperature
        parts.append(scaled.logsumexp(dim=-1) - scaled.gather(1, wanted.unsqueeze(1)).squeeze(1))
    return torch.cat(parts)


def best_temperature(logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"]) -> float:
    """The temperature from LOWEST to HIGHEST at which the targets have the smallest mean loss.

    The loss is convex in 1 / temperature, so golden-section search finds its only minimum. If every target is the most
    probable token, a lower temperature is always better, and the result is LOWEST.
    """
    low, high = math.log(LOWEST), math.log(HIGHEST)
    found = _lowest(lambda place: mean_loss(logits, targets, math.exp(place)), low, high)
    return math.exp(found)


def _lowest(f: Callable[[float], float], low: float, high: float) -> float:
    """The only minimum of ``f`` between ``low`` and ``high``, by golden-section search (Kiefer 1953)."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = f(left), f(right)
    while high - low > TOLERANCE:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = f(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = f(right)
    return (low + high) / 2
