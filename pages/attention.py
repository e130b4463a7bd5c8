"""Attention: where the model looks as it writes, and what it would write if it looked elsewhere."""

from dataclasses import replace
from functools import partial

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.attention import ATTENTION_EDITS, gold, gold_cells, telling_step
from s2s_core.metrics import alignment
from s2s_ui.charts import answers, attention, context, pinned, theme, tokens
from s2s_ui.charts.answers import Answer
from s2s_ui.panels import controls, menu, snapshots
from s2s_ui.panels.attention_edit import StepAttention, in_turn, step_attention
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout

FIXED = ("", "last", "mean", "max")  # kinds of siblings: with attention, and with a context that stays the same
SCORES = ("", "dot", "general", "sink")
OFFERED_EVERY = 40  # of the corpus, from the shortest to the longest

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
plain = caches.runs(seen.plain).shown
family = {sibling.kind: sibling.name for sibling in caches.siblings(plain.model)}
titles = menu.models()


def beside(kinds: tuple[str, ...]) -> list[Answer]:
    """The same sentence through this model's siblings of these kinds, the model itself first."""
    names = [family[kind] for kind in kinds if kind in family and family[kind] != plain.model]
    runs = [(name, controls.attempt(replace(seen.plain, model=name, edits=None))[0]) for name in names]
    return [Answer(titles[plain.model], plain), *(Answer(titles[name], trace) for name, trace in runs if trace)]


def side_by_side(runs: list[Answer]) -> None:
    """The weights of several models on the same sentence."""
    for column, run in zip(st.columns(len(runs)), runs, strict=True):
        with column:
            st.caption(f"{run.name}: {messages.literal(run.trace.output)}")
            figure.show(
                attention.heatmap(run.trace, palette, _),
                attention.weight_frame(run.trace, _),
                name=run.name,
                key=f"weights_{run.trace.model}",
            )


def elsewhere(at: StepAttention) -> None:
    """The controls that edit the attention of one step."""
    names = {
        "computed": _("as computed"),
        "place": _("one token"),
        "everywhere": _("everywhere alike"),
        "left": _("one to the left"),
        "right": _("one to the right"),
        "hand": _("by hand"),
    }
    words = tokens.source(plain, _)
    with st.container(key="controls_look", horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            _("Step {k} looks").format(k=at.step + 1),
            ATTENTION_EDITS,
            format_func=names.__getitem__,
            required=True,
            **widgets.bind_through("look", at.edit, at.choose),
        )
        if at.edit == "place":
            st.selectbox(
                _("at"),
                range(len(words)),
                format_func=lambda position: tokens.numbered(position, words[position]),
                filter_mode=None,
                **widgets.bind_through("look at", at.place, at.pin),
            )
    if at.edit == "hand":
        for column, position in zip(st.columns(len(at.heaviest)), at.heaviest, strict=True):
            with column:
                st.slider(
                    tokens.numbered(position, words[position]),
                    min_value=0.0,
                    max_value=1.0,
                    step=0.01,
                    **widgets.bind_through(
                        f"weight {position}", round(at.now[position], 2), partial(at.weigh, position)
                    ),
                )


with st.container(key="page"):
    if plain.attention is None:
        st.caption(
            _(
                "This model has no attention: every step gets the same context, so the whole sentence has to fit into "
                "one vector. Choose {model} to see where a model looks."
            ).format(model=titles[family.get("", plain.model)])
        )
        fixed = beside(FIXED)
        compared = answers.answer_frame(fixed)
        figure.show(answers.answers(compared, palette), compared, name=_("With and without attention"), key="fixed")
        if attending := [run for run in fixed if run.trace.attention]:
            side_by_side(attending)
        st.stop()

    chosen = state.index("output", len(plain.tgt_tokens))
    step = telling_step(plain) if chosen is None else chosen
    asked = replace(seen.plain, edits=seen.asked.edits if seen.runs.original else None)
    at, computed = step_attention(asked, step)
    now = caches.runs(asked).shown
    pair = gold(caches.model(plain.model), plain)
    target = caches.model(plain.model).encode_reference(plain.output) if pair else None
    marked = gold_cells(plain, pair, target) if pair and target else []
    left, right = st.columns([776, 400], gap="medium")
    with left:
        with st.container(key="controls_step", horizontal=True, vertical_alignment="center"):
            written = tokens.target(computed, _)
            st.selectbox(
                _("Output"),
                [str(number) for number in range(len(written))],
                format_func=lambda number: tokens.numbered(int(number), written[int(number)]),
                filter_mode=None,
                **widgets.bind_option("output", str(at.step)),
            )
            st.caption(
                _("Each row is one output step, the first one lowest: look for the column that its token comes from.")
            )
        figure.show(
            attention.matrices(now, palette, _, step=at.step, gold=marked),
            lambda: attention.weight_frame(now, _),
            name=_("Scores and weights of every output step over the source"),
            key="matrices",
            on_select=widgets.picked("matrices", "output"),
        )
        st.subheader(_("What if this step looked elsewhere?"))
        elsewhere(at)
        tried = pinned.pinned_frame(computed, in_turn(asked, at), at.step, _)
        figure.show(
            pinned.pinned(tried, palette, _),
            tried,
            name=_("What the step writes with all its attention on one token, for each token"),
            key="pinned",
            on_select=widgets.picked_through("pinned", "position", at.pin),
        )
        decoded = answers.answer_frame([Answer(_("as computed"), plain), Answer(_("now"), now)])
        figure.show(answers.answers(decoded, palette), decoded, name=_("Decoded on from there"), key="decoded")
    with right:
        st.subheader(_("The context of output {k}: a weighted sum (15)").format(k=at.step + 1))
        figure.show(
            context.context(now, at.step, palette, _),
            lambda: context.share_frame(now, at.step, _),
            name=_("The terms of the context"),
            key="context",
        )
        st.caption(_("Attention shows where the model looks, not why."))
        st.subheader(_("Does it look where the answer stands?"))
        if pair and target:
            score = alignment(plain.attention.weights, pair, caches.model(plain.model).encode(plain.text), target)
            found = [_("**{n} of {count}** characters look into the field they come from.")]
            found += [_("**{m} of {copied}** copies look at the very character.")] if score.copied else []
            counts = {"n": score.in_field, "count": score.digits, "m": score.on_exact, "copied": score.copied}
            st.caption(" ".join(found).format(**counts))
            st.caption(_("Framed: the field that a character comes from; boldly: the character that it copies."))
        else:
            st.caption(_("Where this answer comes from is not known: the task tells it for texts like its own."))
        with st.popover(_("Held-out texts whose alignment is known"), **widgets.popover("aligned")) as texts:
            if texts.open:
                for number, text in enumerate(caches.corpus(plain.model).texts[::OFFERED_EVERY]):
                    st.button(
                        messages.literal(text),
                        key=f"aligned {number}",
                        type="tertiary",
                        on_click=controls.take_text,
                        args=(text,),
                    )

    scored = beside(SCORES)
    if len(scored) > 1:
        st.subheader(_("The same sentence in its siblings: another score function (13), another start"))
        side_by_side(scored)
    fixed = beside(FIXED)
    if len(fixed) > 1:
        st.subheader(_("Without attention: one context for every step (8)"))
        compared = answers.answer_frame(fixed)
        figure.show(answers.answers(compared, palette), compared, name=_("With and without attention"), key="fixed")
        st.caption(_("Last hands over the last state of each direction, mean pools all states."))
    snapshots.show(plain.model)
