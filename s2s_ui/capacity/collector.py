"""The garbage collection of the server: every few seconds, by a thread of its own, as long as scripts run.

Streamlit collects the garbage after every run of a script, which walks through all objects of all sessions. The option
`runner.postScriptGC = false` switches that off, and this replaces it. It also returns free memory to the system.
"""

import atexit
import ctypes
import gc
import logging
from collections.abc import Callable
from threading import Event, Thread

LOG = logging.getLogger(__name__)

EVERY = 20.0  # seconds
ARENAS = 2  # of malloc: it makes 8 for each core, and memory that is free in one of them is lost for the others
M_ARENA_MAX = -8  # of malloc.h


class Collector:
    """A thread that collects the garbage every few seconds, if something was done since."""

    def __init__(self, done: Callable[[], int], every: float = EVERY) -> None:
        """``done`` counts what was done so far: as long as it stays the same, there is nothing to collect."""
        self._done, self._every = done, every
        self._over = Event()
        self.rounds = 0
        self._thread = Thread(target=self._work, name="collector", daemon=True)

    def start(self) -> None:
        _limit_arenas()
        atexit.register(gc.unfreeze)  # otherwise libraries report what is frozen as leaks
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        seen = 0
        while not self._over.wait(self._every):
            if (now := self._done()) != seen:
                seen = now
                gc.unfreeze()  # what was frozen before, and has been dropped since
                gc.collect()
                gc.freeze()
                _give_back()
                self.rounds += 1


def _limit_arenas() -> None:
    try:
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        LOG.debug("the C library has no mallopt")


def _give_back() -> None:
    """Give free pages back to the system; C libraries other than glibc do so by themselves."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
