"""How attention develops: a figure with a slider over the snapshots of a model's training."""

import streamlit as st

from s2s_ui.charts import learning, theme
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout


def show(name: str) -> None:
    """The heading, the choice of a sentence and the figure; nothing without snapshots or without attention."""
    snapshots = caches.learnt(name)
    if not snapshots or snapshots[0].specimens[0].forced.weights is None:
        return
    st.subheader(_("Attention being born: the model at points of its training"))
    palette = theme.palette(layout.dark())
    sentences = [specimen.source for specimen in snapshots[0].specimens]
    number = state.index("specimen", len(sentences)) or 0
    with st.container(key="controls_born", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            _("Sentence"),
            [str(place) for place in range(len(sentences))],
            format_func=lambda place: sentences[int(place)],
            filter_mode=None,
            **widgets.bind_option("specimen", str(number)),
        )
        st.caption(_("Move the slider: first it looks everywhere alike, then its answers and its attention come."))
    first = state.index("snapshot", len(snapshots) + 1)
    figure.show(
        learning.learning(snapshots, number, palette, _, first=first),
        lambda: learning.learning_frame(snapshots, number, _),
        name=_("Where the model looked at points of its training"),
        key="born",
        slider="snapshot",
    )
