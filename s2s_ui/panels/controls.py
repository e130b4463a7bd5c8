"""The input band: the controls of model, sentence, reference and switches, and the traces for them.

A page calls `see` for the traces of the current view, and `band` for the controls that change the view.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import streamlit as st

from s2s_core import Trace
from s2s_core.errors import S2SError
from s2s_ui.panels import classroom, examples, menu, models, offer
from s2s_ui.session import caches, calibration, messages, state, widgets
from s2s_ui.session.address import Field, leaves_out
from s2s_ui.session.asked import asked as asked_by
from s2s_ui.session.i18n import _, ngettext
from s2s_ui.session.request import BadReference, Request, Runs
from s2s_ui.shell import layout

EXAMPLES, MODELS, MORE = "examples", "models", "more"  # keys of popovers


@dataclass(frozen=True, slots=True)
class Seen:
    """The traces to show, the request they belong to, the sentence as it was entered, and the messages."""

    runs: Runs
    asked: Request
    entered: str
    problem: str | None
    remark: str | None
    stale: bool = False  # what is asked for cannot be traced, so the traces are those of the last text that could

    @property
    def switches(self) -> tuple[Field, ...]:
        """The switches that have an effect on this model."""
        return ("forcing", "peepholes") if caches.has_peepholes(self.asked.model) else ("forcing",)

    @property
    def plain(self) -> Request:
        """The same sentence, run freely and without edits, for a page that compares its own changes with it."""
        shown = self.runs.shown
        return Request(shown.model, shown.text, peepholes=self.asked.peepholes)

    @property
    def calibration(self) -> dict[str, object] | None:
        """The stage's texts about the temperature that calibrates the model, and whether it is used."""
        return calibration.setting(self.asked, _)

    def say(self) -> None:
        """The message above the caption: a problem, or else a remark. It says if the picture is of an earlier text."""
        sentence = self.problem or self.remark
        if self.problem and self.stale:
            sentence = f"{self.problem} " + _("The picture is still that of {text}.").format(
                text=messages.quoted(self.runs.shown.text)
            )
        other = None if self.problem or _locked() else self.other
        if other:  # then the remarks of this model's task do not matter
            shown = self.runs.shown
            sentence = messages.remarks(shown, caches.model(shown.model), by_rule=False)
            sentence = sentence or _("This looks like a text for another model.")
        button = partial(offer.button, other, self.asked.text) if other else None
        layout.notice(sentence, error=bool(self.problem), stale=self.stale, beside=button)

    @property
    def other(self) -> str | None:
        """Another model that the entered text clearly suits; None while it is being typed."""
        return offer.better(self.asked.model, self.asked.text) if self.asked.text == self.entered else None


def see(asks: Callable[[Request], Request] = lambda request: request, *, calibrates: bool = False) -> Seen:
    """The traces of the view. If the view cannot be traced, the last traces stay, with an error message.

    ``asks`` is a function with which a page changes the request of the view. Only a page that ``calibrates`` has the
    switch for it; on the others the probabilities are as trained.
    """
    wanted = state.view().model
    if wanted is not None:
        try:
            caches.model(wanted)
        except S2SError as error:
            state.reject("model", error)
    plain = asked_by(state.typing())
    plain = replace(plain, calibrated=plain.calibrated and calibrates)
    name = plain.model
    first = Request(name, caches.example(name))
    asked = asks(plain)
    problem: S2SError | None = None
    stale = False
    try:
        runs = caches.runs(asked)
        state.store("request", plain)
    except BadReference as error:
        problem = error
        runs = caches.runs(replace(asked, forced=False))
    except S2SError as error:
        problem, stale = error, True
        runs = caches.runs(asks(state.stored("request") or first))
    said = [*state.link_problems(), *([problem] if problem else [])]
    return Seen(
        runs,
        asked,
        entered=first.text if (entered := state.view().text) is None else entered,
        problem=messages.sentences(said),
        remark=" ".join(filter(None, (messages.remarks(runs.shown, caches.model(runs.shown.model)), _of_the_link())))
        or None,
        stale=stale,
    )


def _of_the_link() -> str | None:
    """What the address of this page does not say, where it cannot say all."""
    if not leaves_out(state.view()):
        return None
    return _("The changes are too many for the address: a link or another theme leaves them out.")


def attempt(request: Request) -> tuple[Trace | None, str | None]:
    """The trace of a variant, or a sentence that says why there is none."""
    try:
        return caches.runs(request).shown, None
    except S2SError as error:
        return None, messages.sentence(error)


def band(
    seen: Seen,
    *,
    forcing: bool = False,
    reference: bool = False,
    tools: Mapping[str, Callable[[], None]] = MappingProxyType({}),
) -> None:
    """The controls. ``forcing`` adds the switch of teacher forcing and, while it is on, the field of the reference.
    ``reference`` adds only this field, for a page that always uses teacher forcing. ``tools`` are functions that draw
    lists, by the label of the button that opens them; the list of the class is on every page.

    On a phone, the style sheet shows the sentence, Run, the model and Peepholes; all other controls are under More. A
    link for a class can hide controls.
    """
    asked, titles, hidden = seen.asked, menu.models(), state.hidden()
    referred = reference or (forcing and asked.forced)
    listed = _locked()
    with layout.band("input"):
        if "model" not in hidden:
            st.selectbox(
                _("Model"),
                list(titles),
                format_func=titles.__getitem__,
                filter_mode=None,
                label_visibility="collapsed",
                disabled=_locked(),
                **widgets.bind("model", asked.model),
            )
            with st.popover(_("Models"), disabled=_locked(), **widgets.popover(MODELS)) as cards:
                if cards.open:
                    models.panel(asked.model)
                    listed = True  # it must not be drawn twice
        if "sentence" not in hidden:
            st.text_input(
                _("Sentence"),
                placeholder=_("Type a sentence"),
                autocomplete="off",
                label_visibility="collapsed",
                **widgets.bind("text", seen.entered),
            )
            if referred:
                _reference(seen)
            st.button(_("Run"), key="run", type="primary")
        if "examples" not in hidden:
            with st.popover(_("Examples"), **widgets.popover(EXAMPLES)):
                _examples(asked.model)
        if "switches" not in hidden:
            _peepholes(asked)
            if forcing:
                st.toggle(_("Teacher forcing"), **widgets.bind("forcing", asked.forced))
            elif asked.edits:  # with that switch, the stage lists the edits
                _take_back(len(asked.edits.edits))
        shown: dict[str, Callable[[], None]] = {}
        if "tools" not in hidden:
            shown |= tools
            shown.setdefault(_("Class"), partial(classroom.panel, stage=False))
        for number, (words, panel) in enumerate(tuple(shown.items())):
            with st.popover(words, **widgets.popover(f"tool_{number}")) as tool:
                if tool.open:  # a closed list is not computed
                    panel()
                    del shown[words]  # it must not be drawn twice
        if shown or not {"examples", "switches"} <= hidden:
            with st.popover(_("More"), **widgets.popover(MORE)) as more:
                if more.open:
                    _all_that_has_no_room(seen, shown, listed=listed, forcing=forcing, referred=referred)


def _locked() -> bool:
    """Whether the link locks the model."""
    return state.option("lock") is not None or "model" in state.hidden()


def _all_that_has_no_room(
    seen: Seen, tools: Mapping[str, Callable[[], None]], *, listed: bool, forcing: bool, referred: bool
) -> None:
    """What More shows: the models unless they are ``listed`` elsewhere, the controls, and the tools."""
    if not listed:
        with st.expander(_("Models"), key="more_models", type="compact", on_change="rerun") as cards:
            if cards.open:
                models.panel(seen.asked.model)
    _more(seen, forcing=forcing, referred=referred)
    for number, (words, panel) in enumerate(tools.items()):
        with st.expander(words, key=f"more_tool_{number}", type="compact", on_change="rerun") as tool:
            if tool.open:
                panel()


def _more(seen: Seen, *, forcing: bool, referred: bool) -> None:
    """The controls that have no room in the band of a phone, without the tools."""
    hidden = state.hidden()
    if forcing and "switches" not in hidden:
        turned = widgets.bind("forcing", seen.asked.forced, place="more")
        st.toggle(_("Teacher forcing"), **widgets.then(turned, widgets.put_away))
    if referred and "sentence" not in hidden:
        _reference(seen, place="more")
    if "examples" not in hidden:
        _examples(seen.asked.model, place="more")


def _reference(seen: Seen, *, place: str = "") -> None:
    shown = seen.runs.shown
    st.text_input(
        _("reference"),
        placeholder=messages.stand_in(shown.reference or shown.output, slip=seen.asked.slip),
        autocomplete="off",
        **widgets.bind("reference", seen.asked.reference, place=place),
    )


def _examples(model: str, *, place: str = "") -> None:
    for number, (example, reason) in enumerate(examples.offered(model)):
        st.button(
            messages.literal(example),
            key=f"example {number} {place}".rstrip(),
            type="tertiary",
            on_click=take_text,
            args=(example,),
        )
        if reason is not None:
            st.caption(reason)
    for story in examples.stories() if place else ():  # where the stage has no room for them
        st.link_button(f"{_('attention')}: {story['text']}", story["address"], type="tertiary")


def take_text(text: str) -> None:
    """Show a text that was chosen from a list, which closes."""
    state.change(text=text, reference="")
    widgets.put_away()


def _take_back(count: int) -> None:
    words = ngettext("Take back {count} change", "Take back {count} changes", count)
    st.button(words.format(count=count), key="take_back", on_click=state.change, kwargs={"edits": None})


def _peepholes(asked: Request) -> None:
    has = caches.has_peepholes(asked.model)
    st.toggle(
        _("Peepholes"),
        disabled=not has,
        help=None if has else _("The cells of this model have no peepholes."),
        **widgets.bind("peepholes", asked.peepholes and has),
    )
