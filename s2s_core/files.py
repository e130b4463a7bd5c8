"""What is written is there whole or not at all; and whether it can be written is known before the work is done.

All is written beside its place under the name ``.NAME.xxxxxxxx.part``, flushed to the disk, and renamed.
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
LONGEST_NAME = 200  # bytes: every disk takes 255, and what is written beside a file has a longer name
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows, for devices


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Whatever keeps ``path`` from being written, as one sentence.

    Raises:
        CannotWrite: in place of an OSError, and for a name that no disk takes.
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
        raise told(path, error) from error


def told(path: Path, error: OSError) -> CannotWrite:
    """Why ``path`` cannot be written."""
    return CannotWrite(path, error.strerror or str(error), error.errno in FULL)


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A temporary sibling to write into, which takes the place of the file ``path`` when the block ends well.

    Raises:
        CannotWrite: where it cannot be written; what stood there stands there still.
    """
    with telling(path):
        target = Path(os.path.realpath(path))  # a link stays one
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
    """Find out whether `writing` can write there; with ``parents`` the folders on the way are made.

    Raises:
        CannotWrite: where not.
    """
    with telling(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    require_room(path, parents=parents)


def require_room(path: Path, *, size: int = PAGE, parents: bool = False) -> None:
    """Find out whether ``size`` bytes can be written beside ``path``, under such a name; nothing of it stays.

    With ``parents`` the folders that are missing on the way are made as well.

    Raises:
        CannotWrite: where not.
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
    """A new name beside ``path`` for what is not whole yet."""
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}{PART}")


def parts(folder: Path) -> Iterator[tuple[str, Path]]:
    """What is not whole in a folder, with the names that it was to have."""
    for entry in folder.iterdir():
        if found := re.fullmatch(rf"\.(.+)\.[a-z0-9_]{{8}}\{PART}", entry.name, re.DOTALL):
            yield found[1], entry


def flush(path: Path) -> None:
    """Onto the disk, so that the rename cannot overtake the content."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder as a file
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def safe_name(text: str, fallback: str) -> str:
    """``text`` as the name of a file or a folder that any disk takes, its end kept; ``fallback`` where nothing is left.

    >>> safe_name("../café?.tsv", "x"), safe_name("con.tsv", "x"), safe_name("..", "x")
    ('_café_.tsv', '_con.tsv', 'x')
    """
    normal = unicodedata.normalize("NFC", text)
    name = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in normal)
    name = name.encode()[-LONGEST_NAME:].decode(errors="ignore").strip(" .").removeprefix("-")
    return (f"_{name}" if _RESERVED.fullmatch(name) else name) or fallback


def printable(text: str) -> str:
    """A name for people: what cannot be shown, or written as UTF-8, is a question mark."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _reserve(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(bytes(PAGE))
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, max(size, PAGE))
        elif shutil.disk_usage(path.parent).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
