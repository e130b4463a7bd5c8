"""Both directions: their states over the source, what a replaced token moved in them, and the path they take.

The strips show the first 48 units of each direction, as the stage does; lengths, paths and tables are of all units.
"""

from collections.abc import Callable, Mapping

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from s2s_core import Trace
from s2s_core.analysis.directions import norms, shifts
from s2s_core.analysis.principal import Principal, principal
from s2s_ui.charts import tokens
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette

Translate = Callable[[str], str]

SHOWN_UNITS = 48
UNIT_HEIGHT = 1.75  # pixels
STRIP, GAP, TITLE, BARS = SHOWN_UNITS * UNIT_HEIGHT, 3, 24, 112
DIRECTIONS = ("backward", "forward")  # from the top: joined is the backward half over the forward half
ARROWS = {"forward": "→", "backward": "←"}


def state_frame(before: Trace, after: Trace) -> pd.DataFrame:
    """h of every unit and position, and Δh: what the replaced token added to it (nan where the place is gone)."""
    moved = shifts(before, after)
    frames = []
    for direction in DIRECTIONS:
        if direction not in moved:
            continue
        hidden = getattr(before.encoder, direction).hidden
        steps, units = hidden.shape
        frames.append(
            pd.DataFrame(
                {
                    "direction": direction,
                    "position": np.repeat(np.arange(steps), units),
                    "token": np.repeat(np.array(tokens.source(before), dtype=object), units),
                    "unit": np.tile(np.arange(units), steps),
                    "h": hidden.ravel(),
                    "Δh": moved[direction].ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def length_frame(before: Trace, after: Trace) -> pd.DataFrame:
    """|Δh| of each direction at every position, over all its units."""
    frames = [
        pd.DataFrame(
            {
                "direction": direction,
                "position": np.arange(len(shift)),
                "token": tokens.source(before),
                "|Δh|": norms(shift),
            }
        )
        for direction, shift in shifts(before, after).items()
    ]
    return pd.concat(frames, ignore_index=True)


def states(
    frame: pd.DataFrame, lengths: pd.DataFrame, palette: Palette, _: Translate, *, replaced: tuple[int, ...]
) -> alt.LayerChart:
    """Three bands over the source tokens: the joined states, Δh in the same order, and |Δh| of both directions.

    The replaced positions stand in a frame through all three.
    """
    directions = [direction for direction in DIRECTIONS if direction in set(lengths["direction"])]
    band = len(directions) * (STRIP + GAP) - GAP
    tops = {"h": TITLE, "Δh": 2 * TITLE + band, "|Δh|": 3 * TITLE + 2 * band}
    height = tops["|Δh|"] + BARS
    labels = lengths.drop_duplicates("position").sort_values("position")["token"].tolist()
    x = alt.X("position:O", axis=tokens.axis(labels, palette), scale=alt.Scale(paddingInner=0.04, paddingOuter=0))
    y = alt.Y("top:Q", scale=alt.Scale(domain=[0, height], reverse=True, nice=False), axis=None)
    layers: list[alt.Chart] = []
    for quantity in ("h", "Δh"):
        layers += _strips(frame, quantity, directions, tops[quantity], palette, x, y)
    titles = {
        "h": _("joined states h = [→h ; ←h]"),
        "Δh": _("what moved: Δh"),
        "|Δh|": _("how far: |Δh| over all units"),
    }
    layers += _bars(lengths, directions, tops["|Δh|"], palette, x, y)
    layers += [
        _text(title, tops[name] - 8, palette.ink, align="left", weight=700, size=LABEL_SIZE)
        for name, title in titles.items()
    ]
    names = {"forward": _("forward"), "backward": _("backward")}
    for quantity in ("h", "Δh"):
        for row, direction in enumerate(directions):
            top = tops[quantity] + row * (STRIP + GAP)
            name = f"{names[direction]} {ARROWS[direction]}h"
            layers.append(
                _text(name, top + STRIP / 2, palette.accent(direction), align="right", dx=-14, weight=700)
            )
    frames = pd.DataFrame({"position": list(replaced), "top": tops["h"], "bottom": height})
    layers.append(
        alt.Chart(frames)
        .mark_rect(filled=False, stroke=palette.ink, strokeWidth=2, clip=False)
        .encode(x=x, y=y, y2="bottom:Q")
    )
    return alt.layer(*layers).properties(height=height, padding={"left": 96, "right": 8, "top": 0, "bottom": 0})
