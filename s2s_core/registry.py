"""Variants by name: every cell, score function, tokenizer, task ... is registered once.

The configuration's validation, the command line's choices, the select boxes and the parametrized tests all
iterate over these objects, so a new variant is one new class with one decorator and no caller changes.

A registry knows the module that registers its variants, and imports it before the registry is read for the first time.
So all names are known, but PyTorch is imported only if it is needed.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
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

    def __init__(self, kind: str, home: str | None = None) -> None:
        self.kind = kind
        self._home = home  # the module that registers the shipped variants, until it has been imported
        self._entries: dict[str, T] = {}
        self._labels: dict[str, str] = {}

    def register(self, name: str, *, label: str | None = None) -> Callable[[V], V]:
        """Decorator that registers a class or function under `name`; each name can be used only once.

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
        return self._filled()[name]

    def label(self, name: str) -> str:
        """What a screen calls the variant, in English. Raises UnknownName, which lists the known ones."""
        if name not in self:
            raise UnknownName(self.kind, shown(name), self.names())
        return self._labels[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._filled())

    def registered(self) -> Mapping[str, T]:
        """What has been registered so far; imports nothing."""
        return MappingProxyType(self._entries)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._filled()

    def __iter__(self) -> Iterator[str]:
        return iter(self._filled())

    def __len__(self) -> int:
        return len(self._filled())

    def __repr__(self) -> str:
        return f"Registry({self.kind}: {', '.join(self._filled())})"

    def _ipython_key_completions_(self) -> list[str]:
        """What the Tab key offers after `registry["`."""
        return list(self._filled())

    def _filled(self) -> dict[str, T]:
        """The entries, after the import of the module that registers them."""
        if self._home is not None:
            import_module(self._home)
            self._home = None
        return self._entries


CELLS: Registry[Any] = Registry("cell", "s2s_core.cells")
ATTENTIONS: Registry[Any] = Registry("attention", "s2s_core.attention")
CONTEXTS: Registry[Any] = Registry("context", "s2s_core.attention")
INITS: Registry[Any] = Registry("initialisation", "s2s_core.initialisation")
TOKENIZERS: Registry[Any] = Registry("tokenizer", "s2s_core.tokenizer")
TASKS: Registry[Any] = Registry("task", "s2s_core.tasks")
SEARCHES: Registry[Any] = Registry("search", "s2s_core.search")
