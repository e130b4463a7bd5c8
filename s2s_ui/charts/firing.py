"""Sentences in which a unit is on: one strip per sentence, aligned at the token where the unit is most on."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from s2s_core.analysis.units import Firing
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

ROW, STRIP = 26, 20  # heights in pixels
REACH, WORDS = 14, 4  # tokens shown on each side of that token: letters, and pieces of words
END = 24  # pixels of the word “end”, which a cell of letters may be too narrow for


def firing_frame(found: Sequence[Firing], tokens: Sequence[Sequence[str]], _: Translate = str) -> pd.DataFrame:
    """Each token of each sentence with the unit's state: sentence (from 1), position (from 0), token, h, away.

    `tokens` are those of the corpus; `away` is the distance from the token where the unit is most on.
    """
    rows = [
        (number, place, printed(token, _), float(value), place - firing.position)
        for number, firing in enumerate(found, start=1)
        for place, (token, value) in enumerate(zip(tokens[firing.sentence], firing.course, strict=True))
    ]
    return pd.DataFrame(rows, columns=["sentence", "position", "token", "h", "away"])


def strips(frame: pd.DataFrame, palette: Palette) -> Layers:
    """One row per sentence; the background of each token shows the unit's state."""
    short = frame["token"].str.len().mean() < 2
    near = frame[frame["away"].abs() <= (REACH if short else WORDS)]
    ramp = palette.state()
    y = (near["sentence"] - 1) * ROW + (ROW - STRIP) / 2
    near = near.assign(y=y, y2=y + STRIP, middle=y + STRIP / 2, x=near["away"] - 0.48, x2=near["away"] + 0.48)
    near["colour"] = ramp.colours(near["h"])
    near["strong"] = near["h"].abs() > 0.7  # dark backgrounds need light text
    height = int(near["sentence"].max()) * ROW
    first, last = near["away"].min() - 0.5, near["away"].max() + 0.5
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[first, last], nice=False))
    down = alt.Scale(domain=[height, 0], nice=False)
    tooltip = [
        alt.Tooltip("token:N", title=" "),
        alt.Tooltip("h:Q", title="h", format=".2f"),
    ]
    boxes = (
        alt.Chart(near)
        .mark_rect()
        .encode(
            x=x,
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", axis=None, scale=down),
            y2=alt.Y2("y2:Q"),
            color=alt.Color("colour:N", scale=None),
            tooltip=tooltip,
        )
    )
    centre = alt.Chart(near[near["away"] == 0]).mark_rect(filled=False, stroke=palette.ink, strokeWidth=1.5)
    words = (
        alt.Chart(near)
        .mark_text(baseline="middle", fontSize=LABEL_SIZE, limit=alt.ExprRef(f"max({END}, width / {last - first})"))
        .encode(
            x=alt.X("away:Q", axis=None),
            y=alt.Y("middle:Q", axis=None, scale=down),
            text=alt.Text("token:N"),
            color=alt.condition("datum.strong", alt.value(palette.bg), alt.value(palette.ink)),
        )
    )
    return Layers(
        boxes,
        centre.encode(x=x, x2=alt.X2("x2:Q"), y=alt.Y("y:Q", axis=None, scale=down), y2=alt.Y2("y2:Q")),
        words,
        height=height,
        padding=0,
    )
