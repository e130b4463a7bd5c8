"""A batch: token ids of sentences of different lengths in one tensor, with padding and a mask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from s2s_core.described import described
from s2s_core.tokenizer import BOS, EOS, PAD

TokenLinks = Sequence[tuple[int, Sequence[int]]]
"""The links of a sentence: for each linked target token, its position and the positions of its source tokens."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Source and target ids. The target is there twice, shifted by one: the fed tokens, and the tokens to predict."""

    src: Int[Tensor, "batch src_len"]
    src_mask: Bool[Tensor, "batch src_len"]
    tgt_in: Int[Tensor, "batch tgt_len"]  # begin mark, y_1, y_2, ...
    tgt_out: Int[Tensor, "batch tgt_len"]  # y_1, y_2, ..., end mark
    tgt_mask: Bool[Tensor, "batch tgt_len"]
    links: Float[Tensor, "batch tgt_len src_len"] | None = None  # where attention should be: each row adds up to 1 or 0

    __repr__ = described

    @classmethod
    def of(
        cls,
        src: Sequence[Sequence[int]],
        tgt: Sequence[Sequence[int]] | None = None,
        *,
        device: torch.device | str = "cpu",
    ) -> "Batch":
        """Pad ids (targets without marks) to one length; without targets the target side has no columns.

        Raises:
            ValueError: on an empty batch, an empty source, or a different number of sources and targets.
        """
        if not src or not all(src):
            raise ValueError("a batch needs at least one sentence, and every sentence at least one token")
        if tgt is not None and len(tgt) != len(src):
            raise ValueError(f"{len(src)} sources and {len(tgt)} targets")
        src_ids = _pad(src)
        tgt_in = _pad([[BOS, *ids] for ids in tgt]) if tgt is not None else src_ids[:, :0]
        tgt_out = _pad([[*ids, EOS] for ids in tgt]) if tgt is not None else src_ids[:, :0]
        return cls(src_ids, _real(src, src_ids), tgt_in, tgt_out, tgt_in != PAD).to(device)

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on another device."""
        return Batch(
            self.src.to(device),
            self.src_mask.to(device),
            self.tgt_in.to(device),
            self.tgt_out.to(device),
            self.tgt_mask.to(device),
            None if self.links is None else self.links.to(device),
        )

    def linked(self, links: Sequence[TokenLinks]) -> "Batch":
        """The same batch with the links of each sentence. Several links of a target token have equal weights."""
        shares = torch.zeros(*self.tgt_out.shape, self.src.shape[1], device=self.src.device)
        for row, tokens in zip(shares, links, strict=True):
            for step, places in tokens:
                row[step, list(places)] = 1 / len(places)
        return replace(self, links=shares)

    def __len__(self) -> int:
        return self.src.shape[0]


def _pad(rows: Sequence[Sequence[int]]) -> Int[Tensor, "batch length"]:
    width = max(len(row) for row in rows)
    return torch.tensor([[*row, *[PAD] * (width - len(row))] for row in rows], dtype=torch.long)


def _real(rows: Sequence[Sequence[int]], padded: Int[Tensor, "batch length"]) -> Bool[Tensor, "batch length"]:
    lengths = torch.tensor([len(row) for row in rows])
    return torch.arange(padded.shape[1]) < lengths.unsqueeze(1)
