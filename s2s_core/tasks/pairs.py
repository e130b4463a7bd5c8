"""Any file of pairs: two columns of a TSV or CSV, gzipped or not.

Sentences are held back by their source's hash, so the same source is never in two splits, however often it stands in
the file and whatever lines are added to it later. A training pair whose target stands in the test split is dropped:
the same answer to another wording would be remembered, not found.
"""

import csv
import gzip
import io
import random
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from s2s_core import metrics
from s2s_core.errors import DataError
from s2s_core.registry import TASKS
from s2s_core.tasks.base import SPLITS, Pair, Split, Task, split_of

DELIMITERS = ("\t", "|", ";", ",")  # the rarer in sentences, the earlier
HEADERS = (frozenset({"source", "src", "input"}), frozenset({"target", "tgt", "output"}))
_EXAMPLES = 6


@TASKS.register("pairs")
class PairsTask(Task):
    """The pairs of a file. `source` and `target` name columns of its header; without names, the first two columns.

    Raises DataError, in one sentence, for a file that is missing, empty, not UTF-8, has no such columns, rows of
    unequal length, or too few pairs to hold some back.
    """

    name = "pairs"
    metric = "chrf"

    def __init__(
        self,
        *,
        path: str | Path,
        source: str | None = None,
        target: str | None = None,
        src_tokenizer: str = "unigram",
        tgt_tokenizer: str = "unigram",
    ) -> None:
        self.path = Path(path)
        self.src_tokenizer, self.tgt_tokenizer = src_tokenizer, tgt_tokenizer
        rows = _rows(self.path)
        columns, body = _columns(rows, (source, target), self.path.name)
        self.title = f"{source} → {target}" if source and target else self.path.name
        self._splits = _split(_pairs(body, columns), self.path.name)
        self.examples = tuple(pair.source for pair in self._splits["test"][:_EXAMPLES])

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """The split in an order drawn from the seed, cut at `size`; all of it where there are fewer."""
        chosen = list(self._splits[split])
        random.Random(f"pairs {split} {seed}").shuffle(chosen)
        return chosen[:size]

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact match, and beside it BLEU and chrF."""
        references = [pair.target for pair in pairs]
        similar = {"bleu": metrics.bleu(outputs, references), "chrf": metrics.chrf(outputs, references)}
        return super().score(pairs, outputs) | similar


def _text(path: Path) -> str:
    """The whole file as text, unpacked, without a byte order mark."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path.name} is not UTF-8 text: line {line} has the byte 0x{data[error.start]:02x}") from None


def _rows(path: Path) -> list[list[str]]:
    """Rows of equal length; empty lines are left out."""
    text = _text(path)
    if not text.strip():
        raise DataError(f"{path.name} is empty: expected two columns, source and target")
    rows: list[list[str]] = []
    try:
        for line, row in _numbered(text, _delimiter(text, path.name)):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if rows and len(cells) != len(rows[0]):
                found = f"line {line} of {path.name} has {len(cells)} columns"
                raise DataError(f"{found}, expected {len(rows[0])} as in the first row")
            rows.append(cells)
    except csv.Error as error:
        raise DataError(f"{path.name} cannot be read: {error}") from None
    if not rows:
        raise DataError(f"{path.name} has no text between its delimiters")
    return rows


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers. Quotation marks hold a cell together in a CSV; between tabs they are text."""
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    for row in reader:
        yield reader.line_num, row


def _delimiter(text: str, name: str) -> str:
    """Of the delimiters that cut the first row, the first that cuts the beginning evenly, or else the first."""
    cutting: list[str] = []
    broken: csv.Error | None = None
    for delimiter in DELIMITERS:
        try:
            rows = [row for _, row in islice(_numbered(text, delimiter), 20) if row]
        except csv.Error as error:
            broken = error
            continue
        if rows and len(rows[0]) >= 2:
            if all(len(row) == len(rows[0]) for row in rows):
                return delimiter
            cutting.append(delimiter)
    if cutting:
        return cutting[0]
    if broken:
        raise broken
    raise DataError(f"{name} has one column: expected two, separated by a tab, bar, semicolon or comma")


def _columns(
    rows: list[list[str]], names: tuple[str | None, str | None], file: str
) -> tuple[tuple[int, int], list[list[str]]]:
    """Where source and target stand, and the rows without their header."""
    first = rows[0]
    if names == (None, None):
        headed = all(cell.lower() in words for cell, words in zip(first, HEADERS, strict=False))
        return (0, 1), rows[headed:]
    if None in names:
        raise DataError(f"name both columns of {file} or neither: its columns are {', '.join(first)}")
    places = []
    for name in names:
        if name not in first:
            raise DataError(f"{file} has no column {name!r}: its columns are {', '.join(first)}")
        places.append(first.index(name))
    return (places[0], places[1]), rows[1:]


def _pairs(rows: list[list[str]], columns: tuple[int, int]) -> list[Pair]:
    """One pair a row, repetitions and rows with an empty side left out."""
    source, target = columns
    pairs = (Pair(_key(row[source]), _key(row[target])) for row in rows)
    return list(dict.fromkeys(pair for pair in pairs if pair.source and pair.target))


def _key(text: str) -> str:
    """The form in which two texts are the same: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _split(pairs: list[Pair], file: str) -> dict[Split, list[Pair]]:
    splits: dict[Split, list[Pair]] = {split: [] for split in SPLITS}
    for pair in pairs:
        splits[split_of(pair.source)].append(pair)
    held_back = {pair.target for pair in splits["test"]}
    splits["train"] = [pair for pair in splits["train"] if pair.target not in held_back]
    if not all(splits.values()):
        raise DataError(
            f"{file} has {len(pairs)} different pairs, too few to hold some back for dev and test: expected 100 or more"
        )
    return splits
