"""Widgets that show and change the session: their keys and callbacks, and the values of components.

A widget here shows a field or an option of the view (`state`), and its callback changes it. Streamlit calls it before
the run in which the page is made again.
"""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from s2s_core.edits import Edits
from s2s_core.errors import S2SError
from s2s_ui import borrowed
from s2s_ui.session import state
from s2s_ui.session.address import MAX_VALUE, OPTIONS, Field, View

CLOSING = "popovers close"  # in the session: whether the popovers of the page are to be closed


def bind_language() -> dict[str, Any]:
    """The key and callback of the widget that chooses the language."""
    key = "language switch"
    return _bound(key, state.language(), state.choose_language)


def bind(field: Field, shown: object, *, place: str = "") -> dict[str, Any]:
    """The key and callback of a widget that shows and changes one field of the view.

    ``shown`` is the value that the widget has to show (such as the first example if no text was chosen). A field may
    have several widgets with different values of ``place``. While the view stays the same, the widget keeps what the
    reader is typing.
    """
    key = f"{field} {place}".rstrip()

    def take(value: Any) -> None:
        state.change(**{field: value[:MAX_VALUE] if isinstance(value, str) else value})

    return _bound(key, shown, take)


def bind_option(name: str, shown: object, *, place: str = "", forget: Collection[str] = ()) -> dict[str, Any]:
    """Like `bind`, for an option of the page. The widget's value is stored as text; a range is stored as "3-8".

    ``forget`` names other options that are removed when this one changes, because they depend on its value.
    """
    key = f"option {name} {place}".rstrip()

    def take(value: Any) -> None:
        text = "-".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if not text or OPTIONS[name].fullmatch(text):  # else the browser sent a label that is no longer valid
            state.choose(**{**dict.fromkeys(forget), name: text or None})

    return _bound(key, shown, take)


def bind_through(key: str, shown: object, take: Callable[[Any], object]) -> dict[str, Any]:
    """The key and callback of a widget whose value is passed to ``take``, which changes the view."""
    return _bound(key, shown, take)


def _bound(key: str, shown: object, take: Callable[[Any], object]) -> dict[str, Any]:
    """The key and callback of a widget, which is set if it shows another value than ``shown``.

    It is also set if the view or the language has changed, because the browser identifies an option by its
    label, and the label of the same option may be different with another text or language. It is also set if the page
    has changed, because the browser may lose the value of a widget that is on both pages. A widget that caused the
    change itself need not be set.
    """
    if st.session_state.get(key) != shown or _last_set().get(key) != _now():
        st.session_state[key] = shown
        _last_set()[key] = _now()

    def handle() -> None:
        take(st.session_state[key])
        _last_set()[key] = _now()

    return {"key": key, "on_change": handle}


Shown = tuple[View, str, str | None]  # a view, a language, and the page


def _now() -> Shown:
    return (state.view(), state.language(), state.stored("page"))


def _last_set() -> dict[str, Shown]:
    """For each widget's key, what was shown when its value was set."""
    last_set: dict[str, Shown] = st.session_state.setdefault("last set", {})
    return last_set


def button(label: str, act: Callable[[], None], *, key: str, **options: Any) -> None:
    """A button that calls ``act`` at its place in the script: exactly once, also if other events arrive meanwhile.

    Use it if ``act`` needs the current values of controls above it, or opens another page; otherwise a callback is
    enough.
    """
    pressed = f"pressed {key}"
    st.button(label, key=key, on_click=state.store, args=(pressed, True), **options)
    if state.stored(pressed):
        with borrowed.undisturbed():
            state.store(pressed, None)
            act()


def picked(chart: str, *options: str) -> Callable[[], None]:
    """The callback of a chart whose selection "pick" has fields named as ``options``: a click sets these options."""

    def take() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            state.choose(**{option: str(int(point[option])) for option in options})

    return take


def picked_through(chart: str, field: str, take: Callable[[int], object]) -> Callable[[], None]:
    """Like `picked`, but a click passes the value of ``field`` to ``take``, which changes the view."""

    def handle() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            take(int(point[field]))

    return handle


def flip(stage: str, switches: Collection[Field]) -> Callable[[], None]:
    """The callback of a stage's keys P and T and of its button for the temperature.

    They flip the fields `peepholes` and `forcing`, if in ``switches``, and the option `calibrated`.
    """

    def turn() -> None:
        told = st.session_state[stage]["toggle"]
        if told == "calibrated":
            state.choose(calibrated=None if state.option(told) else "1")
            return
        pressed: Field = "peepholes" if told == "peepholes" else "forcing"
        if pressed in switches:
            state.change(**{pressed: not getattr(state.view(), pressed)})

    return turn


def edit(stage: str, edited: Callable[[Edits | None, Any], Edits | None]) -> Callable[[], None]:
    """The callback of a stage on which the reader asked for an edit inside the network.

    ``edited`` gets the current edits and the reader's request, and returns the new edits. If it raises an S2SError, the
    error is shown like a problem of a link, and the view stays the same.
    """

    def take() -> None:
        try:
            state.change(edits=edited(state.view().edits, st.session_state[stage]["edit"]))
        except S2SError as problem:
            state.refuse(problem)

    return take


def component_value(component: str, name: str) -> Any:
    """The value that a component has under ``name``: a state, or an event of this run. None before it has one."""
    return (st.session_state.get(component) or {}).get(name)


def popover(key: str) -> dict[str, Any]:
    """The key and mode of a popover that `put_away` closes."""
    if state.stored(CLOSING):
        st.session_state[key] = False
    return {"key": key, "on_change": "rerun"}


def put_away() -> None:
    """Close every popover after a choice: an open one covers the stage."""
    state.store(CLOSING, True)


def sent() -> None:
    """Call this when a page is complete. An interrupted run may not have closed the popovers."""
    state.store(CLOSING, None)


def then(bound: dict[str, Any], after: Callable[[], None]) -> dict[str, Any]:
    """The key and callback of a widget, as `bind` gives them, with ``after`` called once the view has changed."""

    def handle(*args: Any) -> None:
        bound["on_change"](*args)
        after()

    return bound | {"on_change": handle}


def store_from(component: str, name: str) -> Callable[[], None]:
    """The callback of a component that has set its value ``name``: the value is stored under the same name."""
    return lambda: state.store(name, st.session_state[component][name])
