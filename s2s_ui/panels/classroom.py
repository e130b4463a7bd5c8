"""Options for a class: what a link hides and locks, and whether outputs are covered until somebody guesses them."""

from functools import partial

import streamlit as st

from s2s_ui.panels import class_bar
from s2s_ui.session import state, widgets
from s2s_ui.session.address import HIDEABLE
from s2s_ui.session.i18n import _


def panel(*, stage: bool = True) -> None:
    """A live class, then the switches. All of them are in the address, so the address is the link for the class.

    Without a ``stage``, the stage's switches are left out.
    """
    class_bar.start()
    switches = {"predict": _("Predict first"), "lock": _("Lock the model")}
    if not stage:
        del switches["predict"]
    for name, label in switches.items():
        st.toggle(label, **widgets.bind_through(f"class {name}", state.option(name) == "1", partial(_turn, name)))
    names = {
        "pages": _("Hide the pages"),
        "model": _("Hide the model"),
        "sentence": _("Hide the sentence"),
        "examples": _("Hide the examples"),
        "switches": _("Hide the switches"),
        "tools": _("Hide these tools"),
        "inspector": _("Hide the equations"),
    }
    if not stage:
        del names["inspector"]
    hidden = state.hidden()
    for name, label in names.items():
        st.toggle(label, **widgets.bind_through(f"class hide {name}", name in hidden, partial(_hide, name)))
    st.caption(_("The address of this page is now the link for the class."))


def _turn(name: str, on: bool) -> None:
    state.choose(**{name: "1" if on else None})


def _hide(name: str, hide: bool) -> None:
    after = state.hidden() | {name} if hide else state.hidden() - {name}
    state.choose(hide=",".join(part for part in HIDEABLE if part in after) or None)
