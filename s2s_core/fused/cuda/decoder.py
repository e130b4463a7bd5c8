"""The decoder under teacher forcing without records, on CUDA: one kernel for all steps, another for the gradients.

It computes the numbers of `Decoder.step`, (12)-(15), for every real token, with additive attention and one LSTM. The
backward pass computes the activations of attention again, which is cheaper than storing them.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.fused.cell import product_type
from s2s_core.fused.cuda.spread import FEWEST, Spread
from s2s_core.records import CellState, Memory

PARTS, PARTS_BACK = ("QUERY", "ATTEND", "EARLY", "LATE"), ("LATE", "EARLY", "READ", "ATTEND")
LONGEST = 256  # source tokens: one program computes the attention weights of a whole sentence
AT_ONCE = 4096  # elements of a sentence's keys or states that a program reads at a time


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
    dtype = product_type(y)
    weight_seen = torch.cat([cell.weight_input["context"], cell.weight_hidden], dim=1)
    run: Any = _Decoder.apply
    rows = run(
        F.linear(y.to(dtype), cell.weight_input["y"].to(dtype)),
        memory.states.to(dtype),
        memory.prepared,
        start.hidden,
        start.cell,
        cell.bias,
        weight_seen.to(dtype),
        None if cell.weight_peephole is None else cell.weight_peephole.to(dtype),
        attention.query.weight.to(dtype),
        attention.energy.weight.squeeze(0),
        memory.mask.sum(dim=1, dtype=torch.int32),
        mask.sum(dim=1, dtype=torch.int32),
    )
    real = mask.flatten().nonzero().squeeze(1)
    hiddens, contexts = (tensor.flatten(0, 1).index_select(0, real) for tensor in rows)
    return hiddens, contexts


class _Decoder(torch.autograd.Function):
    """terms [batch, time, 4 H], the memory, the first state, weights -> hiddens [batch, time, H], contexts [.., M]."""

    @staticmethod
    def forward(
        ctx: Any,
        terms: Tensor,
        states: Tensor,
        keys: Tensor,
        start_hidden: Tensor,
        start_cell: Tensor,
        bias: Tensor,
        weight_seen: Tensor,
        weight_peephole: Tensor | None,
        weight_query: Tensor,
        energy: Tensor,
        src_lengths: Tensor,
        lengths: Tensor,
    ) -> tuple[Tensor, Tensor]:
        from s2s_core.fused.cuda.decoder_kernels import forward

        (batch, time), (src_len, width), (keyed, size) = terms.shape[:2], states.shape[1:], weight_query.shape
        states, keys, start_cell = states.contiguous(), keys.contiguous(), start_cell.float().contiguous()
        gates = bias.new_empty(batch, time, 4 * size)
        cells, hiddens = bias.new_empty(2, batch, time, size)
        seen = weight_seen.new_empty(batch, time, width + size)
        old, new = weight_seen.new_empty(2, batch, time, size)
        seen[:, 0, width:], old[:, 0] = start_hidden, start_cell
        queries, weights = bias.new_empty(batch, time, keyed), bias.new_empty(batch, time, src_len)
        spread = Spread.of(batch=batch, ways=1, size=size, device=terms.device)
        span = max(FEWEST, _power_of_two(src_len))
        constants = spread.constants(weight_seen, peepholes=weight_peephole is not None)
        constants |= spread.tile(weight_seen, width, keyed)
        constants |= {"M": width, "A": keyed, "SPAN": span, "SOME": AT_ONCE // span, "src_len": src_len}
        spread.launch(
            forward, PARTS,
            terms, bias, weight_seen, weight_seen if weight_peephole is None else weight_peephole, weight_query, energy,
            keys, states, src_lengths, lengths, start_cell, gates, cells, hiddens, seen, old, new, queries, weights,
            batch=batch, steps=time, constants=constants | {"ASKED": _share(keyed, spread.members)},
        )  # fmt: skip
        ctx.spread, ctx.constants = spread, constants
        ctx.save_for_backward(
            states, keys, start_cell, weight_seen, weight_peephole, weight_query, energy, src_lengths, lengths,
            gates, cells, seen, old, new, queries, weights,
        )  # fmt: skip
        return hiddens, seen[..., :width]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_contexts: Tensor) -> tuple[Tensor | None, ...]:
        from s2s_core.fused.cuda.decoder_gradient_kernels import backward, keys_back

        (
            states, keys, start_cell, weight_seen, weight_peephole, weight_query, energy, src_lengths, lengths,
            gates, cells, seen, old, new, queries, weights,
        ) = ctx.saved_tensors  # fmt: skip
        (batch, time, size), (src_len, width), keyed = cells.shape, states.shape[1:], len(energy)
        span, some = ctx.constants["SPAN"], ctx.constants["SOME"]
        dz, d_context = torch.empty_like(gates, dtype=seen.dtype), seen.new_empty(batch, time, width)
        d_scores, d_queries = torch.empty_like(weights), torch.empty_like(queries, dtype=seen.dtype)
        d_hidden, d_cell = cells.new_zeros(2, batch, size)
        ctx.spread.launch(
            backward, PARTS_BACK,
            weight_seen, weight_seen if weight_peephole is None else weight_peephole, weight_query, energy,
            keys, states, src_lengths, lengths, start_cell, gates, cells, queries, weights,
            d_hiddens.float().contiguous(), d_contexts.contiguous(),
            dz, d_context, d_scores, d_queries, d_hidden, d_cell,
            batch=batch, steps=time, constants=ctx.constants | {"READS": _share(width, ctx.spread.members)},
        )  # fmt: skip
        d_keys, d_energy = torch.empty_like(keys), energy.new_empty(batch, keyed)
        keys_back[batch, -(-keyed // some)](
            keys, queries, energy, d_scores, d_keys, d_energy, time, src_len, A=keyed, SPAN=span, SOME=some
        )
        rows, asked = dz.flatten(0, 1).T, d_queries.flatten(0, 1).T
        hidden = seen[..., width:].flatten(0, 1)
        d_peephole = None
        if weight_peephole is not None:
            early, late = rows[: 2 * size] @ old.flatten(0, 1), rows[3 * size :] @ new.flatten(0, 1)
            d_peephole = torch.cat([early, late])
        return (
            dz,
            weights.transpose(1, 2).to(d_context.dtype) @ d_context,
            d_keys,
            torch.addmm(d_hidden, d_queries[:, 0].float(), weight_query.float()),
            d_cell,
            dz.sum(dim=(0, 1), dtype=torch.float32),
            rows @ seen.flatten(0, 1),
            d_peephole,
            asked @ hidden,
            d_energy.sum(dim=0),
            None,
            None,
        )


def _power_of_two(size: int) -> int:
    """The smallest power of two that is at least ``size``."""
    return 1 << (size - 1).bit_length()


def _share(size: int, members: int) -> int:
    """How many of ``size`` elements each of a team's ``members`` computes: a power of two, at least FEWEST."""
    return max(FEWEST, _power_of_two(-(-size // members)))
