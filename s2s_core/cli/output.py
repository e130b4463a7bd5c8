"""Where output goes: results to stdout, as text or as JSON alone; progress and everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from s2s_core.remark import Remark

WIDE = 160  # columns, where the output is no terminal and so has no width of its own


def stdout() -> Console:
    """The console of results."""
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE)


def stderr() -> Console:
    """The console of progress and errors."""
    return Console(file=sys.stderr)


def print_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON document."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def print_json_line(data: Mapping[str, Any]) -> None:
    """One JSON document on one line, written at once."""
    typer.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))


def print_remarks(remarks: Iterable[Remark], *, place: str = "") -> None:
    """What there is to remark, a line each on stderr; `place` says of which text."""
    for remark in remarks:
        sentence = f"{place}: {remark}" if place else str(remark)
        stderr().print(f"note: {sentence}", markup=False, highlight=False, soft_wrap=True)


def print_table(header: Iterable[str], rows: Iterable[Iterable[object]], *, title: str | None = None) -> None:
    """A table; texts stand in it as they are."""
    table = Table(*header, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(f"{cell:.2f}" if isinstance(cell, float) else escape(str(cell)) for cell in row))
    stdout().print(table)


def escape(text: str) -> str:
    """A typed text with what rich would read as markup taken literally."""
    from rich.markup import escape as escaped

    return escaped(text)


def progress_bar() -> Progress:
    """A bar on stderr; none where stderr is no terminal."""
    console = stderr()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
