"""An encoder layer without records, on CUDA: one kernel for all steps of both directions, another for the gradients.

It computes the numbers of `LSTMCell.step` for every real token. cuDNN's fused LSTM has no peepholes; this one has them.
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused.cell import product_type
from s2s_core.fused.cuda.spread import Spread
from s2s_core.records import CellState

PARTS = ("EARLY", "LATE")
ROWS_OF_WEIGHT = 8  # rows of weights for each unit: four gates, each with W_h and, if there are any, peepholes


def layer(
    cells: Sequence[Cell], x: Float[Tensor, "batch time input"], mask: Bool[Tensor, "batch time"]
) -> tuple[Float[Tensor, "batch time memory"], CellState]:
    """h of every token, 0 on padding, and the last states; two directions are concatenated (11)."""
    dtype = product_type(x)
    peepholes = [cell.weight_peephole for cell in cells if isinstance(cell, LSTMCell)]
    weight_input = _joined([cell.weight_input["x"] for cell in cells]).to(dtype).flatten(0, 1)
    run: Any = _Layer.apply
    hiddens, last_hidden, last_cell = run(
        F.linear(x.to(dtype), weight_input),
        mask.sum(dim=1, dtype=torch.int32),
        _joined([cell.bias for cell in cells]),
        _joined([cell.weight_hidden for cell in cells]).to(dtype),
        None if None in peepholes else _joined([each for each in peepholes if each is not None]).to(dtype),
    )
    lasts = [CellState(*last) for last in zip(last_hidden, last_cell, strict=True)]
    return hiddens.flatten(2), CellState.join(lasts)


def _joined(weights: Sequence[Tensor]) -> Tensor:
    return weights[0].unsqueeze(0) if len(weights) == 1 else torch.stack(tuple(weights))


class _Layer(torch.autograd.Function):
    """terms [batch, time, directions * 4 H], weights [directions, ...] -> hiddens [batch, time, directions, H] and the
    last states h and c, both [directions, batch, H].
    """

    @staticmethod
    def forward(
        ctx: Any, terms: Tensor, lengths: Tensor, bias: Tensor, weight_hidden: Tensor, weight_peephole: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        from s2s_core.fused.cuda.layer_kernels import forward

        (batch, time), (ways, _, size), peepholes = terms.shape[:2], weight_hidden.shape, weight_peephole is not None
        shape = (batch, time, ways, size)
        gates = bias.new_empty(*shape[:3], 4 * size)
        cells, hiddens = bias.new_empty(2, *shape)
        before, old, new = weight_hidden.new_empty(3 if peepholes else 1, *shape).expand(3, *shape)
        last_hidden, last_cell = bias.new_empty(2, ways, batch, size)
        spread = Spread.of(batch=batch, ways=ways, size=size, device=terms.device)
        resident = spread.resident(weight_hidden, numbers=ROWS_OF_WEIGHT)
        constants = spread.constants(weight_hidden, peepholes=peepholes) | {"WAYS": ways, "RESIDENT": resident}
        constants |= {"TILE": size} if resident else spread.tile(weight_hidden)
        spread.launch(
            forward, PARTS,
            terms, bias, weight_hidden, weight_hidden if weight_peephole is None else weight_peephole, lengths,
            gates, cells, hiddens, before, old, new, last_hidden, last_cell,
            batch=batch, steps=time, constants=constants,
        )  # fmt: skip
        ctx.spread, ctx.constants = spread, constants
        ctx.save_for_backward(lengths, weight_hidden, weight_peephole, gates, cells, before, old, new)
        return hiddens, last_hidden, last_cell

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_last_hidden: Tensor, d_last_cell: Tensor) -> tuple[Tensor | None, ...]:
        from s2s_core.fused.cuda.layer_kernels import backward

        lengths, weight_hidden, weight_peephole, gates, cells, before, old, new = ctx.saved_tensors
        batch, time, _, size = cells.shape
        dz = torch.empty_like(gates, dtype=weight_hidden.dtype)
        d_hidden, d_cell = torch.empty_like(d_last_cell.expand(2, *d_last_cell.shape), dtype=torch.float32)
        ctx.spread.launch(
            backward, PARTS,
            weight_hidden, weight_hidden if weight_peephole is None else weight_peephole, lengths, gates, cells,
            d_hiddens.float().contiguous(), d_last_hidden.float().contiguous(), d_last_cell.float().contiguous(),
            dz, d_hidden, d_cell,
            batch=batch, steps=time, constants=ctx.constants,
        )  # fmt: skip
        rows = dz.flatten(0, 1).permute(1, 2, 0)  # [ways, 4 H, tokens]
        before, old, new = (seen.flatten(0, 1).transpose(0, 1) for seen in (before, old, new))
        d_peephole = None
        if weight_peephole is not None:
            d_peephole = torch.cat([rows[:, : 2 * size] @ old, rows[:, 3 * size :] @ new], dim=1)
        return dz.flatten(2), None, dz.sum(dim=(0, 1), dtype=torch.float32), rows @ before, d_peephole
