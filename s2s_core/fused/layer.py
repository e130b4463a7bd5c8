"""An encoder layer without records, for training and searching. Both directions are computed together.

It computes the numbers of `LSTMCell.step` for every real token, with explicit gradients (see `cell`).
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused import cell as equations
from s2s_core.fused.packing import Packing
from s2s_core.records import CellState
from s2s_core.threads import let_pass


def layer(
    cells: Sequence[Cell], x: Float[Tensor, "batch time input"], mask: Bool[Tensor, "batch time"]
) -> tuple[Float[Tensor, "batch time memory"], CellState]:
    """h of every token, 0 on padding, and the last states; two directions are concatenated (11)."""
    packing = Packing.of(mask)
    ways = (packing.forward, packing.backward)[: len(cells)]
    rows = torch.stack([packing.pack(x, places) for places in ways])
    peepholes = [cell.weight_peephole for cell in cells if isinstance(cell, LSTMCell)]
    weights = [
        torch.stack([cell.bias for cell in cells]),
        torch.stack([cell.weight_input["x"] for cell in cells]),
        torch.stack([cell.weight_hidden for cell in cells]),
        torch.stack([weight for weight in peepholes if weight is not None]) if None not in peepholes else None,
    ]
    run: Any = _Layer.apply if torch.is_grad_enabled() else _read
    hiddens, last_cell = run(rows, *weights, packing, equations.product_type(x))
    states = [packing.unpack(hidden, places) for hidden, places in zip(hiddens, ways, strict=True)]
    lasts = [CellState(*last) for last in zip(hiddens.index_select(1, packing.last), last_cell, strict=True)]
    return torch.cat(states, dim=-1), CellState.join(lasts)


def _read(
    x: Tensor,
    bias: Tensor,
    weight_input: Tensor,
    weight_hidden: Tensor,
    weight_peephole: Tensor | None,
    packing: Packing,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """The same as `_Layer` without gradients: it stores nothing for a backward pass."""
    with torch.autocast(x.device.type, enabled=False):
        hidden_weight, peephole = weight_hidden.to(dtype), equations.peepholes(weight_peephole, dtype)
        projections = x.to(dtype) @ weight_input.to(dtype).mT
        cells, squashed = x.new_zeros(2, len(x), packing.counts[0], weight_hidden.shape[-1])
        hiddens, before = x.new_empty(*x.shape[:2], weight_hidden.shape[-1]), None
        rows = (torch.split(tensor, packing.counts, dim=1) for tensor in (projections, hiddens))
        for projection, hidden in zip(*rows, strict=True):
            let_pass()
            z, count = projection.to(x.dtype).add_(bias.unsqueeze(-2)), projection.shape[1]
            if before is not None:  # the first h is 0
                equations.add_product(z, before[:, :count], hidden_weight.mT)
            equations.step(z, cells[:, :count], cells[:, :count], squashed[:, :count], hidden, peephole)
            before = hidden
    return hiddens, cells[:, packing.order.argsort()]


class _Layer(torch.autograd.Function):
    """x [cells, tokens, input], weights with the cells in front -> hiddens [cells, tokens, H], c [cells, batch, H]."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        bias: Tensor,
        weight_input: Tensor,
        weight_hidden: Tensor,
        weight_peephole: Tensor | None,
        packing: Packing,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        with torch.autocast(x.device.type, enabled=False):
            hidden_weight = weight_hidden.to(dtype)
            peephole = equations.peepholes(weight_peephole, dtype)
            gates = equations.affine(x, weight_input.to(dtype), bias)
            size, counts = weight_hidden.shape[-1], packing.counts
            cells, squashed, hiddens = gates.new_empty(3, len(x), x.shape[1], size)
            old, before = gates.new_zeros(len(x), counts[0], size), None
            rows = (tensor.split(counts, dim=1) for tensor in (gates, cells, squashed, hiddens))
            for z, cell, tanh_cell, hidden in zip(*rows, strict=True):
                let_pass()
                count = z.shape[1]
                if before is not None:  # the first h is 0
                    equations.add_product(z, before[:, :count], hidden_weight.mT)
                equations.step(z, old[:, :count], cell, tanh_cell, hidden, peephole)
                old, before = cell, hidden
        ctx.packing, ctx.dtype = packing, dtype
        ctx.save_for_backward(x, weight_input, weight_hidden, weight_peephole, gates, cells, squashed, hiddens)
        return hiddens, cells[:, packing.last]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_last: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_input, weight_hidden, weight_peephole, gates, cells, squashed, hiddens = ctx.saved_tensors
        packing, dtype, counts = ctx.packing, ctx.dtype, ctx.packing.counts
        with torch.autocast(x.device.type, enabled=False):
            hidden_weight = weight_hidden.to(dtype)
            peephole = equations.peepholes(weight_peephole, dtype)
            d_cell, d_hidden = d_last[:, packing.order], torch.zeros_like(d_last)
            dz_rows, c_rows, tanh_rows, d_rows = (
                tensor.split(counts, dim=1) for tensor in (gates, cells, squashed, d_hiddens)
            )
            for t in reversed(range(len(counts))):
                let_pass()
                count = counts[t]
                dh, dc = d_hidden[:, :count], d_cell[:, :count]
                old = c_rows[t - 1][:, :count] if t else torch.zeros_like(c_rows[0])
                dh += d_rows[t]
                equations.step_back(dz_rows[t], old, tanh_rows[t], dh, dc, peephole)
                equations.write_product(dh, dz_rows[t], hidden_weight)
            later, before = gates[:, counts[0] :], packing.before
            return (
                (gates.to(dtype) @ weight_input.to(dtype)).to(x.dtype),
                gates.sum(dim=1),
                equations.weight_gradient(gates, x, dtype),
                equations.weight_gradient(later, hiddens[:, before], dtype),
                None if peephole is None else equations.peephole_gradient(gates, cells[:, before], cells, dtype),
                None,
                None,
            )
