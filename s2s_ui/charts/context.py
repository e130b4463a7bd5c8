"""The context (15) of one output step, drawn as a weighted sum."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.attention import shares
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette
from s2s_ui.locales import Translate

TOP = 5  # source positions whose term is shown separately
SHOWN_UNITS = 48  # of each direction, as on the stage
ROW, STRIP, HEAD = 28, 18, 20  # pixels
ENERGY, BAR, LENGTH, STRIPS, WIDTH = 22, 25, 18, 52, 100  # where each column stands, in percent of the width


def share_frame(trace: Trace, step: int, _: Translate = str) -> pd.DataFrame:
    """One row per source position and unit: e, α, and α·h; the sum of α·h over the positions is the context."""
    source = tokens.source(trace, _)
    frames = [
        pd.DataFrame(
            {
                "position": part.position,
                "token": source[part.position],
                "e": part.score,
                "α": part.weight,
                "unit": np.arange(len(part.term)),
                "α·h": part.term,
            }
        )
        for part in shares(trace, step)
    ]
    return pd.concat(frames, ignore_index=True)


def context(trace: Trace, step: int, palette: Palette, _: Translate) -> Layers:
    """The largest terms α·h, the sum of all others, and the context, their sum, with each unit in one column."""
    source, parts = tokens.source(trace, _), shares(trace, step)
    rows: list[dict[str, Any]] = [
        {"name": source[part.position], "e": f"{part.score:.1f}", "α": part.weight, "term": part.term}
        for part in parts[:TOP]
    ]
    if rest := parts[TOP:]:
        term = np.sum([part.term for part in rest], axis=0)
        rows.append({"name": _("others"), "e": "", "α": sum(part.weight for part in rest), "term": term})
    rows.append({"name": _("context c"), "e": "", "α": 0.0, "term": trace.context[step]})
    sheet = Sheet(WIDTH, HEAD + ROW * len(rows))
    units = _shown_units(trace)
    wide = (WIDTH - STRIPS) / len(units)
    ramp = palette.state()
    cells, bars, names, numbers = [], [], [], []
    for number, row in enumerate(rows):
        top, middle = HEAD + number * ROW + (ROW - STRIP) / 2, HEAD + (number + 0.5) * ROW
        weight = min(float(row["α"]), 1.0)
        values = np.asarray(row["term"], dtype=float)[units]
        for place, (unit, value, colour) in enumerate(zip(units, values.tolist(), ramp.colours(values), strict=True)):
            left = STRIPS + place * wide
            cells.append(
                {"x": left, "x2": left + wide, "y": top, "y2": top + STRIP, "colour": colour}
                | {"token": row["name"], "unit": unit, "value": round(value, 4)}
            )
        names.append({"x": 0, "y": middle, "text": row["name"]})
        numbers.append({"x": ENERGY, "y": middle, "text": row["e"].replace("-", "\N{MINUS SIGN}")})
        if number < len(rows) - 1:
            bars.append(
                {"x": BAR, "x2": BAR + LENGTH * weight, "y": middle - 4.5, "y2": middle + 4.5}
                | {"token": row["name"], "α": weight}
            )
            numbers.append({"x": BAR + LENGTH * weight + 7, "y": middle, "text": f"{weight:.2f}".removeprefix("0")})
    heads = [
        {"x": ENERGY, "y": HEAD / 2, "text": "e"},
        {"x": BAR + 3, "y": HEAD / 2, "text": "α"},
        {"x": STRIPS + 4, "y": HEAD / 2, "text": "α·h"},
    ]
    rule = [{"x": 0, "x2": WIDTH, "y": HEAD + ROW * (len(rows) - 1), "y2": HEAD + ROW * (len(rows) - 1) + 1}]
    under = [
        {"x": STRIPS, "x2": WIDTH, "y": row["y"], "y2": row["y2"]} for row in cells[:: len(units)]
    ]  # hides gaps between the cells
    return Layers(
        sheet.boxes(under).mark_rect(color=ramp.colour(0)),
        sheet.boxes(cells)
        .mark_rect()
        .encode(
            color=alt.Color("colour:N", scale=None),
            tooltip=["token", "unit", alt.Tooltip("value:Q", format=".3f", title="α·h")],
        ),
        sheet.boxes(bars).mark_rect(color=palette.decoder),
        sheet.boxes(rule).mark_rect(color=palette.line),
        sheet.text(names[:-1], align="left", fontSize=CONTROL_SIZE, color=palette.ink),
        sheet.text(names[-1:], align="left", fontSize=CONTROL_SIZE, color=palette.ink, fontWeight=700),
        sheet.text(numbers, align="right", fontSize=LABEL_SIZE, color=palette.ink2),
        sheet.text(heads, align="right", fontSize=LABEL_SIZE, color=palette.ink3, fontStyle="italic"),
        height=sheet.height,
        padding=FLUSH,
    )


def _shown_units(trace: Trace) -> list[int]:
    """The first units of each half of the context."""
    halves = 1 if trace.encoder.backward is None else 2
    size = trace.context.shape[1] // halves
    return [half * size + unit for half in range(halves) for unit in range(min(size, SHOWN_UNITS))]
