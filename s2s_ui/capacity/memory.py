"""A cache of computed values for all visitors of a server, with a limit on their number and on their total size.

Streamlit's own cache only limits the number of entries, but one entry may be a hundred times as large as another. This
cache removes the least recently used value first.
"""

import inspect
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import update_wrapper
from threading import Event, Lock
from typing import Any, Generic, ParamSpec, TypeVar

from s2s_ui.capacity.size import bytes_of
from s2s_ui.capacity.turns import TURNS

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    size: int  # bytes


class Memory:
    """A cache of at most ``most`` values and ``budget`` bytes. The newest value stays even if it alone is larger."""

    def __init__(self, *, most: int, budget: int) -> None:
        self.most, self.budget = most, budget
        self.size = 0  # bytes of all values
        self.removed = 0  # how often values were removed
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()  # the least recently used first
        self._under_way: dict[Hashable, Event] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] = bytes_of) -> T:
        """The value of a key. If it is not cached, ``make`` computes it.

        If several threads ask for the same key, one of them computes the value and the others wait. If ``make`` raises
        an error, that thread gets the error, nothing is cached, and the next waiting thread computes the value itself.
        """
        while True:
            with self._lock:
                if key in self._entries:
                    self._entries.move_to_end(key)
                    found: T = self._entries[key].value
                    return found
                under_way = self._under_way.get(key)
                if under_way is None:
                    mine = self._under_way[key] = Event()
                    break
            with TURNS.aside():  # the thread that computes it may need a turn
                under_way.wait()
        try:
            value = make()
            self._store(key, _Entry(value, size(value)))
            return value
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()

    def remembers(self, function: Callable[P, T]) -> "Remembered[P, T]":
        """Decorator: cache the values of the function. See `Remembered`."""
        return Remembered(self, function)

    def forget(self, of: Callable[[Hashable], bool]) -> None:
        """Remove the values of all keys for which ``of`` returns true."""
        with self._lock:
            self.removed += 1
            for key in [key for key in self._entries if of(key)]:
                self.size -= self._entries.pop(key).size

    def __len__(self) -> int:
        return len(self._entries)

    def _store(self, key: Hashable, entry: _Entry) -> None:
        with self._lock:
            self._entries[key] = entry
            self.size += entry.size
            while len(self._entries) > 1 and (self.size > self.budget or len(self._entries) > self.most):
                _, oldest = self._entries.popitem(last=False)
                self.size -= oldest.size
                self.removed += 1


class Remembered(Generic[P, T]):
    """A function whose values are cached in a `Memory`.

    The key is the function with its arguments, without those whose parameter begins with "_". The parts of such an
    argument do not count in the size of the value, because the caller holds them anyway.
    """

    def __init__(self, memory: Memory, function: Callable[P, T]) -> None:
        self._memory, self._function, self._signature = memory, function, inspect.signature(function)
        update_wrapper(self, function)

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> T:
        given = self._signature.bind(*arguments, **named).arguments
        key = (self._function, *(value for name, value in given.items() if not name.startswith("_")))
        others = [value for name, value in given.items() if name.startswith("_")]

        def size(value: T) -> int:
            return bytes_of(value, shared={id(part) for other in others for part in _belongings(other)})

        return self._memory.get(key, lambda: self._function(*arguments, **named), size)

    def clear(self) -> None:
        """Remove all values of this function from the cache."""
        self._memory.forget(lambda key: isinstance(key, tuple) and key[0] is self._function)


def _belongings(value: object) -> list[object]:
    return [value, *getattr(value, "__dict__", {}).values()]
