"""One training: a thread that runs it and follows its events, and the methods to start, pause and end it."""

import logging
import time
from collections.abc import Generator
from contextlib import nullcontext, suppress
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
from s2s_ui.store import StoreAway
from s2s_ui.workshop.progress import Order, Progress
from s2s_ui.workshop.quota import Quota
from s2s_ui.workshop.sharing import Lease, Lost

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
    """One training. While it runs here, only its own thread changes ``progress``, which is an immutable value."""

    order: Order
    folder: Path  # of the checkpoint
    pairs: Path | None
    places: Places
    quota: Quota
    cluster: str = ""  # the address of a Ray cluster that does the work; empty: it is done here
    progress: Progress = field(default_factory=Progress)
    recipe: Recipe | None = None  # if it was made already
    lease: Lease | None = None  # while it runs here
    _began: tuple[float, int] | None = None  # the time and the number of this thread's first update
    _request: Literal["", "pause", "end"] = ""
    _thread: Thread | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def here(self) -> bool:
        """Whether it runs in this process."""
        return self.lease is not None

    def start(self, lease: Lease) -> None:
        """Start the training, or continue it where it stopped."""
        with self._lock:
            if self.lease is not None and self.progress.active:
                return
            self.join()  # the thread of a training that has just stopped may still be running
            self._request, self.lease = "", lease
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

    def tell(self) -> None:
        """Renew the lease, share the progress with other replicas, and execute owners' requests from them.

        Raises:
            StoreAway: if the store does not answer.
        """
        if (lease := self.lease) is None:
            return
        asked = lease.renew(self.progress)
        if asked == "pause":
            self.pause()
        elif asked == "end":
            self.end()

    def _work(self) -> None:
        lease = self.lease
        assert lease is not None
        try:
            with checkpoint.guarded(lease.check):
                self._follow(lease)
        except Lost as lost:
            LOG.warning("%s: it stops here, and nothing more of it is written", lost)
            self._set(status="paused", left=None)
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
            try:
                lease.release(self.progress)
            except StoreAway as away:
                LOG.warning("that the training %s rests cannot be told: %s", self.order.name, away)
            self.lease = None

    def _follow(self, lease: Lease) -> None:
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
                if not lease.going():  # a replica that was frozen for a while, or whose store is away
                    try:
                        lease.check()
                    except Lost as lost:
                        events.throw(lost)  # it releases the folder, saves nothing, and raises the same
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
        """The first event of a training, after space was reserved for its model; nothing is saved yet."""
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
                with suppress(StoreAway):  # before a save, so that a replica that takes over has the curves up to here
                    self.tell()
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
