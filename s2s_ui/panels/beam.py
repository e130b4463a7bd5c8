"""Beam search as a tree: which outputs stay in the beam, which are pruned, and buttons to show one on the stage."""

from dataclasses import replace

import streamlit as st

from s2s_core.analysis import beam as analysis
from s2s_core.edits import Edits, Replace, combine
from s2s_core.errors import S2SError
from s2s_ui.charts import beam, theme
from s2s_ui.panels.controls import Seen
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout
from s2s_ui.stage.printed import answer

SIZES = range(2, 11)
PENALTIES = tuple(f"{tenths / 10:.1f}" for tenths in range(0, 21, 2))


def panel(seen: Seen) -> None:
    """The sliders, the tree, and the hypotheses as buttons that open them on the stage."""
    size, penalty = int(state.option("beam") or 4), state.option("length_penalty") or "0.0"
    with st.container(key="controls_beam", horizontal=True):
        st.select_slider(_("Beam size"), SIZES, **widgets.bind_option("beam", size))
        st.select_slider(_("Length penalty"), PENALTIES, **widgets.bind_option("length_penalty", penalty))
    changed = _changed(seen)
    asked = replace(seen.plain, edits=changed)
    try:
        result = caches.search(asked, size, float(penalty))
    except S2SError as problem:  # an edit may fit the steps on the stage, but not those of a longer output
        st.caption(messages.literal(messages.sentence(problem)))
        return
    model = caches.model(asked.model)
    nodes = analysis.frame(result, model.vocabulary, model.tgt_tokenizer.decode)
    chart = beam.tree(nodes, theme.palette(layout.dark()), _)
    name = _("The search as a tree: {size} paths are kept at every step, the others are pale").format(size=size)
    figure.show(chart, nodes, name=name, key="beam", least=beam.least_width(nodes, _))
    if changed or not asked.peepholes:
        st.caption(_("The search runs in the network as you have changed it, and chooses every token itself."))
    st.caption(_("Open one on the stage: what greedy decoding would not have written is forced."))
    for leaf in analysis.leaves(result):
        edits = combine(*((changed,) if changed else ()), analysis.forced(result, leaf.node))
        hypothesis = result.hypotheses[leaf.rank]
        text = model.tgt_tokenizer.decode(list(hypothesis.ids))
        st.button(
            f"{leaf.rank + 1}. {messages.literal(answer(text))}  ·  log p {hypothesis.log_prob:.2f}",
            key=f"hypothesis {leaf.rank}",
            type="tertiary",
            on_click=_open,
            args=(edits if edits.edits else None,),
        )


def _open(edits: Edits | None) -> None:
    state.change(edits=edits, forcing=False)
    widgets.put_away()


def _changed(seen: Seen) -> Edits | None:
    """The reader's edits without forced tokens, since the search chooses the tokens itself."""
    edits = seen.asked.edits.edits if seen.asked.edits and seen.runs.original else ()
    inside = tuple(edit for edit in edits if not (isinstance(edit, Replace) and edit.part == "output"))
    return Edits(inside) if inside else None
