"""Further requirements of pages for a checkpoint, in addition to loading; if one is not met, it is logged."""

import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from s2s_core import Translator
from s2s_core.checkpoint import Description, Snapshot
from s2s_core.errors import CheckpointError

LOG = logging.getLogger(__name__)

MAX_FILES = 40  # of a checkpoint's folder

MAX_PROBLEMS = 64

Stamp = tuple[tuple[str, int, int], ...]  # for each file of a folder: name, size and time

_PROBLEMS: dict[tuple[Path, bytes], tuple[Stamp, str]] = {}  # folder and manifest -> its files, the problem


@lru_cache(maxsize=256)
def log_once(problem: str) -> None:
    """Log a message only once: the same problem is found again at every run of every session."""
    LOG.warning("%s", problem)


def remember(folder: Path, manifest: bytes, problem: CheckpointError) -> None:
    """Remember the problem of a checkpoint, so that it is not read again at every run of every session."""
    while len(_PROBLEMS) >= MAX_PROBLEMS:
        _PROBLEMS.pop(next(iter(_PROBLEMS)), None)
    _PROBLEMS[folder, manifest] = _stamp(folder), problem.reason


def known_problem(folder: Path, manifest: bytes) -> CheckpointError | None:
    """The remembered problem of a checkpoint; None if one of its files has changed since."""
    stamp, reason = _PROBLEMS.get((folder, manifest), (None, ""))
    return CheckpointError(folder, reason) if stamp is not None and stamp == _stamp(folder) else None


def with_examples(description: Description, folder: str) -> Description:
    """The same description. Raises CheckpointError if it has no example sentence."""
    if not any(text.strip() for text in description.info.examples):
        raise CheckpointError(folder, "it has no example sentence to begin with")
    return description


def reading_one(translator: Translator, folder: str) -> Translator:
    """The same model. Raises CheckpointError if it cannot read any of its examples."""
    if not any(map(translator.reads, translator.info.examples)):
        raise CheckpointError(folder, "the model can read none of its own examples")
    return translator


def comparable(snapshots: Sequence[Snapshot], folder: str) -> tuple[Snapshot, ...]:
    """The same snapshots. Raises CheckpointError if they are not all of the same sentences."""
    shown = {
        tuple((one.source, one.forced.tgt_tokens, one.forced.weights is None) for one in snapshot.specimens)
        for snapshot in snapshots
    }
    if len(shown) > 1 or shown == {()}:
        raise CheckpointError(folder, "its snapshots do not show the same sentences at every point of the training")
    return tuple(snapshots)


def _stamp(folder: Path) -> Stamp:
    try:
        files = [(file.name, file.stat(follow_symlinks=False)) for file in islice(os.scandir(folder), MAX_FILES)]
    except OSError:
        return ()
    return tuple(sorted((name, status.st_size, status.st_mtime_ns) for name, status in files))
