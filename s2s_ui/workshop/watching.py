"""The trainings that are being watched: each session that shows a training has a `Watch` object."""

import time
from threading import Lock
from weakref import WeakSet

OFTEN = 600.0  # least seconds between two marks that a training is opened


class Watch:
    """One session watches one training while this object exists."""

    __slots__ = ("__weakref__", "name")

    def __init__(self, name: str) -> None:
        self.name = name


class Watches:
    """All `Watch` objects of one server's sessions."""

    def __init__(self) -> None:
        self._all: WeakSet[Watch] = WeakSet()
        self._written: dict[str, float] = {}
        self._lock = Lock()

    def watch(self, name: str) -> Watch:
        """A new `Watch`, valid while the object exists."""
        new = Watch(name)
        with self._lock:
            self._all.add(new)
        return new

    def __contains__(self, name: str) -> bool:
        with self._lock:
            return any(watch.name == name for watch in self._all)

    def due(self, name: str) -> bool:
        """Whether it is time to mark the training as opened again."""
        now = time.monotonic()
        with self._lock:
            if now - self._written.get(name, -OFTEN) < OFTEN:
                return False
            self._written[name] = now
            return True
