"""Packed sequences: a batch of sentences of different lengths without its padding.

A batch [batch, length, ...] becomes rows [tokens, ...], one step after the other. The rows of a step are the sentences
that are at least that long, the longest first. So the rows of a step continue the first rows of the step before: states
need no mask, and no row is computed for padding.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class Packing:
    """Where every row comes from. A sentence's rank is its position when the sentences are sorted, longest first."""

    shape: tuple[int, int]  # batch, length
    counts: list[int]  # the number of rows of each step
    order: Int[Tensor, " batch"]  # the indices of the sentences, sorted by rank
    forward: Int[Tensor, " tokens"]  # each row's index in the flattened batch, when sentences are read left to right
    backward: Int[Tensor, " tokens"]  # the same, when each sentence is read backwards from its last token
    before: Int[Tensor, " later"]  # for each row after the first step, the row of the same sentence one step before
    last: Int[Tensor, " batch"]  # each sentence's last row

    __repr__ = described

    @classmethod
    def of(cls, mask: Bool[Tensor, "batch length"]) -> "Packing":
        """The packing of a batch. Each sentence begins at position 0; the mask is true for its tokens."""
        lengths, order = mask.sum(dim=1).sort(descending=True, stable=True)
        steps = torch.arange(mask.shape[1], device=mask.device)
        counts = (lengths > steps.unsqueeze(1)).sum(dim=1)
        starts = counts.cumsum(dim=0) - counts
        step, rank = (lengths > steps.unsqueeze(1)).nonzero().unbind(dim=1)
        places = order[rank] * mask.shape[1]
        after = step > 0
        last = torch.empty_like(order)
        last[order] = starts[lengths - 1] + torch.arange(len(order), device=mask.device)
        return cls(
            shape=(mask.shape[0], mask.shape[1]),
            counts=[count for count in counts.tolist() if count],
            order=order,
            forward=places + step,
            backward=places + lengths[rank] - 1 - step,
            before=starts[step[after] - 1] + rank[after],
            last=last,
        )

    def pack(self, values: Float[Tensor, "batch length size"], places: Int[Tensor, " tokens"]) -> Tensor:
        """The packed rows of a batch, [tokens, size]; ``places`` is `forward` or `backward`."""
        return values.flatten(0, 1).index_select(0, places)

    def unpack(self, rows: Float[Tensor, "tokens size"], places: Int[Tensor, " tokens"]) -> Tensor:
        """The batch of packed rows, [batch, length, size], 0 on padding."""
        flat = rows.new_zeros(self.shape[0] * self.shape[1], rows.shape[1])
        return flat.index_copy(0, places, rows).view(*self.shape, -1)
