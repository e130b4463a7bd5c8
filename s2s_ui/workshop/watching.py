"""Which trainings somebody looks at: each session that does keeps a `Watch`, which goes with it."""

import time
from threading import Lock
from weakref import WeakSet

OFTEN = 600.0  # seconds: as opened a training is written down no more often than that


class Watch:
    """One session's look at one training."""

    __slots__ = ("__weakref__", "name")

    def __init__(self, name: str) -> None:
        self.name = name


class Watches:
    """All looks of one server's sessions."""

    def __init__(self) -> None:
        self._all: WeakSet[Watch] = WeakSet()
        self._written: dict[str, float] = {}
        self._lock = Lock()

    def watch(self, name: str) -> Watch:
        """A new look, for as long as the value is kept."""
        new = Watch(name)
        with self._lock:
            self._all.add(new)
        return new

    def __contains__(self, name: str) -> bool:
        with self._lock:
            return any(watch.name == name for watch in self._all)

    def due(self, name: str) -> bool:
        """Whether it is time to write down again that a training is opened."""
        now = time.monotonic()
        with self._lock:
            if now - self._written.get(name, -OFTEN) < OFTEN:
                return False
            self._written[name] = now
            return True
