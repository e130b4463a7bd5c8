"""Source and target of every row of a TSV or CSV file, gzipped or not, and a preview of its first rows."""

from dataclasses import dataclass
from pathlib import Path

from s2s_core.described import described
from s2s_core.tasks.columns import Chosen, Names, Places, choose
from s2s_core.tasks.rows import Rows, read_rows
from s2s_core.tasks.textfile import decoded, read_text

FIRST = 4  # rows of a preview
LONGEST_SHOWN = 80  # characters of a cell of a preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a file, and which of its columns are source and target."""

    pairs: list[tuple[str, str]]  # without the header
    names: tuple[str, ...]  # of all columns: the header, or their numbers from 1
    places: Places  # the indices of the source and the target column, from 0
    numbers: tuple[int, ...]  # the indices of columns that are left out because they hold row numbers
    too_long: int  # how many rows are left out because they are too long
    comments: int  # how many lines are left out because they are comments

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a file will be read: its columns and its first rows. Fields are as in `Table`."""

    names: tuple[str, ...]
    places: Places  # of source and target, if the reader chooses no other columns
    numbers: tuple[int, ...]
    rows: int  # the number of rows, without the header
    first: tuple[tuple[str, ...], ...]  # all cells of the first rows; long cells are cut

    __repr__ = described


def read_table(
    path: Path, columns: Names | None = None, *, places: Places = (0, 1), encoding: str | None = None
) -> Table:
    """The pairs of a file. ``columns`` are names or numbers (from 1); without them, `columns.choose` finds the columns.

    Raises:
        FileProblem: if the file cannot be read as pairs.
        UnknownName: if the encoding is unknown.
    """
    rows = read_rows(read_text(path, encoding), path.name)
    if not rows.cells:
        return Table(pairs=[], names=(), places=places, numbers=(), too_long=rows.too_long, comments=rows.comments)
    chosen = choose(rows, columns, places, path.name)
    source, target = chosen.places
    return Table(
        pairs=[(row[source], row[target]) for row in rows.cells[chosen.header :]],
        names=_names(rows, chosen),
        places=chosen.places,
        numbers=chosen.numbers,
        too_long=rows.too_long,
        comments=rows.comments,
    )


def preview_of(data: bytes, file: str, *, encoding: str | None = None) -> Preview:
    """The preview of a file with the content ``data``. It raises the same errors as `read_table`."""
    rows = read_rows(decoded(data, file, encoding), file)
    if not rows.cells:
        return Preview(names=(), places=(0, 1), numbers=(), rows=rows.too_long, first=())
    chosen = choose(rows, None, (0, 1), file)
    body = rows.cells[chosen.header :]
    return Preview(
        names=_names(rows, chosen),
        places=chosen.places,
        numbers=chosen.numbers,
        rows=len(body) + rows.too_long,
        first=tuple(tuple(cell[:LONGEST_SHOWN] for cell in row) for row in body[:FIRST]),
    )


def _names(rows: Rows, chosen: Chosen) -> tuple[str, ...]:
    """What the columns are called; one without a name has its number."""
    header = rows.cells[0] if chosen.header else [""] * len(rows.cells[0])
    return tuple(name or str(number) for number, name in enumerate(header, start=1))
