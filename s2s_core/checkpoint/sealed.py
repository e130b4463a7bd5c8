"""A sealed folder: a folder with a manifest of checksums, which is written completely or not at all.

``manifest.json`` has the format, its version and the SHA-256 of the files that belong to the checkpoint. If a file was
edited, cut short, removed or written by another program, reading raises an error with one sentence.

The checksums protect against accidents, not against attacks. Against attacks, nothing is ever unpickled, only regular
files of this folder are opened, and the size of every file is limited.
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

VERSION = 1  # of the format; a folder of a later version is refused, one of an earlier version must stay readable

_MOST_MANIFEST = 1 << 16  # bytes
_MOST_FILES = 16
_USUAL = 1 << 25  # bytes of a file that has no limit in `Reading.most`
_TRIES = 5
_PIECE = 1 << 20
_NO_NAME = re.compile(
    r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]|[. ]$|^\.{1,2}$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.I
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The verified content of a sealed folder."""

    folder: Path  # where it was read from
    files: Mapping[str, bytes]  # the content of the requested files, by name
    manifest: bytes
    fingerprint: str  # SHA-256 of the manifest: it changes with every file in the manifest

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read from a sealed folder, and the limits. Every file is checked against the manifest in any case."""

    format_name: str
    keep: Collection[str] | None = None  # the files whose content is returned; None: all files
    most: Mapping[str, int] = field(default_factory=dict)  # the most bytes of a file, by name
    gate: Mapping[str, Callable[[Mapping[str, bytes], BinaryIO, int], None]] = field(default_factory=dict)
    """Checks of large files, by name. A check gets the content of the smaller files, the opened file and its size. It
    reads the beginning of the file, before the rest is read into memory, and raises Unreadable if it is wrong."""

    __repr__ = described


def seal(folder: Path, files: list[str], *, format_name: str) -> None:
    """Write the manifest of ``files``. This is the last file that is written into a folder."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)}
    (folder / MANIFEST).write_bytes(_canonical({"format": format_name, "version": VERSION, "files": hashes}))


def is_name(name: str) -> bool:
    """Whether a file in a sealed folder can have this name, on any system: on Windows "C:x" lies elsewhere."""
    return 0 < len(name) <= 100 and not _NO_NAME.search(name)


def read(folder: Path, reading: Reading) -> Sealed:
    """The files of a sealed folder, each checked against the manifest.

    Raises:
        CheckpointError: if the folder is missing, or from another program or a later version, or if a file was edited
            or cut short.
    """
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        try:
            return _checked(whole(folder), manifest, reading)
        except CheckpointError:
            if attempt + 1 == _TRIES or read_manifest(folder) == manifest:
                raise  # else the folder was replaced while it was read: read the new one
    raise AssertionError("the last attempt returns or raises")


def read_manifest(folder: Path) -> bytes:
    """The content of the manifest, which changes with every file in it.

    Raises:
        CheckpointError: if there is no readable manifest.
    """
    damaged = ""
    for _ in range(3):  # the folder may be renamed between the two calls
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
    for name in sorted(hashes, key=lambda name: (name in reading.gate, name)):  # files with a gate are last
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
    """The format, the version and the checksums (file name -> SHA-256) of a manifest."""
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
    """The content of a file, after its checksum was checked; None if the content is not wanted."""
    edited = Unreadable("has been edited or cut short since it was saved")
    name, refused = path.name, None
    with foreign.opened(path, most=reading.most.get(name, _USUAL)) as (file, size):
        if name in reading.gate:
            try:
                reading.gate[name](files, file, size)
            except Unreadable as error:
                refused = error  # raised below, but only if the checksum is right
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
