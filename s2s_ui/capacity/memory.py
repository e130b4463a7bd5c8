"""What a server remembers of what it computed: so many values, of so many bytes in all, for all its visitors.

Streamlit's own cache counts its entries, and one entry may be a hundred times as large as another. Here the value that
was asked for the longest time ago goes first.
"""

import inspect
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import update_wrapper
from threading import Event, Lock
from typing import Any, Generic, ParamSpec, TypeVar

from s2s_ui.capacity.size import bytes_of

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    size: int  # bytes


class Memory:
    """Values by their keys: at most ``most`` of them and ``budget`` bytes, but always the last one."""

    def __init__(self, *, most: int, budget: int) -> None:
        self.most, self.budget = most, budget
        self.size = 0  # bytes of all values
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()  # the longest unasked first
        self._under_way: dict[Hashable, Event] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] = bytes_of) -> T:
        """The value of a key, made where it is not there.

        Of several threads that ask for the same one makes it and the others wait. Where making it fails, that thread
        gets the error, nothing is kept, and the next one that waits tries for itself.
        """
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found: T = self._kept[key].value
                    return found
                under_way = self._under_way.get(key)
                if under_way is None:
                    mine = self._under_way[key] = Event()
                    break
            under_way.wait()
        try:
            value = make()
            self._keep(key, _Kept(value, size(value)))
            return value
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()

    def remembers(self, function: Callable[P, T]) -> "Remembered[P, T]":
        """The function, with its values kept here. See `Remembered`."""
        return Remembered(self, function)

    def forget(self, of: Callable[[Hashable], bool]) -> None:
        """Drop the values of some keys."""
        with self._lock:
            for key in [key for key in self._kept if of(key)]:
                self.size -= self._kept.pop(key).size

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            self.size += kept.size
            while len(self._kept) > 1 and (self.size > self.budget or len(self._kept) > self.most):
                _, oldest = self._kept.popitem(last=False)
                self.size -= oldest.size


class Remembered(Generic[P, T]):
    """A function whose values a memory keeps.

    An argument whose parameter begins with "_" is no part of the key. What belongs to it is not counted either: the
    caller has it anyway.
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
        """Drop all values of this function."""
        self._memory.forget(lambda key: isinstance(key, tuple) and key[0] is self._function)


def _belongings(value: object) -> list[object]:
    return [value, *getattr(value, "__dict__", {}).values()]
