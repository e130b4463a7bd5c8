"""What a page needs of a checkpoint besides that it can be loaded, and what is said in the log of one that lacks it."""

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

Stamp = tuple[tuple[str, int, int], ...]  # of the files of a folder: names, sizes and times

_PROBLEMS: dict[tuple[Path, bytes], tuple[Stamp, str]] = {}  # folder and manifest -> files, what is wrong


@lru_cache(maxsize=256)
def log_once(problem: str) -> None:
    """What is wrong with a checkpoint is found again at every run of every session."""
    LOG.warning("%s", problem)


def remember(folder: Path, manifest: bytes, problem: CheckpointError) -> None:
    """An unusable checkpoint costs its reading once, and not at every run of every session."""
    while len(_PROBLEMS) >= MAX_PROBLEMS:
        _PROBLEMS.pop(next(iter(_PROBLEMS)), None)
    _PROBLEMS[folder, manifest] = _stamp(folder), problem.reason


def known_problem(folder: Path, manifest: bytes) -> CheckpointError | None:
    """What was wrong with a checkpoint, as long as none of its files has changed."""
    stamp, reason = _PROBLEMS.get((folder, manifest), (None, ""))
    return CheckpointError(folder, reason) if stamp is not None and stamp == _stamp(folder) else None


def with_examples(description: Description, folder: str) -> Description:
    """The description itself. Raises CheckpointError where it has no sentence to begin with."""
    if not any(text.strip() for text in description.info.examples):
        raise CheckpointError(folder, "it has no example sentence to begin with")
    return description


def reading_one(translator: Translator, folder: str) -> Translator:
    """The model itself. Raises CheckpointError where it can read none of its examples."""
    if not any(map(translator.reads, translator.info.examples)):
        raise CheckpointError(folder, "the model can read none of its own examples")
    return translator


def comparable(snapshots: Sequence[Snapshot], folder: str) -> tuple[Snapshot, ...]:
    """The snapshots themselves. Raises CheckpointError where they do not show the same sentences all along."""
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
