"""Tables of measurements as CSV: one line per record, one column per field."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from s2s_core import foreign
from s2s_core.errors import DataError
from s2s_core.files import writing

_MOST_BYTES = 8 << 20
Record = TypeVar("Record")


def write_rows(kind: type[Any], lines: Iterable[Any], path: Path) -> None:
    """Replace the table of records of this ``kind``, a dataclass of texts and numbers.

    Raises:
        CannotWrite: if it cannot be written; the old table stays.
    """
    with writing(path) as new, new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(kind)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)


def read_rows(kind: type[Record], path: Path, what: str) -> tuple[Record, ...]:
    """Every line of the table; empty if there is no such file. The error names ``what`` the table should contain.

    Raises:
        DataError: if the file is not such a table.
    """
    kinds: dict[str, Any] = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    try:
        text = foreign.file_bytes(path, most=_MOST_BYTES, links=True).decode("utf-8")
        lines = csv.DictReader(io.StringIO(text, newline=""))
        return tuple(kind(**{name: kinds[name](_cell(value)) for name, value in line.items()}) for line in lines)
    except FileNotFoundError:
        return ()
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise DataError(f"{path} is not a table of {what}: {error}") from error


def _cell(value: object) -> str:
    """A cell of a line that has neither too few nor too many."""
    if not isinstance(value, str):
        raise TypeError("a line has not as many cells as the header")
    return value
