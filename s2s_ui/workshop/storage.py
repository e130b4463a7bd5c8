"""What lies on the disk of each training: how many bytes, of whom, and when it was opened last.

An order is a folder in `ORDERS`, with the visitor's file of pairs. A file ``.NAME.opened`` beside it has as its time of
change when the training was opened last. It is no part of the order: an older version takes every other file in an
order's folder for the pairs.
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
BLOCK = 4096  # bytes: a disk gives room by blocks, to folders and small files as well


@dataclass(frozen=True, slots=True)
class Stored:
    """What one training takes."""

    visitor: str  # the hash of whose it is; empty in an order of an older version
    size: int  # bytes
    finished: bool


def names(root: Path) -> list[str]:
    """The names of all trainings whose orders lie here."""
    try:
        return [entry.name for entry in os.scandir(root / ORDERS) if not entry.name.startswith(".")]
    except OSError:
        return []


def stored(root: Path) -> dict[str, Stored]:
    """What all trainings take, by name; without those that were deleted in the meantime."""
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
    """The bytes that a folder takes with all that is in it, in whole blocks; 0 if it is not there."""
    return sum(_blocks(folder))


def _blocks(folder: Path) -> Iterator[int]:
    with suppress(OSError), os.scandir(folder) as entries:  # it may be saved, or deleted, at this very moment
        yield BLOCK
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _blocks(Path(entry.path))
                else:
                    yield -(-entry.stat(follow_symlinks=False).st_size // BLOCK) * BLOCK


def opened(root: Path, name: str) -> None:
    """Write down that a training is opened now. On a disk that takes nothing more it is not."""
    with suppress(OSError):
        if (root / ORDERS / name).is_dir():  # else it was deleted in the meantime
            mark = _mark(root, name)
            mark.touch()
            os.utime(mark)


def unopened(root: Path, name: str) -> float:
    """The seconds since a training was opened last. One without a mark counts as opened when it is first looked for.

    So a training of an older version, which made no marks, is not deleted as soon as a newer one starts.
    """
    try:
        return time.time() - _mark(root, name).stat().st_mtime
    except OSError:
        opened(root, name)
        return 0.0


def delete(root: Path, name: str, *, longer_than: float = 0.0) -> bool:
    """Delete a training with its order, unless something trains it, or somebody opened it in the last ``longer_than``
    seconds. The order goes last: after a kill in between, what is left is still known, and deleted later.

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
