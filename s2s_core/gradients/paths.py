"""Split the gradient of a cell's states into paths, from the adjoints of its steps.

The adjoint of a quantity q is δq = ∂L/∂q. With the gates' pre-activations z, the backward pass of (1)-(6) is:

    δh_{t-1} = Σ_g W_hg' δz_g(t)                                 over the gates f, i, o and the candidate
    δc_{t-1} = f_t ⊙ δc_t + W_cf' δz_f(t) + W_ci' δz_i(t)        (4), and the peepholes of (1) and (2)
    δc_t also has W_co' δz_o(t) + o_t ⊙ (1 - tanh² c_t) ⊙ δh_t   (5), (6)

and for a plain cell δh_{t-1} = W_h' δz(t) with δz(t) = (1 - h_t²) ⊙ δh_t: this factor vanishes or explodes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core.cells import Cell, GRUCell, LSTMCell
from s2s_core.described import described
from s2s_core.records import CellStep

Rows = Float[Tensor, "steps _"]


@dataclass(frozen=True, slots=True, eq=False)
class Adjoints:
    """The adjoints of one cell's states and pre-activations at all steps, in the order in which the cell reads."""

    steps: Sequence[CellStep]
    hidden: Rows
    cell: Rows | None
    sums: Rows  # δz of every gate, in storage order

    __repr__ = described

    def stacked(self, quantity: str) -> Rows:
        """A quantity of the forward pass, one row per step."""
        return torch.cat([getattr(step, quantity) for step in self.steps]).detach()


def hidden_paths(cell: Cell, adjoints: Adjoints) -> dict[str, Rows]:
    """The parts of each δh_t that come from the cell's next step: one path per gate."""
    blocks = dict(zip(cell.gates, cell.weight_hidden.detach().chunk(len(cell.gates)), strict=True))
    sums = dict(zip(cell.gates, _later(adjoints.sums).chunk(len(cell.gates), dim=1), strict=True))
    if isinstance(cell, GRUCell):  # the reset gate multiplies the candidate's product
        sums["candidate"] = sums["candidate"] * _later(adjoints.stacked("reset_gate"))
    paths = {name: sums[name] @ block for name, block in blocks.items()}
    if isinstance(cell, GRUCell):
        paths["state"] = _later(adjoints.hidden * adjoints.stacked("update_gate"))  # z ⊙ h_{t-1} is passed on
    return paths


def cell_paths(cell: Cell, adjoints: Adjoints) -> dict[str, Rows]:
    """The parts of each δc_t: along the cell state, through the peepholes, and through h_t. Empty without a c_t."""
    if not isinstance(cell, LSTMCell) or adjoints.cell is None:
        return {}
    squashed = torch.tanh(adjoints.stacked("cell"))
    paths = {
        "cell": _later(adjoints.cell * adjoints.stacked("forget_gate")),  # (4)
        "hidden": adjoints.hidden * adjoints.stacked("output_gate") * (1 - squashed**2),  # (6)
    }
    if cell.weight_peephole is not None:
        of_input, of_forget, _, of_output = adjoints.sums.chunk(4, dim=1)
        by_input, by_forget, by_output = cell.weight_peephole.detach().chunk(3)
        paths["forget_peephole"] = _through(_later(of_forget), by_forget)  # (1)
        paths["input_peephole"] = _through(_later(of_input), by_input)  # (2)
        paths["output_peephole"] = _through(of_output, by_output)  # (5): the same step
    return paths


def input_paths(cell: Cell, part: str, adjoints: Adjoints) -> dict[str, Rows]:
    """The parts of the gradient of each x_t, or of one part of the input, through each gate: W_xg' δz_g(t)."""
    blocks = cell.weight_input[part].detach().chunk(len(cell.gates))
    sums = adjoints.sums.chunk(len(cell.gates), dim=1)
    return {name: of @ block for name, of, block in zip(cell.gates, sums, blocks, strict=True)}


def _later(rows: Rows) -> Rows:
    """The rows moved up by one, so that each step has the row of its next step; the last row is 0."""
    return torch.cat([rows[1:], torch.zeros_like(rows[:1])])


def _through(sums: Rows, weight: Tensor) -> Rows:
    """W' δz; element by element if the peepholes are diagonal."""
    return sums @ weight if weight.ndim == 2 else sums * weight
