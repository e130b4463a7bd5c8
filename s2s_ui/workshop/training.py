"""One training: a thread that runs it and follows its events, and the methods to start, pause and end it."""

import logging
import time
from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from s2s_core import checkpoint
from s2s_core.errors import S2SError, TrainingError
from s2s_core.files import write_error
from s2s_core.recipes import Evaluated, Recipe, run
from s2s_core.sweep import remote_run
from s2s_core.training import (
    Enough,
    Finished,
    ProbeAttention,
    Saved,
    Started,
    StepDone,
    Stopped,
    Validated,
)
from s2s_core.training.events import TrainEvent
from s2s_ui.capacity.places import Places
from s2s_ui.workshop.progress import Order, Progress
from s2s_ui.workshop.quota import Quota

LOG = logging.getLogger(__name__)


class Broken(TrainingError):
    """A bug ended the training; the server's log has the traceback."""


class Diverged(TrainingError):
    """The loss is no longer a finite number; the weights of update ``best_step`` are saved."""

    def __init__(self, message: str, best_step: int) -> None:
        super().__init__(message)
        self.args = (message, best_step)
        self.best_step = best_step

    def __str__(self) -> str:
        return self.message


@dataclass(slots=True, eq=False)
class Training:
    """One training. Only its own thread changes ``progress``, which is an immutable value."""

    order: Order
    folder: Path  # of the checkpoint
    pairs: Path | None
    places: Places
    quota: Quota
    cluster: str = ""  # the address of a Ray cluster that does the work; empty: it is done here
    progress: Progress = field(default_factory=Progress)
    recipe: Recipe | None = None  # if it was made already
    _began: tuple[float, int] | None = None  # the time and the number of this thread's first update
    _request: Literal["", "pause", "end"] = ""
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> None:
        """Start the training, or continue it where it stopped."""
        with self._lock:
            if self.progress.active and self._thread is not None:
                return
            self.join()  # the thread of a training that has just stopped may still be running
            self._request = ""
            self.progress = replace(self.progress, status="preparing", problem=None, left=None)
            self._thread = Thread(target=self._work, name=f"training {self.order.name}", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Stop after the current update. The state is saved, and `start` continues from there."""
        self._request = "pause"

    def end(self) -> None:
        """End the training early: the best weights so far are scored, as at the planned end."""
        self._request = "end"

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, or at most ``timeout`` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            self._follow()
        except S2SError as error:
            LOG.warning("the training %s cannot go on: %s", self.order.name, error)
            self._set(status="failed", problem=error)
        except OSError as error:  # such as a folder that was deleted
            self._set(status="failed", problem=write_error(self.folder, error))
        except Exception:
            LOG.exception("the training %s failed", self.order.name)
            self._set(status="failed", problem=Broken("something went wrong inside the program"))
        finally:
            self.quota.settle(self.order.name)
            self._set(saved=checkpoint.is_checkpoint(self.folder))

    def _follow(self) -> None:
        self._began = None
        with self.places.preparation(lambda: self._set(status="waiting"), lambda: self._request == "pause") as mine:
            if not mine:
                self._set(status="paused")
                return
            self._set(status="preparing")
            events = self._events()
            self._show(self._admitted(events))
        ended = False
        while True:
            with nullcontext() if self.cluster else self.places.update():  # a cluster takes no core from the others
                if self._request == "pause" and self.progress.status != "scoring":
                    events.close()
                    self._set(status="paused", left=None)
                    return
                try:
                    if self._request == "end" and self.progress.status == "training" and not ended:
                        self._request, ended = "", True  # a second click on the button asks for nothing more
                        event = events.throw(Enough())
                    else:
                        event = next(events)
                except StopIteration:
                    return
            self._show(event)

    def _admitted(self, events: Generator[TrainEvent | Evaluated, None, None]) -> TrainEvent | Evaluated:
        """The first event of a training that may take as much of the disk as its model needs; nothing is saved yet."""
        first = next(events)
        if isinstance(first, Started):
            try:
                self.quota.training(self.order.name, self.order.visitor, first.parameters)
            except S2SError as refused:
                events.throw(refused)  # it releases the folder, and raises the same
        return first

    def _events(self) -> Generator[TrainEvent | Evaluated, None, None]:
        recipe = self.recipe or self.order.choice.recipe(self.order.name, self.pairs)
        self.recipe = None  # it holds all pairs, so free their memory
        self._set(count=recipe.task.count)
        command = self.order.choice.command(f"runs/{self.order.name}", self.order.file)
        if self.cluster:
            return remote_run(recipe, self.folder, command=command, address=self.cluster)
        return run(recipe, self.folder, command=command, resume=checkpoint.is_unfinished(self.folder))

    def _show(self, event: TrainEvent | Evaluated) -> None:
        now = time.monotonic()
        match event:
            case Started(step=step, steps=steps, pairs=pairs, parameters=parameters, dropped=dropped):
                earlier = tuple(point for point in self.progress.losses if point[0] <= step)
                self._set(
                    status="training",
                    step=step,
                    steps=steps,
                    pairs=pairs,
                    parameters=parameters,
                    dropped=dropped,
                    losses=earlier,
                    scores=tuple(entry for entry in self.progress.scores if entry[0] <= step),
                )
            case StepDone(step=step, epoch=epoch, loss=loss):
                self._began = began = self._began or (now, step)
                pace = (now - began[0]) / (step - began[1]) if step > began[1] else None
                left = None if pace is None else pace * (self.progress.steps - step)
                self._set(step=step, epoch=epoch, left=left, losses=(*self.progress.losses, (step, loss)))
            case Validated(step=step, loss=loss, scores=scores, samples=samples, known=known, best=best):
                self._set(
                    scores=(*self.progress.scores, (step, loss, dict(scores))),
                    samples=samples,
                    known=known,
                    best_step=step if best else self.progress.best_step,
                )
            case Saved():
                self._set(saved=True)
            case ProbeAttention():
                self._set(probe=event)
            case Finished(best_step=best_step):
                self._set(status="scoring", best_step=best_step, left=None)
            case Stopped(best_step=best_step, reason=reason):
                self._set(status="failed", best_step=best_step, problem=Diverged(reason, best_step))
            case Evaluated():
                self._set(status="finished")

    def _set(self, **changes: Any) -> None:
        self.progress = replace(self.progress, **changes)
