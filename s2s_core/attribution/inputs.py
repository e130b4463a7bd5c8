"""A run of the model up to one output token, as a function of its embedded inputs: the source and what was fed.

Gradients are taken with respect to these inputs, and a token is taken away by another vector in its place, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from s2s_core.described import described
from s2s_core.edits import Edit
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import SPECIALS, UNK

BASELINES = ("zero", "unknown", "mean")
"""The vector in the place of a token that is not there: 0, that of <unk>, or the mean of all tokens."""

SUBSTITUTES = 4  # of a token: those whose embeddings are most like its own
ROWS = 512  # runs at a time


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of several runs. The tokens of a row come first, padding after them."""

    source: Float[Tensor, "rows src_len embedding"]
    source_mask: Bool[Tensor, "rows src_len"]
    fed: Float[Tensor, "rows fed_len embedding"]
    fed_mask: Bool[Tensor, "rows fed_len"]

    __repr__ = described

    def __len__(self) -> int:
        return len(self.source)

    def rows(self, first: int, stop: int) -> "Inputs":
        """Some of the runs."""
        return Inputs(
            self.source[first:stop], self.source_mask[first:stop], self.fed[first:stop], self.fed_mask[first:stop]
        )


@dataclass(frozen=True, eq=False)
class Question:
    """Why a model writes ``token`` after it was fed ``fed``; or why it does so, and not write ``rather``.

    The value that is explained is log p(token), or log p(token) - log p(rather), in nats.
    """

    net: Seq2Seq
    source: tuple[int, ...]  # ids, with the marks that the encoder reads
    fed: tuple[int, ...]  # the start mark, y_1, y_2, ...: as many as there are steps
    token: int
    rather: int | None = None
    edit: Edit | None = None  # holds in every run

    __repr__ = described

    def inputs(self) -> Inputs:
        """The inputs of the run itself, one row."""
        embedded = self._embedded()
        masks = [torch.ones(vectors.shape[:2], dtype=torch.bool, device=vectors.device) for vectors in embedded]
        return Inputs(embedded[0], masks[0], embedded[1], masks[1])

    def baseline(self, kind: str) -> tuple[Float[Tensor, " embedding"], Float[Tensor, " embedding"]]:
        """The vector of a token that is not there, for the source and for what is fed: one of BASELINES."""
        vectors = []
        for embedding in (self.net.encoder.embedding, self.net.decoder.embedding):
            table = embedding.weight.detach()
            match kind:
                case "zero":
                    vectors.append(torch.zeros_like(table[0]))
                case "unknown":
                    vectors.append(table[UNK])
                case _:
                    vectors.append(table[len(SPECIALS) :].mean(dim=0))
        return vectors[0], vectors[1]

    def replaced(self, source: Bool[Tensor, "rows src_len"], fed: Bool[Tensor, "rows fed_len"], kind: str) -> Inputs:
        """The inputs where ``source`` and ``fed`` are true, and a baseline elsewhere."""
        baselines = self.baseline(kind)
        kept = (source, fed)
        both = [
            torch.where(keep[:, :, None], vectors, baseline)
            for keep, vectors, baseline in zip(kept, self._embedded(), baselines, strict=True)
        ]
        return Inputs(both[0], torch.ones_like(source), both[1], torch.ones_like(fed))

    def emptied(self, kind: str) -> Inputs:
        """One row with a baseline in the place of every input."""
        kept = [torch.zeros(1, len(ids), dtype=torch.bool, device=self.net.device) for ids in (self.source, self.fed)]
        return self.replaced(kept[0], kept[1], kind)

    def shortened(self, source: Bool[Tensor, "rows src_len"], fed: Bool[Tensor, "rows fed_len"]) -> Inputs:
        """The inputs where ``source`` and ``fed`` are true, without the others: the text is shorter.

        Where no token is left, one vector of zeros is.
        """
        (x, x_mask), (y, y_mask) = (
            _moved_up(vectors, keep) for vectors, keep in zip(self._embedded(), (source, fed), strict=True)
        )
        return Inputs(x, x_mask, y, y_mask)

    def substituted(self) -> Inputs:
        """Each token by each of its SUBSTITUTES: rows of the source's first token, its second, ..., then of those fed.

        A vocabulary that has fewer other tokens gives the same several times.
        """
        whole = self.inputs()
        count = (len(self.source) + len(self.fed)) * SUBSTITUTES
        source, fed = (part.repeat(count, 1, 1) for part in (whole.source, whole.fed))
        row = 0
        for part, ids, table in (
            (source, self.source, self.net.encoder.embedding.weight),
            (fed, self.fed, self.net.decoder.embedding.weight),
        ):
            for position, token in enumerate(ids):
                part[row : row + SUBSTITUTES, position] = _nearest(table.detach(), token)
                row += SUBSTITUTES
        masks = whole.source_mask.expand(count, -1), whole.fed_mask.expand(count, -1)
        return Inputs(source, masks[0], fed, masks[1])

    def values(self, inputs: Inputs) -> Float[Tensor, " rows"]:
        """The explained value of each run. It can be differentiated with respect to the inputs."""
        chunks = [self._values(inputs.rows(first, first + ROWS)) for first in range(0, len(inputs), ROWS)]
        return torch.cat(chunks)

    def logits(self, inputs: Inputs) -> Float[Tensor, "rows tgt_vocab"]:
        """The logits of the step that is asked about."""
        decoder = self.net.decoder
        memory = self.net.encode_over(inputs.source, inputs.source_mask, self.edit)
        readouts = decoder.forced_readouts(memory, inputs.fed, inputs.fed_mask, self.edit)
        last = inputs.fed_mask.sum(dim=1).cumsum(dim=0) - 1
        return decoder.logits(readouts[last])

    def _values(self, inputs: Inputs) -> Float[Tensor, " rows"]:
        log_probs = F.log_softmax(self.logits(inputs), dim=-1)
        value = log_probs[:, self.token]
        return value if self.rather is None else value - log_probs[:, self.rather]

    def _embedded(self) -> tuple[Float[Tensor, "1 src_len embedding"], Float[Tensor, "1 fed_len embedding"]]:
        net = self.net
        source, fed = (torch.tensor([ids], device=net.device) for ids in (self.source, self.fed))
        return net.encoder.embedding(source).detach(), net.decoder.embedding(fed).detach()


def _moved_up(
    vectors: Float[Tensor, "1 length embedding"], kept: Bool[Tensor, "rows length"]
) -> tuple[Float[Tensor, "rows length embedding"], Bool[Tensor, "rows length"]]:
    """The vectors that are kept, one after the other from the beginning of a row, and where there are any."""
    counts = kept.sum(dim=1, keepdim=True)
    order = (~kept).long().argsort(dim=1, stable=True)
    mask = torch.arange(kept.shape[1], device=kept.device) < counts
    moved = torch.where(mask[:, :, None], vectors[0][order], 0.0)
    mask[:, 0] = True
    return moved, mask


def _nearest(table: Float[Tensor, "vocab embedding"], token: int) -> Float[Tensor, "substitutes embedding"]:
    """The embeddings of the tokens most like this one by cosine, marks and itself left out."""
    likeness = F.cosine_similarity(table[token][None], table, dim=1)
    likeness[[*range(len(SPECIALS)), token]] = -torch.inf
    order: Sequence[int] = likeness.topk(min(SUBSTITUTES, len(table))).indices.tolist()
    others = [other for other in order if likeness[other] > -torch.inf] or [UNK]
    return table[[others[number % len(others)] for number in range(SUBSTITUTES)]]
