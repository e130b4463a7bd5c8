"""What we use of other libraries that they do not promise to keep: all of it, and nothing else, stands here.

A new version of Streamlit or Altair that breaks something of it breaks tests/ui/test_borrowed.py first.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache

import altair as alt
from altair.utils import schemapi
from altair.utils.schemapi import _FromDict
from streamlit.navigation.page import Page as Page
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.uploaded_file_manager import UploadedFile as UploadedFile


def went_back() -> bool:
    """Whether the reader came to this run by the browser's buttons Back and Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def as_main_script() -> AbstractContextManager[None]:
    """Elements made inside belong to app.py and not to the page that makes them: they outlive a change of page."""
    context = get_script_run_ctx()
    return context.run_with_active_hash(context.pages_manager.main_script_hash) if context else nullcontext()


def call_back_to_the_end() -> None:
    """Let no event of the browser break a callback off, once for the whole process.

    Streamlit looks for the next event wherever a script touches its session, callbacks included. One that was broken
    off is not called again: what was clicked would be lost, or done by half. So an event waits for the callbacks.
    """
    ScriptRunner._maybe_handle_execution_control_request = _after_the_callbacks  # type: ignore[assignment, method-assign]


@contextmanager
def undisturbed() -> Iterator[None]:
    """An event that arrives meanwhile breaks the script off after this block, and not inside of it."""
    token = _disturbed.set(False)
    try:
        yield
    finally:
        _disturbed.reset(token)


_disturbed = ContextVar("disturbed", default=True)
_look_for_an_event = ScriptRunner._maybe_handle_execution_control_request


def _after_the_callbacks(runner: ScriptRunner) -> None:
    context = get_script_run_ctx(suppress_warning=True)
    if _disturbed.get() and (context is None or context.has_script_started):
        _look_for_an_event(runner)


def draw_unchecked() -> None:
    """Make Altair put charts together quickly, once for the whole process.

    It holds each part of a chart against Vega-Lite's schema: the tests do that with every chart. And for every "x:Q" it
    hashes the schemas of all its classes again, though they stay the same: that was half of the time of a page.
    """
    schemapi.disable_debug_mode()
    schemapi._FromDict = _HashedOnce  # type: ignore[misc]


@cache
def _hashes() -> dict[int, list[type[schemapi.SchemaBase]]]:
    return _FromDict(alt.VegaLiteSchema._default_wrapper_classes()).class_dict


class _HashedOnce(_FromDict):
    def __init__(self, wrapper_classes: Iterable[type[schemapi.SchemaBase]], /) -> None:
        self.class_dict = _hashes()
