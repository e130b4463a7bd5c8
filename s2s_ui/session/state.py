"""The state of one session, and its copy in the address. No other file reads or writes either of them.

A `View` is everything that a link restores. It is read from the address when a session starts and when the reader goes
back or forward in the browser. After that, the session holds the view and the address follows it. `bind` connects a
widget to a field of the view, so that nothing is lost when the language, the theme or the page changes.

The parameter `step` belongs to the stage, which writes it in the browser without a request to the server. Here it is
read once and never written. Streamlit removes it from the address whenever the server sets another parameter, and then
the stage adds it again. A figure with its own slider does the same with the slider's parameter.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from s2s_core.edits import Clamp, Edits
from s2s_core.errors import S2SError
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


def begin() -> None:
    """Synchronise the session and the address. Every script run has to call this first."""
    if "view" not in st.session_state or borrowed.went_back():
        view, language, bad = parse(st.query_params.to_dict(), twice=_repeated())
        st.session_state.setdefault("came to a step", view.step is not None)
        st.session_state["view"] = view
        st.session_state["language"] = language
        st.session_state["link problems"] = bad
    else:
        _catch_up()
        _write_address()


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
    """Whether the session began with a link that says a step, or its link is for a class."""
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
    return view() if typed is None else replace(view(), text=typed[:MAX_VALUE], edits=_lasting(view().edits))


def _set_view(changed: View) -> None:
    st.session_state["view"] = changed
    store("typed", None)
    st.session_state["link problems"] = ()
    _write_address()


def link_problems() -> tuple[BadParameter | Exception, ...]:
    """The parameters of the opened link that could not be used. The list is cleared when the view changes."""
    problems: tuple[BadParameter | Exception, ...] = st.session_state["link problems"]
    return problems


def reject(field: Field, problem: Exception) -> None:
    """Replace a field's value by the default, because the link's value cannot be used, and store the reason."""
    st.session_state["view"] = replace(view(), **{field: getattr(View(), field)})
    st.session_state["link problems"] = (*link_problems(), problem)


def language() -> str:
    """The language of this session: the chosen one or the link's, else the browser's if we have it, else English."""
    chosen: str | None = st.session_state.get("language")
    preferred = (st.context.locale or SOURCE_LANGUAGE).partition("-")[0].lower()
    return chosen or (preferred if preferred in LANGUAGES else SOURCE_LANGUAGE)


def other_language() -> str:
    """The first language that is not that of this session."""
    return next(other for other in LANGUAGES if other != language())


def bind_language() -> dict[str, Any]:
    """The key and callback of the widget that chooses the language."""
    key = "language switch"
    return _bound(key, language(), lambda: _apply_language(key))


def _apply_language(key: str) -> None:
    st.session_state["language"] = st.session_state[key]
    _write_address()


def bind(field: Field, shown: object, *, place: str = "") -> dict[str, Any]:
    """The key and callback of a widget that shows and changes one field of the view.

    ``shown`` is the value that the widget has to show (such as the first example if no text was chosen). A field may
    have several widgets with different values of ``place``. While the view stays the same, the widget keeps what the
    reader is typing.
    """
    key = f"{field} {place}".rstrip()
    return _bound(key, shown, lambda: _apply_field(field, key))


def _apply_field(field: Field, key: str) -> None:
    value = st.session_state[key]
    change(**{field: value[:MAX_VALUE] if isinstance(value, str) else value})


def bind_option(name: str, shown: object, *, place: str = "", forget: Collection[str] = ()) -> dict[str, Any]:
    """Like `bind`, for an option of the page. The widget's value is stored as text; a range is stored as "3-8".

    ``forget`` names other options that are removed when this one changes, because they depend on its value.
    """
    key = f"option {name} {place}".rstrip()
    return _bound(key, shown, lambda: _apply_option(name, key, forget))


def _apply_option(name: str, key: str, forget: Collection[str]) -> None:
    value = st.session_state[key]
    text = "-".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if not text or OPTIONS[name].fullmatch(text):  # else the browser sent a label that is no longer valid
        choose(**{**dict.fromkeys(forget), name: text or None})


def bind_through(key: str, shown: object, take: Callable[[Any], object]) -> dict[str, Any]:
    """The key and callback of a widget whose value is passed to ``take``, which changes the view."""
    return _bound(key, shown, lambda: take(st.session_state[key]))


@dataclass(frozen=True)
class _Bound:
    """A widget as it was set last: the value, the view and the language then, and what takes a change of it."""

    value: object
    view: View
    language: str
    apply: Callable[[], object]


def _bound(key: str, shown: object, apply: Callable[[], object]) -> dict[str, Any]:
    """The key and callback of a widget, which is set if it shows another value than ``shown``.

    It is also set if the view or the language has changed since, because the browser identifies an option by its
    label, and the label of the same option may be different with another text or language. A widget that caused the
    change itself need not be set.
    """
    known = _widgets().get(key)
    if st.session_state.get(key) != shown or not known or (known.view, known.language) != (view(), language()):
        st.session_state[key] = shown
    _widgets()[key] = _Bound(shown, view(), language(), apply)
    return {"key": key, "on_change": _take, "args": (key,)}


def _take(key: str) -> None:
    apply = _widgets()[key].apply
    apply()
    _widgets()[key] = _Bound(st.session_state[key], view(), language(), apply)


def _catch_up() -> None:
    """Take the changes whose callback did not run.

    Streamlit breaks a callback off, and does not call it again, when another event of the browser arrives in that
    moment: one click out of the sentence may send the sentence, what was clicked and what the stage saw being typed.
    """
    for key, known in tuple(_widgets().items()):
        if key in st.session_state and st.session_state[key] != known.value:
            _take(key)


def _widgets() -> dict[str, _Bound]:
    """The widgets that were bound in this session, by their keys."""
    widgets: dict[str, _Bound] = st.session_state.setdefault("bound widgets", {})
    return widgets


def picked(chart: str, *options: str) -> Callable[[], None]:
    """The callback of a chart whose selection "pick" has fields named as ``options``: a click sets these options."""

    def take() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            choose(**{option: str(int(point[option])) for option in options})

    return take


def picked_through(chart: str, field: str, take: Callable[[int], object]) -> Callable[[], None]:
    """Like `picked`, but a click passes the value of ``field`` to ``take``, which changes the view."""

    def handle() -> None:
        for point in st.session_state[chart]["selection"].get("pick", ())[-1:]:
            take(int(point[field]))

    return handle


def store(name: str, value: object) -> None:
    """Store a value in the session that is not part of its view, such as the last request that gave a trace."""
    st.session_state[f"stored {name}"] = value


def flip(stage: str, switches: Collection[Field]) -> Callable[[], None]:
    """The callback of a stage's keys P and T: they flip the fields `peepholes` and `forcing`, if in ``switches``."""

    def turn() -> None:
        pressed: Field = "peepholes" if st.session_state[stage]["toggle"] == "peepholes" else "forcing"
        if pressed in switches:
            change(**{pressed: not getattr(view(), pressed)})

    return turn


def edit(stage: str, edited: Callable[[Edits | None, Any], Edits | None]) -> Callable[[], None]:
    """The callback of a stage on which the reader asked for an edit inside the network.

    ``edited`` gets the current edits and the reader's request, and returns the new edits. If it raises an S2SError, the
    error is shown like a problem of a link, and the view stays the same.
    """

    def take() -> None:
        try:
            change(edits=edited(view().edits, st.session_state[stage]["edit"]))
        except S2SError as problem:
            st.session_state["link problems"] = (problem,)

    return take


def component_value(component: str, name: str) -> Any:
    """The value that a component has under ``name``: a state, or an event of this run. None before it has one."""
    return (st.session_state.get(component) or {}).get(name)


def popover(key: str) -> dict[str, Any]:
    """The key and mode of a popover that `put_away` closes."""
    _popovers().add(key)
    return {"key": key, "on_change": "rerun"}


def put_away() -> None:
    """Close every popover after a choice: an open one covers the stage."""
    for key in _popovers():
        st.session_state[key] = False


def _popovers() -> set[str]:
    keys: set[str] = st.session_state.setdefault("popovers", set())
    return keys


def then(bound: dict[str, Any], after: Callable[[], None]) -> dict[str, Any]:
    """The key and callback of a widget, as `bind` gives them, with ``after`` called once the view has changed."""

    def handle(*args: Any) -> None:
        bound["on_change"](*args)
        after()

    return bound | {"on_change": handle}


def store_from(component: str, name: str) -> Callable[[], None]:
    """The callback of a component that has set its value ``name``: the value is stored under the same name."""
    return lambda: store(name, st.session_state[component][name])


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
