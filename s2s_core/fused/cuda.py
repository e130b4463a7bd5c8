"""The LSTM's recurrence without records, on CUDA: all steps of a direction in one kernel.

It gives the numbers of `LSTMCell.step` on every real token, and their gradients; where it cannot be used, nothing
changes but the time. Peepholes cost the fused kernels of the libraries (cuDNN has none), so here is one with them.
"""

import logging
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeGuard

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused.cell import product_type
from s2s_core.initialisation import UsualInit
from s2s_core.records import CellState

LOG = logging.getLogger(__name__)

ROWS = 16  # sentences in a program: the fewest that a tensor core multiplies
LARGEST_TILE, SMALLEST_TILE = 64, 16  # units worked on at a time


def serves(cell: Cell, device: torch.device) -> bool:
    """Whether `recurrence` can take this cell's place: an LSTM with full peepholes or none, its width a multiple of 16,
    on CUDA, where the kernels compile and agree with the cell.
    """
    if device.type != "cuda" or not _fits(cell):
        return False
    dtype = torch.get_autocast_dtype("cuda") if torch.is_autocast_enabled("cuda") else torch.float32
    return _works(device, dtype, cell.hidden_size, cell.weight_peephole is not None)


def recurrence(
    cell: Cell,
    terms: Float[Tensor, "batch time gates"],
    mask: Bool[Tensor, "batch time"],
    *,
    backward: bool = False,
) -> tuple[Float[Tensor, "batch time hidden"], CellState]:
    """From the input's term at every position to every h, and the last state, from left to right or backward.

    On padding the state stays as it was, and h with it.
    """
    assert isinstance(cell, LSTMCell)
    dtype = product_type(terms)
    weights = [weight if weight is None else weight.to(dtype) for weight in (cell.weight_hidden, cell.weight_peephole)]
    terms, real = terms.transpose(0, 1), mask.T.to(torch.uint8)
    if backward:
        terms, real = terms.flip(0), real.flip(0)
    run: Any = _Recurrence.apply
    hiddens, last = run(terms.contiguous(), real.contiguous(), cell.bias, *weights)
    in_order = hiddens.flip(0) if backward else hiddens
    return in_order.transpose(0, 1), CellState(hiddens[-1], last)


class _Recurrence(torch.autograd.Function):
    """terms [time, batch, 4 H], real [time, batch] -> hiddens [time, batch, H], the last cell state [batch, H]."""

    @staticmethod
    def forward(
        ctx: Any, terms: Tensor, real: Tensor, bias: Tensor, weight_hidden: Tensor, weight_peephole: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        from s2s_core.fused.kernels import forward

        time, batch, size = terms.shape[0], terms.shape[1], weight_hidden.shape[1]
        states = torch.zeros(2, time + 1, batch, size, device=terms.device)
        gates = torch.empty(time, batch, 4 * size, device=terms.device)
        hiddens, cells = states
        forward[_programs(batch)](
            terms,
            bias,
            weight_hidden.contiguous(),
            weight_hidden if weight_peephole is None else weight_peephole.contiguous(),
            real,
            gates,
            hiddens,
            cells,
            time,
            batch,
            **_constants(size, weight_peephole),
        )
        ctx.dtype = terms.dtype
        ctx.save_for_backward(real, weight_hidden, weight_peephole, gates, hiddens, cells)
        return hiddens[1:], cells[-1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_cell: Tensor) -> tuple[Tensor | None, ...]:
        from s2s_core.fused.kernels import backward

        real, weight_hidden, weight_peephole, gates, hiddens, cells = ctx.saved_tensors
        time, batch, size = d_hiddens.shape
        dz = torch.empty_like(gates)
        backward[_programs(batch)](
            weight_hidden.contiguous(),
            weight_hidden if weight_peephole is None else weight_peephole.contiguous(),
            real,
            gates,
            cells,
            d_hiddens.float().contiguous(),
            torch.zeros_like(d_cell, dtype=torch.float32),
            d_cell.float().clone(memory_format=torch.contiguous_format),
            dz,
            time,
            batch,
            **_constants(size, weight_peephole),
        )
        dtype = weight_hidden.dtype
        rows = dz.view(-1, 4 * size).to(dtype)
        d_hidden_weight = rows.T @ hiddens[:-1].reshape(-1, size).to(dtype)
        d_peephole = None
        if weight_peephole is not None:
            seen = cells[:-1].reshape(-1, size).to(dtype), cells[1:].reshape(-1, size).to(dtype)
            d_peephole = torch.cat([rows[:, : 2 * size].T @ seen[0], rows[:, 3 * size :].T @ seen[1]])
        return dz.to(ctx.dtype), None, dz.sum(dim=(0, 1)), d_hidden_weight, d_peephole


def _constants(size: int, weight_peephole: Tensor | None) -> dict[str, int]:
    """What the kernels are compiled for."""
    return {"H": size, "PEEPHOLES": weight_peephole is not None, "ROWS": ROWS, "TILE": _tile(size)}


def _programs(batch: int) -> tuple[int]:
    return (-(-batch // ROWS),)


def _tile(size: int) -> int:
    """The largest power of two up to LARGEST_TILE that divides the width."""
    return min(size & -size, LARGEST_TILE)


def _fits(cell: Cell) -> TypeGuard[LSTMCell]:
    if not isinstance(cell, LSTMCell) or _tile(cell.hidden_size) < SMALLEST_TILE:
        return False
    return cell.weight_peephole is None or cell.weight_peephole.dim() == 2


@cache
def _works(device: torch.device, dtype: torch.dtype, size: int, peepholes: bool) -> bool:
    """Compiles the kernels as they will be used and holds them against the cell; says once why not, if not."""
    if find_spec("triton") is None:
        return False
    try:
        with torch.inference_mode(False), torch.random.fork_rng([device]), torch.enable_grad():
            problem = "" if agrees(device, dtype, size, peepholes) else "its numbers are not those of the cell"
    except Exception as error:  # whatever a compiler or a driver may raise: training goes on without the kernels
        problem = str(error)
    if problem:
        LOG.warning("the fused LSTM of %d units is not used on %s: %s", size, device, problem)
    return not problem


def agrees(device: torch.device, dtype: torch.dtype, size: int, peepholes: bool) -> bool:
    """Whether the kernels give the numbers of a cell that is stepped, forwards and in its gradients.

    What may differ is a share of the length of each: 1e-4 in float32, 5 % in the shorter types.
    """
    peephole = "full" if peepholes else "none"
    cell = LSTMCell(input_sizes={"x": size}, hidden_size=size, init=UsualInit(), peephole=peephole).to(device)
    terms = torch.randn(3, 5, 4 * size, device=device)
    mask = torch.arange(5, device=device) < torch.tensor([[5], [3], [1]], device=device)
    weights = [weight for name, weight in cell.named_parameters() if "weight_input" not in name]
    found = []
    for run in (recurrence, stepped):
        x = terms.clone().requires_grad_()
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            hiddens, last = run(cell, x.to(dtype), mask)
        assert last.cell is not None
        total = hiddens[mask].float().square().sum() + last.hidden.float().sum() + last.cell.float().sum()
        found.append([hiddens[mask].float(), *torch.autograd.grad(total, [x, *weights])])
    share = 1e-4 if dtype == torch.float32 else 0.05
    return all(bool((one - other).norm() <= share * other.norm()) for one, other in zip(*found, strict=True))


def stepped(
    cell: Cell, terms: Float[Tensor, "batch time gates"], mask: Bool[Tensor, "batch time"], *, backward: bool = False
) -> tuple[Float[Tensor, "batch time hidden"], CellState]:
    """What `recurrence` has to give, step by step."""
    state, hiddens = cell.initial(len(terms)), {}
    positions = range(terms.shape[1])
    for t in reversed(positions) if backward else positions:
        state = cell.step({"x": terms[:, t]}, state).state.where(mask[:, t], state)
        hiddens[t] = state.hidden
    return torch.stack([hiddens[t] for t in positions], dim=1), state
