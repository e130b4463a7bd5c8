"""A folder takes the place of another as a whole, whatever happens meanwhile: two savers at once, a kill, a full disk.

The new one is written beside the old one as ``.NAME.xxxxxxxx.part``, flushed to the disk, and renamed. Between the two
renames that this takes the old one waits as ``.NAME.previous``: `whole` says where it lies, and whoever reads asks
there. Who writes holds the lock ``.NAME.saving``, so whatever else is there half done was left by a save that was
killed, and the next one puts it right. Who trains into a folder holds ``.NAME.running`` for as long as it takes.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from s2s_core import files
from s2s_core.errors import CannotWrite, TrainingError, shown
from s2s_core.locks import Taken, locked

MANIFEST = "manifest.json"  # the last thing that is written into a folder
SAVING, RUNNING, PREVIOUS = "saving", "running", "previous"
PATIENCE = 60.0  # seconds to wait for another save of the same folder


def whole(folder: Path) -> Path:
    """Where the folder of this name lies: there, or where a save that was killed left it."""
    if not folder.name:  # "." and "/", beside which nothing can wait
        return folder
    previous = beside(folder, PREVIOUS)
    return previous if not os.path.lexists(folder) and os.path.isfile(previous / MANIFEST) else folder


def named(root: Path) -> list[Path]:
    """The folders in ``root`` that have a name to be found by, each once; `whole` says where they lie."""
    try:
        entries = {entry.name for entry in root.iterdir()}
    except OSError:
        return []
    waiting = {found[1] for name in entries if (found := re.fullmatch(rf"\.(.+)\.{PREVIOUS}", name, re.DOTALL))}
    return [root / name for name in sorted(entries | waiting) if not name.startswith(".")]


def beside(folder: Path, kind: str) -> Path:
    """The name of what belongs to a folder and stands beside it."""
    return folder.with_name(f".{folder.name}.{kind}")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A temporary sibling to write into, which takes the place of ``folder`` when the block ends without an error.

    Raises:
        CannotWrite: where ``folder`` holds something else than a sealed folder, or cannot be written.
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
                _swap(temporary, folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)


def require_writable(folder: Path, *, size: int = files.PAGE) -> None:
    """Find out whether `replacing` can write ``size`` bytes there, as far as that can be known before.

    Raises:
        CannotWrite: where not.
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
    """For this block nobody else trains into ``folder``; the folders on the way to it are there.

    Raises:
        TrainingError: where somebody does already.
        CannotWrite: where nothing can be written there.
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
        with suppress(OSError):  # whichever is not empty stays
            for parent in made:
                parent.rmdir()


def tidy(root: Path) -> None:
    """Put right what killed saves left in a folder; what is being saved now is let be, and so is what cannot be."""
    with suppress(OSError):
        left = {name for name, _path in files.parts(root)}
        kinds = rf"\.(.+)\.(?:{PREVIOUS}|{SAVING}|{RUNNING})"
        left |= {found[1] for path in root.iterdir() if (found := re.fullmatch(kinds, path.name, re.DOTALL))}
        for name in left:
            with suppress(Taken, OSError), locked(beside(root / name, SAVING)):
                _recover(root / name)
            with suppress(Taken, OSError), locked(beside(root / name, RUNNING)):
                pass  # the lock of one that ended by force goes with its next holder


def _own(folder: Path) -> Path:
    """The folder itself, where a link leads to it.

    Raises:
        CannotWrite: where it is not ours to replace.
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
    """The only one who saves there, with whatever a killed save left put right."""
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
        _discard(previous)
    for name, path in files.parts(folder.parent):
        if name == folder.name:
            shutil.rmtree(path, ignore_errors=True)


def _discard(previous: Path) -> None:
    """Delete it, whole until it has another name."""
    doomed = files.part(previous.with_name(previous.name.removeprefix(".").removesuffix(f".{PREVIOUS}")))
    previous.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Rename ``new`` to ``folder``; what was there is deleted only when that is done."""
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
        with suppress(OSError):  # the new one is in its place; the next save clears the old one away
            _discard(previous)
