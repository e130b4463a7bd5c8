"""Attention (13), (14): scores, weights, the entropy of each step, and the coverage of each source token."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.attention import coverage, entropy
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet, row_of
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette, Ramp
from s2s_ui.locales import Translate

Cell = tuple[int, int, bool]  # a gold cell: step, position, whether it is exactly the copied character

ROW, HEAD, FOOT, BARS = 19, 24, 24, 46  # pixels: a step, a title, the tokens, the bars of coverage
LONGEST = 88  # pixels: the visible length of a slanted token
BETWEEN, MARGIN, SPREAD = 3.4, 0.6, 3.0  # widths in columns: between the matrices, next to the entropy bars, the bars
CROWDED = 24  # with more source tokens, some labels are left out
NARROW = 18  # pixels: a number has no room in a narrower column
INSET = 0.04


def weight_frame(trace: Trace, _: Translate = str) -> pd.DataFrame:
    """One row per cell of the matrix: step, output, source position, token, e and α; empty without attention."""
    if trace.attention is None:
        return pd.DataFrame(columns=["step", "written", "position", "token", "e", "α"])
    steps, positions = trace.attention.weights.shape
    return pd.DataFrame(
        {
            "step": np.repeat(np.arange(steps), positions),
            "written": np.repeat(np.array(tokens.target(trace, _), dtype=object), positions),
            "position": np.tile(np.arange(positions), steps),
            "token": np.tile(np.array(tokens.source(trace, _), dtype=object), steps),
            "e": trace.attention.scores.ravel(),
            "α": trace.attention.weights.ravel(),
        }
    )


def matrices(
    trace: Trace,
    palette: Palette,
    _: Translate,
    *,
    step: int,
    gold: Sequence[Cell] = (),
) -> Layers:
    """e and α of every step over the source, hovered together; beside α each step's entropy, below it the coverage.

    The chosen step has a frame. Gold cells have a thin frame for the field of the answer, and a bold one for exactly
    the copied character. A click chooses a step (the selection "pick").
    """
    assert trace.attention is not None
    steps, columns = trace.attention.weights.shape
    second = columns + BETWEEN
    third = second + columns + MARGIN
    below = HEAD + steps * ROW + _foot(tokens.source(trace, _))
    sheet = Sheet(third + SPREAD + MARGIN, below + BARS)
    frame = weight_frame(trace, _)
    limit = float(np.abs(trace.attention.scores).max())
    titles = {0.0: _("scores e (13)"), second: _("weights α (14)"), third: _("entropy")}
    title: dict[str, Any] = {"align": "left", "baseline": "top", "fontWeight": 700, "fontSize": LABEL_SIZE}
    named: dict[str, Any] = {"align": "right", "fontSize": LABEL_SIZE, "color": palette.ink2}
    return Layers(
        *_matrix(sheet, frame, "e", 0.0, palette.state(limit), palette),
        *_matrix(sheet, frame, "α", second, palette.attention(), palette),
        *_labels(sheet, trace, _, (0.0, second), palette, step),
        _gold(sheet, gold, steps, second, palette),
        *_spread(sheet, trace, third, palette),
        *_covered(sheet, trace, _, second, below, palette),
        sheet.text([{"x": x, "y": 0, "text": text} for x, text in titles.items()], **title),
        sheet.text([{"x": second - 0.5, "y": below + BARS / 2, "text": _("coverage Σα")}], **named),
        height=sheet.height,
        padding=FLUSH,
    )


def heatmap(trace: Trace, palette: Palette, _: Translate = str) -> Layers:
    """Only α, to compare models side by side."""
    assert trace.attention is not None
    steps, columns = trace.attention.weights.shape
    sheet = Sheet(columns, HEAD + steps * ROW + _foot(tokens.source(trace, _)))
    drawn = _matrix(sheet, weight_frame(trace, _), "α", 0.0, palette.attention(), palette)
    return Layers(*drawn, *_labels(sheet, trace, _, (0.0,), palette), height=sheet.height, padding=FLUSH)


def _matrix(sheet: Sheet, frame: pd.DataFrame, quantity: str, left: float, ramp: Ramp, palette: Palette) -> list[Any]:
    """One cell per step and position; the cell under the pointer is framed in every matrix of the sheet."""
    value = frame[quantity]
    steps = int(frame["step"].max()) + 1
    top = pd.Series([_top(step, steps) for step in frame["step"]], index=frame.index)
    cells = frame.assign(
        x=left + frame["position"] + INSET,
        x2=left + frame["position"] + 1 - INSET,
        y=top + 1,
        y2=top + ROW - 1,
        output=frame["step"],
        colour=ramp.colours(value),
    )
    said: list[Any] = ["written", "token", alt.Tooltip("e:Q", format=".2f"), alt.Tooltip("α:Q", format=".3f")]
    here = alt.selection_point(name=f"here_{'scores' if quantity == 'e' else 'weights'}", on="pointerover", empty=False)
    pick = alt.selection_point(name="pick", fields=["output"], on="click", empty=False)
    chart = (
        sheet.boxes(cells)
        .mark_rect(strokeWidth=1)
        .encode(
            color=alt.Color("colour:N", scale=None),
            stroke=alt.when(here).then(alt.value(palette.ink)).otherwise(alt.value(palette.line2)),
            tooltip=said,
        )
    )
    return [chart.add_params(here, pick) if quantity == "α" else chart.add_params(here)]


def _top(step: int, steps: int) -> int:
    """The top of a step's row, in pixels."""
    return HEAD + row_of(step, steps) * ROW


def _foot(source: Sequence[str]) -> int:
    """The height of the tokens below the columns, in pixels."""
    if not tokens.are_turned(source):
        return FOOT
    return 12 + round(0.8 * min(LONGEST, max(map(tokens.advance, source))))


def _labels(
    sheet: Sheet, trace: Trace, _: Translate, lefts: Sequence[float], palette: Palette, step: int | None = None
) -> list[alt.Chart]:
    """Output tokens before the rows, source tokens under the columns, and the frame of the chosen step."""
    source, target = tokens.source(trace, _), tokens.target(trace, _)
    every = -(-len(source) // CROWDED)
    foot = HEAD + len(target) * ROW + 4
    under = [
        {"x": left + place + 0.5, "y": foot, "text": token}
        for left in lefts
        for place, token in enumerate(source)
        if place % every == 0
    ]
    before = [
        {"x": left - 0.3, "y": _top(row, len(target)) + 0.5 * ROW, "text": token, "chosen": row == step}
        for left in lefts
        for row, token in enumerate(target)
    ]
    ink = alt.when("datum.chosen").then(alt.value(palette.decoder)).otherwise(alt.value(palette.ink2))
    turned = {"angle": tokens.ANGLE % 360, "align": "right", "baseline": "middle", "limit": LONGEST}
    flat = {"baseline": "top"}
    drawn = [
        sheet.text(under, fontSize=LABEL_SIZE, color=palette.ink2, **(turned if tokens.are_turned(source) else flat)),
        sheet.text(before, align="right", fontSize=LABEL_SIZE).encode(color=ink),
    ]
    if step is not None:
        top = _top(step, len(target))
        rows = [{"x": left, "x2": left + len(source), "y": top, "y2": top + ROW} for left in lefts]
        drawn.append(sheet.boxes(rows).mark_rect(filled=False, stroke=palette.decoder, strokeWidth=2.5))
    return drawn


def _gold(sheet: Sheet, gold: Sequence[Cell], steps: int, left: float, palette: Palette) -> alt.Chart:
    rows = pd.DataFrame(
        [
            {
                "x": left + position + 0.12,
                "x2": left + position + 0.88,
                "y": _top(step, steps) + 3,
                "y2": _top(step, steps) + ROW - 3,
                "line": 2 if exact else 0.8,
            }
            for step, position, exact in gold
        ],
        columns=["x", "x2", "y", "y2", "line"],
    )
    line = alt.StrokeWidth("line:Q", scale=None)
    return sheet.boxes(rows).mark_rect(filled=False, stroke=palette.ink).encode(strokeWidth=line)


def _spread(sheet: Sheet, trace: Trace, left: float, palette: Palette) -> list[alt.Chart]:
    """One bar per step; its length is the entropy as a share of log T."""
    assert trace.attention is not None
    spread = entropy(trace.attention.weights)
    most = max(float(np.log(trace.attention.weights.shape[1])), 1e-9)
    rows = [
        {
            "x": left,
            "x2": left + SPREAD * float(nats) / most,
            "y": _top(row, len(spread)) + 0.25 * ROW,
            "y2": _top(row, len(spread)) + 0.75 * ROW,
            "nats": float(nats),
        }
        for row, nats in enumerate(spread)
    ]
    said = [{"x": row["x2"] + 0.15, "y": row["y"] + 0.25 * ROW, "text": f"{row['nats']:.1f}"} for row in rows]
    bars = sheet.boxes(rows).mark_rect(color=palette.ghost).encode(tooltip=[alt.Tooltip("nats:Q", format=".2f")])
    return [bars, sheet.text(said, align="left", fontSize=LEGEND_SIZE, color=palette.ink3)]


def _covered(sheet: Sheet, trace: Trace, _: Translate, left: float, top: float, palette: Palette) -> list[alt.Chart]:
    """One bar per source token, downwards: the sum of its column."""
    assert trace.attention is not None
    covered = coverage(trace.attention.weights)
    scale = (BARS - 14) / max(float(covered.max()), 1e-9)
    source = tokens.source(trace, _)
    rows: list[dict[str, Any]] = [
        {
            "x": left + place + 0.15,
            "x2": left + place + 0.85,
            "y": top,
            "y2": top + float(sum_) * scale,
            "token": source[place],
            "sum": float(sum_),
        }
        for place, sum_ in enumerate(covered)
    ]
    numbers = [{"x": row["x"] + 0.35, "y": row["y2"] + 7, "text": f"{row['sum']:.1f}"} for row in rows]
    drawn = [
        sheet.boxes(rows)
        .mark_rect(color=palette.ghost)
        .encode(tooltip=["token", alt.Tooltip("sum:Q", format=".2f", title="Σα")])
    ]
    if len(rows) <= CROWDED:
        room = alt.expr(f"width / {sheet.width} < {NARROW} ? 0 : 1")
        drawn.append(sheet.text(numbers, fontSize=LEGEND_SIZE, color=palette.ink3, opacity=room))
    return drawn
