"""Which checkpoints there are, without a scan of the folders for every question.

A run asks some twenty times. The answer is kept for as long as the folders of checkpoints say that nothing came or went,
and for a second at most: a folder may be filled after it was made. A manifest is read again when its file has changed.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from s2s_core.checkpoint import read_manifest

FRESH = 1.0  # seconds after which the folders are scanned again, whatever they say
MOST = 512  # manifests

Stamp = tuple[int, int, int]  # of a file or folder: its number, its size and the time of its last change


@dataclass(frozen=True, slots=True)
class _Scan:
    stamps: tuple[Stamp | None, ...]  # of the folders that were scanned
    found: Mapping[str, Path]
    when: float


_SCANS: dict[tuple[Path, ...], _Scan] = {}
_MANIFESTS: dict[str, tuple[Stamp, bytes]] = {}


def scanned(roots: tuple[Path, ...], scan: Callable[[], Mapping[str, Path]]) -> Mapping[str, Path]:
    """What ``scan`` finds in these folders: name -> checkpoint."""
    stamps = tuple(_stamp(root) for root in roots)
    known, now = _SCANS.get(roots), time.monotonic()
    if known is None or known.stamps != stamps or now - known.when > FRESH:
        known = _Scan(stamps, MappingProxyType(dict(scan())), now)
        if len(_SCANS) > MOST:
            _SCANS.clear()
        _SCANS[roots] = known
    return known.found


def manifest(folder: Path) -> bytes:
    """The content of a checkpoint's manifest; see `stamp_of`.

    Raises:
        CheckpointError: if there is no readable manifest.
    """
    path, stamp = _manifest(folder), stamp_of(folder)
    known, content = _MANIFESTS.get(path, (None, b""))
    if stamp is None or stamp != known:
        content = read_manifest(folder)
        if stamp is not None and stamp == _stamp(path):  # else it changed while it was read
            if len(_MANIFESTS) > MOST:
                _MANIFESTS.clear()
            _MANIFESTS[path] = stamp, content
    return content


def stamp_of(folder: Path) -> Stamp | None:
    """What changes whenever the checkpoint changes; None if it has no manifest."""
    return _stamp(_manifest(folder))


def _manifest(folder: Path) -> str:
    return f"{folder}{os.sep}manifest.json"


def _stamp(path: str | Path) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
