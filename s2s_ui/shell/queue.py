"""The order in which the scripts of all readers run, and the message to readers who have to wait.

A new request of a reader replaces the waiting one and keeps its place in the queue. Requests of readers who leave are
removed. If the wait takes longer than a moment, the screen says so.
"""

import html
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from s2s_ui.capacity.turns import TURNS
from s2s_ui.session import state
from s2s_ui.session.i18n import _

TELL = 1.0  # seconds of waiting after which the screen says so
SINCE = "waits since"  # in the session: the time of a request that is still waiting

STYLE = (
    "position:fixed;z-index:3;top:0;right:calc(var(--s2s-margin,14px) + 125*var(--s2s-u,1px));"
    "max-width:calc(100vw - 2*var(--s2s-margin,14px) - 125*var(--s2s-u,1px));min-height:calc(43*var(--s2s-u,1px));"
    "display:flex;align-items:center;margin:0;padding:0 10px;background:var(--s2s-panel,#f7f8fa);"
    "color:var(--s2s-ink,#14181f);font-size:0.8125rem;line-height:1.25"
)
"""The message: in the navigation next to the language, never over the stage, and without a style sheet, because a first
visit has none yet."""


@contextmanager
def in_turn(*, told: bool = True) -> Iterator[None]:
    """Wait for the turn of this script, and hold it until the block ends.

    ``told`` reserves a place on the page for the message about the wait; a fragment has none.
    """
    place = st.empty() if told else None
    since: float = state.stored(SINCE) or time.monotonic()
    state.store(SINCE, since)
    said = False

    def look() -> None:
        nonlocal said
        state.stored(SINCE)  # Streamlit ends the script here if its reader has a newer request or has left
        if place is not None and not said and time.monotonic() - since > TELL:
            said = True
            sentence = html.escape(_("Many are asking at once: the answer comes soon."))
            place.html(f'<p class="s2s-wait" role="status" style="{STYLE}">{sentence}</p>')

    with TURNS.taken(since, look):
        state.store(SINCE, None)
        if said and place is not None:
            place.empty()
        yield
