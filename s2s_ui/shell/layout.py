"""The parts around every page: the navigation band, the input band, and the line for errors."""

import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files

import streamlit as st

from s2s_ui import borrowed, kept
from s2s_ui.borrowed import Page
from s2s_ui.kept import Kept
from s2s_ui.locales import LANGUAGES
from s2s_ui.session import state, widgets
from s2s_ui.session.i18n import _

_HERE = files(__package__)
# In this order: later sheets override earlier ones on small screens and on paper
_SHEETS = ("shell", "band", "page", "explained", "models", "lesson", "narrow", "fits", "print", "sheet")
_SURROUNDED: ContextVar[bool] = ContextVar("surrounded", default=False)  # whether app.py is running this code
_SHELL = Kept("shell.css", lambda: "\n".join([kept.colours(), *map(_style, _SHEETS)]))
_PRINT_DARK = Kept("print_dark.css", lambda: _style("print_dark"))
_SWITCH = kept.of(__package__, "theme_switch.js")


def _style(name: str) -> str:
    return (_HERE / "styles" / f"{name}.css").read_text("utf-8")


@contextmanager
def body() -> Iterator[None]:
    """The container of all that is on the page, with its style sheets.

    Streamlit shows elements before it has applied the style sheets sent with them. So this container is one pixel high
    until the sheet gives it the height of its content, and no element is visible at a wrong place.
    """
    st.html(kept.sheet(_SHELL))
    st.html(kept.sheet(_PRINT_DARK) if dark() else "<style></style>")  # always present: keeps the next places
    token = _SURROUNDED.set(True)
    try:
        with st.container(key="body", height=1, border=False, gap=None):
            yield
        widgets.sent()
    finally:
        _SURROUNDED.reset(token)


def surrounds() -> bool:
    """Whether this code runs inside app.py, which makes the shell around every page."""
    return _SURROUNDED.get()


def navigation(pages: Sequence[Page], current: Page) -> None:
    """The band on top: name, pages, language, theme."""
    with st.container(key="nav", horizontal=True, vertical_alignment="center", gap=None):
        st.html('<span class="s2s-name">Seq2Scope</span>')
        shown = [] if "pages" in state.hidden() else pages
        with st.container(key="pages", horizontal=True, gap=None):
            _links(shown, current)
        if len(shown) > 1:  # the links for a phone, where the style sheet hides the row
            with state.first_time("page", current.url_path) as turned:
                if turned:
                    widgets.put_away()
            with st.popover(current.title, **widgets.popover("pages_menu")) as menu:
                if menu.open:
                    _links(shown, current, place="menu")
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            label_visibility="collapsed",
            **widgets.bind_language(),
        )
        _theme_switch()


def dark() -> bool:
    """Whether this reader has the dark theme, for pictures made on the server."""
    return bool(st.context.theme.type == "dark")


@contextmanager
def band(name: str) -> Iterator[None]:
    """A row of controls, 36 px high, that belongs to the shell, not to the page that shows it.

    So it stays when the page changes, with the text that is being typed.
    """
    with (
        borrowed.as_main_script(),
        st.container(key=f"band_{name}", horizontal=True, vertical_alignment="center", gap=None),
    ):
        yield


def notice(
    sentence: str | None,
    *,
    error: bool = False,
    stale: bool = False,
    place: str = "page",
    beside: Callable[[], None] | None = None,
) -> None:
    """One line of plain text in its own place (on Watch, above the transport). Typed text is shown literally.

    Without a sentence, its place stays empty, so that nothing moves when there is one. With `stale` the picture is
    pale, because it shows an earlier text. ``beside`` draws a button for the action that the line names.
    """
    with st.container(key=f"notice_{place}", horizontal=True, vertical_alignment="center", gap="small"):
        if sentence:
            kind, role = ("error", "alert") if error else ("remark", "status")
            kind += " s2s-stale" if stale else ""
            st.html(f'<p class="s2s-notice s2s-{kind}" role="{role}">{html.escape(sentence)}</p>')
            if beside is not None:
                beside()


def _links(pages: Sequence[Page], current: Page, *, place: str = "row") -> None:
    address = state.address()
    for page in pages:
        with st.container(key=f"page_{place}_{'here' if page is current else page.url_path}"):
            st.page_link(page, query_params=address)


def _theme_switch() -> None:
    """A button for light and dark; the browser stores the choice. It also asks for a run after a lost connection."""
    switch = st.components.v2.component("s2s_theme_switch", js=kept.component(_SWITCH), isolate_styles=False)
    switch(
        key="theme_switch",
        data={
            "language": state.language(),
            "to_dark": _("Dark theme"),
            "to_light": _("Light theme"),
            "apply": widgets.component_value("theme_switch", "theme"),
        },
        default={"theme": None, "back": None},
        on_theme_change=lambda: None,  # a component sends its values only if it has a callback
        on_back_change=lambda: None,
    )
