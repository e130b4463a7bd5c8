"""The recurrences on CUDA, all steps in one kernel. They are for training: to compile them takes seconds, for which a
single text would wait in vain. Where they cannot be used, nothing changes but the time.
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

MOST = 2**31  # numbers in a tensor, which kernels count in 32 bits


def reads(cell: Cell, x: Tensor) -> bool:
    """Whether `layer` can take its cells' place for an input [batch, time, _]: LSTMs with full peepholes or none, their
    width a multiple of 16, learning, on CUDA, where the kernels compile and agree with the cells.
    """
    if not _learns_on_cuda(x) or not _fits(cell):
        return False
    batch, time = x.shape[:2]
    if batch * time * 8 * cell.hidden_size >= MOST:  # four gates of two directions
        return False
    return works("layer", x.device, _product_type(), cell.hidden_size, cell.weight_peephole is not None)


def decodes(cell: Cell, attention: AdditiveAttention, y: Tensor, memory: Memory) -> bool:
    """The same of `decoder`, for sources of up to 256 tokens."""
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
