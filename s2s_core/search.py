"""Decoding strategies: greedy search, sampling and beam search. They work on batches, with a maximum output length.

A search is a frozen dataclass of its parameters. It is called with a model and a batch. For each sentence it returns
hypotheses (best first) and, for beam search, the whole search tree. It stops as soon as the result cannot change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from s2s_core import arguments
from s2s_core.arrays import Array, argmax, as_tensor, ids, log_softmax, log_softmax_at
from s2s_core.batch import Batch
from s2s_core.described import described
from s2s_core.edits import Edit
from s2s_core.errors import InvalidConfig
from s2s_core.records import Hypothesis
from s2s_core.registry import SEARCHES
from s2s_core.seq2seq import Seq2Seq
from s2s_core.threads import let_pass
from s2s_core.tokenizer import BOS, EOS

MAX_STEPS = 10_000  # the largest max_len that is accepted
MAX_BEAM = 10_000  # the largest beam_size and top_k that are accepted
MAX_PENALTY = 10.0
COMPACT_BELOW = 0.75  # share of unfinished rows up to which it is faster to copy the batch without the finished rows
Choose = Callable[[Float[Array, "batch vocab"]], Int[Array, " batch"]]  # logits -> the next token of each row


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One extension that a beam search ranked."""

    parent: int  # index into the tree; -1 for a first token
    token: int
    step: int
    log_prob: float  # of the whole path down to this node
    kept: bool  # true: the path stayed in the beam or was finished here; false: it was pruned


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found for one sentence."""

    hypotheses: tuple[Hypothesis, ...]  # best first
    tree: tuple[TreeNode, ...] = ()

    __repr__ = described


def _set(search: object, checked: dict[str, object]) -> None:
    """Set fields of a frozen search to checked values, which are plain Python numbers (not NumPy's)."""
    for name, value in checked.items():
        object.__setattr__(search, name, value)


def steps_allowed(net: Seq2Seq, max_len: int | None) -> int:
    """The largest number of tokens of an output: ``max_len``, or the model's own maximum if that is None.

    Raises:
        InvalidConfig: if ``max_len`` is not a whole number from 1 to MAX_STEPS.
    """
    return net.config.max_tgt_len if max_len is None else arguments.whole("max_len", max_len, 1, MAX_STEPS)


@SEARCHES.register("greedy")
@dataclass(frozen=True, slots=True)
class Greedy:
    """The most probable token at every step."""

    def __call__(self, net: Seq2Seq, batch: Batch, *, max_len: int | None = None) -> list[SearchResult]:
        return _generate(net, batch, argmax, max_len)


@SEARCHES.register("sample")
@dataclass(frozen=True, slots=True)
class Sample:
    """Draw every token from the model's distribution; a low ``temperature`` sharpens it, a high one flattens it.

    With ``top_k``, only the k most probable tokens can be drawn. With ``top_p``, only those of the smallest set whose
    probabilities add up to at least top_p (nucleus sampling, Holtzman et al. 2020).

    Raises:
        InvalidConfig: if a parameter is out of range.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        _set(self, {"temperature": arguments.above_zero("temperature", self.temperature)})  # near 0: greedy search
        if self.top_k is not None:
            _set(self, {"top_k": arguments.whole("top_k", self.top_k, 1, MAX_BEAM)})
        _set(self, {"top_p": arguments.number("top_p", self.top_p, 0.0, 1.0), "seed": arguments.seed(self.seed)})
        if self.top_p == 0:
            raise InvalidConfig("top_p is 0, must be above 0 and at most 1")

    def __call__(self, net: Seq2Seq, batch: Batch, *, max_len: int | None = None) -> list[SearchResult]:
        generator = torch.Generator().manual_seed(self.seed)

        def choose(logits: Float[Array, "batch vocab"]) -> Int[Array, " batch"]:
            probs = self.distribution(as_tensor(logits)).cpu()
            return ids(logits, torch.multinomial(probs, 1, generator=generator).squeeze(1).tolist())

        return _generate(net, batch, choose, max_len)

    def distribution(self, logits: Float[Tensor, "batch vocab"]) -> Float[Tensor, "batch vocab"]:
        """The probabilities of the next token, after temperature, top_k and top_p; each row sums to 1."""
        # subtracting the maximum before dividing keeps a tiny temperature from overflowing
        exact = logits.double()
        scaled = (exact - exact.amax(dim=-1, keepdim=True)) / self.temperature
        ranked, order = scaled.sort(dim=-1, descending=True, stable=True)
        probs = ranked.softmax(dim=-1)
        outside = probs.cumsum(dim=-1) - probs >= self.top_p
        if self.top_k is not None:
            outside[:, self.top_k :] = True
        probs = probs.masked_fill(outside, 0.0)
        return torch.zeros_like(probs).scatter(1, order, probs / probs.sum(dim=-1, keepdim=True))


@dataclass(slots=True)
class _Output:
    """The output of one sentence so far."""

    ids: list[int] = field(default_factory=list)
    log_prob: float = 0.0
    ended: bool = False

    def append(self, token: int, log_prob: float) -> None:
        """Append the next token, unless the output has already ended."""
        if self.ended:
            return
        self.log_prob += log_prob
        self.ended = token == EOS
        if not self.ended:
            self.ids.append(token)

    def result(self) -> SearchResult:
        return SearchResult((Hypothesis(tuple(self.ids), self.log_prob, self.log_prob, self.ended),))


@np.errstate(all="ignore")
def _generate(net: Seq2Seq, batch: Batch, choose: Choose, max_len: int | None) -> list[SearchResult]:
    """Append one token per step to every sentence's output, until all outputs have ended."""
    outputs = [_Output() for _ in range(len(batch))]
    rows = list(outputs)  # the output that each row of the batch belongs to
    net, src, mask = net.lightest(batch)
    memory = net.encode(src, mask)
    state = net.decoder.start(memory)
    token = ids(src, [BOS] * len(batch))
    write = net.decoder.writer(memory)
    for t in range(steps_allowed(net, max_len)):
        logits, state = write(token, memory, state, t)
        token = choose(logits)
        log_probs = log_softmax_at(logits, token)
        for output, chosen_token, log_prob in zip(rows, token.tolist(), log_probs.tolist(), strict=True):
            output.append(chosen_token, log_prob)
        live = [row for row, output in enumerate(rows) if not output.ended]
        if not live:
            break
        if len(live) <= COMPACT_BELOW * len(rows):
            chosen = torch.tensor(live, device=token.device)
            token, memory, state = token[chosen], memory.select(chosen), state.select(chosen)
            rows = [rows[row] for row in live]
    return [output.result() for output in outputs]


@SEARCHES.register("beam")
@dataclass(frozen=True, slots=True)
class Beam:
    """Keep the ``beam_size`` best unfinished outputs at every step.

    Hypotheses are ranked by log p / lp(n), where n is the length including the end mark and
    lp(n) = ((5 + n) / 6)^length_penalty (Wu et al. 2016, section 7). A penalty of 0 ranks by log p alone. The search of
    a sentence ends when no unfinished output can still rank among the ``n_best``. An edit changes what the steps
    compute, as in tracing; an edit of the written token has no effect, since the search chooses the tokens.

    Raises:
        InvalidConfig: if a parameter is out of range.
    """

    beam_size: int = 5
    length_penalty: float = 0.0
    n_best: int = 1

    def __post_init__(self) -> None:
        size = arguments.whole("beam_size", self.beam_size, 1, MAX_BEAM)
        penalty = arguments.number("length_penalty", self.length_penalty, 0.0, MAX_PENALTY)
        n_best = arguments.whole("n_best", self.n_best, 1, size)
        _set(self, {"beam_size": size, "length_penalty": penalty, "n_best": n_best})

    def __call__(
        self, net: Seq2Seq, batch: Batch, *, max_len: int | None = None, edit: Edit | None = None
    ) -> list[SearchResult]:
        length = steps_allowed(net, max_len)
        arguments.edit(edit)
        sentences = [_Sentence(self, length) for _ in range(len(batch))]
        memory = net.encode(batch.src, batch.src_mask, edit)
        state = net.decoder.start(memory)
        active = list(range(len(batch)))  # indices of the unfinished sentences
        owners = active  # the sentence that each row of the batch belongs to
        tokens = torch.full((len(batch),), BOS, device=net.device)
        write = net.decoder.writer(memory, edit)
        for t in range(length):
            let_pass()
            logits, state = write(tokens, memory, state, t)
            best, choices = log_softmax(logits).topk(min(2 * self.beam_size, logits.shape[1]))
            best, choices = best.double().cpu(), choices.cpu()
            origins: list[int] = []
            first = 0
            for sentence in (sentences[index] for index in active):
                end = first + len(sentence.live)
                origins += [first + parent for parent in sentence.extend(best[first:end], choices[first:end], t)]
                first = end
            active = [index for index in active if sentences[index].live]
            if not active:
                break
            tokens = torch.tensor([p.ids[-1] for i in active for p in sentences[i].live], device=net.device)
            chosen = torch.tensor(origins, device=net.device)
            state = state.select(chosen)
            if (new_owners := [index for index in active for _ in sentences[index].live]) != owners:
                memory, owners = memory.select(chosen), new_owners  # all paths of a sentence have the same memory
        return [sentence.result() for sentence in sentences]


@dataclass(frozen=True, slots=True)
class _Path:
    """An unfinished output."""

    ids: tuple[int, ...]
    log_prob: float
    node: int  # index into the tree of its last token; -1 before the first token


@dataclass(slots=True)
class _Sentence:
    """The beam of one sentence: its unfinished paths, its finished hypotheses, and the tree of ranked extensions."""

    search: Beam
    max_len: int
    live: list[_Path] = field(default_factory=lambda: [_Path((), 0.0, -1)])
    finished: list[Hypothesis] = field(default_factory=list)
    tree: list[TreeNode] = field(default_factory=list)

    def extend(
        self, best: Float[Tensor, "paths extensions"], choices: Int[Tensor, "paths extensions"], t: int
    ) -> list[int]:
        """Rank all extensions of all paths at step ``t``, and replace the paths by the best extensions.

        ``best`` holds the log probabilities of the 2 beam_size best next tokens of each path, and ``choices`` holds
        these tokens. No other token can be among the 2 beam_size best extensions of all paths. An end mark among the
        beam_size best extensions finishes its path, and the next best extension takes its place in the beam.

        Returns:
            For each new path, the index of the old path that it extends; empty if the search of the sentence has ended.
        """
        size = self.search.beam_size
        so_far = torch.tensor([path.log_prob for path in self.live], dtype=best.dtype)
        totals, places = (so_far.unsqueeze(1) + best).flatten().sort(descending=True, stable=True)
        places = places[: 2 * size]
        parents_of, tokens = places // best.shape[1], choices.flatten()[places]
        extensions = zip(totals[: 2 * size].tolist(), parents_of.tolist(), tokens.tolist(), strict=True)
        paths: list[_Path] = []
        parents: list[int] = []
        for rank, (log_prob, parent, token) in enumerate(extensions):
            ends = token == EOS and rank < size
            stays = token != EOS and len(paths) < size
            old = self.live[parent]
            self.tree.append(TreeNode(old.node, token, t, log_prob, ends or stays))
            if ends:
                self._finish(old.ids, log_prob, length=len(old.ids) + 1, ended=True)
            elif stays:
                paths.append(_Path((*old.ids, token), log_prob, len(self.tree) - 1))
                parents.append(parent)
        if t + 1 == self.max_len:
            for path in paths:
                self._finish(path.ids, path.log_prob, length=len(path.ids), ended=False)
        if t + 1 == self.max_len or not paths or self._decided(paths[0].log_prob):
            paths, parents = [], []
        self.live = paths
        return parents

    def _finish(self, ids: tuple[int, ...], log_prob: float, *, length: int, ended: bool) -> None:
        self.finished.append(Hypothesis(ids, log_prob, log_prob / self._penalty(length), ended))

    def _penalty(self, length: int) -> float:
        return float(((5 + length) / 6) ** self.search.length_penalty)

    def _decided(self, best_live: float) -> bool:
        """Whether ``n_best`` hypotheses are finished and no live path can still score higher than the worst of them."""
        ended = sorted((hypothesis.score for hypothesis in self.finished), reverse=True)[: self.search.n_best]
        if len(ended) < self.search.n_best:
            return False
        return ended[-1] >= best_live / self._penalty(self.max_len)

    def result(self) -> SearchResult:
        """The ``n_best`` best hypotheses: those with an end mark first, then those that reached the maximum length."""
        ranked = sorted(self.finished, key=lambda h: (h.finished, h.score), reverse=True)
        return SearchResult(tuple(ranked[: self.search.n_best]), tuple(self.tree))
