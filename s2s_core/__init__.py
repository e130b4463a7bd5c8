"""Seq2Scope's core: sequence-to-sequence networks whose every gate, state and alignment can be read.

>>> import s2s_core as s2s
>>> model = s2s.load("dates")
>>> model.trace("March 8, 2025").output
'2025-03-08'

A name is imported when it is first used. So a saved `Trace` can be read, shown and turned into a frame without PyTorch.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2s_core import adapters, edits, errors, registry, tasks
    from s2s_core.checkpoint import load, names, save
    from s2s_core.config import ModelConfig
    from s2s_core.display import show
    from s2s_core.search import Beam, Greedy, Sample, SearchResult
    from s2s_core.seq2seq import Seq2Seq
    from s2s_core.trace import Trace
    from s2s_core.translator import ModelInfo, Score, Translator

__version__ = "0.1.0"

__all__ = [
    "Beam",
    "Greedy",
    "ModelConfig",
    "ModelInfo",
    "Sample",
    "Score",
    "SearchResult",
    "Seq2Seq",
    "Trace",
    "Translator",
    "__version__",
    "adapters",
    "edits",
    "errors",
    "load",
    "names",
    "registry",
    "save",
    "show",
    "tasks",
]

_MODULES = {
    "checkpoint": ("load", "names", "save"),
    "config": ("ModelConfig",),
    "display": ("show",),
    "search": ("Beam", "Greedy", "Sample", "SearchResult"),
    "seq2seq": ("Seq2Seq",),
    "trace": ("Trace",),
    "translator": ("ModelInfo", "Score", "Translator"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # a type checker reads the imports above, and tells a name that is not there

    def __getattr__(name: str) -> Any:
        """A name of `__all__` or a module of this package, imported when it is first asked for."""
        if home := _HOMES.get(name):
            globals()[name] = value = getattr(import_module(f"{__name__}.{home}"), name)
            return value
        if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
