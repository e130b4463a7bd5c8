"""The reasons why a file of pairs cannot be used: a kind and its facts, so that a screen can translate them."""

from collections.abc import Mapping
from typing import Any

from s2s_core.errors import DataError, S2SError, shown

# Kind -> the problem, and the remedy on the command line. A screen translates the problem and has its own remedies.
PROBLEMS: dict[str, tuple[str, str]] = {
    "missing": ("there is no file {path}", ""),
    "special": ("{file} is no ordinary file", "name a file of text"),
    "unreadable": ("{file} cannot be read: {reason}", "name another file, or allow reading it"),
    "damaged": ("{file} cannot be read: it is packed with gzip, and damaged or cut off", "pack it again"),
    "packed": ("{file} is packed", "unpack it first"),
    "large": ("{file} holds more than {limit} MB", "take fewer of its lines"),
    "workbook": (
        "{file} is a workbook of Excel or LibreOffice, not a text",
        "save it there as CSV (UTF-8), or as text with tabs",
    ),
    "document": ("{file} is a document with pages, not a text", "copy its two columns into a text with tabs"),
    "picture": ("{file} is a picture, a sound or a film, not a text", "name a text of two columns"),
    "archive": ("{file} is a packed archive, not a text", "unpack it first"),
    "binary": ("{file} is a file of a program, not a text", "name a text of two columns"),
    "markup": ("{file} is a web page or XML, not a table", "copy its two columns into a text with tabs"),
    "json": ("{file} is JSON, not a table", "write each pair as a line, with a tab between source and target"),
    "encoding": (
        "{file} is not UTF-8 text: line {line} has the byte {byte}; it looks like {likely}",
        "read it so with --encoding {likely}, or save it as UTF-8",
    ),
    "unknown encoding": (
        "{file} is not UTF-8 text: line {line} has the byte {byte}",
        "save it as UTF-8, or name its encoding with --encoding",
    ),
    "broken line": (
        "{file} is not UTF-8 text: line {line} has the byte {byte}, while nearly all other lines are UTF-8",
        "write that line anew",
    ),
    "other encoding": (
        "{file} is not text in {encoding}: line {line} has the byte {byte}",
        "try another --encoding, or none",
    ),
    "nul": (
        "line {line} of {file} holds the character NUL, which no text has",
        "save it again as UTF-8 text, or write that line anew",
    ),
    "misread": (
        "{count} texts of {file} hold letters such as “{sample}”: the file was read in the wrong encoding and saved so",
        "save the original again as UTF-8",
    ),
    "unknown characters": (
        "{count} of the {rows} rows of {file} hold unknown characters (\N{REPLACEMENT CHARACTER}, ???), as a text has "
        "that was saved or read in the wrong encoding",
        "save the original again as UTF-8",
    ),
    "empty": ("{file} is empty: expected two columns, source and target", "save it again, with its texts"),
    "blank": ("{file} has no text between its delimiters: expected two columns", "save it again, with its texts"),
    "one column": (
        "{file} has one column: expected two, separated by a tab, bar, semicolon or comma",
        "put a tab between source and target in every line",
    ),
    "uneven": (
        "line {line} of {file} has {found} columns, expected {expected} as in the first row",
        "put a text that holds the delimiter into quotation marks, or separate the columns by tabs",
    ),
    "uneven tabs": (
        "line {line} of {file} has {found} columns, expected {expected} as in the first row",
        "a tab is missing there, or one too many",
    ),
    "unclosed": (
        "{file} cannot be read: unexpected end of data: the quotation mark that opens a cell in line {line} is never "
        "closed",
        "close it, or write it twice inside quotation marks",
    ),
    "unclosed long": (
        "{file} cannot be read: field larger than field limit ({limit} characters): the quotation mark that opens a "
        "cell in line {line} is closed too late or never",
        "close it, or write it twice inside quotation marks",
    ),
    "after quote": (
        "{file} cannot be read: '{delimiter}' expected after '\"' where the cell ends that a quotation mark opens in "
        "line {line}",
        "close it there, or write a quotation mark inside a cell twice",
    ),
    "many rows": ("{file} has more than {limit} rows", "take fewer of its lines"),
    "many columns": (
        "line {line} of {file} has more than {limit} columns",
        "leave out the others",
    ),
    "no column": ("{file} has no column {name!r}: its columns are {columns}", ""),
    "no column number": ("{file} has no column {number}: it has {count}, the first of which is 1", ""),
    "same column": ("source and target are both column {name} of {file}", "name two different columns"),
    "too few": (
        "{file} has {pairs} different pairs, too few to hold some back for dev and test: expected 100 or more, and "
        "{least} different sources at the very least",
        "add pairs",
    ),
    "too few sources": (
        "{file} has {pairs} different pairs, but only {sources} different sources, too few to hold some back for dev "
        "and test: expected {least} at the very least",
        "name the right columns with --columns, for instance 2,1",
    ),
    "few left": (
        "only {pairs} different pairs are left of the {rows} rows of {file}: {empty} have an empty side, {long} are "
        "longer than {limit} characters, {unknown} hold unknown characters",
        "shorten its texts, or name other columns with --columns",
    ),
    "none left": (
        "none of the {rows} rows of {file} can be used: {empty} have an empty side, {long} are longer than {limit} "
        "characters, {unknown} hold unknown characters",
        "shorten its texts, or name other columns with --columns",
    ),
}


class FileProblem(DataError):
    """A file of pairs that cannot be used: a ``kind`` of PROBLEMS, and the ``facts`` that its sentence names."""

    def __init__(self, kind: str, facts: Mapping[str, Any]) -> None:
        shortened = {name: shown(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        S2SError.__init__(self, kind, shortened)
        self.kind, self.facts = kind, shortened
        self.message = "; ".join(part.format(**shortened) for part in PROBLEMS[kind] if part)

    def __str__(self) -> str:
        return self.message
