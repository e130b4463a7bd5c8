"""A beam search as a tree: steps across, probabilities on the branches, what was pruned in pale."""

import altair as alt
import pandas as pd

from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

PITCH, ROW, EDGE = 74, 26, 14
THICKEST = 7.0  # a branch is as wide as its probability, as a strand of the loom is


def tree(nodes: pd.DataFrame, palette: Palette, _: Translate) -> alt.LayerChart | alt.FacetChart:
    """The nodes of `s2s_core.analysis.beam.frame`; the best hypothesis is bold, a branch of p = 1 bears no number."""
    drawn = nodes.assign(
        x=nodes["step"] + 1,
        label=[printed(token, _) for token in nodes["token"]],
        chance=[f"{p:.2f}" if p >= 0.005 else "<.01" for p in nodes["p"]],
        colour=[palette.decoder if rank >= 0 else palette.ink2 if kept else palette.ghost
                for rank, kept in zip(nodes["rank"], nodes["kept"], strict=True)],
        text=[palette.ink if kept else palette.ink3 for kept in nodes["kept"]],
        weight=[700 if rank == 0 else 400 for rank in nodes["rank"]],
        width=(nodes["p"] * THICKEST).clip(lower=0.6),
    )  # fmt: skip
    places = drawn.set_index("node")[["x", "row"]].rename(columns={"x": "x0", "row": "row0"})
    branches = drawn.join(places, on="parent").fillna({"x0": 0, "row0": 0})
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, drawn["x"].max() + 0.5], nice=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[-0.7, drawn["row"].max() + 0.7], reverse=True, nice=False))
    base = alt.Chart(drawn).encode(x=x, y=y)
    lines = alt.Chart(branches).encode(
        x=alt.X("x0:Q", axis=None), y=alt.Y("row0:Q", axis=None), x2="x:Q", y2="row:Q",
        color=alt.Color("colour:N", scale=None), strokeWidth=alt.StrokeWidth("width:Q", scale=None),
    )  # fmt: skip
    shown = [
        alt.Tooltip("label:N", title="token"),
        alt.Tooltip("p:Q", format=".3f"),
        alt.Tooltip("log_prob:Q", title="log p", format=".2f"),
    ]
    across, down = int(drawn["x"].max()) + 1, int(drawn["row"].max()) + 1
    unsure = base.transform_filter("datum.kept && datum.p < 0.995")
    bold = base.transform_filter("datum.weight == 700")
    plain = base.transform_filter("datum.weight != 700")
    ink = alt.Color("text:N", scale=None)
    return alt.layer(
        lines.transform_filter("!datum.kept").mark_rule(),
        lines.transform_filter("datum.kept").mark_rule(opacity=0.7),
        base.mark_circle(size=460, opacity=1, color=palette.bg).encode(tooltip=shown),
        plain.mark_text(fontSize=LABEL_SIZE + 1, dy=1).encode(text="label:N", color=ink),
        bold.mark_text(fontSize=LABEL_SIZE + 1, dy=1, fontWeight=700).encode(text="label:N", color=ink),
        unsure.mark_text(fontSize=LEGEND_SIZE, dx=22, dy=-8, color=palette.ink3).encode(text="chance:N"),
    ).properties(width=PITCH * across, height=ROW * down + EDGE)  # fmt: skip
