"""Measures of a cell's gates: how far open they are, how much the peepholes add, which units are similar.

A gate is open above .9 and shut below .1, as in Karpathy, Johnson & Fei-Fei, Visualizing and understanding recurrent
networks, 2015 (arXiv:1506.02078). They call a unit right-saturated if its gate is often open, left-saturated if shut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from s2s_core.described import described
from s2s_core.trace import CellTrace, Trace

Part = Literal["forward", "backward", "decoder"]
PARTS: tuple[Part, ...] = get_args(Part)
Order = Literal["number", "activity", "similarity"]
ORDERS: tuple[Order, ...] = get_args(Order)

OPEN, SHUT = 0.9, 0.1
MOVED = 0.1  # a gate value that changes by more counts as moved

Values = Float[np.ndarray, "steps units"]


def parts(trace: Trace) -> tuple[Part, ...]:
    """The cells that a trace has; an encoder of one direction has no backward cell."""
    return tuple(part for part in PARTS if part != "backward" or trace.encoder.backward is not None)


def cell_of(trace: Trace, part: Part) -> CellTrace:
    """The top layer's cell of one part.

    Raises:
        ValueError: for the backward cell of an encoder that has none.
    """
    cell = trace.decoder.top if part == "decoder" else getattr(trace.encoder, part)
    if cell is None:
        raise ValueError("the encoder of this trace reads forward alone: it has no backward cell")
    return cell


def gates(cell: CellTrace) -> tuple[str, ...]:
    """The quantities of a cell that are gates, in the order of the equations."""
    return tuple(name for name in cell.quantities() if name.endswith("_gate"))


def ordered(hidden: Values, by: Order) -> Int[np.ndarray, " units"]:
    """The units in one of three orders: by number, the most active first, or similar units next to each other.

    Units are similar if their values over the steps correlate. They are sorted by their angle in the plane of the two
    largest eigenvectors of the correlation matrix (Friendly 2002, Corrgrams); so opposite units are far apart.
    """
    units = hidden.shape[1]
    if by == "number":
        return np.arange(units)
    if by == "activity":
        return np.argsort(-np.abs(hidden).mean(axis=0), kind="stable")
    course = hidden - hidden.mean(axis=0)
    length = np.linalg.norm(course, axis=0)
    course = np.divide(course, length, out=np.zeros_like(course), where=length > 0)
    _, vectors = np.linalg.eigh((course.T @ course).astype(np.float64))
    first, second = vectors[:, -1], vectors[:, -2] if units > 1 else np.zeros(units)
    angle = np.arctan2(second, first)
    order = np.argsort(angle, kind="stable")
    gaps = np.diff(np.append(angle[order], angle[order][0] + 2 * np.pi))
    return np.roll(order, -int(np.argmax(gaps)) - 1)  # cut the circle of angles at its largest gap


def shown(hidden: Values, by: Order, *, count: int, always: int) -> list[int]:
    """The `count` most active units, in order; the unit `always` is among them."""
    active = [unit for unit in ordered(hidden, "activity").tolist() if unit != always]
    among = {always, *active[: count - 1]}
    return [unit for unit in ordered(hidden, by).tolist() if unit in among]


@dataclass(frozen=True, eq=False)
class Saturation:
    """The shares of a gate's values that are open and shut: one number per step, or one per unit."""

    open: Float[np.ndarray, " _"]
    shut: Float[np.ndarray, " _"]

    __repr__ = described


def per_step(gate: Values) -> Saturation:
    """The shares over all units, at each step."""
    return Saturation((gate > OPEN).mean(axis=1), (gate < SHUT).mean(axis=1))


def per_unit(gate: Values) -> Saturation:
    """The shares over all steps, for each unit: right-saturated and left-saturated."""
    return Saturation((gate > OPEN).mean(axis=0), (gate < SHUT).mean(axis=0))


def peephole_share(cell: CellTrace, part: Part) -> Mapping[str, float]:
    """For each gate with a peephole, the mean share of the peephole's term p in all terms: |p| / Σ|terms|.

    The first step is left out, because there is no earlier cell state. The result is empty without peepholes and if
    there is only one step.
    """
    later = slice(None, -1) if part == "backward" else slice(1, None)
    shares = {}
    for gate in gates(cell):
        terms = {source: np.abs(np.atleast_2d(term)) for source, term in cell.terms(gate).items()}
        if "peephole" in terms and len(terms["peephole"][later]):
            total = sum(np.broadcast_to(term, terms["peephole"].shape) for term in terms.values())
            share = np.divide(terms["peephole"], total, out=np.zeros_like(total), where=total > 0)
            shares[gate] = float(share[later].mean())
    return shares


def moved(before: CellTrace, after: CellTrace) -> Mapping[str, float]:
    """For each gate, the share of its values that differ by more than .1, over the steps that both have."""
    steps = min(len(before.hidden), len(after.hidden))
    difference = {
        gate: np.abs(before.quantities()[gate][:steps] - after.quantities()[gate][:steps]) for gate in gates(before)
    }
    return {gate: float((values > MOVED).mean()) for gate, values in difference.items()}
