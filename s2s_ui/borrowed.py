"""What we use of other libraries that they do not promise to keep: all of it, and nothing else, stands here.

A new version of Streamlit or Altair that breaks something of it breaks tests/ui/test_borrowed.py first.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import altair as alt
from altair.utils import schemapi
from altair.utils.schemapi import _FromDict
from streamlit.navigation.page import Page as Page
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile as UploadedFile


def went_back() -> bool:
    """Whether the reader came to this run by the browser's buttons Back and Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def as_main_script() -> AbstractContextManager[None]:
    """Elements made inside belong to app.py and not to the page that makes them: they outlive a change of page."""
    context = get_script_run_ctx()
    return context.run_with_active_hash(context.pages_manager.main_script_hash) if context else nullcontext()


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
