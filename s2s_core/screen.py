"""The screen that draws a trace in a notebook. The core knows none: it asks for one by name when it is to be shown."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast, runtime_checkable

NAME = "s2s_ui.notebook"


@runtime_checkable
class Screen(Protocol):
    """What the module `NAME` has."""

    LANGUAGES: Mapping[str, str]

    def html(
        self, trace: Any, *, beside: Any = None, original: bool = False, language: str = "en", step: str | None = None
    ) -> str:
        """The stage with a trace in it, as a piece of HTML that needs nothing else."""


def screen() -> Screen | None:
    """The screen, or None where it, or a package that it needs, is not installed."""
    try:
        return cast(Screen, import_module(NAME))
    except ModuleNotFoundError:
        return None
