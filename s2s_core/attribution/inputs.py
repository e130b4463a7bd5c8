"""A run of the model up to one output token, as a function of its embedded inputs: source tokens and fed tokens.

Gradients are taken with respect to these inputs. To remove a token, its vector is replaced by another one or left out.
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
"""The vector that replaces a removed token: 0, the embedding of <unk>, or the mean of all embeddings."""

SUBSTITUTES = 4  # substitutes of a token: the tokens with the most similar embeddings
ROWS = 512  # runs computed at a time


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of several runs. In each row the tokens come first, then padding."""

    source: Float[Tensor, "rows src_len embedding"]
    source_mask: Bool[Tensor, "rows src_len"]
    fed: Float[Tensor, "rows fed_len embedding"]
    fed_mask: Bool[Tensor, "rows fed_len"]

    __repr__ = described

    def __len__(self) -> int:
        return len(self.source)

    def rows(self, first: int, stop: int) -> "Inputs":
        """The runs from ``first`` to ``stop`` - 1."""
        return Inputs(
            self.source[first:stop], self.source_mask[first:stop], self.fed[first:stop], self.fed_mask[first:stop]
        )


@dataclass(frozen=True, eq=False)
class Question:
    """The question why a model writes ``token`` after it was fed ``fed``; or why ``token`` rather than ``rather``.

    The value that is explained is log p(token), or log p(token) - log p(rather), in nats.
    """

    net: Seq2Seq
    source: tuple[int, ...]  # ids, with the marks that the encoder reads
    fed: tuple[int, ...]  # the start mark, y_1, y_2, ...: as many as there are steps
    token: int
    rather: int | None = None
    edit: Edit | None = None  # applied in every run

    __repr__ = described

    def inputs(self) -> Inputs:
        """The inputs of the run itself, one row."""
        embedded = self._embedded()
        masks = [torch.ones(vectors.shape[:2], dtype=torch.bool, device=vectors.device) for vectors in embedded]
        return Inputs(embedded[0], masks[0], embedded[1], masks[1])

    def baseline(self, kind: str) -> tuple[Float[Tensor, " embedding"], Float[Tensor, " embedding"]]:
        """The vectors that replace a removed source token and a removed fed token; ``kind`` is one of BASELINES."""
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
        """One row in which every input is replaced by a baseline."""
        kept = [torch.zeros(1, len(ids), dtype=torch.bool, device=self.net.device) for ids in (self.source, self.fed)]
        return self.replaced(kept[0], kept[1], kind)

    def shortened(self, source: Bool[Tensor, "rows src_len"], fed: Bool[Tensor, "rows fed_len"]) -> Inputs:
        """The inputs where ``source`` and ``fed`` are true, without the others: the text is shorter.

        If no token is left, the source is one vector of zeros.
        """
        (x, x_mask), (y, y_mask) = (
            _moved_up(vectors, keep) for vectors, keep in zip(self._embedded(), (source, fed), strict=True)
        )
        return Inputs(x, x_mask, y, y_mask)

    def substituted(self) -> Inputs:
        """Each token replaced by each of its SUBSTITUTES: rows for each source token in turn, then for each fed token.

        A vocabulary with too few other tokens gives the same substitute several times.
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
        """The logits of the last step, the one in question."""
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
    """The kept vectors, moved to the beginning of each row, and a mask of them."""
    counts = kept.sum(dim=1, keepdim=True)
    order = (~kept).long().argsort(dim=1, stable=True)
    mask = torch.arange(kept.shape[1], device=kept.device) < counts
    moved = torch.where(mask[:, :, None], vectors[0][order], 0.0)
    mask[:, 0] = True
    return moved, mask


def _nearest(table: Float[Tensor, "vocab embedding"], token: int) -> Float[Tensor, "substitutes embedding"]:
    """The embeddings with the largest cosine similarity to this token's, without marks and the token itself."""
    likeness = F.cosine_similarity(table[token][None], table, dim=1)
    likeness[[*range(len(SPECIALS)), token]] = -torch.inf
    order: Sequence[int] = likeness.topk(min(SUBSTITUTES, len(table))).indices.tolist()
    others = [other for other in order if likeness[other] > -torch.inf] or [UNK]
    return table[[others[number % len(others)] for number in range(SUBSTITUTES)]]
