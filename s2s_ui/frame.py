"""The frame around every page: the navigation band, the input band, the line that says what went wrong."""

import html
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.resources import files
from typing import Any

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import get_script_run_ctx

from s2s_ui import state
from s2s_ui.i18n import _
from s2s_ui.locales import LANGUAGES

_HERE = files("s2s_ui")


def body() -> AbstractContextManager[Any]:
    """The container of all that is on the page, dressed in the style sheet of the frame.

    Streamlit shows elements before it has applied a style sheet sent with them. This container is one pixel high until
    the sheet makes it as high as its content, so nothing is seen in a place where it does not stay.
    """
    st.html(f"<style>{(_HERE / 'frame.css').read_text('utf-8')}</style>")
    return st.container(key="body", height=1, border=False, gap=None)


def navigation(pages: Sequence[Page], current: Page) -> None:
    """The band on top: name, pages, language, theme."""
    with st.container(key="nav", horizontal=True, vertical_alignment="center", gap=None):
        st.html('<span class="s2s-name">Seq2Scope</span>')
        with st.container(key="pages", horizontal=True, gap=None):
            _links(pages, current)
        if len(pages) > 1:  # the same on a phone, where the style sheet hides the row of links
            with st.popover(current.title, key="pages_menu"):
                _links(pages, current, place="menu")
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            label_visibility="collapsed",
            **state.bind_language(),
        )
        _theme_switch()


@contextmanager
def band(name: str) -> Iterator[None]:
    """A row of controls of 36 px height that belongs to the frame and not to the page that shows it.

    So it stands still when the reader turns to another page, and what was being typed arrives there.
    """
    context = get_script_run_ctx()
    main = context.run_with_active_hash(context.pages_manager.main_script_hash) if context else nullcontext()
    with main, st.container(key=f"band_{name}", horizontal=True, vertical_alignment="center", gap=None):
        yield


def notice(sentence: str | None, *, error: bool = False, place: str = "page") -> None:
    """One line over the caption. It is text: whatever a reader typed is shown as it was typed.

    Without a sentence it keeps its empty place, so that nothing else moves when there is one.
    """
    with st.container(key=f"notice_{place}"):
        if sentence:
            kind, role = ("error", "alert") if error else ("remark", "status")
            st.html(f'<p class="s2s-notice s2s-{kind}" role="{role}">{html.escape(sentence)}</p>')


def _links(pages: Sequence[Page], current: Page, *, place: str = "row") -> None:
    for page in pages:
        with st.container(key=f"page_{place}_{'here' if page is current else page.url_path}"):
            st.page_link(page, query_params=state.address())


def _theme_switch() -> None:
    """A button for light and dark; the browser keeps the choice (see frame.js)."""
    switch = st.components.v2.component("s2s_frame", js=(_HERE / "frame.js").read_text("utf-8"), isolate_styles=False)
    switch(
        key="frame",
        data={
            "language": state.language(),
            "to_dark": _("Dark theme"),
            "to_light": _("Light theme"),
            "apply": state.kept("theme"),
        },
        on_theme_change=lambda: state.keep("theme", st.session_state["frame"]["theme"]),
    )
