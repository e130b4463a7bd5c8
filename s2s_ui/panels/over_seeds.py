"""The table below the scores of a family: the same scores over seeds, or the command that trains with several seeds."""

from collections.abc import Mapping

import streamlit as st

from s2s_ui.charts import experiments
from s2s_ui.session import caches
from s2s_ui.session.i18n import _


def show(name: str, titles: Mapping[str, str], columns: Mapping[str, str]) -> None:
    """The table of the family of the model ``name``; ``columns`` names the measures."""
    command = experiments.sweep(caches.family(name))
    table = experiments.over_seeds(caches.over_seeds(name), columns, titles, first=_("over seeds"), count=_("seeds"))
    if table.empty:
        said = _("Another seed may give something else. This trains the family from several of them: {command}")
        st.caption(said.format(command=command))
    else:
        st.table(table, border="horizontal", hide_index=True)
        said = _("Means over seeds, each a training of its own, with 95 % bootstrap intervals. Again: {command}")
        st.caption(said.format(command=command))
