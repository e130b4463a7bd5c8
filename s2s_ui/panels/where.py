"""The controls of cell, step and unit, for the pages Gates and Gradient."""

from collections.abc import Sequence

import streamlit as st

from s2s_core import Trace
from s2s_core.analysis.gates import parts
from s2s_ui.charts import tokens
from s2s_ui.session import widgets
from s2s_ui.session.i18n import _


def cell(trace: Trace, part: str, *, forget: tuple[str, ...]) -> None:
    """The control of the cell; a new cell removes the options ``forget``."""
    cells = {"forward": _("→ Forward"), "backward": _("← Backward"), "decoder": _("Decoder")}
    st.segmented_control(
        _("Cell"),
        parts(trace),
        format_func=cells.__getitem__,
        required=True,
        label_visibility="collapsed",
        **widgets.bind_option("cell", part, forget=forget),
    )


def step_and_unit(words: Sequence[str], position: int, unit: int, *, units: int) -> None:
    """A slider over the steps, whose tokens are ``words``, and the number of one of ``units`` units, from 0."""
    st.select_slider(
        _("token"),
        range(len(words)),
        format_func=lambda at: tokens.numbered(at, words[at]),
        **widgets.bind_option("position", position),
    )
    st.number_input(_("unit"), min_value=0, max_value=units - 1, **widgets.bind_option("unit", unit))
