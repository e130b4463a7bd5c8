"""What the peepholes have to say: their share of the terms of each gate."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from s2s_ui.charts.gates import LETTERS, SHORT, Translate
from s2s_ui.charts.theme import LABEL_SIZE, Palette

ROW, BAR = 28, 18  # heights in pixels
LEFT, RIGHT = 0.235, 0.83  # of the bars, in shares of the width
STRIPES = 36  # of a bar that is full


def share_frame(shares: Mapping[str, float]) -> pd.DataFrame:
    """gate, share of the peephole among the sizes of all terms."""
    return pd.DataFrame({"gate": list(shares), "share": list(shares.values())})


def share(frame: pd.DataFrame, palette: Palette, _: Translate) -> alt.LayerChart | alt.FacetChart:
    """A hatched bar a gate, as the peephole's term is hatched wherever it is drawn."""
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

    def bar(rows: pd.DataFrame, end: str, **mark: Any) -> alt.Chart:
        x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=down)
        return alt.Chart(rows).mark_rect(**mark).encode(x=x, x2=alt.X2(f"{end}:Q"), y=y, y2=alt.Y2("y2:Q"))

    hatched = [
        bar(bars.iloc[[row]], "x2", color=_hatch(palette, bars["share"].iloc[row]), stroke=palette.ink, strokeWidth=1)
        for row in range(len(bars))
    ]
    return alt.layer(
        bar(bars, "full", color=palette.line2),
        *hatched,
        text(alt.Text("name:N"), "zero", align="left", fontSize=LABEL_SIZE, color=palette.ink2),
        text(alt.Text("share:Q", format=".0%"), "end", align="right", fontSize=LABEL_SIZE, fontWeight=700),
        height=height,
        padding=0,
    )


def _hatch(palette: Palette, share: float) -> dict[str, object]:
    """Vega has no patterns: a gradient of hard stops, a little aslant."""
    count = max(1, round(STRIPES * share))
    stops = []
    for stripe in range(count):
        for edge, colour in ((0.0, palette.ink), (0.5, palette.ink), (0.5, palette.bg), (1.0, palette.bg)):
            stops.append({"offset": (stripe + edge) / count, "color": colour})
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1 / count, "stops": stops}


def moves(shares: Mapping[str, float], kind: str) -> str:
    """The letters of the gates with the shares that moved: "f 50% · i 54% · o 50%"."""
    return " · ".join(f"{LETTERS[kind][gate]} {moved:.0%}" for gate, moved in shares.items())
