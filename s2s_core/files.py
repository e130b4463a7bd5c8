"""Atomic writing: a file is written completely or not at all. Whether it can be written is checked before the work.

A file is written as ``.NAME.xxxxxxxx.part`` in the same folder, flushed to the disk, and renamed.
"""

import errno
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s2s_core.errors import CannotWrite

PART = ".part"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PAGE = 4096
LONGEST_NAME = 200  # bytes: disks allow 255, and temporary files have longer names
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows, for devices


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn the errors of writing ``path`` into errors with one sentence.

    Raises:
        CannotWrite: instead of an OSError, and for a name that no disk allows.
    """
    try:
        raw = os.fsencode(path)
    except UnicodeEncodeError:
        raw = b"\0"
    if b"\0" in raw:
        raise CannotWrite(path, "no disk takes that name")
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error


def write_error(path: Path, error: OSError) -> CannotWrite:
    """The error that says why ``path`` cannot be written."""
    return CannotWrite(path, error.strerror or str(error), error.errno in FULL)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A temporary path, which replaces the file ``path`` if the block ends without an error.

    Raises:
        CannotWrite: if the file cannot be written; an old file then stays the same.
    """
    with telling(path):
        target = Path(os.path.realpath(path))  # a symbolic link stays a link
        temporary = part(target)
        try:
            yield temporary
            if target.exists():
                shutil.copymode(target, temporary)
            flush(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def require_file(path: Path, *, parents: bool = False) -> None:
    """Check whether `writing` can write ``path``. With ``parents``, missing parent folders are allowed.

    Raises:
        CannotWrite: if it cannot.
    """
    with telling(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    require_room(path, parents=parents)


def require_room(path: Path, *, size: int = PAGE, parents: bool = False) -> None:
    """Check whether ``size`` bytes can be written beside ``path``, with such a name, by writing and deleting a file.

    With ``parents``, missing parent folders are allowed.

    Raises:
        CannotWrite: if they cannot.
    """
    with telling(path):
        target = path.absolute()
        there, missing = target.parent, list[str]()
        while parents and not os.path.lexists(there):
            there, missing = there.parent, [there.name, *missing]
        first = [*missing, target.name][0]
        with tempfile.TemporaryDirectory(prefix=f".{first}.", suffix=PART, dir=there) as probe:
            place = Path(probe, *missing)
            place.mkdir(parents=True, exist_ok=True)
            _reserve(part(place / target.name), size)


def part(path: Path) -> Path:
    """A new temporary path beside ``path``, for an incomplete file or folder."""
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}{PART}")


def parts(folder: Path) -> Iterator[tuple[str, Path]]:
    """The incomplete files and folders in a folder: (the final name, the temporary path)."""
    for entry in folder.iterdir():
        if found := re.fullmatch(rf"\.(.+)\.[a-z0-9_]{{8}}\{PART}", entry.name, re.DOTALL):
            yield found[1], entry


def flush(path: Path) -> None:
    """Flush a file or a folder to the disk, so that the content is there before it is renamed."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder as a file
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def safe_name(text: str, fallback: str) -> str:
    """``text`` as a file name that any disk allows; its end is kept. ``fallback`` if no character is left.

    >>> safe_name("../café?.tsv", "x"), safe_name("con.tsv", "x"), safe_name("..", "x")
    ('_café_.tsv', '_con.tsv', 'x')
    """
    normal = unicodedata.normalize("NFC", text)
    name = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in normal)
    name = name.encode()[-LONGEST_NAME:].decode(errors="ignore").strip(" .").removeprefix("-")
    return (f"_{name}" if _RESERVED.fullmatch(name) else name) or fallback


def printable(text: str) -> str:
    """A name for people: characters that cannot be shown, or written as UTF-8, become question marks."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _reserve(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(bytes(PAGE))
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, max(size, PAGE))
        elif shutil.disk_usage(path.parent).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
