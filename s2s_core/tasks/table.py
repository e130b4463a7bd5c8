"""Source and target of every row of a TSV or CSV, gzipped or not, and how its first rows look."""

from dataclasses import dataclass
from pathlib import Path

from s2s_core.described import described
from s2s_core.tasks.columns import Chosen, Names, Places, choose
from s2s_core.tasks.rows import Rows, read_rows
from s2s_core.tasks.textfile import decoded, read_text

FIRST = 4  # rows of a look
LONGEST_SHOWN = 80  # characters of a cell of a look


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's rows, and which of its columns are source and target."""

    pairs: list[tuple[str, str]]  # without the header
    names: tuple[str, ...]  # of the columns: their header, or their numbers from 1
    places: Places  # of source and target, from 0
    numbers: tuple[int, ...]  # columns passed over because they hold numbers of rows
    too_long: int  # rows left out because nobody reads so much at once
    comments: int  # lines left out

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a file will be read, before anything is made of it: all its columns, and its first rows."""

    names: tuple[str, ...]
    places: Places  # of source and target where no others are named
    numbers: tuple[int, ...]
    rows: int
    first: tuple[tuple[str, ...], ...]  # long cells cut

    __repr__ = described


def read_table(
    path: Path, columns: Names | None = None, *, places: Places = (0, 1), encoding: str | None = None
) -> Table:
    """The pairs of a file. Columns are found by name or number where they are named, else as `columns.choose` does.

    Raises:
        FileProblem: for a file that cannot be read as pairs.
        UnknownName: for an encoding that is not known.
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


def look_at(data: bytes, file: str, *, encoding: str | None = None) -> Look:
    """A look at a file's content; it raises as `read_table`."""
    rows = read_rows(decoded(data, file, encoding), file)
    if not rows.cells:
        return Look(names=(), places=(0, 1), numbers=(), rows=rows.too_long, first=())
    chosen = choose(rows, None, (0, 1), file)
    body = rows.cells[chosen.header :]
    return Look(
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
