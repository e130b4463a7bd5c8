"""A sealed folder: files that a manifest vouches for, written as a whole or not at all.

``manifest.json`` names the format, its version and the SHA-256 of every file that matters. A file that was edited, cut
short, left out or put there by another program is told in one sentence instead of loading as something else. The hash
guards against accidents, not against malice; against malice stand that nothing is ever unpickled, that only plain files
of this very folder are opened, and that none is read beyond a bound.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from s2s_core import foreign
from s2s_core.checkpoint.folder import MANIFEST, replacing, whole
from s2s_core.described import described
from s2s_core.errors import CheckpointError, quoted
from s2s_core.foreign import Unreadable

__all__ = ["MANIFEST", "VERSION", "Reading", "Sealed", "is_name", "read", "read_manifest", "replacing", "seal"]

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
    manifest: bytes
    fingerprint: str  # SHA-256 of the manifest: changes with any file that matters

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is read of a sealed folder, and within which bounds; every file is checked against the manifest anyway."""

    format_name: str
    keep: Collection[str] | None = None  # whose content is wanted; None: of every file
    most: Mapping[str, int] = field(default_factory=dict)  # bytes of a file
    gate: Mapping[str, Callable[[Mapping[str, bytes], BinaryIO, int], None]] = field(default_factory=dict)
    """Looks at the beginning of a file that is large, with the smaller ones read, before the rest takes memory; says
    what is wrong with it by an Unreadable."""

    __repr__ = described


def seal(folder: Path, files: list[str], *, format_name: str) -> None:
    """Write the manifest of ``files``, the last thing that is written into a folder."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)}
    (folder / MANIFEST).write_bytes(_canonical({"format": format_name, "version": VERSION, "files": hashes}))


def is_name(name: str) -> bool:
    """Whether a file in a sealed folder can have this name, on any system: on Windows "C:x" lies elsewhere."""
    return 0 < len(name) <= 100 and not _NO_NAME.search(name)


def read(folder: Path, reading: Reading) -> Sealed:
    """The files of a sealed folder, each checked against the manifest.

    Raises:
        CheckpointError: where the folder is missing, foreign, newer, edited or cut short.
    """
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        try:
            return _checked(whole(folder), manifest, reading)
        except CheckpointError:
            if attempt + 1 == _TRIES or read_manifest(folder) == manifest:
                raise  # otherwise the folder was replaced while it was being read: read the new one
    raise AssertionError("the last attempt returns or raises")


def read_manifest(folder: Path) -> bytes:
    """The bytes that change with any file that matters.

    Raises:
        CheckpointError: where there are none.
    """
    damaged = ""
    for _ in range(3):  # the folder may be on its way between the two looks
        try:
            return foreign.file_bytes(whole(folder) / MANIFEST, most=_MOST_MANIFEST)
        except FileNotFoundError:
            damaged = ""
        except Unreadable as error:
            damaged = f"{MANIFEST} {error}"
    if not os.path.exists(folder):
        raise CheckpointError(folder, "there is no such folder")
    if not os.path.isdir(folder):
        raise CheckpointError(folder, "it is a file, not a folder")
    raise CheckpointError(folder, damaged or f"it has no {MANIFEST}, so it is not a checkpoint")


def _checked(folder: Path, raw: bytes, reading: Reading) -> Sealed:
    found, version, hashes = _understood(folder, raw)
    if found != reading.format_name:
        raise CheckpointError(folder, f"it holds {quoted(found)} where {reading.format_name!r} was expected")
    if version > VERSION:
        raise CheckpointError(
            folder, f"it is in format {version}, and this version of the program reads formats up to {VERSION}"
        )
    for name in hashes:
        if not is_name(name) or name == MANIFEST:
            raise CheckpointError(folder, f"its {MANIFEST} names {quoted(name)}, which is not a file of this folder")
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
    return Sealed(folder=folder, files=files, manifest=raw, fingerprint=hashlib.sha256(raw).hexdigest())


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
        if (reading.keep is None or name in reading.keep) and refused is None:
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
