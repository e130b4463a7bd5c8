"""The lines before a table: `sep=` for Excel, `#separator:` and similar lines of Anki, and comments."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from s2s_core.described import described

_SEPARATOR = re.compile(r'"?sep=(\\t|.)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_COMMENT = re.compile(r"#(?:[\s#!].*)?(?:\r\n|\r|\n|\Z)")
_ANKI = re.compile(
    r"#(separator|html|if matches|columns|notetype|deck|tags|(?:guid|notetype|deck|tags) column)[ ]*:([^\r\n]*)"
    r"(?:\r\n|\r|\n|\Z)",
    re.IGNORECASE,
)
_SEEN = re.compile(r"\S")
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}


@dataclass(slots=True)
class Preamble:
    """The facts in the lines before a table, and where the table begins."""

    start: int = 0
    lines: int = 0  # the number of lines before the table
    comments: int = 0  # how many of these are comments
    delimiter: str | None = None
    names: str = ""  # the header, as a row of the table
    aside: tuple[int, ...] = ()  # columns, from 0, that do not hold texts

    __repr__ = described


def preamble(text: str) -> Preamble:
    """The lines before the table of a text; none if that would be the whole text."""
    found = Preamble()
    while take := next(filter(None, (one(text, found) for one in _KINDS)), None):
        if take.end() == found.start or not _SEEN.search(text, take.end()):
            return Preamble()
        found.start, found.lines = take.end(), found.lines + 1
    return found


def _separator(text: str, found: Preamble) -> re.Match[str] | None:
    match = None if found.delimiter else _SEPARATOR.match(text, found.start)
    if match:
        found.delimiter = "\t" if match[1] == "\\t" else match[1]
    return match


def _comment(text: str, found: Preamble) -> re.Match[str] | None:
    match = _COMMENT.match(text, found.start)
    found.comments += bool(match)
    return match


def _anki(text: str, found: Preamble) -> re.Match[str] | None:
    match = _ANKI.match(text, found.start)
    if match:
        key, value = match[1].casefold(), match[2]
        if key == "separator" and value:
            named = _DELIMITERS.get(value.strip().casefold(), value)
            found.delimiter = named if len(named) == 1 else None
        elif key == "columns":
            found.names = value
        elif key.endswith("column") and value.strip().isdecimal():
            found.aside += (int(value) - 1,)
    return match


_KINDS: tuple[Callable[[str, Preamble], re.Match[str] | None], ...] = (_separator, _anki, _comment)
