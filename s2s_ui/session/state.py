"""What a session looks at, kept in the session and in the address. The only file that touches either.

A `View` is everything a link restores. It is read from the address when a session starts and when the reader goes
back or forward; from then on the session is the truth and the address follows it. Widgets are tied to a field of the
view with `bind`, so nothing typed is lost when the language, the theme or the page changes.

The parameter `step` belongs to the stage, which writes it in the browser without asking the server: it is read here
once and never written. Streamlit drops it from the address whenever the server sets another parameter, and the stage
puts it back. So does a figure that has a slider of its own.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from s2s_core.edits import Clamp, Edits
from s2s_core.errors import S2SError
from s2s_ui.locales import LANGUAGES, SOURCE_LANGUAGE
from s2s_ui.session.address import (
    HIDEABLE,
    IN_THE_BROWSER,
    MAX_VALUE,
    OF_THE_TEXT,
    OPTIONS,
    BadParameter,
    Field,
    View,
    describe,
    parse,
)


def begin() -> None:
    """Bring session and address together. Has to run before anything else of a script run."""
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    if "view" not in st.session_state or went_back:
        view, language, bad = parse(st.query_params.to_dict(), twice=_said_twice())
        st.session_state["view"] = view
        st.session_state["language"] = language
        st.session_state["link problems"] = bad
    else:
        _write_address()


def _said_twice() -> dict[str, str]:
    """Parameters that the address has several times: the first value of each. The last one holds."""
    several = ((name, st.query_params.get_all(name)) for name in st.query_params)
    return {name: values[0] for name, values in several if len(set(values)) > 1}


def view() -> View:
    """What this session looks at."""
    current: View = st.session_state["view"]
    return current


def change(**fields: Any) -> None:
    """Look at something else. A change of view starts at its own first step.

    Another model takes the edits away, another text those that belong to one of its steps, and both the options that
    name a place of the text.
    """
    if fields.get("model", view().model) != view().model:
        fields = {"edits": None} | fields
    elif fields.get("text", view().text) != view().text:
        fields = {"edits": _lasting(view().edits)} | fields
    if any(fields.get(name, getattr(view(), name)) != getattr(view(), name) for name in ("model", "text")):
        fields["options"] = tuple((name, value) for name, value in view().options if name not in OF_THE_TEXT)
    changed = replace(view(), **fields, step=None)
    if changed != replace(view(), step=None):
        _look(changed)


def _lasting(edits: Edits | None) -> Edits | None:
    """The edits that mean the same in another text: what is held at every step."""
    held = tuple(edit for edit in edits.edits if isinstance(edit, Clamp) and edit.steps is None) if edits else ()
    return Edits(held) if held else None


def option(name: str) -> str | None:
    """What was chosen for an option of the page, or None."""
    return dict(view().options).get(name)


def index(name: str, count: int) -> int | None:
    """An option that counts something from 0; None where it was not chosen, or there are not so many."""
    chosen = option(name)
    return int(chosen) if chosen is not None and int(chosen) < count else None


def span(name: str, count: int) -> tuple[int, int] | None:
    """An option that is a range of such, first and last; None where it was not chosen, or there is no such range."""
    first, _, last = (option(name) or "0-0").partition("-")
    within = option(name) is not None and int(first) <= int(last) < count
    return (int(first), int(last)) if within else None


def hidden() -> frozenset[str]:
    """What the link hides, of HIDEABLE."""
    return frozenset((option("hide") or "").split(",")) & frozenset(HIDEABLE)


def choose(**options: str | None) -> None:
    """Choose options of the page; None takes a choice back. The traces and the step stay as they are."""
    chosen = {name: value for name, value in (dict(view().options) | options).items() if value is not None}
    if unknown := chosen.keys() - OPTIONS.keys():
        raise KeyError(f"no options: {', '.join(sorted(unknown))}; they are declared in OPTIONS")
    changed = replace(view(), options=tuple(sorted(chosen.items())))
    if changed != view():
        _look(changed)


def typing() -> View:
    """What this session looks at while a sentence is being typed: the view with that sentence in it.

    Neither the address nor the field of the sentence follows a keystroke; both do when it is entered.
    """
    typed: str | None = kept("typed")
    return view() if typed is None else replace(view(), text=typed[:MAX_VALUE], edits=_lasting(view().edits))


def _look(changed: View) -> None:
    st.session_state["view"] = changed
    keep("typed", None)
    st.session_state["link problems"] = ()
    _write_address()


def link_problems() -> tuple[BadParameter | Exception, ...]:
    """What the link that led to this view said and meant nothing. Forgotten when the view changes."""
    problems: tuple[BadParameter | Exception, ...] = st.session_state["link problems"]
    return problems


def reject(field: Field, problem: Exception) -> None:
    """The link's value of a field cannot be used: take the default and remember why."""
    st.session_state["view"] = replace(view(), **{field: getattr(View(), field)})
    st.session_state["link problems"] = (*link_problems(), problem)


def language() -> str:
    """The language of this session: as chosen or linked, else the browser's if it is known, else English."""
    chosen: str | None = st.session_state.get("language")
    preferred = (st.context.locale or SOURCE_LANGUAGE).partition("-")[0].lower()
    return chosen or (preferred if preferred in LANGUAGES else SOURCE_LANGUAGE)


def bind_language() -> dict[str, Any]:
    """The key and callback of the widget that chooses the language."""
    key = "language switch"
    if st.session_state.get(key) != language():
        st.session_state[key] = language()
    return {"key": key, "on_change": _speak, "args": (key,)}


def _speak(key: str) -> None:
    st.session_state["language"] = st.session_state[key]
    _write_address()


def bind(field: Field, shown: object, *, place: str = "") -> dict[str, Any]:
    """The key and callback of a widget that shows one field of the view and changes it.

    `shown` is what the widget has to show (the first example, where no text was chosen). One field may have several
    widgets, told apart by `place`; what the reader is typing is left alone as long as the view does not change.
    """
    key = f"{field} {place}".rstrip()
    _tell(key, shown)
    return {"key": key, "on_change": _take, "args": (field, key)}


def _take(field: Field, key: str) -> None:
    value = st.session_state[key]
    change(**{field: value[:MAX_VALUE] if isinstance(value, str) else value})
    _told()[key] = (view(), language())


def _tell(key: str, shown: object) -> None:
    """Set a widget where it shows something else, and anew whenever what is looked at has changed since it was told.

    The browser names a choice by what it is called, and in another text or language the same one is called otherwise.
    The widget that made the change knows it already.
    """
    now = (view(), language())
    if st.session_state.get(key) != shown or _told().get(key) != now:
        st.session_state[key] = shown
        _told()[key] = now


def _told() -> dict[str, tuple[View, str]]:
    told: dict[str, tuple[View, str]] = st.session_state.setdefault("told", {})
    return told


def bind_option(name: str, shown: object, *, place: str = "", forget: Collection[str] = ()) -> dict[str, Any]:
    """Like `bind`, for an option of the page: the widget's value is kept as text, that of a range as "3-8".

    `forget` names options that meant something only together with the old value: their choice is taken back.
    """
    key = f"option {name} {place}".rstrip()
    _tell(key, shown)
    return {"key": key, "on_change": _choose, "args": (name, key, forget)}


def _choose(name: str, key: str, forget: Collection[str]) -> None:
    value = st.session_state[key]
    text = "-".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if not text or OPTIONS[name].fullmatch(text):  # else it was sent before the browser heard the names of now
        choose(**{**dict.fromkeys(forget), name: text or None})
        _told()[key] = (view(), language())


def bind_through(key: str, shown: object, take: Callable[[Any], object]) -> dict[str, Any]:
    """The key and callback of a widget whose value becomes something else of the view: `take` gets it."""
    _tell(key, shown)

    def handle() -> None:
        take(st.session_state[key])
        _told()[key] = (view(), language())

    return {"key": key, "on_change": handle}


def picked(chart: str, *options: str) -> Callable[[], None]:
    """The callback of a chart whose selection "pick" has these fields: what is clicked is chosen."""

    def take() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            choose(**{option: str(int(point[option])) for option in options})

    return take


def picked_through(chart: str, field: str, take: Callable[[int], object]) -> Callable[[], None]:
    """Like `picked`, where what is clicked becomes something else of the view: `take` gets the field."""

    def handle() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            take(int(point[field]))

    return handle


def keep(name: str, value: object) -> None:
    """Keep something of this session's besides its view, such as the last request that gave a trace."""
    st.session_state[f"kept {name}"] = value


def flip(stage: str, switches: Collection[Field]) -> Callable[[], None]:
    """The callback of a stage's keys: P and T turn the switches that `bind` turns, if they are among these."""

    def turn() -> None:
        pressed: Field = "peepholes" if st.session_state[stage]["toggle"] == "peepholes" else "forcing"
        if pressed in switches:
            change(**{pressed: not getattr(view(), pressed)})

    return turn


def edit(stage: str, wished: Callable[[Edits | None, Any], Edits | None]) -> Callable[[], None]:
    """The callback of a stage on which the reader asked for a change inside the network.

    `wished` makes the edits before it and the wish into the edits after it; what it raises is said like a problem of
    a link, and the view stays.
    """

    def take() -> None:
        try:
            change(edits=wished(view().edits, st.session_state[stage]["edit"]))
        except S2SError as problem:
            st.session_state["link problems"] = (problem,)

    return take


def heard(component: str, name: str) -> Any:
    """What a component tells in this run."""
    return st.session_state[component][name]


def keep_from(component: str, name: str) -> Callable[[], None]:
    """The callback of a component that has set a state: what it set is kept under the state's name."""
    return lambda: keep(name, st.session_state[component][name])


def kept(name: str) -> Any:
    """What was kept under this name, or None."""
    return st.session_state.get(f"kept {name}")


@contextmanager
def first_time(subject: str, value: object) -> Iterator[bool]:
    """Whether this value of a subject is new to the session; it is no longer so once the block has run through."""
    yield kept(subject) != value
    keep(subject, value)


def address() -> dict[str, str]:
    """The parameters that restore this session on any page, but for those that the browser writes by itself."""
    parameters = describe(view(), st.session_state.get("language"))
    return {name: value for name, value in parameters.items() if name not in IN_THE_BROWSER}


def _write_address() -> None:
    wanted = address()
    present = {name: value for name, value in st.query_params.to_dict().items() if name not in IN_THE_BROWSER}
    if wanted != present:
        st.query_params.from_dict(wanted)
