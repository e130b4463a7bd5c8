"""How often each unit's gates are open and shut over many sentences: a point of the scatter of Karpathy, Johnson &
Fei-Fei 2015. Computed in batches, and only the counts are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from s2s_core import arguments
from s2s_core.analysis.gates import OPEN, SHUT, Saturation
from s2s_core.analysis.layers import place
from s2s_core.decoder import free_running
from s2s_core.records import CellStep
from s2s_core.tokenizer import BOS, EOS
from s2s_core.translator import Translator

BATCH = 64


@dataclass(slots=True)
class _Tally:
    """Counts of one gate."""

    open: Int[Tensor, " units"]
    shut: Int[Tensor, " units"]
    steps: int = 0

    def add(self, gate: Float[Tensor, "batch units"]) -> None:
        self.open += (gate > OPEN).sum(dim=0)
        self.shut += (gate < SHUT).sum(dim=0)
        self.steps += len(gate)

    def shares(self) -> Saturation:
        return Saturation(_share(self.open, self.steps), _share(self.shut, self.steps))


@dataclass(slots=True)
class _Tallies:
    """Counts of every cell and gate."""

    cells: dict[str, dict[str, _Tally]] = field(default_factory=dict)

    def add(self, part: str, step: CellStep, running: Bool[Tensor, " batch"]) -> None:
        for gate in (name for name in step.__slots__ if name.endswith("_gate")):
            values: Tensor = getattr(step, gate)
            empty = torch.zeros(values.shape[1], dtype=torch.long, device=values.device)
            tally = self.cells.setdefault(part, {}).setdefault(gate, _Tally(empty.clone(), empty))
            tally.add(values[running])


def saturation_over(
    translator: Translator, texts: Sequence[str], layer: int | None = None
) -> Mapping[str, Mapping[str, Saturation]]:
    """Cell ("forward", "backward", "decoder") -> gate -> shares of each unit, over all the tokens.

    ``layer`` counts from 0; None, or a number that is too large, is the top layer.

    Raises:
        EmptyText, TextTooLong: for a text that the model cannot take.
        InvalidConfig: if ``texts`` is one text instead of a list.
    """
    tallies = _Tallies()
    texts = sorted(arguments.texts("texts", texts), key=len)
    for start in range(0, len(texts), BATCH):
        for part, step, running in _steps(translator, texts[start : start + BATCH], layer):
            tallies.add(part, step, running)
    return {part: {gate: tally.shares() for gate, tally in found.items()} for part, found in tallies.cells.items()}


@torch.inference_mode()
def _steps(translator: Translator, texts: Sequence[str], layer: int | None) -> Iterator[tuple[str, CellStep, Tensor]]:
    """Every step of the cells of a layer, and a mask of the sentences that are not padding at this step."""
    net = translator.net
    batch = translator.source_batch(texts)
    steps = list(net.encoder.steps(batch.src, batch.src_mask))
    reading, writing = place(layer, len(net.encoder.layers)), place(layer, len(net.decoder.layers))
    for step in steps:
        if step.layer == reading:
            yield step.direction, step.cell, batch.src_mask[:, step.position]
    memory = net.memory(steps, batch.src_mask)
    running = torch.ones(len(texts), dtype=torch.bool, device=net.device)
    first = torch.full((len(texts),), BOS, device=net.device)
    for decoded in net.decoder.steps(memory, free_running(first), length=net.config.max_tgt_len):
        yield "decoder", decoded.cells[writing], running
        running = running & (decoded.logits.argmax(dim=-1) != EOS)
        if not running.any():
            return


def _share(count: Tensor, steps: int) -> Float[np.ndarray, " units"]:
    return count.cpu().numpy() / steps
