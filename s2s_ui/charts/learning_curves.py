"""A running training: the loss (17) and the scores over the updates, and the model's attention now."""

from collections.abc import Mapping, Sequence
from itertools import product

import altair as alt
import pandas as pd

from s2s_core.training import ProbeAttention
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet, row_of
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

POINTS = 240  # of a curve; more updates are averaged
HEIGHT = 190  # pixels of a curve
ROW, FOOT = 20, 22  # pixels: a step of the matrix, the tokens below it
LABELS = 2.6  # columns: the output of a step

Scores = Sequence[tuple[int, float, Mapping[str, float]]]


def loss_frame(losses: Sequence[tuple[int, float]], scores: Scores, _: Translate) -> pd.DataFrame:
    """One row per point: the loss of the training batches (averaged if there are many) and of the unseen pairs."""
    training, unseen = _("training batches"), _("unseen pairs")
    every = -(-len(losses) // POINTS) or 1
    rows: list[tuple[str, int, float]] = []
    for first in range(0, len(losses), every):
        points = losses[first : first + every]
        rows.append((training, points[-1][0], sum(loss for _update, loss in points) / len(points)))
    rows += [(unseen, step, loss) for step, loss, _found in scores]
    return pd.DataFrame(rows, columns=["series", "update", "loss"])


def score_frame(scores: Scores, measures: Mapping[str, str]) -> pd.DataFrame:
    """One row per validation and measure; `measures` has the measures to show, with their names."""
    rows = [
        (name, step, found[measure])
        for step, _loss, found in scores
        for measure, name in measures.items()
        if measure in found
    ]
    return pd.DataFrame(rows, columns=["series", "update", "score"])


def losses(frame: pd.DataFrame, steps: int, palette: Palette, _: Translate) -> Layers:
    """The batches' loss as a thin line; that of the unseen pairs in the accent colour, with points."""
    colours, dotted = [palette.ink3, palette.decoder], frame[frame["series"] != _("training batches")]
    return _curves(frame, dotted, "loss", _("loss (17)"), steps, _, colours=colours, zero=True)


def scores(frame: pd.DataFrame, steps: int, palette: Palette, _: Translate) -> Layers:
    """One line per measure, from 0 to 100."""
    colours = [palette.decoder, palette.ink2, palette.ink3]
    return _curves(frame, frame, "score", "%", steps, _, colours=colours, domain=(0, 100))


def _curves(
    frame: pd.DataFrame,
    dotted: pd.DataFrame,
    value: str,
    title: str,
    steps: int,
    _: Translate,
    *,
    colours: Sequence[str],
    zero: bool = False,
    domain: tuple[float, float] | None = None,
) -> Layers:
    series = list(dict.fromkeys(frame["series"]))
    scale = alt.Scale(domain=list(domain)) if domain else alt.Scale(zero=zero, nice=True)
    place = alt.X(
        "update:Q",
        title=_("update"),
        scale=alt.Scale(domain=[0, max(steps, 1)], nice=False),
        axis=alt.Axis(grid=False, tickCount=5, format=",d"),
    )
    height = alt.Y(f"{value}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=4))
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=list(colours[: len(series)])),
        legend=alt.Legend(orient="top", title=None, symbolType="stroke", labelFontSize=LEGEND_SIZE),
    )
    said = ["series", alt.Tooltip("update:Q", format=","), alt.Tooltip(f"{value}:Q", format=".3~f")]
    base = alt.Chart(frame).encode(x=place, y=height, color=colour)
    dots = alt.Chart(dotted).mark_point(size=22, opacity=1).encode(x=place, y=height, color=colour, tooltip=said)
    return Layers(
        base.mark_line(strokeWidth=1.6), dots, height=HEIGHT, padding={"left": 2, "right": 8, "top": 4, "bottom": 2}
    )


def probe_frame(probe: ProbeAttention, _: Translate = str) -> pd.DataFrame:
    """One row per cell of the matrix: step, its output, source position, its token, and the weight (14)."""
    steps, positions = probe.weights.shape
    return pd.DataFrame(
        [
            {
                "step": step,
                "written": printed(probe.tgt_tokens[step], _),
                "position": position,
                "token": printed(probe.src_tokens[position], _),
                "α": round(float(probe.weights[step, position]), 4),
            }
            for step, position in product(range(steps), range(positions))
        ]
    )


def probe(found: ProbeAttention, palette: Palette, _: Translate = str) -> Layers:
    """The weights of every step over the source."""
    frame = probe_frame(found, _)
    steps, positions = found.weights.shape
    sheet = Sheet(LABELS + positions, steps * ROW + FOOT)
    cells = frame.assign(
        x=frame["position"] + LABELS,
        x2=frame["position"] + LABELS + 1,
        y=[row_of(step, steps) * ROW for step in frame["step"]],
        y2=[(row_of(step, steps) + 1) * ROW for step in frame["step"]],
    )
    under = [
        {"x": LABELS + place + 0.5, "y": steps * ROW + 6, "text": printed(token, _)}
        for place, token in enumerate(found.src_tokens)
    ]
    before = [
        {"x": LABELS - 0.25, "y": (row_of(row, steps) + 0.5) * ROW, "text": printed(token, _)}
        for row, token in enumerate(found.tgt_tokens)
    ]
    weights = (
        sheet.boxes(cells)
        .mark_rect(stroke=palette.line2, strokeWidth=1)
        .encode(
            color=alt.Color("α:Q", scale=palette.attention().altair(), legend=None),
            tooltip=["written", "token", alt.Tooltip("α:Q", format=".3f")],
        )
    )
    return Layers(
        weights,
        sheet.text(under, baseline="top", fontSize=LABEL_SIZE, color=palette.ink2),
        sheet.text(before, align="right", fontSize=LABEL_SIZE, color=palette.ink2),
        height=sheet.height,
        padding=FLUSH,
    )
