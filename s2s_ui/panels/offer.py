"""The offer to read a text with another model, if it clearly does not suit the chosen one."""

from functools import partial

import streamlit as st

from s2s_core.suits import strange, suited
from s2s_ui.panels import menu
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _


def better(name: str, text: str) -> str | None:
    """The first model of another task that clearly suits a text; None if the chosen model could suit it."""
    info = caches.described(name).info
    if text in info.examples or not strange(caches.reader(name), text):
        return None
    others = (base for base in menu.tasks() if caches.described(base).info.task != info.task)
    return suited({base: caches.reader(base) for base in others}, text)


def button(name: str, text: str) -> None:
    """The button that reads a text with another model."""
    title = _(caches.described(name).info.title)
    st.button(_("Read it with {title}").format(title=title), key="read_with", on_click=partial(_read, name, text))


def _read(name: str, text: str) -> None:
    state.change(model=name, text=text, reference="")
