"""Pairs of texts as ids, ready to be batched."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import torch

from s2s_core.batch import Batch, TokenLinks
from s2s_core.described import described
from s2s_core.errors import EmptyText, TextTooLong, TrainingError
from s2s_core.tasks import Pair
from s2s_core.threads import passing
from s2s_core.tokenizer import Encoding
from s2s_core.translator import Translator


class NothingFits(TrainingError):
    """All `pairs` (a number) are too long for the model, which takes at most `source` and `target` tokens."""

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
    links: tuple[TokenLinks, ...] = ()  # of each pair, if they are wanted

    __repr__ = described

    @classmethod
    def of(cls, translator: Translator, pairs: Sequence[Pair], *, linked: bool = False) -> "EncodedPairs":
        """Encode ``pairs`` with the translator's tokenizers, their links too if they are wanted.

        Raises:
            TrainingError: if no pair is left or, with ``linked``, if none of them has a link.
        """
        config = translator.net.config
        kept = []
        for pair in passing(pairs):
            with suppress(EmptyText, TextTooLong):
                src, tgt = translator.encode(pair.source), translator.encode_reference(pair.target)
                links = token_links(pair, src, tgt, first=int(config.source_start)) if linked else ()
                kept.append((pair, tuple(translator.net.source_ids(src.ids)), tgt.ids, links))
        if not kept:
            raise NothingFits(len(pairs), config.max_src_len, config.max_tgt_len - 1)
        columns = tuple(zip(*kept, strict=True))
        if linked and not any(columns[3]):
            raise TrainingError("attention cannot be guided: no training pair has links (is sil-thot installed?)")
        return cls(
            pairs=columns[0],
            src_ids=columns[1],
            tgt_ids=columns[2],
            dropped=len(pairs) - len(kept),
            links=columns[3] if linked else (),
        )

    @property
    def lengths(self) -> list[int]:
        """Source and target tokens of each pair."""
        return [len(src) + len(tgt) for src, tgt in zip(self.src_ids, self.tgt_ids, strict=True)]

    def target_tokens(self, indices: Sequence[int]) -> int:
        """Target tokens of the pairs of the given indices, the end marks counted."""
        return sum(len(self.tgt_ids[i]) + 1 for i in indices)

    def batch(self, indices: Sequence[int], *, device: torch.device) -> Batch:
        """The pairs of the given indices, padded."""
        batch = Batch.of([self.src_ids[i] for i in indices], [self.tgt_ids[i] for i in indices], device=device)
        return batch.linked([self.links[i] for i in indices]) if self.links else batch

    def batches(self, size: int, *, device: torch.device) -> Iterator[Batch]:
        """All pairs once, sorted by length."""
        order = sorted(range(len(self.pairs)), key=self.lengths.__getitem__)
        for start in range(0, len(order), size):
            yield self.batch(order[start : start + size], device=device)

    def __len__(self) -> int:
        return len(self.pairs)


def token_links(pair: Pair, source: Encoding, target: Encoding, *, first: int = 0) -> TokenLinks:
    """For each target token with a link, the source tokens that its characters come from.

    ``first`` is the position of the text's first token in the encoder's input.
    """
    found = []
    for step, (start, end) in enumerate(target.offsets if pair.links else ()):
        origins = {place for link in (pair.links or ())[start:end] if link for place in link.field}
        places = tuple(
            first + token
            for token, (begin, stop) in enumerate(source.offsets)
            if any(begin <= place < stop for place in origins)
        )
        if places:
            found.append((step, places))
    return tuple(found)
