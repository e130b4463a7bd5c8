"""Whether the kernels can be used: they have to compile, and to compute the same numbers as the PyTorch operations."""

import logging
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.config import ModelConfig
from s2s_core.fused.cuda.decoder import decoder
from s2s_core.fused.cuda.layer import layer
from s2s_core.fused.cuda.spread import exact
from s2s_core.fused.decoder import decoder as plain_decoder
from s2s_core.fused.layer import layer as plain_layer
from s2s_core.initialisation import UsualInit
from s2s_core.records import CellState, Memory

LOG = logging.getLogger(__name__)

Agrees = Callable[..., bool]


def works(what: str, device: torch.device, dtype: torch.dtype, size: int, peepholes: bool, *others: int) -> bool:
    """Whether the kernels of a layer or a decoder compile and are correct. If not, the reason is logged once."""
    return _works(what, device, dtype, exact(dtype), size, peepholes, *others)


@cache
def _works(
    what: str, device: torch.device, dtype: torch.dtype, exactly: bool, size: int, peepholes: bool, *others: int
) -> bool:
    """``exactly`` is only part of the cache's key: with TF32 the kernels are others than without it."""
    if find_spec("triton") is None:
        return False
    try:
        with torch.inference_mode(False), torch.random.fork_rng([device]), torch.enable_grad():
            agrees = AGREES[what](device, dtype, size, peepholes, *others)
        problem = "" if agrees else "its numbers are not those of the cell"
    except Exception as error:  # a compiler or a driver may raise anything; training then goes on without the kernels
        problem = str(error)
    if problem:
        LOG.warning("the fused %s of %d units is not used on %s: %s", what, size, device, problem)
    return not problem


def layer_agrees(device: torch.device, dtype: torch.dtype, size: int, peepholes: bool) -> bool:
    """Whether the outputs and the gradients of `layer` agree with those of the layer without kernels."""
    cells = [_cell({"x": size}, size, peepholes, device) for _ in range(2)]
    weights = [weight for cell in cells for weight in cell.parameters()]
    x, mask = torch.randn(3, 5, size, device=device), _mask(device)
    found = []
    for run in (layer, plain_layer):
        x = x.detach().requires_grad_()
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            hiddens, last = run(cells, x, mask)
        assert last.cell is not None
        total = hiddens[mask].float().square().sum() + last.hidden.float().sum() + last.cell.float().sum()
        found.append([hiddens[mask].float(), *torch.autograd.grad(total, [x, *weights])])
    return _alike(*found, dtype=dtype)


def decoder_agrees(
    device: torch.device, dtype: torch.dtype, size: int, peepholes: bool, memory_size: int, attention_size: int
) -> bool:
    """The same for `decoder`."""
    cell = _cell({"y": size, "context": memory_size}, size, peepholes, device)
    config = ModelConfig(
        src_vocab_size=9,
        tgt_vocab_size=9,
        bidirectional=False,
        encoder_hidden=memory_size,
        decoder_hidden=size,
        attention_size=attention_size,
    )
    attention = AdditiveAttention(config).to(device)
    weights = [*cell.parameters(), *attention.parameters()]
    mask, src_mask = _mask(device), _mask(device).flip(0)
    inputs = [torch.randn(3, *shape, device=device) for shape in ((5, size), (5, memory_size), (size,), (size,))]
    found = []
    for run in (decoder, plain_decoder):
        y, states, hidden, first = inputs = [tensor.detach().requires_grad_() for tensor in inputs]
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            memory = Memory(states, src_mask, (), attention.keys(states), None)
            rows = run(cell, attention, y, mask, memory, CellState(hidden, first))
        total = sum((row.float().square().sum() for row in rows), start=torch.zeros((), device=device))
        found.append([*(row.float() for row in rows), *torch.autograd.grad(total, [*inputs, *weights])])
    return _alike(*found, dtype=dtype)


AGREES: dict[str, Agrees] = {"layer": layer_agrees, "decoder": decoder_agrees}


def _cell(inputs: dict[str, int], size: int, peepholes: bool, device: torch.device) -> LSTMCell:
    kind = "full" if peepholes else "none"
    return LSTMCell(input_sizes=inputs, hidden_size=size, init=UsualInit(), peephole=kind).to(device)


def _mask(device: torch.device) -> Tensor:
    return torch.arange(5, device=device) < torch.tensor([[5], [3], [1]], device=device)


def _alike(these: Sequence[Tensor], others: Sequence[Tensor], *, dtype: torch.dtype) -> bool:
    """Whether each pair of tensors has a relative error (of its norm) of at most 1e-4 in float32, 5 % in TF32 and
    shorter types.
    """
    tolerance = 1e-4 if exact(dtype) else 0.05
    return all(bool((one - other).norm() <= tolerance * other.norm()) for one, other in zip(these, others, strict=True))
