"""Score a model on held-out pairs: the task's scores with greedy decoding and beam search, and where attention is.

The attention is measured under teacher forcing (18), so that each row belongs to a known output character. If the
output is exactly the reference, it is identical to the attention of the free run. Both passes are batched.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from s2s_core import arguments
from s2s_core.batch import Batch
from s2s_core.decoder import teacher_forced
from s2s_core.described import described
from s2s_core.errors import DataError
from s2s_core.metrics import Alignment, alignment
from s2s_core.search import MAX_BEAM
from s2s_core.tasks import Pair, Task
from s2s_core.threads import passing
from s2s_core.tokenizer import Encoding
from s2s_core.translator import Translator

BATCH = 256

Progress = Callable[[int], None]  # called with the number of pairs done so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The scores of a model on held-out pairs."""

    pairs: int
    dropped: int  # pairs that are too long for the model; they are not scored
    scores: dict[str, float]  # the task's, in percent
    beam_size: int  # 1 if only greedy decoding was scored
    beam_scores: dict[str, float]  # the same scores with beam search
    groups: dict[str, int]  # pairs in each group
    aligner: str  # the aligner that gave the links; "" if the task knows them
    alignment: Alignment | None  # over all pairs; None without attention, or where no alignment is known
    group_alignments: dict[str, Alignment]
    seconds: float

    __repr__ = described

    def table(self) -> tuple[list[str], list[list[object]]]:
        """A header, a row for all pairs, and one for each group: the scores, and where the attention is.

        If beam search was used, a last row has its scores over all pairs.
        """
        totals = [name for name in self.scores if "/" not in name]
        header = ["", "pairs", *(f"{name} %" for name in totals)]
        rows: list[list[object]] = [["all", self.pairs, *(self.scores[name] for name in totals)]]
        rows += [
            [group, n, *(self.scores.get(f"{name}/{group}", "") for name in totals)] for group, n in self.groups.items()
        ]
        if self.alignment is not None:
            entries = [self.alignment, *self.group_alignments.values()]
            for name, rates in self._alignment_columns(entries).items():
                if not all(map(math.isnan, rates)):
                    header.append(name)
                    for row, rate in zip(rows, rates, strict=True):
                        row.append("" if math.isnan(rate) else rate)
        if self.beam_scores:
            row = [f"all, beam {self.beam_size}", self.pairs, *(self.beam_scores[name] for name in totals)]
            rows.append(row + [""] * (len(header) - len(row)))
        return header, rows

    def _alignment_columns(self, entries: Sequence[Alignment]) -> dict[str, list[float]]:
        return {
            f"meets {self.aligner} %" if self.aligner else "in the field %": [entry.field for entry in entries],
            "on the character %": [entry.exact for entry in entries],
            "entropy (nats)": [entry.entropy for entry in entries],
            "on the end mark %": [100.0 * entry.end_share for entry in entries],
        }

    def to_json(self) -> dict[str, object]:
        """Plain data; percentages and, for the entropy, nats."""
        aligned = {"": self.alignment} if self.alignment else {}
        return {
            "pairs": self.pairs,
            "dropped": self.dropped,
            "scores": self.scores,
            "beam_size": self.beam_size,
            "beam_scores": self.beam_scores,
            "groups": self.groups,
            "aligner": self.aligner,
            "alignment": {name or "all": _plain(entry) for name, entry in (aligned | self.group_alignments).items()},
            "seconds": round(self.seconds, 2),
        }


def evaluate(
    translator: Translator,
    task: Task,
    pairs: Sequence[Pair],
    *,
    beam_size: int | None = None,
    progress: Progress = lambda done: None,
) -> Evaluation:
    """Score ``translator`` on ``pairs``: greedy decoding and, if ``beam_size`` (None: the task's) is above 1, a beam.

    Raises:
        DataError: if all pairs are too long for the model.
        InvalidConfig: if the beam is out of range.
    """
    beam_size = task.beam_size if beam_size is None else arguments.whole("beam_size", beam_size, 1, MAX_BEAM)
    began = time.perf_counter()
    given = len(pairs)
    pairs = [pair for pair in passing(pairs) if translator.takes(pair)]
    if not pairs:
        raise DataError(f"none of the {given} pairs is short enough for the model")
    outputs = _outputs(translator, pairs, beam_size=1, progress=progress)
    searched = _outputs(translator, pairs, beam_size=beam_size) if beam_size > 1 else []
    attends = translator.net.config.context == "attention"
    linked = [pair for pair in task.linked(pairs) if pair.links] if attends else []
    aligned: dict[str, Alignment] = {}
    for pair, source, target, weights in passing(attention(translator, linked)):
        aligned[pair.group] = aligned.get(pair.group, Alignment()) + alignment(weights, pair, source, target)
    groups = sorted({pair.group for pair in pairs})
    return Evaluation(
        pairs=len(pairs),
        dropped=given - len(pairs),
        scores=task.score(pairs, outputs),
        beam_size=beam_size,
        beam_scores=task.score(pairs, searched) if searched else {},
        aligner=task.aligner,
        groups={group: sum(pair.group == group for pair in pairs) for group in groups if group},
        alignment=sum(aligned.values(), Alignment()) if aligned else None,
        group_alignments={group: aligned[group] for group in groups if group and group in aligned},
        seconds=time.perf_counter() - began,
    )


def _outputs(
    translator: Translator, pairs: Sequence[Pair], *, beam_size: int, progress: Progress = lambda done: None
) -> list[str]:
    outputs: list[str] = []
    for start in range(0, len(pairs), BATCH):
        sources = [pair.source for pair in pairs[start : start + BATCH]]
        outputs += translator.translate(sources, beam_size=beam_size)
        progress(len(outputs))
    return outputs


def attention(translator: Translator, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Encoding, Encoding, np.ndarray]]:
    """The weights (14) of each pair, [target tokens, source tokens and end mark]; nothing for a fixed context."""
    if translator.net.config.context != "attention":
        return
    config = translator.net.config
    start, end = int(config.source_start), int(config.source_end)
    order = sorted(pairs, key=lambda pair: len(pair.source))
    for first in range(0, len(order), BATCH):
        chunk = order[first : first + BATCH]
        sources = [translator.encode(pair.source) for pair in chunk]
        targets = [translator.encode_reference(pair.target) for pair in chunk]
        weights = _weights(translator, sources, targets)
        for pair, source, target, matrix in zip(chunk, sources, targets, weights, strict=True):
            yield pair, source, target, matrix[: len(target), start : start + len(source) + end]


@torch.inference_mode()
def _weights(
    translator: Translator, sources: Sequence[Encoding], targets: Sequence[Encoding]
) -> Float[np.ndarray, "batch tgt_len src_len"]:
    """The weights of sentences of any length, padded; in full precision, also under autocast."""
    net = translator.net
    src_ids = [net.source_ids(source.ids) for source in sources]
    batch = Batch.of(src_ids, [target.ids for target in targets], device=net.device)
    with torch.autocast(net.device.type, enabled=False):
        memory = net.encode(batch.src, batch.src_mask)
        steps = net.decoder.steps(memory, teacher_forced(batch.tgt_in), length=batch.tgt_in.shape[1])
        rows = [step.attention.weights for step in steps if step.attention.weights is not None]
    return torch.stack(rows, dim=1).float().cpu().numpy()


def _plain(entry: Alignment) -> dict[str, int | float | None]:
    """An alignment as plain data; nan becomes None."""
    rates = {
        "field": entry.field,
        "exact": entry.exact,
        "entropy": entry.entropy,
        "end_mark": 100.0 * entry.end_share,
    }
    known = {name: None if math.isnan(rate) else rate for name, rate in rates.items()}
    return {"characters": entry.digits, "copied": entry.copied, **known}
