"""Tasks whose pairs stand in a file: one's own (`pairs`), or one that is named with --data because it is not shipped.

Sentences are held back by the hash of their source's words, so the same source is never in two splits, however often it
stands in the file, however it is punctuated ("Go." and "Go!" are one source) and whatever lines are added later. A
training pair whose target stands, in the same sense, in another split is dropped: the same answer to another wording
would be remembered, not found.

In training every row is a pair. In the other splits every source is one, and all the targets that the file has for it
are its references.
"""

import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import regex

from s2s_core import aligner, metrics
from s2s_core.errors import DataError
from s2s_core.registry import TASKS
from s2s_core.tasks.base import SPLITS, Pair, Split, Task, split_of
from s2s_core.tasks.table import Names, Places, read_columns
from s2s_core.threads import passing
from s2s_core.tokenizer import straight

PUNCTUATION = regex.compile(r"\p{P}+")
_UNITS = regex.compile(r"\w+'(?=\w)|\w+|[^\w\s]")
_EXAMPLES = 6
_LEARN_FROM = 40_000  # pairs: what more of them would change is nothing to what an aligner gets wrong


class FileTask(Task):
    """The pairs of a file; none are known before one is named.

    ``columns`` are the names of the source's and the target's column; without them they stand in ``places``.

    Raises:
        DataError: for a file that cannot be read as pairs, or has too few to hold some back.
    """

    metric = "chrf"
    beam_size = 5
    aligner = aligner.NAME
    src_tokenizer = tgt_tokenizer = "unigram"
    places: ClassVar[Places] = (0, 1)
    held_back: ClassVar[tuple[int, int]] = (5, 5)  # percent of the sources: test, dev

    def __init__(self, *, path: str | Path | None = None, columns: Names | None = None) -> None:
        self._splits: dict[Split, list[Pair]] = {}
        if path is not None:
            rows = read_columns(Path(path), columns, places=self.places)
            self.options = ("--data", Path(path).name, *(("--columns", ",".join(columns)) if columns else ()))
            self._splits = _split(_pairs(rows), self.held_back, Path(path).name)

    def reading(self, path: Path, columns: Names | None = None) -> Self:
        return type(self)(path=path, columns=columns)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """The split in an order drawn from the seed, cut at `size`; all of it where there are fewer.

        Raises:
            DataError: where no file was named.
        """
        if not self._splits:
            raise DataError(f"the pairs of {self.name} stand in a file: name it with --data")
        chosen = list(self._splits[split])
        random.Random(f"pairs {split} {seed}").shuffle(chosen)
        return chosen[:size]

    def linked(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Words and marks, linked by an aligner that learns from training pairs."""
        return aligner.link(pairs, learn_from=self.pairs("train", size=_LEARN_FROM), source=units, target=units)

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact match, and beside it BLEU and chrF; every reference counts."""
        references = [pair.answers for pair in pairs]
        similar = {"bleu": metrics.bleu(outputs, references), "chrf": metrics.chrf(outputs, references)}
        return super().score(pairs, outputs) | similar


@TASKS.register("pairs")
class PairsTask(FileTask):
    """Pairs of one's own: whatever stands in the first two columns, or in those that are named."""

    name = "pairs"

    def __init__(self, *, path: str | Path | None = None, columns: Names | None = None) -> None:
        super().__init__(path=path, columns=columns)
        self.title = " → ".join(columns) if columns else Path(path).name if path else "Pairs of a file"
        self.examples = tuple(pair.source for pair in self._splits.get("test", [])[:_EXAMPLES])


def units(text: str) -> list[tuple[int, int]]:
    """Where words and marks stand; what an apostrophe joins is two words (l' and eau)."""
    return [match.span() for match in _UNITS.finditer(text)]


def _pairs(rows: Sequence[tuple[str, str]]) -> list[Pair]:
    """One pair a row, repetitions and rows with an empty side left out; as tokenizers read them, single spaces."""
    pairs = (Pair(_plain(source), _plain(target)) for source, target in passing(rows))
    return list(dict.fromkeys(pair for pair in pairs if pair.source and pair.target))


def _plain(text: str) -> str:
    return " ".join(straight(unicodedata.normalize("NFC", text)).split())


def _words(text: str) -> str:
    """What two texts share that differ in nothing but punctuation and case; of marks alone, the marks."""
    return " ".join(PUNCTUATION.sub(" ", text.casefold()).split()) or text


def _split(pairs: Sequence[Pair], held_back: tuple[int, int], file: str) -> dict[Split, list[Pair]]:
    splits: dict[Split, list[Pair]] = {split: [] for split in SPLITS}
    test, dev = held_back
    for pair in passing(pairs):
        splits[split_of(_words(pair.source), test=test, dev=dev)].append(pair)
    answers = {_words(pair.target) for split in ("test", "dev") for pair in splits[split]}
    splits["train"] = [pair for pair in splits["train"] if _words(pair.target) not in answers]
    splits |= {split: _one_a_source(splits[split]) for split in ("test", "dev")}
    if not all(splits.values()):
        raise DataError(
            f"{file} has {len(pairs)} different pairs, too few to hold some back for dev and test: expected 100 or more"
        )
    return splits


def _one_a_source(pairs: Sequence[Pair]) -> list[Pair]:
    """The sources in their order, each with the first of its targets, and all of them where there are several."""
    targets: dict[str, list[str]] = {}
    for pair in pairs:
        targets.setdefault(pair.source, []).append(pair.target)
    return [
        Pair(source, found[0], references=tuple(found) if len(found) > 1 else ()) for source, found in targets.items()
    ]
