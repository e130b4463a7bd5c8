"""The recurrences on CUDA, all steps in one kernel. Where they cannot be used, nothing changes but the time."""

from typing import TypeGuard

import torch

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import Cell, LSTMCell
from s2s_core.fused.cuda.check import works
from s2s_core.fused.cuda.decoder import LONGEST, decoder
from s2s_core.fused.cuda.layer import layer
from s2s_core.fused.cuda.spread import FEWEST
from s2s_core.records import Memory

__all__ = ["decoder", "decodes", "layer", "reads"]


def reads(cell: Cell, device: torch.device) -> bool:
    """Whether `layer` can take its cells' place: LSTMs with full peepholes or none, their width a multiple of 16,
    on CUDA, where the kernels compile and agree with the cells.
    """
    if device.type != "cuda" or not _fits(cell):
        return False
    return works("layer", device, _product_type(), cell.hidden_size, cell.weight_peephole is not None)


def decodes(cell: Cell, attention: AdditiveAttention, memory: Memory) -> bool:
    """The same of `decoder`, for sources of up to 256 tokens."""
    device, (src_len, width), keyed = memory.states.device, memory.states.shape[1:], attention.energy.in_features
    if device.type != "cuda" or not _fits(cell) or width % FEWEST or keyed % FEWEST or src_len > LONGEST:
        return False
    return works("decoder", device, _product_type(), cell.hidden_size, cell.weight_peephole is not None, width, keyed)


def _fits(cell: Cell) -> TypeGuard[LSTMCell]:
    if not isinstance(cell, LSTMCell) or cell.hidden_size % FEWEST:
        return False
    return cell.weight_peephole is None or cell.weight_peephole.dim() == 2


def _product_type() -> torch.dtype:
    return torch.get_autocast_dtype("cuda") if torch.is_autocast_enabled("cuda") else torch.float32
