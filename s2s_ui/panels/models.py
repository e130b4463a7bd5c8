"""All models: a card for each task, then a line for each sibling of the chosen model, and for the reader's own."""

import html

import streamlit as st

from s2s_core.errors import CheckpointError
from s2s_core.recipes import Facts
from s2s_ui.panels import differences, known_trainings, menu
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _


def panel(chosen: str) -> None:
    """The cards and lines. A click on one of them shows its model and closes the list."""
    titles, bases = menu.models(), menu.tasks()
    with st.container(key="models_tasks"):
        for base in bases:
            _card(base, titles[base], here=base == chosen)
    family = menu.base_of(chosen) or chosen
    task = caches.described(family).info.task
    siblings = [name for name in caches.models() if name not in bases and caches.described(name).info.task == task]
    if siblings:
        st.caption(_("The same as {title}, but …").format(title=messages.literal(titles.get(family, family))))
        with st.container(key="models_siblings"):
            for name in siblings:
                _line(name, _("… {difference}").format(difference=differences.said(name, family)), here=name == chosen)
    own = [name for name in known_trainings.known() if name in titles]
    if own:
        st.caption(_("Trained by you"))
        with st.container(key="models_own"):
            for name in reversed(own):
                first = menu.base_of(name)
                said = titles[name]
                if first is not None:
                    said = _("{title}, but {difference}").format(
                        title=titles[first], difference=differences.said(name, first)
                    )
                _line(name, said, here=name == chosen)


def _card(name: str, title: str, *, here: bool) -> None:
    facts = caches.facts(name)
    with st.container(key=f"model_card_{'here' if here else name}", gap=None):
        _button(name, title, here=here)
        lines = (_(facts.gist), example(name), trust(facts))
        st.html("".join(f"<p>{html.escape(line)}</p>" for line in lines if line))


def _line(name: str, said: str, *, here: bool) -> None:
    with st.container(key=f"model_line_{'here' if here else name}", horizontal=True, gap=None):
        _button(name, said, here=here)
        share = caches.facts(name).scores.get("exact")
        st.html(f"<p>{_of_100(share)}</p>" if share is not None else "")


def _button(name: str, words: str, *, here: bool) -> None:
    st.button(
        messages.literal(words),
        key=f"take model {name}",
        type="tertiary",
        help=_("This model is shown.") if here else None,
        on_click=take,
        args=(name,),
    )


def take(name: str) -> None:
    """Show a model. The reader's own text stays; an example stays only if the new model has the same task."""
    shown = caches.described(state.view().model or caches.default()).info
    other = caches.described(name).info
    kept = shown.task == other.task or state.view().text not in shown.examples
    state.change(model=name, **({} if kept else {"text": None}), reference="")
    widgets.put_away()


def example(name: str) -> str:
    """An input and its output; only the input if the model cannot be loaded."""
    try:
        text, answer = caches.answered(name)
    except CheckpointError:
        text = caches.described(name).info.examples[0]
        return _("for example {text}").format(text=messages.quoted(text))
    return _("for example {text} → {answer}").format(text=messages.quoted(text), answer=messages.quoted(answer))


def trust(facts: Facts) -> str:
    """How reliable a model is: its scores on texts that it has never seen."""
    exact, bleu, per = (facts.scores.get(name) for name in ("exact", "bleu", "per"))
    if exact is None or not facts.pairs:
        return _("How often it is right was not measured.")
    counts = {"share": _of_100(exact), "pairs": f"{facts.pairs:,}"}
    if bleu is not None:
        said = _("{share} of 100 come out word for word as somebody put them, of {pairs} never seen (BLEU {bleu})")
        return said.format(**counts, bleu=f"{bleu:.0f}")
    if per is not None:
        return _("{share} of 100 are right, of {pairs} never seen; {wrong} of 100 sounds are wrong").format(
            **counts, wrong=_of_100(per)
        )
    return _("{share} of 100 are right, of {pairs} never seen").format(**counts)


def _of_100(share: float) -> str:
    """A share in percent; it is 100 only if the share is exactly 1."""
    return "100" if share == 100 else f"{min(share, 99.9):.1f}".removesuffix(".0")
