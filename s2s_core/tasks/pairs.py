"""Tasks whose pairs are in a file: a user's own file (`own`), or a file named with --data that is not shipped.

Pairs are held out by their source. So the same source is never in two splits, even if it is in the file several times
or lines are added later. If targets are sentences, a training pair is dropped if its target is also in another split:
otherwise the model could remember the answer to a similar source.

In training every row is a pair. In the other splits every source is one pair, and all its targets in the file are its
references.
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
from s2s_core.tasks.base import Pair, Split, Task
from s2s_core.tasks.columns import Names, Places
from s2s_core.tasks.count import Count
from s2s_core.tasks.problems import FileProblem
from s2s_core.tasks.splits import FEWEST, Identity, are_sentences, hold_out, one_a_source, question, words
from s2s_core.tasks.table import Table, read_table
from s2s_core.threads import passing
from s2s_core.tokenizer import straight

LONGEST_SIDE = 2_000
"""Characters of a source or target; a longer one is left out before any further processing."""

_UNITS = regex.compile(r"\w+'(?=\w)|\w+|[^\w\s]")
# Signs of a broken text: replacement characters, control characters, and many accents in a row (UAX #15 allows 30)
_UNKNOWN = regex.compile(r"[\uFFFD\x00-\x08\x0E-\x1B\x7F-\x84\x86-\x9F]|\p{M}{31}")
_LOST = regex.compile(r"(?:\?\s*){3,}")  # a text saved in an encoding that lacks its letters
# UTF-8 that was read as cp1252: how a first byte and the next bytes look then ("Ã©" for "é", "ê°€" for "가")
_FOLLOWING = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MISREAD = regex.compile(
    f"(?:[\xc2-\xdf][{_FOLLOWING}]|[\xe0-\xef][{_FOLLOWING}]{{2}}|[\xf0-\xf4][{_FOLLOWING}]{{3}})+"
)
_NOT_ASCII = regex.compile(r"[^\x00-\x7f]+")
_MISREAD_AT_LEAST = 3  # texts; one or two may be intended
_EXAMPLES = 6
_LEARN_FROM = 40_000  # pairs; more of them hardly improve the aligner


class FileTask(Task):
    """The pairs of a file, which has to be given with `reading`.

    ``columns`` are the names or numbers of the source's and the target's column; None: the columns ``places``.
    ``encoding`` is the file's encoding; None: UTF-8.

    Raises:
        DataError: if the file cannot be read as pairs, or has too few to hold some out.
        UnknownName: for an encoding that is not known.
    """

    metric = "chrf"
    beam_size = 5
    aligner = aligner.NAME
    src_tokenizer = tgt_tokenizer = "unigram"
    places: ClassVar[Places] = (0, 1)
    held_back: ClassVar[tuple[int, int]] = (5, 5)  # percent of the sources: test, dev
    least_held_back: ClassVar[int] = 1  # least number of sources for each of them, if there are enough

    def __init__(
        self, *, path: str | Path | None = None, columns: Names | None = None, encoding: str | None = None
    ) -> None:
        self._splits: dict[Split, list[Pair]] = {}
        if path is not None:
            path = Path(path)
            table = read_table(path, columns, places=self.places, encoding=encoding)
            self.options = ("--data", path.name, *(("--columns", ",".join(columns)) if columns else ()))
            self.options += ("--encoding", encoding) if encoding else ()
            self._splits, self.count = self._sorted(table, path.name)

    def reading(self, path: Path, columns: Names | None = None, encoding: str | None = None) -> Self:
        return type(self)(path=path, columns=columns, encoding=encoding)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """The first `size` pairs of the split in a random order given by the seed; all of them if there are fewer.

        Raises:
            DataError: if no file was given.
        """
        if not self._splits:
            raise DataError(f"the pairs of {self.name} stand in a file: name it with --data")
        chosen = list(self._splits[split])
        random.Random(f"pairs {split} {seed}").shuffle(chosen)
        return chosen[:size]

    def linked(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs with links between words and marks, from an aligner that learns from training pairs."""
        return aligner.link(
            pairs, learn_from=FileTask.pairs(self, "train", size=_LEARN_FROM), source=units, target=units
        )

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact match, BLEU and chrF; every reference counts."""
        references = [pair.answers for pair in pairs]
        similar = {"bleu": metrics.bleu(outputs, references), "chrf": metrics.chrf(outputs, references)}
        return super().score(pairs, outputs) | similar

    def _same(self, pairs: Sequence[Pair]) -> tuple[Identity, Identity | None]:
        """Functions with equal results for equal sources, for equal targets; None: targets may be in several splits."""
        return words, words

    def _sorted(self, table: Table, file: str) -> tuple[dict[Split, list[Pair]], Count]:
        """The pairs of a table by split, and how its rows were used."""
        _check_encoding(table, file)
        usable, left_out = _usable(table)
        pairs = list(dict.fromkeys(usable))
        rows = len(table.pairs) + table.too_long
        if left_out["unknown"] and 2 * left_out["unknown"] >= rows:
            raise FileProblem("unknown characters", {"file": file, "rows": rows, "count": left_out["unknown"]})
        sources = len({pair.source for pair in pairs})
        if not pairs or (sources < FEWEST and 2 * sum(left_out.values()) >= rows):
            facts = {"long": left_out["too_long"], "empty": left_out["empty"], "unknown": left_out["unknown"]}
            facts |= {"pairs": len(pairs), "rows": rows}
            kind = "few left" if pairs else "none left"
            raise FileProblem(kind, {"file": file, "limit": f"{LONGEST_SIDE:,}", **facts})
        if sources < FEWEST:
            kind = "too few" if len(pairs) < 2 * FEWEST else "too few sources"
            facts = {"pairs": len(pairs), "sources": sources, "least": FEWEST}
            raise FileProblem(kind, {"file": file, **facts})
        source, target = self._same(pairs)
        splits = hold_out(pairs, percent=self.held_back, least=self.least_held_back, source=source, target=target)
        if not splits["train"]:  # every training target is also held out
            splits = hold_out(pairs, percent=self.held_back, least=self.least_held_back, source=source, target=None)
        answered = len(pairs) - sum(map(len, splits.values()))
        held = len(splits["dev"]) + len(splits["test"])
        splits |= {"dev": one_a_source(splits["dev"]), "test": one_a_source(splits["test"])}
        count = Count(
            rows=rows,
            train=len(splits["train"]),
            dev=len(splits["dev"]),
            test=len(splits["test"]),
            joined=held - len(splits["dev"]) - len(splits["test"]),
            repeated=len(usable) - len(pairs),
            answered=answered,
            comments=table.comments,
            limit=LONGEST_SIDE,
            columns=(table.names[table.places[0]], table.names[table.places[1]]),
            numbers=tuple(table.names[place] for place in table.numbers),
            **left_out,
        )
        return splits, count


@TASKS.register("own")
class PairsTask(FileTask):
    """A user's own pairs: the first two columns of a file, or the given ones.

    Targets are held out with their sources only if they are sentences.
    """

    name = "own"
    earlier: ClassVar[str | None] = "pairs"
    least_held_back = 5

    def __init__(
        self, *, path: str | Path | None = None, columns: Names | None = None, encoding: str | None = None
    ) -> None:
        super().__init__(path=path, columns=columns, encoding=encoding)
        named = columns is not None and not all(name.isdigit() for name in columns)
        self.title = " → ".join(columns or ()) if named else Path(path).name if path else "Pairs of a file"
        self.examples = tuple(pair.source for pair in self._splits.get("test", [])[:_EXAMPLES])

    def _same(self, pairs: Sequence[Pair]) -> tuple[Identity, Identity | None]:
        return question, words if are_sentences([pair.target for pair in pairs]) else None


@TASKS.register("pairs")
class EarlierPairsTask(PairsTask):
    """A user's own pairs, split as in earlier versions, to score older models on pairs that they have not seen."""

    name = "pairs"
    earlier = None
    least_held_back = 1

    def _same(self, pairs: Sequence[Pair]) -> tuple[Identity, Identity | None]:
        return words, words


def units(text: str) -> list[tuple[int, int]]:
    """The spans of words and marks; an apostrophe ends a word (l' and eau)."""
    return [match.span() for match in _UNITS.finditer(text)]


def _usable(table: Table) -> tuple[list[Pair], dict[str, int]]:
    """The rows that can be trained on, normalised as tokenizers do, and the number of other rows for each reason."""
    left_out = {"too_long": table.too_long, "unknown": 0, "empty": 0}
    usable: list[Pair] = []
    for source, target in passing(table.pairs):
        if max(len(source), len(target)) > LONGEST_SIDE:
            left_out["too_long"] += 1
        elif _is_unknown(source) or _is_unknown(target):
            left_out["unknown"] += 1
        elif (pair := Pair(_plain(source), _plain(target))).source and pair.target:
            usable.append(pair)
        else:
            left_out["empty"] += 1
    return usable, left_out


def _is_unknown(text: str) -> bool:
    """Whether a text has lost characters in a wrong encoding."""
    if text.isascii() and text.isprintable() and "??" not in text.replace(" ", ""):
        return False
    return bool(_UNKNOWN.search(text) or _LOST.fullmatch(text))


def _check_encoding(table: Table, file: str) -> None:
    """Raise FileProblem if most of the texts with letters beyond ASCII are UTF-8 that was read as cp1252."""
    texts = [text for pair in table.pairs for text in pair if not text.isascii()]
    misread = [text for text in texts if all(map(_MISREAD.fullmatch, _NOT_ASCII.findall(text)))]
    if len(misread) >= _MISREAD_AT_LEAST and 2 * len(misread) >= len(texts):
        sample = _NOT_ASCII.findall(misread[0])[0]
        raise FileProblem("misread", {"file": file, "count": len(misread), "sample": sample})


def _plain(text: str) -> str:
    """The text as tokenizers normalise it, with single spaces."""
    return " ".join((text if text.isascii() else straight(unicodedata.normalize("NFC", text))).split())
