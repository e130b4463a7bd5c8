"""The right-hand side of a comparison: another model, another sentence, or the same without its peepholes or edits.

If the reader has chosen nothing, the right side shows the run without the edits, or with peepholes if the left side has
none; else a sibling of the model; else the same model without its peepholes.
"""

from dataclasses import replace

import streamlit as st

from s2s_ui.panels import menu
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.address import MAX_LINK_TEXT
from s2s_ui.session.i18n import _
from s2s_ui.session.request import Request

TELLING = ("last", "one-direction", "")
"""The kinds of sibling that differ most from the others, the best first."""


def other(left: Request) -> Request:
    """The request of the right side: the reader's choice, or the default above."""
    name = state.option("other")
    if name is None or name not in menu.models():
        name = left.model if left.edits or not left.peepholes else telling_sibling(left.model)
    text = state.option("other_text") or left.text
    same = (name, text) == (left.model, left.text)
    uncut = state.option("other_peepholes") or ("0" if same and left.peepholes and not left.edits else "1")
    peepholes = uncut == "1" or not caches.has_peepholes(name)
    return replace(left, model=name, text=text, peepholes=peepholes, edits=None, forced=False)


def telling_sibling(name: str) -> str:
    """The sibling to compare a model with by default; the model itself if it has no siblings."""
    kinds = {sibling.kind: sibling.name for sibling in caches.siblings(name) if sibling.name != name}
    return next((kinds[kind] for kind in TELLING if kind in kinds), next(iter(kinds.values()), name))


def controls(right: Request, left: Request) -> None:
    """The controls of the right side: model, sentence and peepholes, in the same order as in the band above."""
    titles = menu.models()
    has = caches.has_peepholes(right.model)
    with st.container(key="controls_other", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            _("Compare with"),
            list(titles),
            format_func=titles.__getitem__,
            filter_mode=None,
            **widgets.bind_option("other", right.model),
        )
        st.text_input(
            _("reading"),
            placeholder=_("the same sentence"),
            autocomplete="off",
            **widgets.bind_through(
                "other text",
                "" if right.text == left.text else right.text,
                lambda text: state.choose(other_text=text.strip()[:MAX_LINK_TEXT] or None),
            ),
        )
        st.toggle(
            _("Peepholes"),
            disabled=not has,
            **widgets.bind_through(
                "other peepholes", right.peepholes and has, lambda on: state.choose(other_peepholes=str(int(on)))
            ),
        )


def cards(name: str) -> None:
    """A button that shows the model card of any member of a model's family."""
    titles = {member.name: _(member.title) for member in caches.siblings(name)} or {name: name}
    chosen = state.option("card")
    shown = chosen if chosen in titles else name
    with st.container(key="controls_card", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            _("Card of"),
            list(titles),
            format_func=titles.__getitem__,
            filter_mode=None,
            **widgets.bind_option("card", shown),
        )
        with st.popover(_("Read the card"), key="card", on_change="rerun") as opened:
            if opened.open:
                st.markdown(caches.card(shown))
