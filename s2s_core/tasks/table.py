"""Source and target of every row of a TSV or CSV, gzipped or not, and how its first rows look."""

from dataclasses import dataclass
from pathlib import Path

from s2s_core.tasks.columns import Names, Places, choose
from s2s_core.tasks.rows import Rows, read_rows
from s2s_core.tasks.textfile import decoded, read_text

FIRST = 5  # rows of a look
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
    first: tuple[tuple[str, ...], ...]  # the first rows, all columns, long cells cut


def read_table(
    path: Path, columns: Names | None = None, *, places: Places = (0, 1), encoding: str | None = None
) -> Table:
    """The pairs of a file. Columns are found by name or number where they are named, else as `columns.choose` does.

    Raises:
        FileProblem: for a file that cannot be read as pairs.
        UnknownName: for an encoding that is not known.
    """
    return _table(read_rows(read_text(path, encoding), path.name), columns, places, path.name)


def look_at(data: bytes, file: str, columns: Names | None = None, *, encoding: str | None = None) -> Table:
    """The same of a file's content, before anything is trained on it. Raises as `read_table`."""
    return _table(read_rows(decoded(data, file, encoding), file), columns, (0, 1), file)


def _table(rows: Rows, columns: Names | None, places: Places, file: str) -> Table:
    cells = rows.cells
    if not cells:
        return Table(
            pairs=[], names=(), places=places, numbers=(), too_long=rows.too_long, comments=rows.comments, first=()
        )
    chosen = choose(cells, columns, places, file)
    source, target = chosen.places
    body = cells[1:] if chosen.header else cells
    numbered = tuple(str(number) for number in range(1, len(cells[0]) + 1))
    return Table(
        pairs=[(row[source], row[target]) for row in body],
        names=tuple(name or number for name, number in zip(cells[0], numbered, strict=True))
        if chosen.header
        else numbered,
        places=chosen.places,
        numbers=chosen.numbers,
        too_long=rows.too_long,
        comments=rows.comments,
        first=tuple(tuple(cell[:LONGEST_SHOWN] for cell in row) for row in body[:FIRST]),
    )
