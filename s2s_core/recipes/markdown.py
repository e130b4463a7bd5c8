"""Texts of others in Markdown: whatever stands in them is read as it was written, in tables too."""

import re
from collections.abc import Iterable, Sequence

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$#]|:(?=\w)")
_RUN = re.compile(r"`+")


def escaped(text: str) -> str:
    """A text on one line, without a mark that means anything."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(text.split()))


def code(text: str) -> str:
    """A text on one line as code, in more backticks than stand in it one after another."""
    line = " ".join(text.split()) or " "
    fence = "`" * (1 + max(map(len, _RUN.findall(line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(text: str) -> str:
    """A text as a block of code."""
    fence = "`" * max(3, 1 + max(map(len, _RUN.findall(text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table; numbers that are no whole ones have two places."""
    lines = [[_cell(value) for value in line] for line in [header, *rows]]
    lines.insert(1, ["---"] * len(header))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class Code(str):
    """A cell that is shown as code."""

    __slots__ = ()


def _cell(value: object) -> str:
    if isinstance(value, Code) and "\\|" not in value:  # which no code in a table can hold
        return code(value).replace("|", "\\|")  # in a table a bar ends a cell, also within code
    return f"{value:.2f}" if isinstance(value, float) else escaped(str(value))
