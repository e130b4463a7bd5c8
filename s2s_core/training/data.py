"""Pairs of texts as ids, ready to be batched."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import torch

from s2s_core.batch import Batch
from s2s_core.described import described
from s2s_core.errors import EmptyText, TextTooLong, TrainingError
from s2s_core.tasks import Pair
from s2s_core.threads import passing
from s2s_core.translator import Translator


class NothingFits(TrainingError):
    """All of so many `pairs` are longer than the model takes: `source` and `target` tokens at most."""

    def __init__(self, pairs: int, source: int, target: int) -> None:
        super().__init__(
            f"none of the {pairs} pairs has 1 to {source} source tokens and 1 to {target} target tokens, which is what "
            "the model takes"
        )
        self.args = (pairs, source, target)
        self.pairs, self.source, self.target = pairs, source, target

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class EncodedPairs:
    """The pairs that a model can take, encoded once."""

    pairs: tuple[Pair, ...]
    src_ids: tuple[tuple[int, ...], ...]  # with the marks that the model reads
    tgt_ids: tuple[tuple[int, ...], ...]
    dropped: int  # pairs left out: an empty side, or more tokens than the model takes

    __repr__ = described

    @classmethod
    def of(cls, translator: Translator, pairs: Sequence[Pair]) -> "EncodedPairs":
        """Encode ``pairs`` with the translator's tokenizers.

        Raises:
            TrainingError: where no pair is left.
        """
        config = translator.net.config
        kept = []
        for pair in passing(pairs):
            with suppress(EmptyText, TextTooLong):
                src, tgt = translator.encode(pair.source), translator.encode_reference(pair.target)
                kept.append((pair, tuple(translator.net.source_ids(src.ids)), tgt.ids))
        if not kept:
            raise NothingFits(len(pairs), config.max_src_len, config.max_tgt_len - 1)
        columns = tuple(zip(*kept, strict=True))
        return cls(pairs=columns[0], src_ids=columns[1], tgt_ids=columns[2], dropped=len(pairs) - len(kept))

    @property
    def lengths(self) -> list[int]:
        """Source and target tokens of each pair."""
        return [len(src) + len(tgt) for src, tgt in zip(self.src_ids, self.tgt_ids, strict=True)]

    def target_tokens(self, indices: Sequence[int]) -> int:
        """Target tokens of the pairs of the given indices, the end marks counted."""
        return sum(len(self.tgt_ids[i]) + 1 for i in indices)

    def batch(self, indices: Sequence[int], *, device: torch.device) -> Batch:
        """The pairs of the given indices, padded."""
        return Batch.of([self.src_ids[i] for i in indices], [self.tgt_ids[i] for i in indices], device=device)

    def batches(self, size: int, *, device: torch.device) -> Iterator[Batch]:
        """All pairs once, sorted by length."""
        order = sorted(range(len(self.pairs)), key=self.lengths.__getitem__)
        for start in range(0, len(order), size):
            yield self.batch(order[start : start + size], device=device)

    def __len__(self) -> int:
        return len(self.pairs)
