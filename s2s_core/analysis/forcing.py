"""Compare teacher forcing with the free run, (18): a reference to show it, where the runs differ, steps' scores."""

from collections.abc import Sequence
from itertools import zip_longest
from math import exp

import pandas as pd

from s2s_core.tokenizer import EOS, SPECIALS
from s2s_core.trace import Trace
from s2s_core.translator import Translator

CANDIDATES = 4  # the most probable tokens of a step, from which the wrong token is chosen


def likeliest_slip(translator: Translator, free: Trace) -> str | None:
    """The model's answer with one token replaced by the most probable second choice of all steps.

    The changed text must be as long as the answer and encode to exactly these tokens. None if there is no such text,
    for example for an empty answer.
    """
    ids = free.tgt_ids[:-1] if free.tgt_ids[-1:] == (EOS,) else free.tgt_ids
    slips: list[tuple[float, str]] = []
    for t, written in enumerate(ids):
        for _token, other, probability in free.top(t, CANDIDATES):
            changed = (*ids[:t], other, *ids[t + 1 :])
            if other == written or other < len(SPECIALS):
                continue
            text = translator.tgt_tokenizer.decode(list(changed))
            if len(text) == len(free.output) and translator.tgt_tokenizer.encode(text).ids == changed:
                slips.append((probability, text))
    return max(slips)[1] if slips else None


def parting(reference: Sequence[str], free: Sequence[str]) -> int | None:
    """The first step (from 0) at which the free run differs from the reference; None if it never does."""
    places = enumerate(zip_longest(reference, free))
    return next((t for t, (wanted, written) in places if wanted != written), None)


def per_step(trace: Trace) -> pd.DataFrame:
    """One row per step: what was fed and from where, what was predicted, and the term of (16) with the sum so far.

    Columns step (from 1), fed, fed_from, predicted, probability (of what was predicted), scored (the reference's token
    where there is one, else what was written), log_prob (of what is scored), total.
    """
    steps = range(len(trace.tgt_tokens))
    log_probs = trace.token_log_probs.astype("float64")
    return pd.DataFrame(
        {
            "step": [t + 1 for t in steps],
            "fed": trace.fed_tokens,
            "fed_from": trace.fed_from,
            "predicted": trace.tgt_tokens,
            "probability": [exp(trace.log_probs[t, trace.tgt_ids[t]]) for t in steps],
            "scored": trace.reference_tokens or trace.tgt_tokens,
            "log_prob": log_probs,
            "total": log_probs.cumsum(),
        }
    )
