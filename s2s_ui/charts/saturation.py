"""How often gates are open and shut: per token over all units, and per unit over many sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from s2s_core.analysis.gates import OPEN, SHUT, Part, Saturation, gates, per_step
from s2s_core.trace import CellTrace
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.quantities import SHORT
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import Translate

ROW, BAR = 50, 38  # heights in pixels: of a gate, of its bars
LEFT, RIGHT = 0.235, 0.715  # ends of the bars, in shares of the width
PANEL, BETWEEN = 150, 0.12  # the scatter's height in pixels, the space between its panels in panel widths


def step_frame(cell: CellTrace, tokens: Sequence[str]) -> pd.DataFrame:
    """The shares over all units at each step: gate, position (from 0), token, open, between, shut."""
    rows = []
    for gate in gates(cell):
        found = per_step(cell.quantities()[gate])
        for position, (token, opened, shut) in enumerate(zip(tokens, found.open, found.shut, strict=True)):
            rows.append((gate, position, token, opened, 1 - opened - shut, shut))
    return pd.DataFrame(rows, columns=["gate", "position", "token", "open", "between", "shut"])


def per_token(frame: pd.DataFrame, palette: Palette, _: Translate, *, part: Part, position: int) -> Layers:
    """One bar per token and gate: open (filled) from the top, shut (outline) from the bottom; `position` is framed."""
    names = list(dict.fromkeys(frame["gate"]))
    width = (RIGHT - LEFT) / (frame["position"].max() + 1)
    x = LEFT + frame["position"] * width
    top = frame["gate"].map(names.index) * ROW + 4
    bars = frame.assign(
        x=x + 0.08 * width,
        x2=x + 0.92 * width,
        top=top,
        opened=top + BAR * frame["open"],
        closed=top + BAR * (1 - frame["shut"]),
        bottom=top + BAR,
        now=frame["position"] == position,
    )
    shares = frame.groupby("gate", sort=False)[["open", "shut"]].mean().reset_index()
    shares["y"] = shares.index * ROW + 4 + BAR / 2
    shares["name"] = [_(SHORT[gate]) for gate in names]
    shares["opened"] = [_("{share} open").format(share=f"{value:.0%}") for value in shares["open"]]
    shares["closed"] = [_("{share} shut").format(share=f"{value:.0%}") for value in shares["shut"]]
    tooltip = [
        alt.Tooltip("token:N", title=_("token")),
        alt.Tooltip("open:Q", title=_("open"), format=".0%"),
        alt.Tooltip("shut:Q", title=_("shut"), format=".0%"),
    ]
    height = len(names) * ROW

    def box(y: str, y2: str, **mark: Any) -> alt.Chart:
        return (
            alt.Chart(bars)
            .mark_rect(**mark)
            .encode(x=_across("x"), x2=alt.X2("x2:Q"), y=_down(y, height), y2=alt.Y2(f"{y2}:Q"), tooltip=tooltip)
        )

    def text(words: str, at: float, **mark: Any) -> alt.Chart:
        return (
            alt.Chart(shares.assign(x=at))
            .mark_text(**mark)
            .encode(x=_across("x"), y=_down("y", height), text=alt.Text(words))
        )

    framed = box("top", "bottom", filled=False, stroke=palette.accent(part), strokeWidth=2)
    return Layers(
        box("top", "bottom", color=palette.ghost),
        box("top", "opened", color=palette.ink),
        box("closed", "bottom", color=palette.bg, stroke=palette.ink3, strokeWidth=0.75),
        framed.transform_filter("datum.now"),
        text("name:N", 0.0, align="left", baseline="middle", fontSize=LABEL_SIZE, color=palette.ink2),
        text("opened:N", 1.0, align="right", baseline="middle", dy=-8, fontWeight=700, color=palette.ink),
        text("closed:N", 1.0, align="right", baseline="middle", dy=9, color=palette.ink2),
        height=height,
        padding=0,
    )


def unit_frame(found: Mapping[str, Saturation]) -> pd.DataFrame:
    """One row per gate and unit: how often it is open (right-saturated) and shut (left-saturated)."""
    frames = [
        pd.DataFrame({"gate": gate, "unit": range(len(shares.open)), "open": shares.open, "shut": shares.shut})
        for gate, shares in found.items()
    ]
    return pd.concat(frames, ignore_index=True)


def per_unit(frame: pd.DataFrame, palette: Palette, _: Translate, *, part: Part, unit: int) -> Layers:
    """The scatter of Karpathy, Johnson & Fei-Fei 2015: one dot per unit, one panel per gate; a click picks the unit.

    x is how often the gate is shut, y how often it is open. Their sum is at most 1, hence the diagonal.
    """
    names = list(dict.fromkeys(frame["gate"]))
    left = frame["gate"].map(names.index) * (1 + BETWEEN)
    dots = frame.assign(x=left + frame["shut"], y=frame["open"], here=frame["unit"] == unit)
    panels = pd.DataFrame({"x": [number * (1 + BETWEEN) for number in range(len(names))], "y": 0.0})
    panels = panels.assign(x2=panels["x"] + 1, y2=1.0, name=[_(SHORT[name]) for name in names])
    across = alt.Scale(domain=[-0.02, len(names) * (1 + BETWEEN) - BETWEEN + 0.02], nice=False)
    up = alt.Scale(domain=[-0.2, 1.15], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=up)
    pick = alt.selection_point(name="pick", on="click", clear=False, toggle=False, fields=["unit"], empty=False)
    tooltip = [
        alt.Tooltip("unit:Q", title=_("unit")),
        alt.Tooltip("open:Q", title=_("how often open (above {threshold:g})").format(threshold=OPEN), format=".0%"),
        alt.Tooltip("shut:Q", title=_("how often shut (below {threshold:g})").format(threshold=SHUT), format=".0%"),
    ]
    here = alt.Chart(dots).transform_filter("datum.here")
    corner = alt.Chart(panels)
    return Layers(
        corner.mark_rule(color=palette.line).encode(x=x, x2=alt.X2("x2:Q"), y=y),
        corner.mark_rule(color=palette.line).encode(x=x, y=y, y2=alt.Y2("y2:Q")),
        corner.transform_calculate(y="1", down="0")
        .mark_rule(color=palette.line2)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("down:Q")),
        corner.transform_calculate(y="1.08")
        .mark_text(align="left", fontSize=LABEL_SIZE, color=palette.ink2)
        .encode(x=x, y=y, text=alt.Text("name:N")),
        corner.mark_text(align="left", dy=14, color=palette.ink3, text=_("shut") + " →").encode(x=x, y=y),
        corner.mark_text(align="left", angle=270, dx=4, dy=-6, color=palette.ink3, text=_("open") + " →").encode(
            x=x, y=y
        ),
        alt.Chart(dots)
        .mark_circle(size=36, opacity=0.5, color=palette.ink2, cursor="pointer")
        .encode(x=x, y=y, tooltip=tooltip)
        .add_params(pick)
        .properties(name="units"),
        here.mark_circle(size=110, opacity=1, color=palette.accent(part), stroke=palette.bg, strokeWidth=2).encode(
            x=x, y=y
        ),
        height=PANEL + 40,
        padding=0,
    )


def _across(field: str) -> alt.X:
    return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))


def _down(field: str, height: float) -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
