"""Measure exposure bias (Bengio et al. 2015; Ranzato et al. 2016): which errors follow from one wrong token.

Before step t the decoder is fed the reference (18), at step t a wrong token, and then its own tokens. A model that was
fed only references in training has never seen such an input. The later tokens that differ from the reference's token at
the same step are counted.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from s2s_core.decoder import NextToken
from s2s_core.experiments.outcomes import batches
from s2s_core.records import DecoderStep
from s2s_core.tasks import Pair
from s2s_core.translator import Translator

NONE = -1  # no other token is known at this place


def wrong_tokens(references: Sequence[Sequence[int]]) -> list[list[int]]:
    """A wrong token for every token of every reference: that of the next reference with another token at this position.

    So a digit is replaced by a digit. NONE if all references agree, as on the hyphens of a date.
    """
    count = len(references)
    found: list[list[int]] = []
    for row, ids in enumerate(references):
        others = [references[(row + step) % count] for step in range(1, count)]
        found.append(
            [
                next((other[t] for other in others if t < len(other) and other[t] != token), NONE)
                for t, token in enumerate(ids)
            ]
        )
    return found


@torch.inference_mode()
def later_errors(
    translator: Translator, pairs: Sequence[Pair], wrong: Sequence[Sequence[int]]
) -> tuple[Float[np.ndarray, "pairs steps"], Float[np.ndarray, "pairs steps"]]:
    """After a wrong token at step t (from 0): the numbers of wrong later tokens and of later tokens; 0 and 0 for NONE.

    The end mark is one of the later tokens.
    """
    steps = max(len(row) for row in wrong)
    errors, places = np.zeros((len(pairs), steps)), np.zeros((len(pairs), steps))
    for rows, batch in batches(translator, pairs):
        memory = translator.net.encode(batch.src, batch.src_mask)
        lengths = batch.tgt_mask.sum(dim=1)
        columns = torch.arange(batch.tgt_in.shape[1], device=batch.tgt_in.device)
        for t in range(max(len(wrong[row]) for row in rows)):
            given = torch.tensor([wrong[row][t] if t < len(wrong[row]) else NONE for row in rows])
            given = given.to(batch.tgt_in.device)
            follow = slipped(batch.tgt_in, given.clamp(min=0), t)
            run = translator.net.decoder.steps(memory, follow, length=batch.tgt_in.shape[1])
            written = torch.stack([step.logits.argmax(dim=-1) for step in run], dim=1)
            counted = (columns > t) & (columns < lengths.unsqueeze(1)) & (given != NONE).unsqueeze(1)
            errors[rows, t] = ((written != batch.tgt_out) & counted).sum(dim=1).cpu()
            places[rows, t] = counted.sum(dim=1).cpu()
    return errors, places


def slipped(tgt_in: Int[Tensor, "batch tgt_len"], wrong: Int[Tensor, " batch"], t: int) -> NextToken:
    """Feed the reference before step t, ``wrong`` at step t, then the model's own tokens, (18)."""
    columns = tgt_in.unbind(dim=1)

    def next_token(step: int, last: DecoderStep | None) -> Int[Tensor, " batch"]:
        if last is None or step <= t:
            return columns[step]
        return wrong if step == t + 1 else last.logits.argmax(dim=-1)

    return next_token
