"""Run one training on a Ray cluster, with the same events as `recipes.run` on this machine.

A separate process talks to the cluster, because Ray ends its process if it loses the cluster. On the cluster, an actor
has the run and computes a short part of it for each request. So the reader of the events can pause it, end it or leave
it between two answers. The nodes must be able to access the folder of the checkpoint.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Generator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Literal

from s2s_core import checkpoint, threads
from s2s_core.errors import InvalidConfig, S2SError, TrainingError
from s2s_core.files import telling
from s2s_core.recipes import Evaluated, Recipe, run
from s2s_core.sweep.cluster import GLANCE, TRIES, NoCluster, connected, gone, silence
from s2s_core.training import Enough, StepDone, TrainEvent

Event = TrainEvent | Evaluated
Order = Literal["go on", "pause", "end", "leave"]

SLICE = 0.3  # seconds of a training between two answers
GOODBYE = 60.0  # seconds that a training has to save its state


class NotShared(TrainingError):
    """A node of the cluster cannot access the folder of the training."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"the cluster does not see the folder {folder}: it has to lie on a disk that all machines share"
        )
        self.args = (folder,)
        self.folder = folder

    def __str__(self) -> str:
        return self.message


def remote_run(recipe: Recipe, folder: Path, *, command: str, address: str) -> Generator[Event, None, None]:
    """Run a recipe on the cluster at ``address``: the same events as `recipes.run`.

    Closing the generator saves the state; throwing `Enough` into it ends the training early; any other error leaves it
    without saving. An unfinished run is resumed, also after a node was lost.

    Raises:
        MissingPackage, NoCluster: if no cluster answers, or the connection is lost; the last saved state stays.
        NotShared: if a node cannot access the folder.
        S2SError: as `recipes.run`.
    """
    with telling(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.NamedTemporaryFile(prefix=f".{folder.name}.", suffix=".seen", dir=folder.parent) as seen:
        given = (theirs, recipe, folder.absolute(), command, address, Path(seen.name).absolute())
        process = context.Process(target=_bridge, args=given, name=f"cluster {folder.name}", daemon=True)
        process.start()
        theirs.close()
        try:
            yield from _followed(ours, address)
        finally:
            ours.close()
            process.join(GOODBYE)
            process.kill()


def _followed(pipe: Connection, address: str) -> Generator[Event, None, None]:
    order: Order = "go on"
    over = False
    while not over:
        events, over = _answer(pipe, address)
        for event in events:
            try:
                yield event
            except Enough:
                order = "end"
            except BaseException as error:
                if not over:
                    pipe.send("pause" if isinstance(error, GeneratorExit) else "leave")
                    _answer(pipe, address)
                raise
        if not over:
            with suppress(OSError):  # the process has ended: the next answer reports it
                pipe.send(order)
            order = "go on"


def _answer(pipe: Connection, address: str) -> tuple[list[Event], bool]:
    """The events since the last order, and whether the training is over.

    Raises:
        S2SError: if an error ended it.
    """
    try:
        sent: Any = pipe.recv()
    except (EOFError, OSError):
        raise NoCluster(address, "the connection was lost", gone=True) from None
    if isinstance(sent, S2SError):
        raise sent
    events, over = sent
    return events, over


def _bridge(pipe: Connection, recipe: Recipe, folder: Path, command: str, address: str, seen: Path) -> None:
    """The process that talks to the cluster: it reads an order and sends an answer."""
    try:
        with connected(address) as ray:
            gcs = ray.get_runtime_context().gcs_address
            hold = ray.remote(num_cpus=1)(_Held)
            held, order, lost = None, "go on", 0
            while True:
                held = held or hold.remote(recipe, folder, command, seen)
                reference = held.advance.remote(order)
                while not ray.wait([reference], timeout=GLANCE)[0]:
                    if silent := silence(gcs):
                        raise NoCluster(address, silent, gone=True)
                    if wait([pipe], 0) and pipe.poll() and _gone(pipe):
                        return
                try:
                    events, over = ray.get(reference)
                except ray.exceptions.RayTaskError as error:
                    raise _cause(error) from None
                except ray.exceptions.RayError as error:  # its node was lost: another one continues from the last state
                    lost += 1
                    if silent := gone(error, gcs) or ("its nodes were lost again and again" if lost > TRIES else ""):
                        raise NoCluster(address, silent, gone=True) from None
                    held = None
                    continue
                pipe.send((events, over))
                if over:
                    return
                order = pipe.recv()
    except S2SError as error:
        with suppress(OSError):
            pipe.send(error)
    except (EOFError, OSError):
        return  # the reader of the events has ended


def _gone(pipe: Connection) -> bool:
    """Whether the other end of the pipe was closed. No message is expected from it now."""
    try:
        pipe.recv()
    except (EOFError, OSError):
        return True
    return False


def _cause(error: Any) -> S2SError:
    return error.cause if isinstance(error.cause, S2SError) else TrainingError(f"the training failed: {error.cause}")


class _Held:
    """A run on a node of the cluster."""

    def __init__(self, recipe: Recipe, folder: Path, command: str, seen: Path) -> None:
        self._given = (recipe, folder, command, seen)
        self._events: Generator[Event, None, None] | None = None

    def advance(self, order: Order) -> tuple[list[Event], bool]:
        """Follow the order and compute a short part of the run; the events, and whether the run is over."""
        if self._events is None:
            if order in ("pause", "leave"):
                return [], True  # the node was lost: the last saved state is from the previous validation
            self._events = _start(*self._given)
        events = self._events
        if order == "pause":
            events.close()
            return [], True
        if order == "leave":
            with suppress(InvalidConfig):
                events.throw(InvalidConfig("it is left"))
            return [], True
        happened: list[Event] = []
        until = time.monotonic() + SLICE
        try:
            if order == "end":
                happened.append(events.throw(Enough()))
            while True:
                happened.append(next(events))
                if not isinstance(happened[-1], StepDone) or time.monotonic() >= until:
                    return happened, False
        except StopIteration:
            return happened, True


def _start(recipe: Recipe, folder: Path, command: str, seen: Path) -> Generator[Event, None, None]:
    threads.limit(1)
    if not seen.exists():
        raise NotShared(str(folder.parent))
    return run(recipe, folder, command=command, resume=checkpoint.is_unfinished(folder))
