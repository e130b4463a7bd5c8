"""The state of one session, and its copy in the address. No other file reads or writes either of them.

A `View` is everything that a link restores. It is read from the address when a session starts and when the reader goes
back or forward in the browser. After that, the session holds the view and the address follows it. `widgets.bind`
connects a widget to a field of the view, so that nothing is lost when the language, the theme or the page changes.

The parameter `step` belongs to the stage, which writes it in the browser without a request to the server. Here it is
read once and never written. Streamlit removes it from the address whenever the server sets another parameter, and then
the stage adds it again. A figure with its own slider does the same with the slider's parameter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import streamlit as st

from s2s_core.edits import Clamp, Edits
from s2s_ui import borrowed
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

WHOLE = "whole"  # whether this session has made a complete page
UNHEARD = "unheard"  # widget states that the browser sent before that, without a callback


def begin() -> None:
    """Synchronise the session and the address. Every script run has to call this first."""
    if "view" not in st.session_state or borrowed.went_back():
        view, language, bad = parse(st.query_params.to_dict(), twice=_repeated())
        st.session_state.setdefault("came to a step", view.step is not None)
        st.session_state["view"] = view
        st.session_state["language"] = language
        st.session_state["link problems"] = bad
    else:
        _write_address()
    if not stored(WHOLE):
        store(UNHEARD, borrowed.unheard(stored(UNHEARD) or ()))


def end() -> None:
    """Every script run that has made a complete page has to call this last.

    If a page reconnects after a restart, or to another replica, the server does not have its widgets yet. Streamlit
    calls no callbacks for what was typed or clicked before the end of the first run, so it would be lost. So these
    states are processed again after that run.
    """
    if stored(WHOLE):
        return
    with borrowed.undisturbed():
        unheard = stored(UNHEARD)
        store(UNHEARD, None)
        store(WHOLE, True)
        if unheard:
            borrowed.tell(unheard)


def _repeated() -> dict[str, str]:
    """The parameters that the address has several times with different values, each with its first value.

    The last value is the one that is used.
    """
    several = ((name, st.query_params.get_all(name)) for name in st.query_params)
    return {name: values[0] for name, values in several if len(set(values)) > 1}


def view() -> View:
    """The view of this session."""
    current: View = st.session_state["view"]
    return current


def change(**fields: Any) -> None:
    """Change fields of the view. The new view starts at its first step.

    A new model removes all edits; a new text removes the edits of single steps. Both remove the options that name a
    position in the text.
    """
    if fields.get("model", view().model) != view().model:
        fields = {"edits": None} | fields
    elif fields.get("text", view().text) != view().text:
        fields = {"edits": _lasting(view().edits)} | fields
    if any(fields.get(name, getattr(view(), name)) != getattr(view(), name) for name in ("model", "text")):
        fields["options"] = tuple((name, value) for name, value in view().options if name not in OF_THE_TEXT)
    changed = replace(view(), **fields, step=None)
    if changed != replace(view(), step=None):
        _set_view(changed)


def _lasting(edits: Edits | None) -> Edits | None:
    """The edits that stay valid for another text: values that are clamped at every step."""
    clamps = tuple(edit for edit in edits.edits if isinstance(edit, Clamp) and edit.steps is None) if edits else ()
    return Edits(clamps) if clamps else None


def option(name: str) -> str | None:
    """The value that was chosen for an option of the page, or None."""
    return dict(view().options).get(name)


def index(name: str, count: int) -> int | None:
    """The value of an option that is an index, from 0; None if it was not chosen or is not below ``count``."""
    chosen = option(name)
    return int(chosen) if chosen is not None and int(chosen) < count else None


def span(name: str, count: int) -> tuple[int, int] | None:
    """The value of an option that is a range of indices, as (first, last); None if it was not chosen or is not valid.

    A range is valid if first <= last < ``count``.
    """
    first, _, last = (option(name) or "0-0").partition("-")
    within = option(name) is not None and int(first) <= int(last) < count
    return (int(first), int(last)) if within else None


def hidden() -> frozenset[str]:
    """The parts of the page that the link hides, of HIDEABLE."""
    return frozenset((option("hide") or "").split(",")) & frozenset(HIDEABLE)


def is_linked() -> bool:
    """Whether the session began with a link that has a step, or its link is for a class."""
    came: bool = st.session_state["came to a step"]
    return came or any(option(name) is not None for name in ("hide", "lock", "predict"))


def lesson_link() -> str | None:
    """The address of the lesson from any page, in the chosen language; None if the link hides the pages."""
    if "pages" in hidden():
        return None
    chosen: str | None = st.session_state.get("language")
    return "./lesson" if chosen is None else f"./lesson?lang={chosen}"


def choose(**options: str | None) -> None:
    """Set options of the page; None removes an option. The traces and the step stay the same.

    Raises:
        KeyError: if an option is not in OPTIONS.
    """
    chosen = {name: value for name, value in (dict(view().options) | options).items() if value is not None}
    if unknown := chosen.keys() - OPTIONS.keys():
        raise KeyError(f"no options: {', '.join(sorted(unknown))}; they are declared in OPTIONS")
    changed = replace(view(), options=tuple(sorted(chosen.items())))
    if changed != view():
        _set_view(changed)


def typing() -> View:
    """The view with the sentence that is being typed at the moment.

    The address and the field of the sentence do not change with each key; they change when the sentence is entered.
    """
    typed: str | None = stored("typed")
    if typed is None:
        return view()
    return replace(view(), text=typed[:MAX_VALUE], edits=_lasting(view().edits), step=None)


def _set_view(changed: View) -> None:
    st.session_state["view"] = changed
    store("typed", None)
    st.session_state["link problems"] = ()
    _write_address()


def link_problems() -> tuple[BadParameter | Exception, ...]:
    """The parameters of the opened link that could not be used. The list is cleared when the view changes."""
    problems: tuple[BadParameter | Exception, ...] = st.session_state["link problems"]
    return problems


def refuse(problem: Exception) -> None:
    """Show why something that the reader asked for could not be done, like a problem of a link."""
    st.session_state["link problems"] = (problem,)


def reject(field: Field, problem: Exception) -> None:
    """Replace a field's value by the default, because the link's value cannot be used, and store the reason."""
    st.session_state["view"] = replace(view(), **{field: getattr(View(), field)})
    st.session_state["link problems"] = (*link_problems(), problem)


@contextmanager
def one_language() -> Iterator[None]:
    """During the block, the language of this session is looked up once: a page has 400 sentences."""
    with in_language(language()):
        yield


@contextmanager
def in_language(chosen: str) -> Iterator[None]:
    """During the block, sentences are in this language instead of the session's; no session is needed."""
    token = _LANGUAGE.set(chosen)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


_LANGUAGE: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language of this session: the chosen one or the link's, else the browser's if we have it, else English."""
    if (known := _LANGUAGE.get()) is not None:
        return known
    chosen: str | None = st.session_state.get("language")
    preferred = (st.context.locale or SOURCE_LANGUAGE).partition("-")[0].lower()
    return chosen or (preferred if preferred in LANGUAGES else SOURCE_LANGUAGE)


def choose_language(chosen: str) -> None:
    """Set the language of this session; the view stays the same."""
    st.session_state["language"] = chosen
    _write_address()


def other_language() -> str:
    """The first language that is not that of this session."""
    return next(other for other in LANGUAGES if other != language())


def store(name: str, value: object) -> None:
    """Store a value in the session that is not part of its view, such as the last request that gave a trace."""
    st.session_state[f"stored {name}"] = value


def stored(name: str) -> Any:
    """The value that `store` stored under this name, or None."""
    return st.session_state.get(f"stored {name}")


@contextmanager
def first_time(subject: str, value: object) -> Iterator[bool]:
    """Whether this value of ``subject`` is new in this session. After the block it is stored, and no longer new."""
    yield stored(subject) != value
    store(subject, value)


def address() -> dict[str, str]:
    """The parameters that restore this session on any page, without those that the browser writes itself."""
    parameters = describe(view(), st.session_state.get("language"))
    return {name: value for name, value in parameters.items() if name not in IN_THE_BROWSER}


def _write_address() -> None:
    wanted = address()
    present = {name: value for name, value in st.query_params.to_dict().items() if name not in IN_THE_BROWSER}
    if wanted != present:
        st.query_params.from_dict(wanted)
