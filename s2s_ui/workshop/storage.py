"""The files of each training on the disk: their size, their visitor, and when the training was opened last.

An order is a folder in `ORDERS`, with the visitor's file of pairs. The modification time of the file ``.NAME.opened``
next to it is the time when the training was opened last. This file is not in the order's folder, because older versions
would read it as the file of pairs.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from s2s_core import checkpoint

ORDERS = ".orders"  # a folder beside the checkpoints; names with a dot in front are not checkpoints
ORDER = "order.json"
BLOCK = 4096  # bytes: a disk allocates whole blocks, also for folders and small files


@dataclass(frozen=True, slots=True)
class Stored:
    """The files of one training."""

    visitor: str  # the hash of the visitor's secret; empty in orders of older versions
    size: int  # bytes
    finished: bool


def names(root: Path) -> list[str]:
    """The names of all trainings that have an order here."""
    try:
        return [entry.name for entry in os.scandir(root / ORDERS) if not entry.name.startswith(".")]
    except OSError:
        return []


def stored(root: Path) -> dict[str, Stored]:
    """The files of all trainings, by name, without those that were deleted in the meantime."""
    found = {}
    for name in names(root):
        place, folder = root / ORDERS / name, root / name
        with suppress(OSError, ValueError, RecursionError):
            order = json.loads((place / ORDER).read_text(encoding="utf-8"))
            visitor = order.get("visitor") if isinstance(order, dict) else None
            finished = checkpoint.is_checkpoint(folder) and not checkpoint.is_unfinished(folder)
            whose = visitor if isinstance(visitor, str) else ""
            found[name] = Stored(whose, size(place) + size(checkpoint.whole(folder)), finished)
    return found


def size(folder: Path) -> int:
    """The bytes of a folder and its content on the disk, in whole blocks; 0 if it does not exist."""
    return sum(_blocks(folder))


def _blocks(folder: Path) -> Iterator[int]:
    with suppress(OSError), os.scandir(folder) as entries:  # it may be saved or deleted at the same time
        yield BLOCK
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _blocks(Path(entry.path))
                else:
                    yield -(-entry.stat(follow_symlinks=False).st_size // BLOCK) * BLOCK


def opened(root: Path, name: str) -> None:
    """Mark a training as opened now. If the disk is full, nothing is written."""
    with suppress(OSError):
        if (root / ORDERS / name).is_dir():  # otherwise it was deleted in the meantime
            mark = _mark(root, name)
            mark.touch()
            os.utime(mark)


def unopened(root: Path, name: str) -> float:
    """The seconds since a training was opened last. A training without a mark gets one now.

    So trainings of older versions, which made no marks, are not deleted when a newer version starts.
    """
    try:
        return time.time() - _mark(root, name).stat().st_mtime
    except OSError:
        opened(root, name)
        return 0.0


def delete(root: Path, name: str, *, longer_than: float = 0.0) -> bool:
    """Delete a training with its order, unless it is running, or was opened in the last ``longer_than`` seconds.

    The order is deleted last. So if the process is killed in between, the rest is still known and is deleted later.

    Returns:
        Whether it was deleted.

    Raises:
        CannotWrite: if it cannot be deleted.
    """
    if not checkpoint.delete(root / name, wanted=lambda: not longer_than or unopened(root, name) > longer_than):
        return False
    checkpoint.delete(root / ORDERS / name)
    with suppress(OSError):
        _mark(root, name).unlink()
    return True


def tidy(root: Path) -> None:
    """Delete the marks of trainings that are gone, such as those that somebody deleted by hand."""
    with suppress(OSError):
        for path in (root / ORDERS).glob(".*.opened"):
            if not (root / ORDERS / path.name.removeprefix(".").removesuffix(".opened")).exists():
                path.unlink(missing_ok=True)


def _mark(root: Path, name: str) -> Path:
    return root / ORDERS / f".{name}.opened"
