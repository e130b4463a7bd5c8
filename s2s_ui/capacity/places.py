"""How many computations run at once: each on one thread, no more of them than cores, and never all of them long ones.

A trace takes milliseconds; a beam search or the states of a whole corpus may take seconds. Long ones leave one place
free, so whoever only looks at a sentence waits for others who do the same, in the order of their coming, and for nobody
else. Between its steps a long computation lets them pass: a place alone would not help, since all threads share one
interpreter.

Trainings have places of their own, so nobody else waits for one: whatever is done for them lets short and long ones
pass. An update waits for other updates, and not for the preparation of another training, which may take a minute.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock

from s2s_core.threads import letting_pass

GLANCE = 0.25  # seconds between two looks whether who waits has given up
GRACE = 0.05  # seconds that a computation waits for others at least, if they last; else as long as it computes


class _Queue:
    """So many at once, and the others in the order of their coming: a semaphore would let the quickest in again."""

    def __init__(self, places: int) -> None:
        self._lock = Lock()
        self._free = places
        self._waiting: deque[Event] = deque()

    def enter(self, waits: Callable[[], object], given_up: Callable[[], bool]) -> bool:
        """Wait for a place; ``waits`` is called where there is none yet. False: it was given up before its turn."""
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

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()  # the place is handed on
            else:
                self._free += 1


class Places:
    """The places of one server; on a single core two, so that a long computation shares it with a short one."""

    def __init__(self, cores: int) -> None:
        total = max(2, cores)
        self._all = _Queue(total)
        self._long = _Queue(total - 1)
        self._orders = _Queue(total - 1)
        self._preparations = _Queue(total - 1)
        self._updates = _Queue(total - 1)
        self._shorts, self._longs = 0, 0  # that compute, or wait for a place
        self._changed = Condition()

    @contextmanager
    def short(self) -> Iterator[None]:
        """A place for a trace, waited for."""
        self._count(shorts=1)
        try:
            with self._all:
                yield
        finally:
            self._count(shorts=-1)

    @contextmanager
    def long(self) -> Iterator[None]:
        """A place for what may take seconds, waited for; it lets short ones pass."""
        self._count(longs=1)
        try:
            with self._long, self._all, letting_pass(self._patience(lambda: self._shorts)):
                yield
        finally:
            self._count(longs=-1)

    @contextmanager
    def order(self) -> Iterator[None]:
        """A place to read the pairs of a training that is ordered, waited for; it lets others pass."""
        with self._orders, letting_pass(self._patience(lambda: self._shorts + self._longs)):
            yield

    @contextmanager
    def update(self) -> Iterator[None]:
        """A place for a training, from one of its events to the next, waited for; it lets others pass."""
        with self._updates, letting_pass(self._patience(lambda: self._shorts + self._longs)):
            yield

    @contextmanager
    def preparation(self, waits: Callable[[], object], given_up: Callable[[], bool]) -> Iterator[bool]:
        """A place for what a training does before its first update, waited for; it lets others pass.

        ``waits`` is called where others are before it. False: it was given up before its turn.
        """
        if not self._preparations.enter(waits, given_up):
            yield False
            return
        try:
            with letting_pass(self._patience(lambda: self._shorts + self._longs)):
                yield True
        finally:
            self._preparations.__exit__()

    def _count(self, *, shorts: int = 0, longs: int = 0) -> None:
        with self._changed:
            self._shorts += shorts
            self._longs += longs
            self._changed.notify_all()

    def _patience(self, others: Callable[[], int]) -> Callable[[], None]:
        """Waits for others, as long as the waiting in all takes no longer than the computing."""
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
