"""Principal components: the few directions in which states differ most (Pearson 1901; Hotelling 1933)."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from s2s_core.described import described


@dataclass(frozen=True, eq=False)
class Principal:
    """A plane or space through states, and the share of their variance in it."""

    mean: Float[np.ndarray, " units"]
    axes: Float[np.ndarray, "components units"]  # orthonormal, the widest first; zeros where there are no more
    explained: Float[np.ndarray, " components"]  # share of the variance along each, 0 to 1

    __repr__ = described

    def project(self, states: Float[np.ndarray, "rows units"]) -> Float[np.ndarray, "rows components"]:
        """The coordinates of states, the same ones or others of the same units."""
        return (states - self.mean) @ self.axes.T


def principal(states: Float[np.ndarray, "rows units"], components: int = 3) -> Principal:
    """The components of states by singular value decomposition.

    The sign of an axis is arbitrary; it is chosen so that the largest entry is positive.
    """
    states = states.astype(np.float64)
    mean = states.mean(axis=0)
    _, widths, axes = np.linalg.svd(states - mean, full_matrices=False)
    kept = min(components, len(axes))
    padded = np.zeros((components, states.shape[1]))
    padded[:kept] = axes[:kept] * np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], 1)[:kept])
    variance = np.zeros(components)
    variance[:kept] = widths[:kept] ** 2
    total = float((widths**2).sum())
    return Principal(mean, padded, variance / total if total > 0 else variance)
