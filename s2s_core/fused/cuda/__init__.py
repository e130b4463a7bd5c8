"""The recurrences as CUDA kernels that compute all steps at once. They are used in training only: compiling them takes
seconds, which is too long for a single text. Where they cannot be used, training is slower but otherwise the same.
"""

from typing import TypeGuard

import torch
from torch import Tensor

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused.cuda.check import works
from s2s_core.fused.cuda.decoder import LONGEST, decoder
from s2s_core.fused.cuda.layer import layer
from s2s_core.fused.cuda.spread import FEWEST
from s2s_core.records import Memory

__all__ = ["decoder", "decodes", "layer", "reads"]

MOST = 2**31  # elements of a tensor: the kernels use 32-bit indices


def reads(cell: Cell, x: Tensor) -> bool:
    """Whether `layer` can replace cells like this one for an input x [batch, time, input].

    The cell has to be an LSTM with full peepholes or none, with a hidden size that is a multiple of 16. It has to be
    training on CUDA, and the kernels have to compile and to compute the same numbers as the cell.
    """
    if not _learns_on_cuda(x) or not _fits(cell):
        return False
    batch, time = x.shape[:2]
    if batch * time * 8 * cell.hidden_size >= MOST:  # four gates of two directions
        return False
    return works("layer", x.device, _product_type(), cell.hidden_size, cell.weight_peephole is not None)


def decodes(cell: Cell, attention: AdditiveAttention, y: Tensor, memory: Memory) -> bool:
    """The same for `decoder`, with sources of at most 256 tokens."""
    (batch, src_len, width), keyed = memory.states.shape, attention.energy.in_features
    if not _learns_on_cuda(y) or not _fits(cell) or width % FEWEST or keyed % FEWEST or src_len > LONGEST:
        return False
    if batch * max(y.shape[1] * (4 * cell.hidden_size + width), src_len * (width + keyed)) >= MOST:
        return False
    return works("decoder", y.device, _product_type(), cell.hidden_size, cell.weight_peephole is not None, width, keyed)


def _learns_on_cuda(x: Tensor) -> bool:
    return x.device.type == "cuda" and torch.is_grad_enabled()


def _fits(cell: Cell) -> TypeGuard[LSTMCell]:
    if not isinstance(cell, LSTMCell) or cell.hidden_size % FEWEST:
        return False
    return cell.weight_peephole is None or cell.weight_peephole.dim() == 2


def _product_type() -> torch.dtype:
    return torch.get_autocast_dtype("cuda") if torch.is_autocast_enabled("cuda") else torch.float32
