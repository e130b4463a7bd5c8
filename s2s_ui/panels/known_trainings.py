"""The trainings that a session knows: they were started in it or in its browser, or come from a link."""

import streamlit as st

from s2s_ui.panels import training_order
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.workshop import Training

TRAININGS = "trainings"  # in the session: their names
WATCH = "watch"  # in the session: its `Watch` of the training that the view shows


def current() -> Training | None:
    """The training that the view shows. While it is shown, the server does not delete it."""
    name = state.option("run")
    found = caches.workshop().training(name) if name else None
    watched = found.order.name if found else None
    with state.first_time("watched training", watched) as turned:
        if turned:
            state.store(WATCH, caches.workshop().watch(watched) if watched else None)
    if found:
        remember(found.order.name)
    return found


def known() -> tuple[str, ...]:
    """The trainings of this session, the oldest first."""
    names: tuple[str, ...] = state.stored(TRAININGS) or ()
    return names


def remember(*names: str) -> None:
    """Add trainings to those of this session."""
    state.store(TRAININGS, tuple(dict.fromkeys((*known(), *names))))


def forget(name: str) -> None:
    """Remove a deleted training from this session; the view shows the newest of the others."""
    names = tuple(other for other in known() if other != name)
    state.store(TRAININGS, names)
    if state.view().model == name:
        state.change(model=None, text=None)
    state.choose(run=names[-1] if names else None)


def switch(run: Training) -> None:
    """The name of the shown training; if the session knows several, a control to choose one."""
    names = known()
    if len(names) < 2:
        st.subheader(messages.literal(training_order.title(run.order)))
        return
    there = {name: found.order for name in names if (found := caches.workshop().training(name))}
    titles = {name: training_order.title(order) for name, order in there.items()}
    with st.container(key="controls_which", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            _("Training"),
            list(titles),
            format_func=lambda name: f"{titles[name]} · {name[-4:]}",
            filter_mode=None,
            **widgets.bind_option("run", run.order.name),
        )
