"""Compare: two models, two sentences, or one network with something cut, step by step beside each other."""

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.layers import at_layer, depth
from s2s_core.experiments import CONTEXTS
from s2s_ui.charts import difference, experiments, theme
from s2s_ui.panels import comparison, controls, layers, over_seeds
from s2s_ui.session import caches, messages, state
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout
from s2s_ui.stage.stage import stage

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
left = seen.runs.free or seen.runs.shown
asked = comparison.other(seen.asked)
right, problem = controls.attempt(asked)

with st.container(key="page"):
    comparison.controls(asked, seen.asked)
    layout.notice(problem, error=True, place="other")
    right = right or left
    st.caption(
        messages.literal(difference.summary(left, right, _))
        + " "
        + _("Step on either stage: the other follows. Below zero (blue) the left has more, above (red) the right.")
    )
    for column, trace, side, shown in zip(
        st.columns(2, gap="medium"), (left, right), ("left", "right"), (seen.asked, asked), strict=True
    ):
        with column:
            stage(
                trace,
                language=state.language(),
                step=state.typing().step,
                peepholes=shown.peepholes and caches.has_peepholes(shown.model),
                sync="compare",
                inspector=False,
                lesson_link=state.lesson_link(),
                layer=layers.linked(),
                on_layer=layers.turned(f"stage_{side}"),
                addressed=side == "left",
                key=f"stage_{side}",
                sentence_selector=".st-key-text input" if side == "left" else ".st-key-other-text input",
            )
    layer = layers.chosen(depth(left))
    lower, other = at_layer(left, layer), at_layer(right, layer)
    reading = layers.with_layer(_("encoder states, mean |Δh|"), layer, depth(left, "forward"))
    writing = layers.with_layer(_("decoder state, mean |Δs|"), layer, depth(left, "decoder"))
    figures = {
        "attention": (difference.attention_frame(left, right, _), palette.state(), _("attention Δα")),
        "probability": (difference.probability_frame(left, right, _), palette.state(), _("probability Δp")),
        "encoder": (difference.encoder_frame(lower, other, _), palette.gate(), reading),
        "decoder": (difference.decoder_frame(lower, other, _), palette.gate(), writing),
    }
    places = iter(st.columns(4, gap="medium"))
    for key, (numbers, ramp, title) in figures.items():
        if numbers is not None:
            with next(places):
                st.subheader(title)
                figure.show(difference.heatmap(numbers, ramp, palette), numbers, name=title, key=f"difference_{key}")
    if figures["attention"][0] is None:
        st.caption(_("Attention can be subtracted where both models have it and the sentences are equally long."))
    if figures["decoder"][0] is None:
        st.caption(_("The units of two networks do not correspond, so their states are not subtracted."))

    family = {member.name: _(member.title) for member in caches.siblings(left.model)}
    columns = {
        "exact": _("exact, %"),
        "bleu": _("BLEU, mean of sentences"),
        "in the field": _("attention in the field, %"),
        "loss": _("loss, forced"),
        "edits": _("edits per 100 characters"),
    }
    lengths, scores = st.columns([588, 588], gap="medium")
    with lengths:
        st.subheader(_("Does a longer source hurt more without attention?"))
        contexts = {
            member.name: _(member.title) if member.kind else _("with attention")
            for member in caches.siblings(left.model)
            if member.kind in CONTEXTS
        }
        found = caches.figures("length", left.model)
        measure = "bleu" if any(entry.measure == "bleu" for entry in found) else "exact"
        quality = experiments.frame(found, [measure], contexts)
        longest = experiments.frame(found, ["longest in training"], contexts)["value"].max()
        if quality.empty:
            missing = _("Nobody has measured this model's family yet; this command does: {command}")
            st.caption(missing.format(command=experiments.command("length", caches.family(left.model))))
        else:
            figure.show(
                experiments.lines(
                    quality,
                    palette,
                    x=_("characters of the source"),
                    y=columns[measure],
                    height=230,
                    domain=experiments.percents(quality),
                    marked=(longest, _("longest in training")) if longest < quality["at"].max() else None,
                ),
                quality,
                name=_("Quality by the length of the source"),
                key="length",
            )
            st.caption(
                _(
                    "After Bahdanau, Cho and Bengio (2015), figure 2, on held-out pairs; each model was trained once "
                    "(one seed), and bands are 95 % bootstrap intervals. Again: {command}"
                ).format(command=experiments.command("length", caches.family(left.model), found))
            )
    with scores:
        st.subheader(_("All members of the family"))
        scored = caches.figures("scores", left.model)
        table = experiments.table(scored, columns, family)
        if not table.empty:
            st.table(table, border="horizontal", hide_index=True)
            again = experiments.command("scores", caches.family(left.model), scored)
            said = _(
                "Each model was trained once (one seed). Held-out pairs, 95 % bootstrap intervals. Again: {command}"
            )
            st.caption(said.format(command=again))
            over_seeds.show(left.model, family, columns)
        comparison.cards(left.model)
