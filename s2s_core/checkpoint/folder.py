"""Replace a folder atomically: it is complete at any time, even with two savers at once, a kill or a full disk.

The new folder is written beside the old one as ``.NAME.xxxxxxxx.part``, flushed to the disk, and renamed. This takes
two renames; between them, the old folder is called ``.NAME.previous``. Readers ask `whole` for the current place.

A writer holds the lock ``.NAME.saving``. So any other incomplete folder was left by a killed save, and the next save
removes it. A training holds the lock ``.NAME.running`` of its folder from beginning to end.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from s2s_core import files
from s2s_core.errors import CannotWrite, TrainingError, shown
from s2s_core.locks import Taken, locked, take_away

MANIFEST = "manifest.json"  # the file that is written last
SAVING, RUNNING, PREVIOUS = "saving", "running", "previous"
PATIENCE = 60.0  # seconds to wait for another save of the same folder

_CHECK: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


def whole(folder: Path) -> Path:
    """The current place of a folder: its own path, or the one where a killed save left it."""
    if not folder.name:  # "." and "/" have no folder beside them
        return folder
    previous = beside(folder, PREVIOUS)
    return previous if not os.path.lexists(folder) and os.path.isfile(previous / MANIFEST) else folder


def named(root: Path) -> list[Path]:
    """The paths of all folders in ``root``, sorted, also of those that a killed save left; see `whole`."""
    try:
        entries = {entry.name for entry in root.iterdir()}
    except OSError:
        return []
    waiting = {found[1] for name in entries if (found := re.fullmatch(rf"\.(.+)\.{PREVIOUS}", name, re.DOTALL))}
    return [root / name for name in sorted(entries | waiting) if not name.startswith(".")]


def beside(folder: Path, kind: str) -> Path:
    """The path of a file or folder of this ``kind`` that belongs to a folder and is beside it."""
    return folder.with_name(f".{folder.name}.{kind}")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A temporary folder, which replaces ``folder`` if the block ends without an error.

    Raises:
        CannotWrite: if ``folder`` contains something else than a checkpoint, or cannot be written.
    """
    with files.telling(folder):
        folder = _own(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            temporary = files.part(folder)
            temporary.mkdir()
            try:
                yield temporary
                for path in (*temporary.rglob("*"), temporary):
                    files.flush(path)
                if check := _CHECK.get():
                    check()
                _swap(temporary, folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def guarded(check: Callable[[], None]) -> Iterator[None]:
    """During the block, ``check`` is called before `replacing` puts a new folder in its place; an error prevents that.

    A process that was stopped for a while uses it to ask whether another process has called `take_over` since. The
    check comes when the new folder is complete, and `take_over` deletes complete new folders. So a process that was
    stopped after the check has no folder left to rename.
    """
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


def take_over(folder: Path) -> None:
    """Take a folder from the process that trains into it and must stop; see `guarded`. Its unfinished save is deleted.

    Raises:
        CannotWrite: if the folder cannot be written.
    """
    if not folder.parent.is_dir():
        return
    with files.telling(folder):
        target = Path(os.path.realpath(folder))
        take_away(beside(target, RUNNING))
        take_away(beside(target, SAVING))
        with _alone(target):
            pass


def require_writable(folder: Path, *, size: int = files.PAGE) -> None:
    """Check in advance, as far as possible, whether `replacing` can write ``size`` bytes into ``folder``.

    Raises:
        CannotWrite: if it cannot.
    """
    with files.telling(folder):
        folder = _own(folder)
        if folder.parent.is_dir():
            with _alone(folder):
                files.require_room(folder, size=size)
        else:
            files.require_room(folder, size=size, parents=True)


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """During the block, no other process can train into ``folder``. Missing parent folders are made.

    Raises:
        TrainingError: if another training is already running there.
        CannotWrite: if nothing can be written there.
    """
    require_writable(folder)
    target = Path(os.path.realpath(folder))
    made = [parent for parent in target.parents if not parent.exists()]  # the innermost first
    try:
        with ExitStack() as held:
            with files.telling(folder):
                target.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(locked(beside(target, RUNNING)))
            yield
    except Taken:
        raise TrainingError(
            f"something else is training into {shown(folder)} already: wait for its end, or give another folder"
        ) from None
    finally:
        with suppress(OSError):  # a folder that is not empty stays
            for parent in made:
                parent.rmdir()


def delete(folder: Path, *, wanted: Callable[[], bool] = lambda: True) -> bool:
    """Delete a folder as a whole, and say whether that was done.

    It is not deleted while any process trains into it or saves there, nor if ``wanted`` returns false; ``wanted`` is
    called when no process can begin to train or save there. A missing folder counts as deleted.

    Raises:
        CannotWrite: if the folder cannot be deleted.
    """
    if not folder.parent.is_dir():
        return True
    try:
        with files.telling(folder), locked(beside(folder, RUNNING)), locked(beside(folder, SAVING)):
            if not wanted():
                return False
            _recover(folder)
            if folder.is_symlink():
                folder.unlink()
            elif folder.exists():
                _discard(folder, folder.name)
            return True
    except Taken:
        return False


def tidy(root: Path) -> None:
    """Clean up what killed saves left in ``root``. Folders that are being saved, and those with errors, are skipped."""
    with suppress(OSError):
        left = {name for name, _path in files.parts(root)}
        kinds = rf"\.(.+)\.(?:{PREVIOUS}|{SAVING}|{RUNNING})"
        left |= {found[1] for path in root.iterdir() if (found := re.fullmatch(kinds, path.name, re.DOTALL))}
        for name in left:
            with suppress(Taken, OSError), locked(beside(root / name, SAVING)):
                _recover(root / name)
            with suppress(Taken, OSError), locked(beside(root / name, RUNNING)):
                pass  # taking the lock of a killed training and releasing it removes its file


def _own(folder: Path) -> Path:
    """The folder without symbolic links in its path.

    Raises:
        CannotWrite: if the folder must not be replaced.
    """
    target = Path(os.path.realpath(folder))
    if target.is_symlink():
        raise CannotWrite(folder, "the link leads in a circle")
    if target.exists():
        ours = (target / MANIFEST).is_file() or (target.is_dir() and not any(target.iterdir()))
        if not ours:
            raise CannotWrite(folder, "something else than a checkpoint is there already")
        if target.is_mount() or not target.name:
            raise CannotWrite(folder, "a disk is mounted there, which cannot be replaced: name a folder in it")
    return target


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock for saving; what a killed save left is cleaned up first."""
    try:
        with locked(beside(folder, SAVING), seconds=PATIENCE):
            _recover(folder)
            yield
    except Taken:
        raise CannotWrite(folder, "something else is saving there") from None


def _recover(folder: Path) -> None:
    previous = beside(folder, PREVIOUS)
    if whole(folder) == previous:
        previous.rename(folder)
    elif os.path.lexists(previous):
        _discard(previous, folder.name)
    for name, path in files.parts(folder.parent):
        if name == folder.name:
            shutil.rmtree(path, ignore_errors=True)


def _discard(path: Path, name: str) -> None:
    """Rename what is there of folder ``name`` before deleting it, so that it never stays half deleted at ``path``."""
    doomed = files.part(path.with_name(name))
    path.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Rename ``new`` to ``folder``; the old folder is deleted after that."""
    previous = beside(folder, PREVIOUS)
    if folder.exists():
        folder.rename(previous)
    try:
        new.rename(folder)
    except OSError:
        if previous.exists():
            previous.rename(folder)
        raise
    files.flush(folder.parent)
    if previous.exists():
        with suppress(OSError):  # the new folder is complete; the next save deletes the old one
            _discard(previous, folder.name)
