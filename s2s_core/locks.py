"""File locks: only one holder among all processes and threads. A lock is released when its process ends in any way."""

import errno
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

EVERY = 0.05  # seconds between two attempts to get a lock

_mine = threading.local()  # the locks of this thread: waiting for one of them would never end


class Taken(Exception):
    """Another process or thread holds the lock."""


@contextmanager
def locked(path: Path, *, seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock ``path`` during the block, after waiting for it for at most ``seconds``.

    The file ``path`` exists only while the lock is held. On a disk that does not support locks, nothing is locked.

    Raises:
        Taken: if another process or thread still holds the lock.
        OSError: if the file cannot be made.
    """
    mine: set[Path] = _mine.__dict__.setdefault("paths", set())
    deadline = 0.0 if path in mine else time.monotonic() + seconds
    while (handle := _acquired(path)) is None:
        if time.monotonic() >= deadline:
            raise Taken(path)
        time.sleep(EVERY)
    mine.add(path)
    try:
        yield
    finally:
        mine.discard(path)
        with suppress(OSError):  # the folder may be gone already; Windows cannot delete an open file
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                path.unlink()
        os.close(handle)


def take_away(path: Path) -> None:
    """Take the lock ``path`` from its holder, for instance a process that was stopped and may wake up again.

    Only for somebody who knows by other means that the holder must not go on. The holder keeps a lock on a file that
    is deleted, which locks nothing.
    """
    try:
        with locked(path):
            pass  # nobody holds it, and its file is gone now
    except Taken:
        path.unlink(missing_ok=True)


def _acquired(path: Path) -> int | None:
    """A handle that holds the lock; None if another one does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(handle)
        if os.path.samestat(os.fstat(handle), os.stat(path)):
            return handle  # else the last holder has deleted the file since `open`
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS):
            return handle
        if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            os.close(handle)
            raise
    os.close(handle)
    return None


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
