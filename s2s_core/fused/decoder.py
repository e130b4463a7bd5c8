"""The decoder under teacher forcing without records, for training: additive attention and one LSTM, (12)-(15).

It computes the numbers of `Decoder.step` for every real token, with explicit gradients (see `cell`).

The scores use σ, since PyTorch's tanh takes several times as long. With σ' = σ(2(W s + U h)), the score
v · tanh(W s + U h) is 2 v · σ' - Σ v. The term Σ v is the same for all positions, so the softmax does not change when
it is left out. Its gradient can be left out too: the gradients of one step's scores add up to 0, so every term of the
gradient that does not depend on the position adds up to 0.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.fused import cell as equations
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
    """State s_t and context c_t of every real token, in the order of ``y[mask]``."""
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
        equations.product_type(y),
    )
    in_order = packing.forward.argsort()
    hiddens, contexts = (tensor.index_select(0, in_order) for tensor in rows)
    return hiddens, contexts


class _Decoder(torch.autograd.Function):
    """y in packed rows, all other inputs sorted by the sentences' rank -> hiddens [tokens, H], contexts [tokens, M].

    A row of ``cell_inputs`` [tokens, M + H] holds the context and s_{t-1}, which the cell reads at that step.
    ``activations`` [tokens, positions, A] holds σ' of the scores. M is the size of a memory state, A that of attention.
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
            query_weight, doubled_keys, doubled_energy = (2 * weight_query).to(dtype), 2 * keys.to(y.dtype), 2 * energy
            peephole = equations.peepholes(weight_peephole, dtype)
            states, first = memory.to(dtype), old
            (positions, width), size, counts = memory.shape[1:], hidden.shape[1], packing.counts
            gates = equations.affine(y, weight_y.to(dtype), bias)
            cells, squashed, hiddens = gates.new_empty(3, len(y), size)
            cell_inputs = torch.empty(len(y), width + size, dtype=dtype, device=y.device)
            activations = gates.new_empty(len(y), positions, len(energy))
            weights = gates.new_zeros(len(counts), counts[0], positions)
            rows = (
                torch.split(tensor, counts) for tensor in (gates, cell_inputs, activations, cells, squashed, hiddens)
            )
            for t, (z, cell_input, activation, cell, tanh_cell, next_hidden) in enumerate(zip(*rows, strict=True)):
                let_pass()
                count = counts[t]
                cell_input[:, width:] = hidden[:count]
                query = torch.mm(cell_input[:, width:], query_weight.mT).unsqueeze(1)
                torch.add(doubled_keys[:count], query, out=activation).sigmoid_()
                scores = torch.mv(activation.flatten(0, 1), doubled_energy).view(count, positions)  # (13)
                weights[t, :count] = scores.masked_fill_(padding[:count], -torch.inf).softmax(dim=-1)  # (14)
                context = torch.bmm(weights[t, :count].unsqueeze(1).to(dtype), states[:count])  # (15)
                cell_input[:, :width] = context.squeeze(1)
                equations.add_product(z, cell_input, weight.mT)
                equations.step(z, old[:count], cell, tanh_cell, next_hidden, peephole)
                hidden, old = next_hidden, cell
        ctx.packing, ctx.dtype, ctx.keys_dtype = packing, dtype, keys.dtype
        ctx.save_for_backward(
            y, memory, weight_y, weight_context, weight_hidden, weight_peephole, weight_query, energy,
            first, gates, cell_inputs, cells, squashed, activations, weights,
        )  # fmt: skip
        return hiddens, cell_inputs[:, :width]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_contexts: Tensor) -> tuple[Tensor | None, ...]:
        (
            y, memory, weight_y, weight_context, weight_hidden, weight_peephole, weight_query, energy,
            first, gates, cell_inputs, cells, squashed, activations, weights,
        ) = ctx.saved_tensors  # fmt: skip
        packing, dtype, counts = ctx.packing, ctx.dtype, ctx.packing.counts
        with torch.autocast(y.device.type, enabled=False):
            weight = torch.cat([weight_context, weight_hidden], dim=1).to(dtype)
            peephole = equations.peepholes(weight_peephole, dtype)
            states, slope, width = memory.to(dtype), 4 * energy, memory.shape[2]
            scaled_query_weight = (slope.unsqueeze(1) * weight_query).to(dtype)
            d_hidden, d_cell = gates.new_zeros(2, *first.shape)
            d_context = gates.new_zeros(len(counts), counts[0], width)
            d_query = gates.new_empty(len(y), len(energy))
            d_keys, d_energy = activations.new_zeros(counts[0], *activations.shape[1:]), torch.zeros_like(energy)
            gate_rows, cell_rows, tanh_rows, activation_rows, query_rows, hidden_rows, context_rows = (
                torch.split(tensor, counts)
                for tensor in (gates, cells, squashed, activations, d_query, d_hiddens, d_contexts)
            )
            for t in reversed(range(len(counts))):
                let_pass()
                count, dz, activation = counts[t], gate_rows[t], activation_rows[t]
                dh, dc = d_hidden[:count], d_cell[:count]
                dh += hidden_rows[t]
                old = cell_rows[t - 1][:count] if t else first
                equations.step_back(dz, old, tanh_rows[t], dh, dc, peephole)
                d_input = torch.mm(dz.to(dtype), weight)
                d_step_context = torch.add(d_input[:, :width], context_rows[t], out=d_context[t, :count])
                d_weights = torch.bmm(d_step_context.to(dtype).unsqueeze(1), states[:count].mT).squeeze(1)  # (15)
                row_weights = weights[t, :count]
                d_scores = d_weights * row_weights
                d_scores -= row_weights * d_scores.sum(dim=1, keepdim=True)  # (14)
                d_energy.addmv_(activation.flatten(0, 1).mT, d_scores.flatten(), alpha=2)  # (13)
                activation.addcmul_(activation, activation, value=-1)
                torch.bmm(d_scores.unsqueeze(1), activation, out=query_rows[t].unsqueeze(1))
                d_keys[:count].addcmul_(d_scores.unsqueeze(2), activation)
                dh.copy_(d_input[:, width:])
                equations.add_product(dh, query_rows[t], scaled_query_weight)
            d_peephole = None
            if peephole is not None:
                olds = torch.cat([first, cells[packing.before]])
                d_peephole = equations.peephole_gradient(gates, olds, cells, dtype)
            d_weight = equations.weight_gradient(gates, cell_inputs, dtype)
            return (
                torch.mm(gates.to(dtype), weight_y.to(dtype)).to(y.dtype),
                torch.bmm(weights.permute(1, 2, 0).to(dtype), d_context.transpose(0, 1).to(dtype)).to(memory.dtype),
                (d_keys * slope).to(ctx.keys_dtype),
                None,
                d_hidden,
                d_cell,
                gates.sum(dim=0),
                equations.weight_gradient(gates, y, dtype),
                d_weight[:, :width],
                d_weight[:, width:],
                d_peephole,
                equations.weight_gradient(d_query * slope, cell_inputs[:, width:], dtype),
                d_energy,
                None,
                None,
            )
