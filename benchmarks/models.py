"""The models and the sentences that speed is measured with: ours and JoeyNMT's, of the same sizes, on the same ids."""

import random
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from s2s_core import ModelConfig

VOCABULARY = 4000
DROPOUT = 0.3
SMOOTHING = 0.1
SHORTEST, LONGEST = 13, 17  # tokens of a sentence: as unequal as buckets of like length leave them
# of a text: the logarithm's mean and deviation, and the extremes, in Multi30k's German test_2016 (4,000 pieces)
LOG_MEAN, LOG_DEVIATION, TEXT_SHORTEST, TEXT_LONGEST = 2.675, 0.369, 5, 44


def config(size: int) -> ModelConfig:
    """Full peepholes, additive attention, both directions, all of one width; the output is the embedding, tied."""
    return ModelConfig(
        src_vocab_size=VOCABULARY,
        tgt_vocab_size=VOCABULARY,
        embedding_size=size,
        embedding_std=size**-0.5,
        encoder_hidden=size,
        decoder_hidden=size,
        attention_size=size,
        readout_size=size,
        tie_output=True,
        source_end=False,
        dropout=DROPOUT,
    )


def sentences(count: int, seed: int) -> list[list[int]]:
    """Sentences of a training batch."""
    draw = random.Random(seed)
    return _words(draw, (draw.randint(SHORTEST, LONGEST) for _ in range(count)))


def text(count: int, seed: int) -> list[list[int]]:
    """Sentences as unequal in length as those of a text, in no order."""
    draw = random.Random(seed)
    lengths = (round(draw.lognormvariate(LOG_MEAN, LOG_DEVIATION)) for _ in range(count))
    return _words(draw, (min(max(length, TEXT_SHORTEST), TEXT_LONGEST) for length in lengths))


def _words(draw: random.Random, lengths: Iterable[int]) -> list[list[int]]:
    """Ids of words, the low ones more frequent, as in a language (Zipf)."""
    weights = [1 / rank for rank in range(10, VOCABULARY + 6)]
    return [draw.choices(range(4, VOCABULARY), weights, k=length) for length in lengths]


def update(net: nn.Module, optimizer: torch.optim.Optimizer, loss: Callable[[], Tensor]) -> Callable[[], None]:
    """One update of a model's weights, as a call without arguments."""
    net.train()

    def call() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()

    return call
