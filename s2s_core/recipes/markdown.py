"""Put arbitrary texts into Markdown so that they are shown literally, also in tables."""

import re
from collections.abc import Iterable, Sequence

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$#]|:(?=\w)")
_RUN = re.compile(r"`+")


def escaped(text: str) -> str:
    """A text on one line, with all characters escaped that have a meaning in Markdown."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(text.split()))


def code(text: str) -> str:
    """A text on one line as code, between more backticks than the longest run of backticks in it."""
    line = " ".join(text.split()) or " "
    fence = "`" * (1 + max(map(len, _RUN.findall(line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(text: str) -> str:
    """A text as a block of code."""
    fence = "`" * max(3, 1 + max(map(len, _RUN.findall(text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table; floating-point numbers have two decimal places."""
    lines = [[_cell(value) for value in line] for line in [header, *rows]]
    lines.insert(1, ["---"] * len(header))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class Code(str):
    """A cell that is shown as code."""

    __slots__ = ()


def _cell(value: object) -> str:
    if isinstance(value, Code) and "\\|" not in value:  # Markdown cannot show \| as code in a table
        return code(value).replace("|", "\\|")  # in a table a bar ends a cell, even in code
    return f"{value:.2f}" if isinstance(value, float) else escaped(str(value))
