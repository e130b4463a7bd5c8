"""Fast implementations for training and searching: they compute the same numbers as the steps, but return no records.

`layer` (an encoder layer of LSTMs with full peepholes or none) and `decoder` (one such LSTM with additive attention)
use PyTorch operations and explicit gradients. `Writer` computes the decoder's steps for a search. On CUDA, `cuda`
computes all steps in one kernel. All other cells and attentions use the ordinary steps.
"""

from collections.abc import Sequence
from typing import TypeGuard

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from s2s_core.arrays import Array, is_tensor
from s2s_core.attention import AdditiveAttention, Context
from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused import cuda
from s2s_core.fused.decoder import decoder as plain_decoder
from s2s_core.fused.layer import layer as plain_layer
from s2s_core.fused.writer import Writer
from s2s_core.plain import all_plain
from s2s_core.records import CellState, Memory

__all__ = ["Writer", "decoder", "read", "serves", "serves_attention"]

DEVICES = ("cpu", "cuda")


def serves(cell: Cell, x: Array) -> TypeGuard[LSTMCell]:
    """Whether this package can compute the steps of a cell: an unchanged LSTM with full peepholes or none.

    ``x`` is an input of the cell; it has to be a PyTorch tensor on a CPU or on CUDA.
    The backward pass overwrites the tensors that it reads, so it can run only once. This is enough in training mode. A
    cell in evaluation mode whose gradients are needed uses the ordinary steps.
    """
    if not (is_tensor(x) and x.device.type in DEVICES and type(cell) is LSTMCell and all_plain(cell.modules())):
        return False
    if torch.is_grad_enabled() and not cell.training:
        return False
    return cell.weight_peephole is None or cell.weight_peephole.dim() == 2


def serves_attention(attention: Context) -> TypeGuard[AdditiveAttention]:
    """Whether this package can compute the scores of this attention: it has to be an unchanged additive attention."""
    if type(attention) is not AdditiveAttention or not all_plain(attention.modules()):
        return False
    return attention.query.bias is None and attention.energy.bias is None


def read(
    cells: Sequence[Cell], x: Float[Tensor, "batch time input"], mask: Bool[Tensor, "batch time"]
) -> tuple[Float[Tensor, "batch time memory"], CellState]:
    """An encoder layer: h of every token, 0 on padding, and the last states; both directions are concatenated (11)."""
    return (cuda.layer if cuda.reads(cells[0], x) else plain_layer)(cells, x, mask)


def decoder(
    cell: LSTMCell,
    attention: AdditiveAttention,
    y: Float[Tensor, "batch tgt_len embedding"],
    mask: Bool[Tensor, "batch tgt_len"],
    memory: Memory,
    start: CellState,
) -> tuple[Float[Tensor, "tokens hidden"], Float[Tensor, "tokens memory"]]:
    """The decoder under teacher forcing: state s_t and context c_t of every real token, in the order of ``y[mask]``."""
    run = cuda.decoder if cuda.decodes(cell, attention, y, memory) else plain_decoder
    return run(cell, attention, y, mask, memory, start)
