"""How many computations run at once: each on one thread, no more of them than cores, and never all of them long ones.

A trace takes milliseconds; a beam search or the states of a whole corpus may take seconds. Long ones leave one place
free, so whoever only looks at a sentence waits for others who do the same, in the order of their coming, and for nobody
else.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


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

    @contextmanager
    def short(self) -> Iterator[None]:
        """A place for a trace, waited for."""
        with self._all:
            yield

    @contextmanager
    def long(self) -> Iterator[None]:
        """A place for what may take seconds, waited for."""
        with self._long, self._all:
            yield


PLACES = Places(os.cpu_count() or 1)
