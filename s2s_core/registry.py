"""Variants by name: every cell, score function, tokenizer, task ... is registered once.

The configuration's validation, the command line's choices, the select boxes and the parametrized tests all
iterate over these objects, so a new variant is one new class with one decorator and no caller changes.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from s2s_core.errors import UnknownName, shown

T = TypeVar("T")
V = TypeVar("V")


class Registry(Generic[T]):
    """Names to variants, in the order of registration.

    >>> shapes: Registry[Any] = Registry("shape")
    >>> @shapes.register("round")
    ... class Round: ...
    >>> shapes["round"] is Round, shapes.names()
    (True, ('round',))
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        self._labels: dict[str, str] = {}

    def register(self, name: str, *, label: str | None = None) -> Callable[[V], V]:
        """Decorator that files its class or function under `name`; a name is given only once.

        `label` is what a screen calls it, in English; the screens' catalogues translate it.
        """

        def add(entry: V) -> V:
            if name in self._entries:
                raise RuntimeError(f"the {self.kind} {name!r} is registered already")
            self._labels[name] = label or name.replace("_", " ")
            self._entries[name] = entry  # type: ignore[assignment]  # V is T, but the decorator keeps the exact type
            return entry

        return add

    def __getitem__(self, name: str) -> T:
        """The variant called `name`. Raises UnknownName, which lists the known ones."""
        if name not in self:
            raise UnknownName(self.kind, shown(name), self.names())
        return self._entries[name]

    def label(self, name: str) -> str:
        """What a screen calls the variant, in English. Raises UnknownName, which lists the known ones."""
        if name not in self:
            raise UnknownName(self.kind, shown(name), self.names())
        return self._labels[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Registry({self.kind}: {', '.join(self._entries)})"


CELLS: Registry[Any] = Registry("cell")
ATTENTIONS: Registry[Any] = Registry("attention")
CONTEXTS: Registry[Any] = Registry("context")
INITS: Registry[Any] = Registry("initialisation")
TOKENIZERS: Registry[Any] = Registry("tokenizer")
TASKS: Registry[Any] = Registry("task")
SEARCHES: Registry[Any] = Registry("search")
