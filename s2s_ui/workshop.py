"""The trainings of one server: each a thread that takes a place for every update, so that they share the cores fairly.

A training is known by its name, which is also the name of its checkpoint and stands in the link. What was ordered lies
beside the checkpoints on the disk, so a training that was paused, or that the server's end interrupted, can go on.
"""

import csv
import io
import json
import logging
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from s2s_core import checkpoint
from s2s_core.errors import S2SError, TrainingError
from s2s_core.recipes import OWN, Choice, Evaluated, run
from s2s_core.training import (
    Enough,
    Finished,
    ProbeAttention,
    Sample,
    Started,
    StepDone,
    Stopped,
    Validated,
)
from s2s_ui.places import Places

LOG = logging.getLogger(__name__)

MOST = 12  # trainings at once; more of them would only wait for one another
ORDERS = ".orders"  # beside the checkpoints; what begins with a dot is none
ORDER, PAIRS = "order.json", "pairs"

Status = Literal["preparing", "training", "scoring", "finished", "paused", "failed"]


class TooMany(S2SError):
    """As many trainings as a server takes are going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A training as it stands: what a screen shows of it."""

    status: Status = "preparing"
    step: int = 0
    steps: int = 0
    epoch: float = 0.0
    pairs: int = 0
    parameters: int = 0
    dropped: int = 0
    losses: tuple[tuple[int, float], ...] = ()  # update, loss (17)
    scores: tuple[tuple[int, float, Mapping[str, float]], ...] = ()  # update, loss on unseen pairs, the task's scores
    probe: ProbeAttention | None = None
    samples: tuple[Sample, ...] = ()
    best_step: int = 0
    left: float | None = None  # seconds, at the pace so far
    reason: str = ""  # why it ended
    problem: S2SError | None = None  # why it failed
    saved: bool = False  # there is a whole checkpoint

    @property
    def active(self) -> bool:
        return self.status in ("preparing", "training", "scoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for."""

    name: str
    choice: Choice
    file: str = ""  # the name of the file of pairs, as its owner calls it

    def to_json(self) -> dict[str, object]:
        return {"name": self.name, "file": self.file, "choice": self.choice.to_json()}


@dataclass(slots=True, eq=False)
class Training:
    """One training. Only its own thread changes its progress; whoever looks at it gets a value."""

    order: Order
    folder: Path  # of the checkpoint
    pairs: Path | None
    places: Places
    progress: Progress = field(default_factory=Progress)
    _wish: Literal["", "pause", "end"] = ""
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> None:
        """Begin, or go on where it was left."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._wish = ""
            self.progress = replace(self.progress, status="preparing", problem=None, left=None)
            self._thread = Thread(target=self._work, name=f"training {self.order.name}", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Stop after the update of now; everything is written down, and `start` goes on from there."""
        self._wish = "pause"

    def end(self) -> None:
        """Let it be enough: the best weights so far are scored, as at the end of the plan."""
        self._wish = "end"

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has nothing more to do."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            self._follow()
        except S2SError as error:
            self._set(status="failed", problem=error)
        except Exception:
            LOG.exception("the training %s failed", self.order.name)
            self._set(status="failed", problem=TrainingError("something went wrong inside the program"))
        finally:
            self._set(saved=checkpoint.is_checkpoint(self.folder))

    def _follow(self) -> None:
        resume = checkpoint.is_unfinished(self.folder)
        recipe = self.order.choice.recipe(self.order.name, self.pairs)
        command = self.order.choice.command(f"runs/{self.order.name}", self.order.file)
        events = run(recipe, self.folder, command=command, resume=resume)
        began: tuple[float, int] | None = None  # when this thread made its first update, and which
        while True:
            with self.places.long():
                if self._wish == "pause" and self.progress.status != "scoring":
                    events.close()
                    self._set(status="paused", left=None)
                    return
                try:
                    if self._wish == "end" and self.progress.status == "training":
                        self._wish = ""
                        event = events.throw(Enough())
                    else:
                        event = next(events)
                except StopIteration:
                    return
            now = time.monotonic()
            match event:
                case Started(step=step, steps=steps, pairs=pairs, parameters=parameters, dropped=dropped):
                    kept = tuple(point for point in self.progress.losses if point[0] <= step)
                    self._set(
                        status="training",
                        step=step,
                        steps=steps,
                        pairs=pairs,
                        parameters=parameters,
                        dropped=dropped,
                        losses=kept,
                        scores=tuple(entry for entry in self.progress.scores if entry[0] <= step),
                    )
                case StepDone(step=step, epoch=epoch, loss=loss):
                    began = began or (now, step)
                    pace = (now - began[0]) / (step - began[1]) if step > began[1] else None
                    left = None if pace is None else pace * (self.progress.steps - step)
                    self._set(step=step, epoch=epoch, left=left, losses=(*self.progress.losses, (step, loss)))
                case Validated(step=step, loss=loss, scores=scores, samples=samples, best=best):
                    self._set(
                        scores=(*self.progress.scores, (step, loss, dict(scores))),
                        samples=samples,
                        best_step=step if best else self.progress.best_step,
                        saved=True,
                    )
                case ProbeAttention():
                    self._set(probe=event)
                case Finished(best_step=best_step, reason=reason):
                    self._set(status="scoring", best_step=best_step, reason=reason, left=None)
                case Stopped(best_step=best_step, reason=reason):
                    self._set(status="failed", best_step=best_step, problem=TrainingError(reason))
                case Evaluated():
                    self._set(status="finished")

    def _set(self, **changes: Any) -> None:
        self.progress = replace(self.progress, **changes)


class Workshop:
    """All trainings of a server, and the folder that they lie in."""

    def __init__(self, root: Path, places: Places, *, most: int = MOST) -> None:
        self.root, self.places, self.most = root, places, most
        self._trainings: dict[str, Training] = {}
        self._lock = Lock()

    def order(self, choice: Choice, *, file: str = "", pairs: bytes | None = None) -> Training:
        """Begin a training.

        Raises:
            TooMany: where as many as this server takes are going on.
            DataError: where the pairs cannot be used.
        """
        self._make_room()
        name = f"{choice.task}-{secrets.token_hex(4)}"
        place = self.root / ORDERS / name
        place.mkdir(parents=True)
        order = Order(name=name, choice=choice, file=Path(file).name)
        try:
            if pairs is not None:
                (place / _file(order)).write_bytes(pairs)
            training = self._training(order)
            choice.recipe(name, training.pairs)  # what is wrong with the pairs is said at once
            (place / ORDER).write_text(json.dumps(order.to_json(), ensure_ascii=False), encoding="utf-8")
            with self._lock:
                self._make_room()
                self._trainings[name] = training
                training.start()
        except S2SError:
            shutil.rmtree(place)
            raise
        return training

    def go_on(self, training: Training) -> None:
        """Take up a training that was paused or failed.

        Raises:
            TooMany: as `order`.
        """
        with self._lock:
            self._make_room()
            training.start()

    def training(self, name: str) -> Training | None:
        """The training of this name, from the disk where the server has not seen it yet; None where there is none."""
        with self._lock:
            if name not in self._trainings and (found := self._found(name)):
                self._trainings[name] = found
            return self._trainings.get(name)

    def folders(self) -> dict[str, Path]:
        """The checkpoints of all trainings, by name."""
        return checkpoint.folders_in(self.root)

    def _make_room(self) -> None:
        if sum(training.progress.active for training in list(self._trainings.values())) >= self.most:
            raise TooMany(f"{self.most} trainings are going on")

    def _training(self, order: Order) -> Training:
        pairs = self.root / ORDERS / order.name / _file(order) if order.choice.task == OWN else None
        return Training(order=order, folder=self.root / order.name, pairs=pairs, places=self.places)

    def _found(self, name: str) -> Training | None:
        path = self.root / ORDERS / name / ORDER
        if name != Path(name).name or not path.is_file():
            return None
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            training = self._training(
                Order(name=name, choice=Choice.from_json(dict(data["choice"])), file=str(data["file"]))
            )
        except (S2SError, ValueError, KeyError, TypeError) as error:
            LOG.warning("the order %s cannot be read: %s", path, error)
            return None
        training.progress = _written_down(training)
        return training


def archive(folder: Path) -> bytes:
    """A checkpoint as a zip file, in a folder of its own name; without what only an unfinished run needs."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            file.write(path, f"{folder.name}/{path.name}")
    return content.getvalue()


def _file(order: Order) -> str:
    """The name of the file of pairs on the disk: its end tells whether it is packed."""
    return order.file or PAIRS


def _written_down(training: Training) -> Progress:
    """How far a training came that this server has not seen: what its log says."""
    folder = training.folder
    whole = checkpoint.is_checkpoint(folder)
    rows = list(_log(folder))
    return Progress(
        status="finished" if whole and not checkpoint.is_unfinished(folder) else "paused",
        step=int(rows[-1]["step"]) if rows else 0,
        steps=training.order.choice.steps,
        epoch=float(rows[-1]["epoch"]) if rows else 0.0,
        losses=tuple((int(row["step"]), float(row["train_loss"])) for row in rows),
        scores=tuple((int(row["step"]), float(row["dev_loss"]), _scores(row)) for row in rows),
        best_step=max((int(row["step"]) for row in rows if row["best"] == "1"), default=0),
        saved=whole,
    )


def _log(folder: Path) -> Iterator[dict[str, str]]:
    with suppress(OSError), (folder / checkpoint.LOG).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _scores(row: Mapping[str, str]) -> dict[str, float]:
    other = {"step", "epoch", "seconds", "train_loss", "dev_loss", "best"}
    return {name: float(value) for name, value in row.items() if name not in other}
