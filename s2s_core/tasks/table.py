"""Two columns of a TSV or CSV, gzipped or not, and in one sentence what is wrong with a file that has none."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

from s2s_core.errors import DataError

DELIMITERS = ("\t", "|", ";", ",")  # the rarer in sentences, the earlier
HEADERS = (frozenset({"source", "src", "input"}), frozenset({"target", "tgt", "output"}))

Names = tuple[str, str]  # of the source's and the target's column, as the file's header has them
Places = tuple[int, int]  # where these columns stand


def read_columns(path: Path, names: Names | None, *, places: Places = (0, 1)) -> list[tuple[str, str]]:
    """Source and target of every row. Columns are found by name, where names are given, or else by their place.

    Raises:
        DataError: for a file that is missing, empty, not UTF-8, has no such columns, or rows of unequal length.
    """
    (source, target), body = _columns(_rows(path), names, places, path.name)
    return [(row[source], row[target]) for row in body]


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


def _columns(rows: list[list[str]], names: Names | None, places: Places, file: str) -> tuple[Places, list[list[str]]]:
    """Where source and target stand, and the rows without their header."""
    first = rows[0]
    if names is None:
        headed = all(cell.lower() in words for cell, words in zip(first, HEADERS, strict=False))
        return places, rows[headed:]
    for name in names:
        if name not in first:
            raise DataError(f"{file} has no column {name!r}: its columns are {', '.join(first)}")
    return (first.index(names[0]), first.index(names[1])), rows[1:]
