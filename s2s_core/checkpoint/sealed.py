"""A sealed folder: files that a manifest vouches for, written as a whole or not at all.

``manifest.json`` names the format, its version and the SHA-256 of every file that matters. A file that was edited, cut
short, left out or put there by another program is told in one sentence instead of loading as something else. The hash
guards against accidents, not against malice; against malice stand that nothing is ever unpickled, that only plain files
of this very folder are opened, and that none is read beyond a bound.

A new folder is written beside the old one, flushed to the disk, and renamed. Between the two renames that replacing
an existing folder takes, the old one waits beside it as ``.NAME.previous``; `read` finds it there after a power cut.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from s2s_core import foreign
from s2s_core.errors import CheckpointError, InvalidConfig
from s2s_core.foreign import Unreadable, brief

MANIFEST = "manifest.json"
VERSION = 1  # of the format; a folder with a higher one is refused, a lower one must stay readable

_MOST_MANIFEST = 1 << 16  # bytes
_MOST_FILES = 16
_USUAL = 1 << 25  # bytes of a file whose kind has no bound of its own
_TRIES = 5
_PIECE = 1 << 20
_NO_NAME = re.compile(
    r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]|[. ]$|^\.{1,2}$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.I
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The verified content of a sealed folder."""

    folder: Path  # where it was read from
    files: Mapping[str, bytes]  # of the manifest's files those that were asked for
    fingerprint: str  # SHA-256 of the manifest: changes with any file that matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is read of a sealed folder, and within which bounds; every file is checked against the manifest anyway."""

    format_name: str
    keep: Collection[str]  # whose content is wanted
    most: Mapping[str, int] = field(default_factory=dict)  # bytes of a file
    gate: Mapping[str, Callable[[Mapping[str, bytes], BinaryIO, int], None]] = field(default_factory=dict)
    """Looks at the beginning of a file that is large, with the smaller ones read, before the rest takes memory; says
    what is wrong with it by an Unreadable."""


def seal(folder: Path, files: list[str], *, format_name: str) -> None:
    """Write the manifest of ``files``, the last thing that is written into a folder."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)}
    (folder / MANIFEST).write_bytes(_canonical({"format": format_name, "version": VERSION, "files": hashes}))


def read(folder: Path, reading: Reading) -> Sealed:
    """The files of a sealed folder, each checked against the manifest.

    Raises:
        CheckpointError: where the folder is missing, foreign, newer, edited or cut short.
    """
    if not os.path.lexists(folder) and os.path.lexists(_previous(folder)):
        folder = _previous(folder)
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        try:
            return _checked(folder, manifest, reading)
        except CheckpointError:
            if attempt + 1 == _TRIES or read_manifest(folder) == manifest:
                raise  # otherwise the folder was replaced while it was being read: read the new one
    raise AssertionError("the last attempt returns or raises")


def read_manifest(folder: Path) -> bytes:
    """The bytes that change with any file that matters.

    Raises:
        CheckpointError: where there are none.
    """
    try:
        return foreign.file_bytes(folder / MANIFEST, most=_MOST_MANIFEST)
    except (FileNotFoundError, Unreadable) as error:
        if not os.path.exists(folder):
            what = "there is no such folder"
        elif not os.path.isdir(folder):
            what = "it is a file, not a folder"
        elif isinstance(error, Unreadable):
            what = f"{MANIFEST} {error}"
        else:
            what = f"it has no {MANIFEST}, so it is not a checkpoint"
        raise CheckpointError(folder, what) from None


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A temporary sibling to write into, which takes the place of ``folder`` when the block ends without an error.

    Raises:
        InvalidConfig: where ``folder`` holds something else than a sealed folder, or cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder / MANIFEST).exists() and not _is_empty(folder):
        raise InvalidConfig(f"cannot save to {folder}: something else than a checkpoint is there already")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise InvalidConfig(f"cannot save to {folder}: {error.strerror}") from error
    try:
        yield temporary
        temporary.chmod(0o755)  # mkdtemp's folder is readable by its owner alone
        for path in (*temporary.rglob("*"), temporary):
            _flush(path)
        _swap(temporary, folder)
    except OSError as error:
        raise InvalidConfig(f"cannot save to {folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _checked(folder: Path, raw: bytes, reading: Reading) -> Sealed:
    found, version, hashes = _understood(folder, raw)
    if found != reading.format_name:
        raise CheckpointError(folder, f"it holds {brief(found)} where {reading.format_name!r} was expected")
    if version > VERSION:
        raise CheckpointError(
            folder, f"it is in format {version}, and this version of the program reads formats up to {VERSION}"
        )
    for name in hashes:
        if not 0 < len(name) <= 100 or _NO_NAME.search(name) or name == MANIFEST:
            raise CheckpointError(folder, f"its {MANIFEST} names {brief(name)}, which is not a file of this folder")
    if len(hashes) > _MOST_FILES:
        raise CheckpointError(folder, f"its {MANIFEST} names {len(hashes)} files, where at most {_MOST_FILES} are read")
    files: dict[str, bytes] = {}
    for name in sorted(hashes, key=lambda name: (name in reading.gate, name)):  # what a gate asks for comes before it
        try:
            content = _verified(folder / name, hashes[name], reading, files)
        except FileNotFoundError:
            raise CheckpointError(folder, f"{name} is missing") from None
        except Unreadable as error:
            raise CheckpointError(folder, f"{name} {error}") from error
        if content is not None:
            files[name] = content
    return Sealed(folder=folder, files=files, fingerprint=hashlib.sha256(raw).hexdigest())


def _understood(folder: Path, raw: bytes) -> tuple[str, int, dict[str, str]]:
    """Format, version and hashes of a manifest."""
    damaged = CheckpointError(folder, f"its {MANIFEST} is damaged or belongs to another program")
    try:
        manifest = foreign.plain_data(raw)
        foreign.record(
            manifest,
            {
                "format": foreign.is_text,
                "version": foreign.is_whole,
                "files": _are_hashes,
            },
        )
    except Unreadable:
        raise damaged from None
    if raw != _canonical(manifest):
        raise CheckpointError(folder, f"its {MANIFEST} has been edited")
    return manifest["format"], manifest["version"], manifest["files"]


def _are_hashes(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(it, str) for it in value.values())


def _verified(path: Path, expected: str, reading: Reading, files: Mapping[str, bytes]) -> bytes | None:
    """The content of a file, None where it is not wanted: then it is checked piece by piece."""
    edited = Unreadable("has been edited or cut short since it was saved")
    name, refused = path.name, None
    with foreign.opened(path, most=reading.most.get(name, _USUAL)) as (file, size):
        if name in reading.gate:
            try:
                reading.gate[name](files, file, size)
            except Unreadable as error:
                refused = error  # said only where the file is as it was saved
            file.seek(0)
        if name in reading.keep and refused is None:
            content = foreign.rest_of(file, size)
            if hashlib.sha256(content).hexdigest() != expected:
                raise edited
            return content
        digest = hashlib.sha256()
        while piece := foreign.rest_of(file, min(size, file.tell() + _PIECE)):
            digest.update(piece)
    if digest.hexdigest() != expected:
        raise edited
    if refused is not None:
        raise CheckpointError(path.parent, f"its parts do not fit together ({name} {refused})") from refused
    return None


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()


def _previous(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.previous")


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _swap(new: Path, folder: Path) -> None:
    """Rename ``new`` to ``folder``; what was there is deleted only when that is done."""
    previous = _previous(folder)
    if folder.exists():
        shutil.rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    try:
        new.rename(folder)
    except OSError:
        if previous.exists():
            previous.rename(folder)
        raise
    _flush(folder.parent)
    shutil.rmtree(previous, ignore_errors=True)


def _flush(path: Path) -> None:
    """Onto the disk, so that the rename cannot overtake the content."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder as a file
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
