"""The results of a model on each of many pairs: its teacher-forced loss (17), its free output, and its attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch.nn import functional as F

from s2s_core.batch import Batch
from s2s_core.described import described
from s2s_core.evaluation import attention
from s2s_core.metrics import alignment, edit_distance, sentence_bleu
from s2s_core.tasks import Pair
from s2s_core.tokenizer import PAD
from s2s_core.translator import Translator

BATCH = 256

Row = Float[np.ndarray, " pairs"]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """One number per pair, in the order of the pairs."""

    source_length: Row  # characters
    loss: Row  # -log p(Y|X) of the reference, in nats: teacher forced
    tokens: Row  # of the reference, the end mark included
    exact: Row  # 1 if the output of the free run is right
    bleu: Row  # of the free run, in percent, one sentence at a time
    edits: Row  # edit distance of the free run to the nearest reference, in characters
    characters: Row  # of that reference
    in_field: Row  # output characters whose largest weight lies in the right field; 0 without attention or links
    linked: Row  # output characters that come from the source; 0 without attention or links

    __repr__ = described


def outcomes(translator: Translator, pairs: Sequence[Pair]) -> Outcomes:
    """Run every pair, forced and free.

    Raises:
        EmptyText, TextTooLong: for a pair that the model cannot take.
    """
    outputs = translator.translate([pair.source for pair in pairs])
    both = list(zip(outputs, pairs, strict=True))
    nearest = [min((edit_distance(output, answer), len(answer)) for answer in pair.answers) for output, pair in both]
    losses = forced_losses(translator, pairs)
    looks = {
        id(pair): alignment(weights, pair, source, target)
        for pair, source, target, weights in attention(translator, [pair for pair in pairs if pair.links])
    }
    return Outcomes(
        source_length=_row(len(pair.source) for pair in pairs),
        loss=_row(sum(terms) for terms in losses),
        tokens=_row(len(terms) for terms in losses),
        exact=_row(output in pair.answers for output, pair in both),
        bleu=_row(sentence_bleu(output, pair.answers) for output, pair in both),
        edits=_row(edits for edits, _ in nearest),
        characters=_row(characters for _, characters in nearest),
        in_field=_row(looks[id(pair)].in_field if id(pair) in looks else 0 for pair in pairs),
        linked=_row(looks[id(pair)].digits if id(pair) in looks else 0 for pair in pairs),
    )


@torch.inference_mode()
def forced_losses(translator: Translator, pairs: Sequence[Pair]) -> list[list[float]]:
    """-log p(y*_t | y*_<t, X) of each reference token and of the end mark, (16) and (18), in the order of the pairs."""
    losses: list[list[float]] = [[] for _ in pairs]
    for rows, batch in batches(translator, pairs):
        log_probs = torch.log_softmax(translator.net.logits(batch).float(), dim=-1)
        terms = F.nll_loss(log_probs.transpose(1, 2), batch.tgt_out, ignore_index=PAD, reduction="none")
        for row, values, mask in zip(rows, terms.tolist(), batch.tgt_mask.tolist(), strict=True):
            losses[row] = [value for value, real in zip(values, mask, strict=True) if real]
    return losses


def batches(translator: Translator, pairs: Sequence[Pair]) -> Iterator[tuple[list[int], Batch]]:
    """Batches of pairs of similar length: the indices of the pairs, and the batch on the model's device."""
    order = sorted(range(len(pairs)), key=lambda row: len(pairs[row].source))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        sources = [translator.net.source_ids(translator.encode(pairs[row].source).ids) for row in rows]
        targets = [list(translator.encode_reference(pairs[row].target).ids) for row in rows]
        yield rows, Batch.of(sources, targets, device=translator.net.device)


def _row(values: Iterator[float] | Iterator[int] | Iterator[bool]) -> Row:
    return np.fromiter(values, dtype=np.float64)
