"""The Jacobian of one step: how the state of a cell at t depends on its state at t-1, term by term.

For an LSTM with peepholes it is the derivative of (4), with h_{t-1} and x_t constant:

    ∂c_t/∂c_{t-1} = diag(f_t) + diag(c_{t-1} ⊙ f_t ⊙ (1-f_t)) W_cf + diag(c̃_t ⊙ i_t ⊙ (1-i_t)) W_ci

The first term is the "constant error carousel" (Hochreiter & Schmidhuber 1997; with f_t: Gers, Schmidhuber & Cummins
2000). The other terms are those of the peepholes. For a plain cell, ∂h_t/∂h_{t-1} = diag(1 - h_t²) W_h.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from s2s_core.arrays import as_numpy
from s2s_core.cells import Cell, GRUCell, LSTMCell
from s2s_core.described import described
from s2s_core.trace_parts import CellTrace

Matrix = Float[np.ndarray, "units units"]


@dataclass(frozen=True, eq=False)
class Jacobian:
    """∂state_t/∂state_{t-1} of one step, as the sum of its terms. Rows are units at t, columns are units at t-1."""

    state: str  # "cell" or "hidden"
    terms: Mapping[str, Matrix]

    __repr__ = described

    @property
    def total(self) -> Matrix:
        total: Matrix = np.sum(list(self.terms.values()), axis=0)
        return total


def cell_jacobian(cell: Cell, trace: CellTrace, position: int, *, reversed: bool = False) -> Jacobian:
    """The Jacobian of a cell at one step of a trace; ``reversed`` if the cell reads right to left.

    Raises:
        IndexError: for a position that the trace does not have.
        TypeError: for a cell whose derivative is not written out here.
    """
    steps, units = trace.hidden.shape
    if not 0 <= position < steps:
        raise IndexError(f"position {position} of {steps}")
    before = position + 1 if reversed else position - 1
    inside = 0 <= before < steps
    at = {name: values[position].astype(np.float64) for name, values in trace.quantities().items()}
    if isinstance(cell, LSTMCell):
        assert trace.initial_cell is not None, "an LSTM's trace has a cell state"
        old = (trace.cell[before] if inside else trace.initial_cell).astype(np.float64)
        return Jacobian("cell", _of_lstm(cell, at, old, units))
    old = (trace.hidden[before] if inside else trace.initial_hidden).astype(np.float64)
    weight = _array(cell.weight_hidden)
    if isinstance(cell, GRUCell):
        product = trace.terms("candidate")["h"][position].astype(np.float64)  # r ⊙ (W_hn h + b_hn)
        return Jacobian("hidden", _of_gru(weight, at, old, product))
    if cell.gates == ("hidden",):
        return Jacobian("hidden", {"hidden": (1 - at["hidden"] ** 2)[:, None] * weight})
    raise TypeError(f"the derivative of {type(cell).__name__} is not written out")


def _of_lstm(cell: LSTMCell, at: Mapping[str, np.ndarray], old: np.ndarray, units: int) -> dict[str, Matrix]:
    f, i = at["forget_gate"], at["input_gate"]
    terms = {"cell": np.diag(f)}
    if cell.weight_peephole is not None:
        by_input, by_forget = np.split(_array(cell.weight_peephole), 3)[:2]
        if by_forget.ndim == 1:
            by_input, by_forget = np.diag(by_input), np.diag(by_forget)
        terms["forget_peephole"] = (old * f * (1 - f))[:, None] * by_forget
        terms["input_peephole"] = (at["candidate"] * i * (1 - i))[:, None] * by_input
    return terms


def _of_gru(
    weight: np.ndarray, at: Mapping[str, np.ndarray], old: np.ndarray, product: np.ndarray
) -> dict[str, Matrix]:
    by_reset, by_update, by_candidate = np.split(weight, 3)
    r, z, n = at["reset_gate"], at["update_gate"], at["candidate"]
    inner = (1 - z) * (1 - n**2)
    return {
        "state": np.diag(z),
        "update_gate": ((old - n) * z * (1 - z))[:, None] * by_update,
        "candidate": (inner * r)[:, None] * by_candidate,
        "reset_gate": (inner * product * (1 - r))[:, None] * by_reset,
    }


def _array(weight: object) -> np.ndarray:
    array: np.ndarray = np.asarray(as_numpy(weight.detach()), np.float64)  # type: ignore[attr-defined]
    return array
