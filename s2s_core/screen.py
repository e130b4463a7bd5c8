"""The screen that draws a trace in a notebook. The core does not import it, but looks for it by name when needed."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast, runtime_checkable

NAME = "s2s_ui.notebook"


@runtime_checkable
class Screen(Protocol):
    """The functions that the module `NAME` must have."""

    LANGUAGES: Mapping[str, str]

    def html(
        self, trace: Any, *, beside: Any = None, original: bool = False, language: str = "en", step: str | None = None
    ) -> str:
        """The stage with a trace, as self-contained HTML."""


def screen() -> Screen | None:
    """The screen; None if it, or a package that it needs, is not installed."""
    try:
        return cast(Screen, import_module(NAME))
    except ModuleNotFoundError:
        return None
