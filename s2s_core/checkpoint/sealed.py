"""A sealed folder: files that a manifest vouches for, written as a whole or not at all.

``manifest.json`` names the format, its version and the SHA-256 of every file that matters. A file that was edited, cut
short, left out or put there by another program is told in one sentence instead of loading as something else. The hash
guards against accidents, not against malice; against malice stands that nothing is ever unpickled.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2s_core.checkpoint.folder import MANIFEST, replacing, whole
from s2s_core.errors import CheckpointError

__all__ = ["MANIFEST", "VERSION", "Sealed", "read", "read_manifest", "replacing", "seal"]

VERSION = 1  # of the format; a folder with a higher one is refused, a lower one must stay readable


@dataclass(frozen=True, slots=True)
class Sealed:
    """The verified content of a sealed folder."""

    folder: Path  # where it was read from
    files: Mapping[str, bytes]  # every file of the manifest
    manifest: bytes
    fingerprint: str  # SHA-256 of the manifest: changes with any file that matters


def seal(folder: Path, files: list[str], *, format_name: str) -> None:
    """Write the manifest of ``files``, the last thing that is written into a folder."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)}
    (folder / MANIFEST).write_bytes(_canonical({"format": format_name, "version": VERSION, "files": hashes}))


def read(folder: Path, *, format_name: str) -> Sealed:
    """Every file of a sealed folder, each checked against the manifest.

    Raises:
        CheckpointError: where the folder is missing, foreign, newer, edited or cut short.
    """
    while True:
        manifest = read_manifest(folder)
        try:
            return _checked(whole(folder), manifest, format_name)
        except CheckpointError:
            if read_manifest(folder) == manifest:
                raise  # otherwise the folder was replaced while it was being read: read the new one


def read_manifest(folder: Path) -> bytes:
    """The bytes that change with any file that matters.

    Raises:
        CheckpointError: where there are none.
    """
    for _ in range(3):  # the folder may be on its way between the two looks
        try:
            return (whole(folder) / MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise CheckpointError(folder, f"{MANIFEST} cannot be read ({error.strerror})") from error
    if not os.path.isdir(folder):
        raise CheckpointError(folder, "there is no such folder")
    raise CheckpointError(folder, f"it has no {MANIFEST}, so it is not a checkpoint")


def _checked(folder: Path, raw: bytes, format_name: str) -> Sealed:
    try:
        manifest = json.loads(raw)
        found, version, hashes = manifest["format"], int(manifest["version"]), dict(manifest["files"])
    except (ValueError, TypeError, KeyError):
        raise CheckpointError(folder, f"its {MANIFEST} is damaged or belongs to another program") from None
    if found != format_name:
        raise CheckpointError(folder, f"it holds {found!r} where {format_name!r} was expected")
    if version > VERSION:
        raise CheckpointError(
            folder, f"it is in format {version}, and this version of the program reads formats up to {VERSION}"
        )
    if raw != _canonical(manifest):
        raise CheckpointError(folder, f"its {MANIFEST} has been edited")
    return Sealed(
        folder=folder,
        files={name: _read_file(folder, name, expected) for name, expected in hashes.items()},
        manifest=raw,
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )


def _read_file(folder: Path, name: str, expected: str) -> bytes:
    if name != Path(name).name:
        raise CheckpointError(folder, f"its {MANIFEST} names {name!r}, which is not a file of this folder")
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        raise CheckpointError(folder, f"{name} is missing") from None
    except OSError as error:
        raise CheckpointError(folder, f"{name} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise CheckpointError(folder, f"{name} has been edited or cut short since it was saved")
    return content


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
