"""Why a token: one row per method over the source and the earlier output, and p while tokens are removed."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_core.attribution import CHANCE, METHODS, Attribution, Faithfulness
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

HEAD, NAME, STRIP, FOOT = 18, 22, 22, 26  # pixels: the titles, a method's name, its row, the tokens
LONGEST = 88  # pixels: the visible length of a slanted token
BETWEEN = 0.8  # columns between the source and the earlier output
WIDE = 30  # pixels: a number has no room in a narrower column
CROWDED = 32  # with more columns, some tokens are left out
HEIGHT = 320  # pixels of the curves, with their legend
INSET = 0.03


def method_name(method: str, _: Translate) -> str:
    """The name of a method, or of chance, on a screen."""
    return _("chance") if method == CHANCE else _(METHODS.label(method))


def unbroken(method: str, _: Translate) -> str:
    """A method's name for a column of a table, without line breaks."""
    return method_name(method, _).replace(" ", "\u00a0")


def frame(attribution: Attribution, trace: Trace, _: Translate = str) -> pd.DataFrame:
    """`Attribution.to_frame` for a picture: tokens as on the stage, and each value as a share of its row.

    The share is the value divided by the largest absolute value in its row, source and fed together: -1 to 1.
    """
    found = attribution.to_frame()
    labels = {"source": tokens.source(trace, _), "fed": [printed(token, _) for token in attribution.fed_tokens]}
    largest = found["value"].abs().groupby(found["method"]).transform("max")
    return found.assign(
        token=[labels[part][at] for part, at in zip(found["part"], found["position"], strict=True)],
        name=[method_name(method, _) for method in found["method"]],
        share=found["value"] / largest.where(largest > 0, 1.0),
    )


def rows(found: pd.DataFrame, palette: Palette, _: Translate) -> Layers:
    """One strip per method: red supports the token, blue works against it; α has its own colour."""
    methods = list(dict.fromkeys(found["method"]))
    source = list(dict.fromkeys(found.loc[found["part"] == "source", "position"]))
    fed = found.loc[found["part"] == "fed"].drop_duplicates("position")
    start = len(source) + BETWEEN
    labels = [*found.loc[found["part"] == "source"].drop_duplicates("position")["token"], *fed["token"]]
    places = [*(place + 0.5 for place in source), *(start + place + 0.5 for place in fed["position"])]
    width = start + len(fed)
    turned = tokens.are_turned(labels)
    foot = 10 + round(0.8 * min(LONGEST, max(map(tokens.advance, labels)))) if turned else FOOT
    below = HEAD + len(methods) * (NAME + STRIP)
    sheet = Sheet(width, below + foot)
    left = found["position"] + np.where(found["part"] == "source", 0.0, start)
    top = found["method"].map({method: HEAD + NAME + at * (NAME + STRIP) for at, method in enumerate(methods)})
    signed, weights = palette.state(), palette.attention()
    cells = found.assign(
        x=left + INSET,
        x2=left + 1 - INSET,
        y=top,
        y2=top + STRIP - 3,
        colour=[
            palette.bg if np.isnan(share) else (weights if method == "attention" else signed).colour(share)
            for method, share in zip(found["method"], found["share"], strict=True)
        ],
    )
    numbers = cells.assign(x=left + 0.5, y=top + (STRIP - 3) / 2, text=[_number(value) for value in found["value"]])
    dark = [
        "" if np.isnan(share) else "strong" if abs(share) > (0.45 if method == "attention" else 0.5) else "weak"
        for method, share in zip(found["method"], found["share"], strict=True)
    ]
    numbers = numbers.assign(ink=dark)
    here = alt.selection_point(name="here_why", on="pointerover", empty=False)
    boxes = (
        sheet.boxes(cells)
        .mark_rect(strokeWidth=1)
        .encode(
            color=alt.Color("colour:N", scale=None),
            stroke=alt.when(here).then(alt.value(palette.ink)).otherwise(alt.value(palette.line2)),
            tooltip=["name", "part", "token", alt.Tooltip("value:Q", format=".3f")],
        )
        .add_params(here)
    )
    names = [
        {"x": 0, "y": HEAD + at * (NAME + STRIP) + NAME - 2, "text": method_name(method, _)}
        for at, method in enumerate(methods)
    ]
    heads = [{"x": 0, "y": 0, "text": _("source")}]
    if len(fed):
        heads.append({"x": start, "y": 0, "text": _("written before")})
    every = -(-len(labels) // CROWDED)
    under = [
        {"x": x, "y": below + 4, "text": text}
        for at, (x, text) in enumerate(zip(places, labels, strict=True))
        if at % every == 0
    ]
    leaning: dict[str, Any] = (
        {"angle": tokens.ANGLE % 360, "align": "right", "baseline": "middle", "limit": LONGEST}
        if turned
        else {"baseline": "top"}
    )
    room = alt.expr(f"width / {width} < {WIDE} ? 0 : 1")
    inks = {"strong": palette.bg, "weak": palette.ink}
    return Layers(
        boxes,
        *(
            sheet.text(numbers[numbers["ink"] == ink], fontSize=LEGEND_SIZE, color=colour, opacity=room)
            for ink, colour in inks.items()
            if (numbers["ink"] == ink).any()
        ),
        sheet.text(names, align="left", baseline="bottom", fontSize=LABEL_SIZE, color=palette.ink2),
        sheet.text(heads, align="left", baseline="top", fontSize=LABEL_SIZE, fontWeight=700),
        sheet.text(under, fontSize=LABEL_SIZE, color=palette.ink2, **leaning),
        height=sheet.height,
        padding=FLUSH,
    )


def curve_frame(faithful: Faithfulness, trace: Trace, _: Translate = str) -> pd.DataFrame:
    """One row per point: the method, how many tokens were removed or put back, the last of them, and p."""
    source = tokens.source(trace, _)
    points = [
        {
            "curve": curve_name,
            "method": curve.method,
            "name": method_name(curve.method, _),
            "count": count,
            "token": source[curve.order[count - 1]] if curve.order and count else "",
            "p": float(p),
        }
        for curve in faithful.curves
        for curve_name, heights in (("deletion", curve.deletion), ("insertion", curve.insertion))
        for count, p in enumerate(heights)
    ]
    return pd.DataFrame(points)


def curves(found: pd.DataFrame, palette: Palette, _: Translate, *, x: str) -> Layers:
    """p over the tokens removed (or put back), one line per method; chance is grey and dashed, α in the accent."""
    methods = list(dict.fromkeys(found["name"]))
    kinds = dict(zip(found["name"], found["method"], strict=True))
    colours = [_line(kinds[name], palette)[0] for name in methods]
    dashes = [_line(kinds[name], palette)[1] for name in methods]
    legend = alt.Legend(
        title=None, orient="bottom", columns=alt.expr("width < 330 ? 1 : 2"), symbolType="stroke", labelLimit=240
    )
    base = alt.Chart(found).encode(
        x=alt.X("count:Q", title=x, axis=alt.Axis(grid=False, tickMinStep=1, format="d")),
        y=alt.Y("p:Q", title="p", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=4)),
        color=alt.Color("name:N", scale=alt.Scale(domain=methods, range=colours), legend=legend),
        strokeDash=alt.StrokeDash("name:N", scale=alt.Scale(domain=methods, range=dashes), legend=legend),
    )
    said = ["name", "count", "token", alt.Tooltip("p:Q", format=".3f")]
    return Layers(
        base.mark_line(strokeWidth=1.8),
        base.mark_point(size=22, opacity=1).encode(tooltip=said),
        height=HEIGHT,
        padding={"left": 2, "right": 4, "top": 6, "bottom": 2},
    )


def measured(found: pd.DataFrame, palette: Palette, *, x: str) -> Layers:
    """The area under deletion of every method with its interval, the most faithful first."""
    areas = found[found["measure"] == "deletion"].sort_values("value")
    order = areas["name"].tolist()
    colours = [_line(method, palette)[0] for method in areas["method"]]
    base = alt.Chart(areas).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150)),
        color=alt.Color("name:N", scale=alt.Scale(domain=order, range=colours), legend=None),
    )
    scale = alt.Scale(domain=[0, min(1.0, float(areas["high"].max()) * 1.1)], nice=True)
    said = ["name", *(alt.Tooltip(f"{column}:Q", format=".3f") for column in ("value", "low", "high")), "pairs"]
    return Layers(
        base.mark_rule(strokeWidth=1.6).encode(x=alt.X("low:Q", scale=scale, title=x), x2="high:Q"),
        base.mark_point(size=50, opacity=1).encode(x=alt.X("value:Q", scale=scale, title=x), tooltip=said),
        height=24 * len(areas),
        padding={"left": 2, "right": 4, "top": 2, "bottom": 2},
    )


def area_table(faithful: Faithfulness, columns: Sequence[str], _: Translate) -> pd.DataFrame:
    """One row per method: its area under deletion and under insertion; `columns` are the three titles."""
    first, deletion, insertion = columns
    return pd.DataFrame(
        {
            first: [unbroken(curve.method, _) for curve in faithful.curves],
            deletion: [f"{curve.deletion_area:.2f}" for curve in faithful.curves],
            insertion: [f"{curve.insertion_area:.2f}" for curve in faithful.curves],
        }
    )


def _line(method: str, palette: Palette) -> tuple[str, list[int]]:
    """The colour and the dash of a method's line."""
    return {
        "attention": (palette.decoder, [1, 0]),
        "gradient": (palette.backward, [1, 0]),
        "integrated": (palette.forward, [1, 0]),
        "drop": (palette.ink, [1, 0]),
        "zero": (palette.ink, [6, 3]),
        "unknown": (palette.ink, [2, 3]),
        "similar": (palette.ink, [8, 3, 2, 3]),
    }.get(method, (palette.ink3, [4, 4]))


def _number(value: float) -> str:
    """A value short enough for a cell: two decimals, one from 10 on, empty if it rounds to 0."""
    if np.isnan(value) or abs(value) < 0.005:
        return ""
    text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return text.replace("-", "\N{MINUS SIGN}").replace("0.", ".", 1) if abs(value) < 1 else text.replace("-", "−")
