"""How many computations run at once: each on one thread, no more of them than cores, and never all of them long ones.

A trace takes milliseconds; a beam search or the states of a whole corpus may take seconds. Long ones leave one place
free, so whoever only looks at a sentence waits for others who do the same, in the order of their coming, and for nobody
else. Between its steps a long computation lets them pass: a place alone would not help, since all threads share one
interpreter.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock

from s2s_core.threads import letting_pass

GRACE = 0.05  # seconds that a long computation waits for short ones at least, if they last; else as long as it computes


class _Queue:
    """So many at once, and the others in the order of their coming: a semaphore would let the quickest in again."""

    def __init__(self, places: int) -> None:
        self._lock = Lock()
        self._free = places
        self._waiting: deque[Event] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Event()
            self._waiting.append(turn)
        turn.wait()

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
        self._shorts = 0  # that compute, or wait for a place
        self._changed = Condition()

    @contextmanager
    def short(self) -> Iterator[None]:
        """A place for a trace, waited for."""
        self._count(1)
        try:
            with self._all:
                yield
        finally:
            self._count(-1)

    @contextmanager
    def long(self) -> Iterator[None]:
        """A place for what may take seconds, waited for."""
        with self._long, self._all, letting_pass(self._patience()):
            yield

    def _count(self, change: int) -> None:
        with self._changed:
            self._shorts += change
            self._changed.notify_all()

    def _patience(self) -> Callable[[], None]:
        """Waits for short computations, as long as the waiting in all takes no longer than the computing."""
        began, waited = time.perf_counter(), 0.0

        def wait() -> None:
            nonlocal waited
            if not self._shorts:
                return
            now = time.perf_counter()
            left = GRACE + (now - began - waited) - waited
            if left > 0:
                with self._changed:
                    self._changed.wait_for(lambda: not self._shorts, left)
                waited += time.perf_counter() - now

        return wait


PLACES = Places(os.cpu_count() or 1)
