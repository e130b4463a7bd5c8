"""The decoder under teacher forcing without records, for training: additive attention and one LSTM, (12)-(15).

The numbers of `Decoder.step` on every real token, and their gradients, written out (see `cell`). With
σ' = σ(2(W s + U h)) the score v · tanh(W s + U h) is 2 v · σ' - Σ v, and the softmax takes no notice of what is the
same for all positions; tanh itself takes PyTorch several times as long. For the same reason, and since the gradients
of the scores of one step add up to 0, so do those terms of the gradient that do not depend on the position.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.fused import cell as written
from s2s_core.fused.packing import Packing
from s2s_core.records import CellState, Memory
from s2s_core.threads import let_pass


def decoder(
    cell: LSTMCell,
    attention: AdditiveAttention,
    y: Float[Tensor, "batch tgt_len embedding"],
    mask: Bool[Tensor, "batch tgt_len"],
    memory: Memory,
    start: CellState,
) -> tuple[Float[Tensor, "tokens hidden"], Float[Tensor, "tokens memory"]]:
    """s_t and c_t of every real token, in the order of ``y[mask]``."""
    assert start.cell is not None, "an LSTM's state has a cell"
    packing = Packing.of(mask)
    by_rank = [
        tensor.index_select(0, packing.order)
        for tensor in (memory.states, memory.prepared, ~memory.mask, start.hidden, start.cell)
    ]
    run: Any = _Decoder.apply
    rows = run(
        packing.pack(y, packing.forward),
        *by_rank,
        cell.bias,
        cell.weight_input["y"],
        cell.weight_input["context"],
        cell.weight_hidden,
        cell.weight_peephole,
        attention.query.weight,
        attention.energy.weight.squeeze(0),
        packing,
        written.product_type(y),
    )
    in_order = packing.forward.argsort()
    hiddens, contexts = (tensor.index_select(0, in_order) for tensor in rows)
    return hiddens, contexts


class _Decoder(torch.autograd.Function):
    """Sentences by rank, y in packed rows -> hiddens [tokens, H], contexts [tokens, memory].

    What the cell reads of a step stands in one row of ``seen``: its context, then s_{t-1}.
    """

    @staticmethod
    def forward(
        ctx: Any,
        y: Tensor,
        memory: Tensor,
        keys: Tensor,
        padding: Tensor,
        hidden: Tensor,
        old: Tensor,
        bias: Tensor,
        weight_y: Tensor,
        weight_context: Tensor,
        weight_hidden: Tensor,
        weight_peephole: Tensor | None,
        weight_query: Tensor,
        energy: Tensor,
        packing: Packing,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        with torch.autocast(y.device.type, enabled=False):
            weight = torch.cat([weight_context, weight_hidden], dim=1).to(dtype)
            query, doubled_keys, doubled = (2 * weight_query).to(dtype), 2 * keys.to(y.dtype), 2 * energy
            peephole = written.peepholes(weight_peephole, dtype)
            states, first = memory.to(dtype), old
            (positions, width), size, counts = memory.shape[1:], hidden.shape[1], packing.counts
            gates = written.affine(y, weight_y.to(dtype), bias)
            cells, squashed, hiddens = gates.new_empty(3, len(y), size)
            seen = torch.empty(len(y), width + size, dtype=dtype, device=y.device)
            curves = gates.new_empty(len(y), positions, len(energy))
            weights = gates.new_zeros(len(counts), counts[0], positions)
            rows = (torch.split(tensor, counts) for tensor in (gates, seen, curves, cells, squashed, hiddens))
            for t, (z, reads, curve, cell, tanh_cell, next_hidden) in enumerate(zip(*rows, strict=True)):
                let_pass()
                count = counts[t]
                reads[:, width:] = hidden[:count]
                asked = torch.mm(reads[:, width:], query.mT).unsqueeze(1)
                torch.add(doubled_keys[:count], asked, out=curve).sigmoid_()
                scores = torch.mv(curve.flatten(0, 1), doubled).view(count, positions)  # (13)
                weights[t, :count] = scores.masked_fill_(padding[:count], -torch.inf).softmax(dim=-1)  # (14)
                context = torch.bmm(weights[t, :count].unsqueeze(1).to(dtype), states[:count])  # (15)
                reads[:, :width] = context.squeeze(1)
                written.add_product(z, reads, weight.mT)
                written.step(z, old[:count], cell, tanh_cell, next_hidden, peephole)
                hidden, old = next_hidden, cell
        ctx.packing, ctx.dtype, ctx.keys_dtype = packing, dtype, keys.dtype
        ctx.save_for_backward(
            y, memory, weight_y, weight_context, weight_hidden, weight_peephole, weight_query, energy,
            first, gates, seen, cells, squashed, curves, weights,
        )  # fmt: skip
        return hiddens, seen[:, :width]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_contexts: Tensor) -> tuple[Tensor | None, ...]:
        (
            y, memory, weight_y, weight_context, weight_hidden, weight_peephole, weight_query, energy,
            first, gates, seen, cells, squashed, curves, weights,
        ) = ctx.saved_tensors  # fmt: skip
        packing, dtype, counts = ctx.packing, ctx.dtype, ctx.packing.counts
        with torch.autocast(y.device.type, enabled=False):
            weight = torch.cat([weight_context, weight_hidden], dim=1).to(dtype)
            peephole = written.peepholes(weight_peephole, dtype)
            states, slope, width = memory.to(dtype), 4 * energy, memory.shape[2]
            asking = (slope.unsqueeze(1) * weight_query).to(dtype)
            d_hidden, d_cell = gates.new_zeros(2, *first.shape)
            d_context = gates.new_zeros(len(counts), counts[0], width)
            d_query = gates.new_empty(len(y), len(energy))
            d_keys, d_energy = curves.new_zeros(counts[0], *curves.shape[1:]), torch.zeros_like(energy)
            gate_rows, cell_rows, tanh_rows, curve_rows, query_rows, hidden_rows, context_rows = (
                torch.split(tensor, counts)
                for tensor in (gates, cells, squashed, curves, d_query, d_hiddens, d_contexts)
            )
            for t in reversed(range(len(counts))):
                let_pass()
                count, dz, curve = counts[t], gate_rows[t], curve_rows[t]
                dh, dc = d_hidden[:count], d_cell[:count]
                dh += hidden_rows[t]
                old = cell_rows[t - 1][:count] if t else first
                written.step_back(dz, old, tanh_rows[t], dh, dc, peephole)
                back = torch.mm(dz.to(dtype), weight)
                d_read = torch.add(back[:, :width], context_rows[t], out=d_context[t, :count])
                d_weights = torch.bmm(d_read.to(dtype).unsqueeze(1), states[:count].mT).squeeze(1)  # (15)
                paid = weights[t, :count]
                d_scores = d_weights * paid
                d_scores -= paid * d_scores.sum(dim=1, keepdim=True)  # (14)
                d_energy.addmv_(curve.flatten(0, 1).mT, d_scores.flatten(), alpha=2)  # (13)
                curve.addcmul_(curve, curve, value=-1)
                torch.bmm(d_scores.unsqueeze(1), curve, out=query_rows[t].unsqueeze(1))
                d_keys[:count].addcmul_(d_scores.unsqueeze(2), curve)
                dh.copy_(back[:, width:])
                written.add_product(dh, query_rows[t], asking)
            d_peephole = None
            if peephole is not None:
                olds = torch.cat([first, cells[packing.before]])
                d_peephole = written.peephole_gradient(gates, olds, cells, dtype)
            d_reading = written.weight_gradient(gates, seen, dtype)
            return (
                torch.mm(gates.to(dtype), weight_y.to(dtype)).to(y.dtype),
                torch.bmm(weights.permute(1, 2, 0).to(dtype), d_context.transpose(0, 1).to(dtype)).to(memory.dtype),
                (d_keys * slope).to(ctx.keys_dtype),
                None,
                d_hidden,
                d_cell,
                gates.sum(dim=0),
                written.weight_gradient(gates, y, dtype),
                d_reading[:, :width],
                d_reading[:, width:],
                d_peephole,
                written.weight_gradient(d_query * slope, seen[:, width:], dtype),
                d_energy,
                None,
                None,
            )
