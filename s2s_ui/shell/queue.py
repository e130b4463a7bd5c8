"""The order in which the scripts of all readers run, and what a reader sees who has to wait.

A newer request of the same reader replaces the one that waits, in its place in the queue. Whoever leaves is no longer
waited for. The screen says so when the wait is longer than a moment.
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
SINCE = "waits since"  # in the session: when a request came that has not had its turn yet

STYLE = (
    "position:fixed;z-index:3;top:0;right:calc(var(--s2s-margin,14px) + 125*var(--s2s-u,1px));"
    "max-width:calc(100vw - 2*var(--s2s-margin,14px) - 125*var(--s2s-u,1px));min-height:calc(43*var(--s2s-u,1px));"
    "display:flex;align-items:center;margin:0;padding:0 10px;background:var(--s2s-panel,#f7f8fa);"
    "color:var(--s2s-ink,#14181f);font-size:0.8125rem;line-height:1.25"
)
"""In the navigation beside the language, never over the stage. It needs no style sheet: a first visit has none yet."""


@contextmanager
def in_turn(*, told: bool = True) -> Iterator[None]:
    """Wait for the turn of this script, and hold it until the block ends, in whatever way.

    ``told`` keeps a place on the page for the sentence about the wait; a fragment has none.
    """
    place = st.empty() if told else None
    since: float = state.stored(SINCE) or time.monotonic()
    state.store(SINCE, since)
    said = False

    def look() -> None:
        nonlocal said
        state.stored(SINCE)  # Streamlit ends the script here if its reader has a newer request, or is gone
        if place is not None and not said and time.monotonic() - since > TELL:
            said = True
            sentence = html.escape(_("Many are asking at once: the answer comes soon."))
            place.html(f'<p class="s2s-wait" role="status" style="{STYLE}">{sentence}</p>')

    with TURNS.taken(since, look):
        state.store(SINCE, None)
        if said and place is not None:
            place.empty()
        yield
