"""For a class: what a link hides and locks, and whether an output is covered until somebody has guessed it."""

import streamlit as st

from s2s_ui import state
from s2s_ui.i18n import _
from s2s_ui.link import HIDEABLE


def panel() -> None:
    """The switches. Each is in the address, which then is the link for the class."""
    for name, label in (("predict", _("Predict first")), ("lock", _("Lock the model"))):
        on = state.option(name) == "1"
        _switch(label, on, **{name: None if on else "1"})
    names = {
        "pages": _("Hide the pages"),
        "model": _("Hide the model"),
        "sentence": _("Hide the sentence"),
        "examples": _("Hide the examples"),
        "switches": _("Hide the switches"),
        "tools": _("Hide these tools"),
        "inspector": _("Hide the equations"),
    }
    hidden = state.hidden()
    for name, label in names.items():
        after = hidden ^ {name}
        _switch(label, name in hidden, hide=",".join(part for part in HIDEABLE if part in after) or None)
    st.caption(_("The address of this page is now the link for the class."))


def _switch(label: str, on: bool, **after: str | None) -> None:
    """A switch that chooses other options of the page when it is turned."""
    (name,) = after
    st.toggle(label, value=on, key=f"class {name} {label} {on}", on_change=state.choose, kwargs=after)
