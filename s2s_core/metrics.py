"""Scores of texts in percent (exact match, BLEU, chrF, ROUGE-L, error rates), and of alignments.

BLEU (Papineni et al. 2002) and chrF (Popović 2015) are sacrebleu's with its defaults (Post 2018), so that they can
be compared with published ones. An alignment is scored against the links of a pair: is the largest weight of an output
character on the source characters that it comes from?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from s2s_core.bootstrap import DRAWS, Estimate
from s2s_core.extras import needing
from s2s_core.pair import Pair
from s2s_core.tokenizer import Encoding

Reference = str | tuple[str, ...]  # the right text, or several right texts


def exact_match(outputs: Sequence[str], references: Sequence[Reference]) -> float:
    """Share of outputs that equal their reference, or one of their references, character for character."""
    _check(outputs, references)
    hits = sum(output in _texts(reference) for output, reference in zip(outputs, references, strict=True))
    return 100.0 * hits / len(references)


def bleu(outputs: Sequence[str], references: Sequence[Reference]) -> float:
    """Corpus BLEU, tokenised as sacrebleu does by default (13a)."""
    _check(outputs, references)
    return float(_sacrebleu().corpus_bleu(list(outputs), _streams(references)).score)


def bleu_interval(outputs: Sequence[str], references: Sequence[Reference]) -> Estimate:
    """Corpus BLEU with sacrebleu's bootstrap interval over sentences (Koehn 2004)."""
    _check(outputs, references)
    score = _sacrebleu().BLEU().corpus_score(list(outputs), _streams(references), n_bootstrap=DRAWS)
    return Estimate(float(score.score), float(score._mean - score._ci), float(score._mean + score._ci))


def sentence_bleu(output: str, reference: Reference) -> float:
    """BLEU of one sentence: n-grams up to its length, and smoothing if no n-gram matches (sacrebleu's defaults)."""
    return float(_sacrebleu().sentence_bleu(output, list(_texts(reference))).score)


def chrf(outputs: Sequence[str], references: Sequence[Reference]) -> float:
    """Corpus chrF2. It compares characters, so it needs no spaces between words."""
    _check(outputs, references)
    return float(_sacrebleu().corpus_chrf(list(outputs), _streams(references)).score)


def rouge_l(outputs: Sequence[str], references: Sequence[str]) -> float:
    """ROUGE-L (Lin 2004): the mean over texts of the F1 of the longest common subsequence of words.

    Words are as in the package rouge-score without stemming: lower case, only letters and digits.
    """
    _check(outputs, references)
    with needing("rouge-score", "tasks"):
        from rouge_score.rouge_scorer import RougeScorer
    scorer = RougeScorer(["rougeL"])
    both = zip(references, outputs, strict=True)
    return 100.0 * sum(scorer.score(*texts)["rougeL"].fmeasure for texts in both) / len(references)


def error_rate(
    outputs: Sequence[str], references: Sequence[str], *, unit: Literal["words", "characters"] = "words"
) -> float:
    """Edits that turn the outputs into the references, per unit of the references.

    If the units are words, it is the word error rate; for phonemes separated by spaces, the phoneme error rate. It can
    be above 100 %, if outputs are much longer than their references.
    """
    _check(outputs, references)
    split = str.split if unit == "words" else list
    edits = length = 0
    for output, reference in zip(outputs, references, strict=True):
        wanted = split(reference)
        edits += edit_distance(split(output), wanted)
        length += len(wanted)
    if length == 0:
        raise ValueError(f"no {unit} to score: every reference is empty")
    return 100.0 * edits / length


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966)."""
    row = list(range(len(b) + 1))  # the distance of a's first i items to b's first j, for this i
    for i, item in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (item != other))
    return row[-1]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Counts of where the largest weights are. Sentences can be added up: `sum(alignments, Alignment())`."""

    digits: int = 0  # output characters that come from the source
    in_field: int = 0  # of these, largest weight inside the right field
    copied: int = 0  # output characters that are copies
    on_exact: int = 0  # of these, largest weight on exactly the copied character
    steps: int = 0
    entropy_sum: float = 0.0  # of each step's weights, in nats
    end_sum: float = 0.0  # weight on the source's end mark

    def __add__(self, other: "Alignment") -> "Alignment":
        return Alignment(
            self.digits + other.digits,
            self.in_field + other.in_field,
            self.copied + other.copied,
            self.on_exact + other.on_exact,
            self.steps + other.steps,
            self.entropy_sum + other.entropy_sum,
            self.end_sum + other.end_sum,
        )

    @property
    def field(self) -> float:
        """Percent of linked output characters with the largest weight in the right field; nan if there are none."""
        return 100.0 * self.in_field / self.digits if self.digits else float("nan")

    @property
    def exact(self) -> float:
        """Percent of copied output characters with the largest weight on their source; nan if there are none."""
        return 100.0 * self.on_exact / self.copied if self.copied else float("nan")

    @property
    def entropy(self) -> float:
        """Mean entropy of a step's weights in nats: 0 if all weight is on one position, log T if it is uniform."""
        return self.entropy_sum / self.steps if self.steps else float("nan")

    @property
    def end_share(self) -> float:
        """Mean weight on the source's end mark, 0 to 1 (attention sink); 0 if the model reads no end mark."""
        return self.end_sum / self.steps if self.steps else float("nan")


def alignment(
    weights: Float[np.ndarray, "steps src_len"], pair: Pair, encoding: Encoding, target: Encoding
) -> Alignment:
    """Score the weights (14) of one sentence, one row per token of `pair.target`.

    `encoding` is that of the source; one more column than its tokens is the end mark. Rows after the target's tokens
    (its end mark) are not scored. A token has the link of its first character. Without links, only the entropy and the
    weight on the end mark are counted.
    """
    columns, tokens = weights.shape[1], len(encoding)
    if columns not in (tokens, tokens + 1):
        raise ValueError(f"the weights have {columns} columns, expected {tokens} tokens or one more for the end mark")
    rows = weights[: len(target)].astype(np.float64)
    links = [pair.links[start] for start, _ in target.offsets] if pair.links else []
    spans = [*encoding.offsets, (-1, -1)]
    digits = in_field = copied = on_exact = 0
    for row, link in zip(rows, links, strict=False):
        if link is None:
            continue
        start, end = spans[int(row.argmax())]
        digits += 1
        in_field += any(start <= place < end for place in link.field)
        if link.exact is not None:
            copied += 1
            on_exact += start <= link.exact < end
    surprise = np.log(rows, where=rows > 0, out=np.zeros_like(rows))
    return Alignment(
        digits=digits,
        in_field=in_field,
        copied=copied,
        on_exact=on_exact,
        steps=len(rows),
        entropy_sum=float(-(rows * surprise).sum()),
        end_sum=float(rows[:, tokens:].sum()),
    )


def _texts(reference: Reference) -> tuple[str, ...]:
    return (reference,) if isinstance(reference, str) else reference


def _streams(references: Sequence[Reference]) -> list[list[Any]]:
    """All first references, all second ones, ...; None if a sentence has fewer: sacrebleu ignores it."""
    return [list(stream) for stream in zip_longest(*map(_texts, references))]


def _sacrebleu() -> Any:
    """The package sacrebleu. The import is slow and few calls need it, so it is not at the top of the module."""
    with needing("sacrebleu", "tasks"):
        import sacrebleu
    return sacrebleu


def _check(outputs: Sequence[str], references: Sequence[Reference]) -> None:
    if len(outputs) != len(references):
        raise ValueError(f"{len(outputs)} outputs for {len(references)} references: expected as many")
    if not references:
        raise ValueError("nothing to score: there are no references")
