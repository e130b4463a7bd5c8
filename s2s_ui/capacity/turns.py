"""The order of the scripts: one runs at a time, and the others wait, first come, first served.

All scripts share one Python interpreter. If several run at once, they interrupt each other, and all become slower: with
100 readers on two cores, 95 % had their answers within 0.2 and 0.3 s with one script at a time, and within 0.5 and 1.9
s with two (`python -m benchmarks.bench_class --sessions 100`, in turn). So a script takes a turn when it begins and
gives it back when it ends. It also gives its turn back while it waits for something else, such as a long computation or
a value that another script computes. So no script holds a turn while it waits for a script that needs one.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, local

AT_ONCE = 1  # scripts

GLANCE = 0.25  # seconds between two checks of a waiting script


@dataclass(eq=False, slots=True)
class _Waiting:
    since: float
    called: Event = field(default_factory=Event)


class Turns:
    """The turns of one server."""

    def __init__(self, at_once: int) -> None:
        self.served = 0  # how many turns were given
        self._free = at_once
        self._waiting: list[_Waiting] = []
        self._lock = Lock()
        self._mine = local()  # of each thread: `since`, if it has a turn

    @contextmanager
    def taken(self, since: float, look: Callable[[], object]) -> Iterator[None]:
        """Wait for a turn, and hold it during the block. A thread that has one already goes on at once.

        ``since`` is the time of the reader's request (in seconds of any one clock); the earliest request is first.
        While the thread waits, ``look`` is called at once and then every GLANCE seconds; an error that it raises ends
        the wait.
        """
        if self._has():
            yield
            return
        self._enter(since, look)
        self.served += 1
        self._mine.since = since
        try:
            yield
        finally:
            self._mine.since = None
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give this thread's turn back during the block, if it has one. After the block, this thread is next."""
        if not self._has():
            yield
            return
        since, self._mine.since = self._mine.since, None
        self._leave()
        try:
            yield
        finally:
            self._enter(-math.inf, lambda: None)
            self._mine.since = since

    @property
    def waiting(self) -> int:
        """How many scripts wait for a turn."""
        return len(self._waiting)

    def _has(self) -> bool:
        return getattr(self._mine, "since", None) is not None

    def _enter(self, since: float, look: Callable[[], object]) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            me = _Waiting(since)
            self._waiting.append(me)
        try:
            look()
            while not me.called.wait(GLANCE):
                look()
        except BaseException:
            with self._lock:
                if me in self._waiting:
                    self._waiting.remove(me)
                else:
                    self._call_next()  # it was called while it gave up
            raise

    def _leave(self) -> None:
        with self._lock:
            self._call_next()

    def _call_next(self) -> None:
        if self._waiting:
            first = min(self._waiting, key=lambda one: one.since)
            self._waiting.remove(first)
            first.called.set()
        else:
            self._free += 1


TURNS = Turns(AT_ONCE)
