"""Teacher forcing: the reference's tokens fed in place of the model's own, and where the two runs part."""

from dataclasses import replace

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.experiments import FORCING_RATIOS
from s2s_ui.charts import experiments, forcing, theme
from s2s_ui.panels import controls
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout

RATIOS = [f"{tenths / 10:g}" for tenths in range(11)]

s2s_ui.shell.entry.enter()
ratio, seed = state.option("ratio") or "1", int(state.option("seed") or 0)
seen = controls.see(lambda asked: replace(asked, forced=True, slip=True, ratio=float(ratio), seed=seed))
controls.band(seen, reference=True)
seen.say()
palette = theme.palette(layout.dark())
forced, free = seen.runs.shown, seen.runs.free

with st.container(key="page"):
    left, right = st.columns([776, 400], gap="medium")
    with left:
        with st.container(key="controls_mix", horizontal=True, vertical_alignment="center"):
            st.select_slider(
                _("Fed from the reference"),
                sorted({*RATIOS, ratio}, key=float),
                format_func=lambda share: f"{float(share):.0%}",
                **widgets.bind_option("ratio", ratio),
            )
            st.number_input(
                _("Seed"),
                min_value=0,
                max_value=999_999,
                disabled=ratio in ("0", "1"),
                **widgets.bind_option("seed", seed),
            )
        if free is not None:
            steps = forcing.frame(forced, free, _)
            figure.show(
                forcing.runs(steps, palette, _),
                forcing.table(steps),
                name=_("The free run and the forced run, step by step"),
                key="forcing",
                least=forcing.least_width(steps),
            )
            st.caption(
                _(
                    "A boxed token was fed from the reference y*, a bare one is what the model wrote the step before. "
                    "Look at the step after the line: the forced run is put back on the reference's path, the free "
                    "run goes on from what it wrote itself. Below, (16) as the sum it is: each step takes its "
                    "−log p off."
                )
            )
            if ratio != "1":
                st.caption(_("Mixed, the sum follows this path through the reference; it is (16) at 100 %."))
    with right:
        members = [member for member in caches.siblings(forced.model) if member.kind in FORCING_RATIOS]
        members.sort(key=lambda member: -FORCING_RATIOS[member.kind])
        titles = {member.name: f"{FORCING_RATIOS[member.kind]:.0%}" for member in members}
        wrong = caches.figures("forced-errors", forced.model)
        after = experiments.frame(wrong, ["after step"], titles)
        st.subheader(_("One wrong token, by teacher forcing in training"))
        if after.empty:
            missing = _("Nobody has measured this model's family yet; this command does: {command}")
            st.caption(missing.format(command=experiments.command("forced-errors", caches.family(forced.model))))
        else:
            figure.show(
                experiments.lines(
                    after,
                    palette,
                    x=_("step of the wrong token"),
                    y=_("later tokens wrong, %"),
                    height=190,
                ),
                after,
                name=_("Later tokens that go wrong, by the step of one wrong token"),
                key="after",
            )
            columns = {
                "after": _("later wrong, %"),
                "exact": _("exact, free, %"),
                "loss": _("loss, forced"),
            }
            scores = (*caches.figures("scores", forced.model), *wrong)
            table = experiments.table(scores, columns, titles, first=_("fed in training"))
            st.table(table, border="horizontal", hide_index=True)
            st.caption(
                _(
                    "Exposure bias: trained at 100 % a model only ever saw a right past; at inference the past is its "
                    "own. Here one token of held-out pairs is fed wrong, then the model goes on alone, and the later "
                    "tokens that differ are counted. Each model was trained once (one seed); in brackets 95 % "
                    "bootstrap intervals. Again: {command}"
                ).format(command=experiments.command("forced-errors", caches.family(forced.model), wrong))
            )
