"""The order of a training and its progress, as values for a screen; the progress can be read from the disk too."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_core.recipes import Choice
from s2s_core.tasks import Count
from s2s_core.training import ProbeAttention, Sample

Status = Literal["waiting", "preparing", "training", "scoring", "finished", "paused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The state of a training, as a screen shows it."""

    status: Status = "preparing"
    step: int = 0
    steps: int = 0
    epoch: float = 0.0
    pairs: int = 0  # training pairs
    parameters: int = 0
    dropped: int = 0  # pairs that are left out because they are too long for the model
    losses: tuple[tuple[int, float], ...] = ()  # update, loss (17)
    scores: tuple[tuple[int, float, Mapping[str, float]], ...] = ()  # update, loss on unseen pairs, the task's scores
    probe: ProbeAttention | None = None
    samples: tuple[Sample, ...] = ()  # outputs for unseen pairs
    known: tuple[Sample, ...] = ()  # outputs for training pairs
    count: Count | None = None  # how the rows of a file were used
    best_step: int = 0  # the update with the best loss on unseen pairs
    left: float | None = None  # seconds until the end, estimated from the speed so far
    problem: S2SError | None = None  # why the training failed
    saved: bool = False  # whether there is a complete checkpoint

    @property
    def active(self) -> bool:
        return self.status in ("waiting", "preparing", "training", "scoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order of a training: its settings and the name of its file."""

    name: str
    choice: Choice
    file: str = ""  # the name of the uploaded file of pairs
    key: str = ""  # the hash of its key; empty in orders of older versions, which nobody can steer
    visitor: str = ""  # the hash of the visitor's secret

    def to_json(self) -> dict[str, object]:
        owner = {"key": self.key, "visitor": self.visitor}
        return {"name": self.name, "file": self.file, "choice": self.choice.to_json(), **owner}


def saved_progress(order: Order, folder: Path) -> Progress:
    """The progress of a training that was started by an earlier server, read from the log in its checkpoint folder."""
    whole = checkpoint.is_checkpoint(folder)
    resting = Progress(
        status="finished" if whole and not checkpoint.is_unfinished(folder) else "paused",
        steps=order.choice.steps,
        saved=whole,
    )
    try:
        rows = list(csv.DictReader(io.StringIO(checkpoint.read_text(folder, checkpoint.LOG), newline="")))
        return replace(
            resting,
            step=int(rows[-1]["step"]) if rows else 0,
            epoch=float(rows[-1]["epoch"]) if rows else 0.0,
            losses=tuple((int(row["step"]), float(row["train_loss"])) for row in rows),
            scores=tuple((int(row["step"]), float(row["dev_loss"]), _scores(row)) for row in rows),
            best_step=max((int(row["step"]) for row in rows if row["best"] == "1"), default=0),
        )
    except (KeyError, TypeError, ValueError, csv.Error):  # the log was damaged: only the curves are lost
        return resting


def _scores(row: Mapping[str, str]) -> dict[str, float]:
    other = {"step", "epoch", "seconds", "train_loss", "dev_loss", "best"}
    return {name: float(value) for name, value in row.items() if name not in other}
