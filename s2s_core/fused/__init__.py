"""The way through a sentence where nobody looks at a step: no records, the numbers of the steps.

An LSTM with full peepholes or none, and the decoder of one layer with additive attention, have their gradients written
out: `layer` and `decoder`, in the operations of PyTorch; `Writer` takes the decoder's steps for searching. On CUDA,
kernels do all steps at once (`cuda`). Whatever else a model is made of is stepped.
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
    """Whether the steps of this cell are written out: a plain LSTM's, where peepholes are matrices or absent.

    They are for tensors like ``x``, on a processor or on CUDA.
    Gradients are written over what they are computed from, so that they can be asked for once: out of training mode,
    whoever wants gradients gets those of the steps.
    """
    if not (is_tensor(x) and x.device.type in DEVICES and type(cell) is LSTMCell and all_plain(cell.modules())):
        return False
    if torch.is_grad_enabled() and not cell.training:
        return False
    return cell.weight_peephole is None or cell.weight_peephole.dim() == 2


def serves_attention(attention: Context) -> TypeGuard[AdditiveAttention]:
    """Whether the scores of this attention are written out: plain additive ones."""
    if type(attention) is not AdditiveAttention or not all_plain(attention.modules()):
        return False
    return attention.query.bias is None and attention.energy.bias is None


def read(
    cells: Sequence[Cell], x: Float[Tensor, "batch time input"], mask: Bool[Tensor, "batch time"]
) -> tuple[Float[Tensor, "batch time memory"], CellState]:
    """A layer of the encoder: every h on real tokens, the directions joined (11), and their last states, joined too."""
    return (cuda.layer if cuda.reads(cells[0], x) else plain_layer)(cells, x, mask)


def decoder(
    cell: LSTMCell,
    attention: AdditiveAttention,
    y: Float[Tensor, "batch tgt_len embedding"],
    mask: Bool[Tensor, "batch tgt_len"],
    memory: Memory,
    start: CellState,
) -> tuple[Float[Tensor, "tokens hidden"], Float[Tensor, "tokens memory"]]:
    """The decoder under teacher forcing: s_t and c_t of every real token, in the order of ``y[mask]``."""
    run = cuda.decoder if cuda.decodes(cell, attention, y, memory) else plain_decoder
    return run(cell, attention, y, mask, memory, start)
