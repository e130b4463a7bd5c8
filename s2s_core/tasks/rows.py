"""Split a text into rows of cells: find the delimiter, the quotation marks, and lines outside the table."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from s2s_core.described import described
from s2s_core.tasks.preamble import preamble
from s2s_core.tasks.problems import FileProblem

DELIMITERS = ("\t", "|", ";", ",")  # those that are rarer in sentences come first
BARS = "|||"  # between the sides in files of aligned sentences
MOST_ROWS = 2_000_000
MOST_COLUMNS = 100
LONGEST_LINE = 100_000  # characters; longer rows are left out without splitting them

_FIELD_LIMIT = csv.field_size_limit()  # characters of a cell; the limit of all CSV readers in the process
_LOOK = 20  # rows that a delimiter has to split into equally many cells
_RULE = re.compile(r":?-{2,}:?")  # a cell of the line below the header of a Markdown table
_QUOTED = re.compile(r'(?:^|(?<=\t))"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, of equal length, without empty ones; their header is still among them."""

    cells: list[list[str]]
    too_long: int  # rows left out that are longer than LONGEST_LINE
    comments: int  # lines left out that begin with #
    header: bool = False  # whether the file says that its first row is a header
    aside: tuple[int, ...] = ()  # columns, from 0, that hold no texts according to the file

    __repr__ = described


@dataclass(slots=True)
class _Lines:
    """The lines of a text for a CSV reader, which reads several lines for one row if a quoted cell has line ends."""

    text: str
    before: int  # lines before the text
    quotes: bool
    too_long: int = 0
    number: int = field(init=False)  # of the line last given
    began: int = 0  # the first line of the current row; 0 before the first row
    _file: io.StringIO = field(init=False)

    def __post_init__(self) -> None:
        self._file, self.number = io.StringIO(self.text, newline=""), self.before

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            line = next(self._file)
            self.number += 1
            if self.began:
                return line
            if len(line) > LONGEST_LINE and not (self.quotes and line.count('"') % 2):
                self.too_long += 1
                continue
            self.began = self.number
            return line


def read_rows(text: str, file: str) -> Rows:
    """The table in a text.

    Raises:
        FileProblem: if the text is empty, has one column or rows of unequal length, or exceeds a limit.
    """
    if not text.strip():
        raise FileProblem("empty", {"file": file})
    start = preamble(text)
    text, before, comments = text[start.start :], start.lines, start.comments
    delimiter = start.delimiter or _delimiter(text, before, file)
    quotes = delimiter != BARS and (delimiter != "\t" or _as_excel_writes(text))
    lines = _Lines(text, before, quotes)
    rows: list[list[str]] = [[name.strip() for name in start.names.split(delimiter)]] if start.names else []
    used = len(rows[0]) if rows else 0  # columns that are not empty
    for number, row in _numbered(lines, delimiter, file):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (delimiter == "|" and all(_RULE.fullmatch(cell) for cell in cells if cell)):
            continue
        expected = len(rows[0]) if rows else 0
        if max(2, used) <= len(cells) < expected:
            cells += [""] * (expected - len(cells))
        while used < len(cells) and any(cells[used:]):
            used += 1
        if len(cells) > MOST_COLUMNS:
            raise FileProblem("many columns", {"file": file, "line": number, "limit": MOST_COLUMNS})
        if rows and len(cells) != expected:
            if cells[0].startswith("#"):
                comments += 1
                continue
            if len(cells) < expected or any(cells[expected:]):
                kind = "uneven tabs" if delimiter == "\t" else "uneven"
                raise FileProblem(kind, {"file": file, "line": number, "found": len(cells), "expected": expected})
            cells = cells[:expected]
        if len(rows) == MOST_ROWS:
            raise FileProblem("many rows", {"file": file, "limit": f"{MOST_ROWS:,}"})
        rows.append(cells)
    if not rows and not lines.too_long:
        raise FileProblem("blank", {"file": file})
    if rows and len(rows[0]) < 2:
        raise FileProblem("one column", {"file": file})
    return Rows(rows, lines.too_long, comments, bool(start.names), start.aside)


def _numbered(lines: _Lines, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their last line. Quotation marks can quote a cell if ``lines`` says so."""
    if delimiter == BARS:
        for line in lines:
            lines.began = 0
            yield lines.number, line.split(BARS)
        return
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if lines.quotes else csv.QUOTE_NONE
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileProblem(*_unread(error, lines, delimiter, file)) from None
        lines.began = 0
        yield lines.number, row


def _unread(error: csv.Error, lines: _Lines, delimiter: str, file: str) -> tuple[str, dict[str, object]]:
    facts: dict[str, object] = {"file": file, "line": lines.began or lines.number}
    if "field limit" in str(error):
        return "unclosed long", facts | {"limit": f"{_FIELD_LIMIT:,}"}
    if "expected after" in str(error):
        return "after quote", facts | {"delimiter": delimiter}
    return "unclosed", facts


def _delimiter(text: str, before: int, file: str) -> str:
    """The first delimiter that splits the first rows into equally many cells; else the first one in the first row."""
    first = [line for line in islice(_Lines(text, 0, quotes=False), 2 * _LOOK) if line.strip()]
    if first and all(BARS in line for line in first):
        return BARS
    cutting: list[str] = []
    broken: FileProblem | None = None
    long = False
    for delimiter in DELIMITERS:
        lines = _Lines(text, before, quotes=delimiter != "\t")
        try:
            rows = [row for _, row in islice(_numbered(lines, delimiter, file), _LOOK) if row]
        except FileProblem as error:
            broken = error
            continue
        if rows and len(rows[0]) >= 2:
            if all(len(row) == len(rows[0]) for row in rows):
                return delimiter
            cutting.append(delimiter)
        long = long or (not rows and lines.too_long > 0)
    if cutting:
        return cutting[0]
    if broken:
        raise broken
    if long:  # every row is left out with any delimiter
        return DELIMITERS[0]
    raise FileProblem("one column", {"file": file})


def _as_excel_writes(text: str) -> bool:
    """Whether all quotation marks of a text with tabs are Excel's quotes around cells, and none is part of a text.

    Excel quotes the cells that hold a tab, an end of line, a quotation mark (which it doubles) or a comma, and no
    others; other programs quote every cell.
    """
    if '"' not in text:
        return False
    inside = [match[1] for match in _QUOTED.finditer(text)]
    rest = _QUOTED.sub("", text)
    if not inside or '"' in rest:
        return False
    if not rest.strip():
        return True
    if not all(any(mark in cell for mark in '",\t\r\n') for cell in inside):
        return False
    return any(mark in cell for cell in inside for mark in '"\t\r\n') or (len(inside) > 1 and "," not in rest)
