"""The bar of a live class, on every page. place.js and lead.js do all of its work in the browser."""

import streamlit as st

from s2s_ui import kept
from s2s_ui.classroom.files import LEAD_SHEET, LOBBY, LOBBY_SHEET, PLACE, START
from s2s_ui.classroom.words import LEADS, WORDS
from s2s_ui.session import state
from s2s_ui.session.i18n import _
from s2s_ui.session.pages import PAGES

PAGE = "page of the bar"  # in the session: the page on which a class would start


def bar(page: str, asks: int = 0) -> None:
    """The bar. It is hidden unless this browser is in a class.

    ``page`` is the path of the page, and ``asks`` the number of its questions for a class.
    """
    state.store(PAGE, page)
    if not kept.served():
        return
    with st.container(key="class_bar"):
        component = st.components.v2.component("s2s_class_bar", js=kept.component(PLACE))
        component(
            key="class_bar_component",
            data={
                "page": page,
                "link": state.address(),
                "lang": state.language(),
                "words": WORDS[state.language()].file,
                "sheets": [LEAD_SHEET.file],
                "reads": PAGES[page].reads,
                "asks": asks,
            },
        )


def start() -> None:
    """The button that starts a class with the current view; missing if the server has no classes, as in a test."""
    if not kept.served():
        return
    button = st.components.v2.component("s2s_start_class", js=kept.component(START), isolate_styles=False)
    data = {"page": state.stored(PAGE) or "", "link": state.address(), "label": _("Start a class")}
    said = {"failed": _("The server does not answer. Try again."), "leads": _(LEADS)}
    button(key="start_class", data={**data, **said})
    st.caption(_("Phones join with a code and follow your stage, step by step. Nobody needs an account."))


def lobby() -> None:
    """The page of classes: start or join one, and the list of classes that this browser leads."""
    component = st.components.v2.component("s2s_lobby", js=kept.component(LOBBY))
    data = {"link": state.address(), "words": WORDS[state.language()].file}
    component(key="lobby_component", data={**data, "sheets": [LOBBY_SHEET.file, LEAD_SHEET.file]})
