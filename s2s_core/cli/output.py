"""Output: results go to stdout, as text or as pure JSON; progress and everything else go to stderr."""

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

WIDE = 160  # columns, if the output is not a terminal and has no width


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
    """Print each remark on a line of stderr, after `place`, which names the text."""
    for remark in remarks:
        sentence = f"{place}: {remark}" if place else str(remark)
        stderr().print(f"note: {sentence}", markup=False, highlight=False, soft_wrap=True)


def print_table(header: Iterable[str], rows: Iterable[Iterable[object]], *, title: str | None = None) -> None:
    """Print a table. Texts are printed literally."""
    table = Table(*header, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(f"{cell:.2f}" if isinstance(cell, float) else escape(str(cell)) for cell in row))
    stdout().print(table)


def escape(text: str) -> str:
    """A text for rich, with its markup characters escaped."""
    from rich.markup import escape as escaped

    return escaped(text)


def progress_bar() -> Progress:
    """A progress bar on stderr; nothing is shown if stderr is not a terminal."""
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
