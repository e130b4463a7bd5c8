"""The list of checkpoints, cached so that the folders are not read again for every call.

One run of a page asks for it about twenty times. It is cached while the modification times of the folders stay the
same, for at most one second. A manifest is read again when its file has changed. So a new checkpoint is found at once,
or within a second if its folder was made before its files.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from s2s_core.checkpoint import folders, read_manifest, searched
from s2s_core.recipes import Sibling, in_order, siblings_of

FRESH = 1.0  # seconds after which the folders are scanned again in any case
MOST = 512  # manifests

Stamp = tuple[int, int, int]  # of a file or folder: inode, size and modification time


@dataclass(frozen=True, slots=True)
class _Scan:
    stamps: tuple[Stamp | None, ...]  # of the folders that were scanned
    found: Mapping[str, Path]
    when: float


_SCANS: dict[tuple[Path, ...], _Scan] = {}
_MANIFESTS: dict[str, tuple[Stamp, bytes]] = {}


def there() -> Mapping[str, Path]:
    """The checkpoints of the program by name, in the order of a menu."""
    return scanned(searched(), _in_order)


def _in_order() -> dict[str, Path]:
    found = folders()
    return {name: found[name] for name in in_order(found)}


@lru_cache(maxsize=256)
def family(name: str, among: tuple[str, ...]) -> tuple[Sibling, ...]:
    """The family of a model, as far as its members are among these names; see `siblings_of`."""
    return siblings_of(name, among)


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
        if stamp is not None and stamp == _stamp(path):  # otherwise it changed while it was read
            if len(_MANIFESTS) > MOST:
                _MANIFESTS.clear()
            _MANIFESTS[path] = stamp, content
    return content


def stamp_of(folder: Path) -> Stamp | None:
    """A value that changes whenever the checkpoint changes; None if it has no manifest."""
    return _stamp(_manifest(folder))


def _manifest(folder: Path) -> str:
    return f"{folder}{os.sep}manifest.json"


def _stamp(path: str | Path) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
