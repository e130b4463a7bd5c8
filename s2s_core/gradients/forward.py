"""The forward run for a backward pass: one sentence, teacher-forced (18), in float64, with its autograd graph."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core.batch import Batch
from s2s_core.decoder import teacher_forced
from s2s_core.described import described
from s2s_core.records import CellState, DecoderState, DecoderStep, EncoderStep, Memory
from s2s_core.seq2seq import Seq2Seq


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The forward run of one sentence: a copy of the model in float64, its steps, and -log p of each token."""

    net: Seq2Seq
    reading: Mapping[tuple[int, str], Sequence[EncoderStep]]  # by layer and direction, in the order of reading
    memory: Memory
    start: DecoderState
    writing: Sequence[DecoderStep]
    losses: Float[Tensor, " tgt_len"]

    __repr__ = described

    def back(self, loss: Tensor, towards: Sequence[Tensor]) -> list[Tensor]:
        """The gradient of a loss with respect to tensors of this run; 0 where it does not depend on one."""
        found: Sequence[Tensor | None] = torch.autograd.grad(loss, towards, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(of) if one is None else one for one, of in zip(found, towards, strict=True)]


@torch.inference_mode(False)
@torch.enable_grad()  # also if the caller has turned gradients off
def run_forward(net: Seq2Seq, source: Sequence[int], targets: Sequence[int], fed: Sequence[int]) -> Run:
    """Run the model on a source and targets in float64, without dropout. Each step is fed the given token.

    It uses a copy of the model, because other threads may be using the model.
    """
    net = copy.deepcopy(net).double().eval().requires_grad_(False)
    for side in (net.encoder, net.decoder):
        side.embedding.weight.requires_grad_()  # the graph begins at the inputs; no weight needs a gradient
    batch = Batch.of([list(source)], device=net.device)
    steps = list(net.encoder.steps(batch.src, batch.src_mask))
    reading: dict[tuple[int, str], list[EncoderStep]] = {}
    for step in steps:
        reading.setdefault((step.layer, step.direction), []).append(step)
    memory = net.memory(steps, batch.src_mask)
    start = _apart(net.decoder.start(memory))
    tokens = torch.tensor([list(fed)], device=net.device)
    writing = list(net.decoder.steps(memory, teacher_forced(tokens), length=len(fed), start=start))
    log_probs = torch.cat([torch.log_softmax(step.logits, dim=-1) for step in writing])
    wanted = torch.tensor(list(targets), device=net.device)
    return Run(net, reading, memory, start, writing, -log_probs.gather(1, wanted[:, None])[:, 0])


def _apart(state: DecoderState) -> DecoderState:
    """The same state in new tensors. With the bridge "copy", a fixed context reads the old tensors too."""

    def own(of: Tensor) -> Tensor:
        copied = of.clone()
        return copied if copied.requires_grad else copied.requires_grad_()  # zeros are not in the graph

    cells = tuple(CellState(own(cell.hidden), None if cell.cell is None else own(cell.cell)) for cell in state.cells)
    return DecoderState(cells, state.readout)
