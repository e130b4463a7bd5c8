"""Why: which tokens an output comes from, by several methods beside attention, and which of them to believe."""

from dataclasses import replace

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.why import reason, rivals, telling_output
from s2s_core.attribution import REMOVALS
from s2s_ui.charts import experiments, theme, tokens, why
from s2s_ui.panels import causal, controls, reasons
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout
from s2s_ui.stage.printed import printed

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
trace = caches.runs(replace(seen.plain, peepholes=True)).shown  # as it was trained
chosen = state.index("output", len(trace.tgt_tokens))
step = telling_output(trace) if chosen is None else chosen
rather = state.index("rather", len(trace.vocabulary))
rather = None if rather == trace.tgt_ids[step] else rather
others = [*rivals(trace, step), *([] if rather is None else [rather])]
removal = state.option("removal") or REMOVALS[0]
attribution, faithful = caches.attribution(trace.model, trace.text, step, rather, removal)

with st.container(key="page"):
    left, right = st.columns([776, 400], gap="medium")
    with left:
        with st.container(key="controls_step", horizontal=True, vertical_alignment="center"):
            written = tokens.target(trace, _)
            st.selectbox(
                _("Output"),
                [str(number) for number in range(len(written))],
                format_func=lambda number: tokens.numbered(int(number), written[int(number)]),
                filter_mode=None,
                **widgets.bind_option("output", str(step), forget=("rather",)),
            )
            st.selectbox(
                _("rather than"),
                ["", *(str(other) for other in dict.fromkeys(others))],
                format_func=lambda token: printed(trace.vocabulary[int(token)], _) if token else "–",
                filter_mode=None,
                **widgets.bind_option("rather", "" if rather is None else str(rather)),
            )
        st.markdown(reasons.sentences(attribution, reason(attribution), trace))
        found = why.frame(attribution, trace, _)
        figure.show(
            why.rows(found, palette, _),
            found,
            name=_("What each method says of each source token and of what was written before"),
            key="reasons",
        )
        st.caption(
            _(
                "A row a method, each on the scale of its own largest value: red speaks for the token, blue against "
                "it, in nats of log p; α is a share. Integrated gradients start from zeros and add up to what all "
                "tokens together change, {change} nats; they lack {gap}. Where p is all but 1 it can rise no "
                "further, so the slope that gradient × input multiplies is all but 0. The network is the one that was "
                "trained, without edits."
            ).format(change=f"{attribution.value - attribution.baseline_value:.2f}", gap=f"{abs(attribution.gap):.4f}")
        )
    with right:
        st.subheader(_("Which of them is right? Take away what it names"))
        removals = {"drop": _("taken out"), "zero": _("zeros instead"), "unknown": _("unknown instead")}
        with st.container(key="controls_removal", horizontal=True, vertical_alignment="center"):
            st.segmented_control(
                _("A token is"),
                REMOVALS,
                format_func=removals.__getitem__,
                required=True,
                **widgets.bind_option("removal", removal),
            )
        points = why.curve_frame(faithful, trace, _)
        figure.show(
            why.curves(points[points["curve"] == "deletion"], palette, _, x=_("tokens taken away")),
            points,
            name=_("p of the output as its tokens are taken away, the most important first"),
            key="taken",
        )
        columns = (_("method"), _("area, deletion"), _("area, insertion"))
        st.table(why.area_table(faithful, columns, _), border="horizontal", hide_index=True)
        st.caption(
            _(
                "The sooner p falls, the better a method knew what mattered: a small area under deletion, and, as the "
                "tokens come back in the same order, a large one under insertion. Chance is the mean of five orders "
                "by lot."
            )
        )
    st.subheader(_("Is attention an explanation? Over held-out sentences"))
    measured = caches.figures(reasons.EXPERIMENT, trace.model)
    areas = reasons.held_out(measured, trace.model)
    if areas.empty:
        missing = _("Nobody has measured this model yet; of its family this command measures two: {command}")
        st.caption(missing.format(command=experiments.command(reasons.EXPERIMENT, caches.family(trace.model))))
    else:
        first, second = st.columns([776, 400], gap="medium")
        with first:
            figure.show(
                why.measured(areas, palette, x=_("area, deletion")),
                areas,
                name=_("How faithful each method is over held-out sentences, with what else was measured"),
                key="heldout",
            )
        with second:
            st.markdown(reasons.summary(measured, trace.model))
            st.caption(
                _(
                    "One output of each sentence; the tokens are taken out. Jain & Wallace (2019) doubt that attention "
                    "explains, Wiegreffe & Pinter (2019) that this can be said of all models: here is what it does in "
                    "this one. Lines are 95 % bootstrap intervals over the sentences. Again: {command}"
                ).format(command=experiments.command(reasons.EXPERIMENT, caches.family(trace.model), measured))
            )
    st.subheader(_("Which state carries it? Put one run into another"))
    causal.show(seen)
