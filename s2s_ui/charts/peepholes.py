"""The influence of the peepholes: the share of their term in all terms of each gate."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from s2s_ui.charts.layers import Layers
from s2s_ui.charts.quantities import LETTERS, SHORT
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import Translate

ROW, BAR = 28, 18  # heights in pixels
LEFT, RIGHT = 0.235, 0.83  # ends of the bars, in shares of the width
STRIPES = 30  # stripes of a full bar


def share_frame(shares: Mapping[str, float]) -> pd.DataFrame:
    """gate, share of the peephole among the sizes of all terms."""
    return pd.DataFrame({"gate": list(shares), "share": list(shares.values())})


def share(frame: pd.DataFrame, palette: Palette, _: Translate) -> Layers:
    """One bar per gate, hatched like the peephole's term in all pictures."""
    height = len(frame) * ROW
    bars = frame.assign(y=[row * ROW + (ROW - BAR) / 2 for row in range(len(frame))], x=LEFT)
    bars = bars.assign(y2=bars["y"] + BAR, x2=LEFT + (RIGHT - LEFT) * bars["share"], full=RIGHT)
    bars = bars.assign(middle=bars["y"] + BAR / 2, name=[_(SHORT[gate]) for gate in frame["gate"]], end=1.0, zero=0.0)
    across, down = alt.Scale(domain=[0, 1], nice=False), alt.Scale(domain=[height, 0], nice=False)

    def text(words: alt.Text, at: str, **mark: Any) -> alt.Chart:
        return (
            alt.Chart(bars)
            .mark_text(baseline="middle", **mark)
            .encode(x=alt.X(f"{at}:Q", axis=None, scale=across), y=alt.Y("middle:Q", axis=None, scale=down), text=words)
        )

    def bar(end: str, **mark: Any) -> alt.Chart:
        return alt.Chart(bars).mark_rect(**mark).encode(x=x, x2=alt.X2(f"{end}:Q"), y=y, y2=alt.Y2("y2:Q"))

    x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=down)
    stripes = alt.Chart(_hatch(bars)).mark_rule(color=palette.ink, strokeWidth=2)
    return Layers(
        bar("full", color=palette.line2),
        bar("x2", color=palette.bg),
        stripes.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")),
        bar("x2", filled=False, stroke=palette.ink, strokeWidth=1),
        text(alt.Text("name:N"), "zero", align="left", fontSize=LABEL_SIZE, color=palette.ink2),
        text(alt.Text("share:Q", format=".0%"), "end", align="right", fontSize=LABEL_SIZE, fontWeight=700),
        height=height,
        padding=0,
    )


def _hatch(bars: pd.DataFrame) -> pd.DataFrame:
    """The slanted lines that fill all bars, because Vega has no patterns."""
    gap = (RIGHT - LEFT) / STRIPES
    lines = [
        (LEFT + place * gap, bottom, LEFT + (place + 1) * gap, top)
        for top, bottom, end in zip(bars["y"].tolist(), bars["y2"].tolist(), bars["x2"].tolist(), strict=True)
        for place in range(int((end - LEFT) / gap + 1e-9))
    ]
    return pd.DataFrame(lines, columns=["x", "y", "x2", "y2"])


def moves(shares: Mapping[str, float], kind: str) -> str:
    """The letters of the gates with the shares that moved: "f 50% · i 54% · o 50%"."""
    return " · ".join(f"{LETTERS[kind][gate]} {moved:.0%}" for gate, moved in shares.items())
