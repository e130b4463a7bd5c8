"""How many computations run at once. Each uses one thread; there are at most as many as cores, and not all are long.

A trace takes milliseconds; a beam search or the states of a whole corpus may take seconds. Long computations always
leave one place free. So a trace only waits for other traces, first come, first served. A long computation also pauses
between its steps while traces run, because all threads share one Python interpreter.

Trainings have their own places, so nothing else waits for a training. All work for a training pauses while short or
long computations run. An update waits for other updates, but not for the preparation of another training, which may
take a minute.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock

from s2s_core.threads import letting_pass
from s2s_ui.capacity.turns import TURNS

GLANCE = 0.25  # seconds between two checks whether a waiting thread has given up
GRACE = 0.05  # seconds that a computation may wait for others in addition to the time that it has computed


class _Queue:
    """A number of places with a first-come, first-served queue. (A semaphore does not guarantee the order.)"""

    def __init__(self, places: int) -> None:
        self._lock = Lock()
        self._free = places
        self._waiting: deque[Event] = deque()

    def enter(self, waits: Callable[[], object], given_up: Callable[[], bool]) -> bool:
        """Wait for a place. ``waits`` is called once if no place is free.

        While it waits, ``given_up`` is asked every GLANCE seconds whether to stop waiting.

        Returns:
            True with a place, False if the thread gave up before its turn.
        """
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = Event()
            self._waiting.append(turn)
        waits()
        while not turn.wait(GLANCE):
            if given_up():
                with self._lock:
                    if turn in self._waiting:
                        self._waiting.remove(turn)
                        return False
        return True

    def __enter__(self) -> None:
        self.enter(lambda: None, lambda: False)

    @property
    def waiting(self) -> int:
        """How many threads wait for a place."""
        return len(self._waiting)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()  # the next thread in the queue gets the place
            else:
                self._free += 1


class Places:
    """The places of one server: one for each core, but at least two, so that two computations can share a core."""

    def __init__(self, cores: int) -> None:
        total = max(2, cores)
        self._all = _Queue(total)
        self._long = _Queue(total - 1)
        self._orders = _Queue(total - 1)
        self._preparations = _Queue(total - 1)
        self._updates = _Queue(total - 1)
        self._shorts, self._longs = 0, 0  # how many run or wait for a place
        self._changed = Condition()

    @contextmanager
    def short(self) -> Iterator[None]:
        """Wait for a place for a short computation, such as a trace."""
        self._count(shorts=1)
        try:
            with self._all:
                yield
        finally:
            self._count(shorts=-1)

    @contextmanager
    def long(self) -> Iterator[None]:
        """Wait for a place for a computation that may take seconds. It pauses while short computations run.

        A script gives its turn back for as long.
        """
        self._count(longs=1)
        try:
            with TURNS.aside(), self._long, self._all, letting_pass(self._patience(lambda: self._shorts)):
                yield
        finally:
            self._count(longs=-1)

    @contextmanager
    def order(self) -> Iterator[None]:
        """Wait for a place to read the pairs of a new training. It pauses while short or long computations run."""
        with TURNS.aside(), self._orders, letting_pass(self._patience(lambda: self._shorts + self._longs)):
            yield

    @contextmanager
    def update(self) -> Iterator[None]:
        """Wait for a place for a training's work up to its next event. It pauses while short or long ones run."""
        with self._updates, letting_pass(self._patience(lambda: self._shorts + self._longs)):
            yield

    @contextmanager
    def preparation(self, waits: Callable[[], object], given_up: Callable[[], bool]) -> Iterator[bool]:
        """Wait for a place for a training's work before its first update. It pauses while short or long ones run.

        ``waits`` is called once if no place is free. The block gets True with a place, False if ``given_up`` returned
        true before its turn.
        """
        if not self._preparations.enter(waits, given_up):
            yield False
            return
        try:
            with letting_pass(self._patience(lambda: self._shorts + self._longs)):
                yield True
        finally:
            self._preparations.__exit__()

    def load(self) -> dict[str, tuple[int, int]]:
        """How many computations of a kind run, and how many wait for a place: "short" and "long"."""
        waiting_longs = self._long.waiting
        waiting = self._all.waiting  # of them, a long computation has its place among the long ones already
        shorts, longs = self._shorts, self._longs
        waiting_shorts = min(waiting, shorts)
        return {
            "short": (shorts - waiting_shorts, waiting_shorts),
            "long": (max(0, longs - waiting_longs), waiting_longs),
        }

    def _count(self, *, shorts: int = 0, longs: int = 0) -> None:
        with self._changed:
            self._shorts += shorts
            self._longs += longs
            self._changed.notify_all()

    def _patience(self, others: Callable[[], int]) -> Callable[[], None]:
        """A function that waits for ``others``, but in total at most GRACE longer than the computation itself."""
        began, waited = time.perf_counter(), 0.0

        def wait() -> None:
            nonlocal waited
            if not others():
                return
            now = time.perf_counter()
            left = GRACE + (now - began - waited) - waited
            if left > 0:
                with self._changed:
                    self._changed.wait_for(lambda: not others(), left)
                waited += time.perf_counter() - now

        return wait


PLACES = Places(os.cpu_count() or 1)
