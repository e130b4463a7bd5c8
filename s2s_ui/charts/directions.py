"""Both directions: their states over the source tokens, and how a replaced token changes them.

The strips show the first 48 units of each direction, as the stage does; lengths and tables use all units.
"""

from collections.abc import Collection, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.directions import norms, shifts
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import Translate

SHOWN_UNITS = 48
STRIP, GAP, TITLE, BARS = 76, 3, 26, 100  # heights in pixels: of a strip, between strips, of a title, of the bars
LABEL = 16  # space for the number after a bar
AXIS = 26  # space for the tokens
LEGEND = 64  # length of the scale, in the gutter
NARROW = 26  # pixels: a number has no room in a narrower column
DIRECTIONS = ("backward", "forward")  # from the top: joined is the backward half over the forward half


def state_frame(before: Trace, after: Trace, _: Translate = str) -> pd.DataFrame:
    """h of every unit at every position, and Δh, its change by the replaced token (nan if the place is gone)."""
    moved = shifts(before, after)
    frames = []
    for direction in (direction for direction in DIRECTIONS if direction in moved):
        hidden = getattr(before.encoder, direction).hidden
        steps, units = hidden.shape
        columns = {
            "direction": direction,
            "position": np.repeat(np.arange(steps), units),
            "token": np.repeat(np.array(tokens.source(before, _), dtype=object), units),
            "unit": np.tile(np.arange(units), steps),
            "h": hidden.ravel(),
            "Δh": moved[direction].ravel(),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def length_frame(before: Trace, after: Trace, _: Translate = str) -> pd.DataFrame:
    """|Δh| of each direction at every position, over all its units."""
    labels = tokens.source(before, _)
    frames = [
        pd.DataFrame({"direction": name, "position": range(len(labels)), "token": labels, "|Δh|": norms(shift)})
        for name, shift in shifts(before, after).items()
    ]
    return pd.concat(frames, ignore_index=True)


def states(
    frame: pd.DataFrame,
    lengths: pd.DataFrame,
    labels: Sequence[str],
    palette: Palette,
    _: Translate,
    *,
    replaced: Collection[int],
) -> Layers:
    """Three bands over the source tokens: the joined states, Δh in the same order, and |Δh| of both directions.

    A frame marks the replaced positions in all three.
    """
    directions = [name for name in DIRECTIONS if name in set(lengths["direction"])]
    band = len(directions) * (STRIP + GAP)
    tops = {"h": TITLE, "Δh": 2 * TITLE + band, "|Δh|": 3 * TITLE + 2 * band}
    bottom = tops["|Δh|"] + BARS
    place = alt.X("position:O", axis=tokens.axis(labels, palette), scale=alt.Scale(paddingInner=0.04, paddingOuter=0))
    down = alt.Scale(domain=[bottom, 0], nice=False)  # pixels from the top, if the chart gets the height it asks for
    joined = _("joined states h = [→h ; ←h]") if len(directions) > 1 else _("states h = →h")
    titles = (joined, _("what moved: Δh"), _("how far: |Δh| over all units"))
    names = {"forward": _("forward"), "backward": _("backward")}
    written = [_title(title, top, down) for title, top in zip(titles, tops.values(), strict=True)]
    written += [
        _name(direction, names[direction], tops[quantity] + row * (STRIP + GAP) + STRIP / 2, palette, down)
        for quantity in ("h", "Δh")
        for row, direction in enumerate(directions)
    ]
    drawn = _strips(frame, directions, tops, palette, place, down, _) + _bars(
        lengths, tops["|Δh|"], palette, place, down
    )
    around = pd.DataFrame({"position": list(replaced), "top": tops["h"], "bottom": bottom})
    marked = (
        alt.Chart(around)
        .mark_rect(filled=False, stroke=palette.ink, strokeWidth=1.6)
        .encode(x=place, y=alt.Y("top:Q", scale=down, axis=None), y2="bottom:Q")
    )
    return Layers(*drawn, marked, *written, height=bottom + AXIS, padding=FLUSH)


def _strips(
    frame: pd.DataFrame,
    directions: Sequence[str],
    tops: dict[str, int],
    palette: Palette,
    place: alt.X,
    down: alt.Scale,
    _: Translate,
) -> list[alt.Chart]:
    """One cell per unit and position, in a frame with the accent colour of its direction."""
    shown = frame[frame["unit"] < SHOWN_UNITS]
    row = shown["direction"].map(directions.index) * (STRIP + GAP)
    unit = STRIP / min(SHOWN_UNITS, frame["unit"].nunique())
    legend = alt.Legend(
        title=_("state"),
        orient="none",
        legendX=-LEGEND - 12,
        legendY=tops["|Δh|"],
        direction="horizontal",
        gradientLength=LEGEND,
        gradientThickness=9,
        values=[-1, 0, 1],
    )
    charts: list[alt.Chart] = []
    for quantity in ("h", "Δh"):
        cells = shown.assign(top=tops[quantity] + row + shown["unit"] * unit, value=shown[quantity].round(3))
        cells = cells.assign(bottom=cells["top"] + unit)[
            ["direction", "token", "position", "unit", "value", "top", "bottom"]
        ]
        edges = cells.groupby(["direction", "position"], as_index=False).agg({"top": "min", "bottom": "max"})
        boxes = alt.Chart(edges).encode(x=place, y=alt.Y("top:Q", scale=down, axis=None), y2="bottom:Q")
        charts.append(boxes.mark_rect(color=palette.state().colour(0)))  # hides gaps between the cells
        charts.append(
            alt.Chart(cells)
            .mark_rect()
            .encode(
                x=place,
                y=alt.Y("top:Q", scale=down, axis=None),
                y2="bottom:Q",
                color=alt.Color("value:Q", scale=palette.state().altair(), legend=legend if quantity == "h" else None),
                tooltip=["direction", "token", "unit", alt.Tooltip("value:Q", format=".2f", title=quantity)],
            )
        )
        accent = alt.Stroke("direction:N", scale=_accents(palette), legend=None)
        charts.append(boxes.mark_rect(filled=False, strokeWidth=1).encode(stroke=accent))
    return charts


def _bars(lengths: pd.DataFrame, top: int, palette: Palette, place: alt.X, down: alt.Scale) -> list[alt.Chart]:
    """Bars on one scale: forward upwards and backward downwards from zero."""
    middle = top + BARS / 2
    most = max(float(lengths["|Δh|"].max()), 1e-9)
    heights = lengths["|Δh|"].fillna(0) / most * (BARS / 2 - LABEL)
    sign = lengths["direction"].map({"forward": -1, "backward": 1})
    bars = lengths.assign(zero=middle, end=middle + sign * heights, label=middle + sign * (heights + LABEL / 2))
    bars["text"] = bars["|Δh|"].map(lambda length: "" if not length > 0 else f"{length:.2f}")
    base = alt.Chart(bars).encode(x=place)
    accent = alt.Color("direction:N", scale=_accents(palette), legend=None)
    said = ["direction", "token", alt.Tooltip("|Δh|:Q", format=".3f")]
    zero = alt.Chart(pd.DataFrame({"top": [middle]})).mark_rule(color=palette.line)
    return [
        zero.encode(y=alt.Y("top:Q", scale=down, axis=None)),
        base.mark_bar().encode(y=alt.Y("zero:Q", scale=down, axis=None), y2="end:Q", color=accent, tooltip=said),
        base.mark_text(opacity=alt.expr(f"width / {lengths['position'].nunique()} < {NARROW} ? 0 : 1")).encode(
            y=alt.Y("label:Q", scale=down, axis=None), text="text:N", color=accent
        ),
    ]


def _accents(palette: Palette) -> alt.Scale:
    return alt.Scale(domain=["forward", "backward"], range=[palette.forward, palette.backward])


def _title(text: str, top: float, down: alt.Scale) -> alt.Chart:
    mark: dict[str, Any] = {"align": "left", "baseline": "bottom", "fontWeight": 700, "fontSize": LABEL_SIZE}
    return _written(text, top - 6, down).mark_text(**mark).encode(x=alt.value(0))


def _name(direction: str, name: str, middle: float, palette: Palette, down: alt.Scale) -> alt.Chart:
    """The name of a strip, in the gutter."""
    arrow = {"forward": "→", "backward": "←"}[direction]
    mark: dict[str, Any] = {
        "align": "right",
        "fontWeight": 700,
        "fontSize": LABEL_SIZE,
        "color": palette.accent(direction),
    }
    return _written(f"{name} {arrow}h", middle, down).mark_text(**mark).encode(x=alt.value(-12))


def _written(text: str, top: float, down: alt.Scale) -> alt.Chart:
    data = pd.DataFrame({"text": [text], "top": [top]})
    return alt.Chart(data).encode(y=alt.Y("top:Q", scale=down, axis=None), text="text:N")
