"""The screen Gates: a map of each quantity of a cell (rows are units, columns are tokens), and one unit's values below.

It is one view, so that all of it follows the pointer in the browser. So the layout is in pixels from the top and in
shares of the width. The unit, the position and the order are in the data, so that the picture is updated and not
rebuilt when the server changes them.
"""

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from s2s_core.analysis.gates import Part
from s2s_core.analysis.units import Contrast
from s2s_core.trace import CellTrace
from s2s_ui.charts.courses import courses
from s2s_ui.charts.gate_sheet import BOTH, CELL_LIMIT, COLUMNS, HERE, MAP, NOW, ROOMY, WIDE, WIDTH, GateSheet
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.quantities import NAMES, NUMBERS
from s2s_ui.charts.theme import LABEL_SIZE, SYMBOLS, Palette
from s2s_ui.locales import Translate


def as_text(contrast: Contrast, _: Translate) -> str:
    """A unit and its sign for a span: with a minus, it is on when its value is low."""
    low, high = contrast.sign * contrast.inside, contrast.sign * contrast.outside
    sentence = (
        _("unit {unit}: {inside:+.2f} or more there, {outside:+.2f} or less elsewhere")
        if contrast.sign > 0
        else _("unit {unit}: {inside:+.2f} or less there, {outside:+.2f} or more elsewhere")
    )
    return sentence.format(unit=contrast.unit, inside=low, outside=high).replace("-", "−")


def maps(
    cell: CellTrace,
    tokens: Sequence[str],
    palette: Palette,
    _: Translate,
    *,
    part: Part,
    units: Sequence[int],
    unit: int,
    position: int,
) -> Layers:
    """The maps of `units` from top to bottom, with the row of `unit` and the column of `position` marked.

    A click picks: the selection "pick" has the unit and the position.
    """
    sheet = GateSheet(cell, tokens, palette, part=part, units=units, unit=unit, position=position)
    return Layers(
        *_maps(sheet, _),
        *_marks(sheet),
        *_titles(sheet, _),
        *_words(sheet),
        *courses(sheet, _),
        *_legend(sheet, _),
        height=sheet.height,
        padding=0,
    )


def _maps(sheet: GateSheet, _: Translate) -> list[alt.Chart]:
    hover = alt.selection_point(
        name="hover", on="pointerover", clear="pointerout", fields=["unit", "position"], empty=False
    )
    pick = alt.selection_point(
        name="pick", on="click", clear=False, toggle=False, fields=["unit", "position"], empty=False
    )
    shares = sheet.shares
    chart = sheet.on(
        sheet.cells,
        x=shares["column"],
        x2=f"datum.x + {sheet.wide} + 0.6 / width",  # overlaps the next one, so there are no gaps
        y=shares["below"],
        y2=f"datum.y + {sheet.high} + 0.4",
        letter=f"{json.dumps(sheet.letters)}[datum.panel]",
        token=f"{json.dumps(sheet.tokens)}[datum.position]",
    )
    tooltip = [
        alt.Tooltip("letter:N", title=_("quantity")),
        alt.Tooltip("unit:Q", title=_("unit")),
        alt.Tooltip("token:N", title=_("token")),
        alt.Tooltip("value:Q", title=_("value"), format=".3f"),
    ]
    rects = sheet.box(chart, cursor="pointer", strokeWidth=0, aria=False).encode(
        color=alt.Color("colour:N", scale=None), tooltip=tooltip
    )
    panels = sheet.columns[sheet.columns["position"] == 0]
    paper = sheet.on(panels, x="datum.left", x2=f"datum.x + {WIDTH}", y="datum.top", y2=f"datum.y + {MAP}")
    return [
        rects.add_params(hover, pick).properties(name="maps"),
        sheet.box(paper, filled=False, stroke=sheet.palette.line, aria=False),
    ]


def _marks(sheet: GateSheet) -> list[alt.Chart]:
    """The frames of the position's column (accent colour) and of the unit's row (text colour), both with a halo."""
    row = sheet.on(
        sheet.rows,
        x="datum.left",
        x2=f"datum.x + {WIDTH}",
        y=f"{sheet.shares['below']} - 2",
        y2=f"datum.y + {sheet.high} + 4",
    ).transform_filter(HERE)
    column = sheet.on(
        sheet.columns,
        x=sheet.shares["column"],
        x2=f"datum.x + {sheet.wide}",
        y="datum.top - 1",
        y2=f"datum.y + {MAP} + 2",
    ).transform_filter(NOW)
    ink, halo = sheet.palette.ink, sheet.palette.bg
    number = sheet.on(sheet.rows, x="datum.left - 0.004", y=f"{sheet.shares['below']} + {sheet.high / 2}")
    return [
        sheet.box(column, filled=False, stroke=halo, strokeWidth=5, aria=False),
        sheet.box(column, filled=False, stroke=sheet.accent, strokeWidth=2, aria=False),
        sheet.box(row, filled=False, stroke=halo, strokeWidth=3.5, aria=False),
        sheet.box(row, filled=False, stroke=ink, strokeWidth=1.5, aria=False),
        sheet.text(
            number.transform_filter(HERE),
            "unit:N",
            align="right",
            baseline="middle",
            fontWeight=700,
            color=ink,
        ),
    ]


def _titles(sheet: GateSheet, _: Translate) -> list[alt.Chart]:
    """Number, letter and name above each map, and the value of the unit at the position."""
    palette = sheet.palette
    names = [_(NAMES[name]) for name in sheet.quantities]
    cell, limit = sheet.quantities.index("cell") if "cell" in sheet.quantities else -1, f"±{CELL_LIMIT:g}"
    scale = _("scale ±{limit:g}").format(limit=CELL_LIMIT)
    panels = sheet.columns[sheet.columns["position"] == 0].assign(
        number=[f"({NUMBERS[name]})" if sheet.cell.kind == "lstm" else "" for name in sheet.quantities],
        letter=sheet.letters,
        name=names,
        long=[f"{name} · {scale}" if panel == cell else name for panel, name in enumerate(names)],
        short=[f"{name} · {limit}" if panel == cell else name for panel, name in enumerate(names)],
    )
    title = sheet.on(panels, x="datum.left", y="datum.top - 8")
    value = sheet.on(sheet.cells, x=f"datum.left + {WIDTH}", y="datum.top - 8").transform_filter(BOTH)
    beside = 22 if sheet.cell.kind == "lstm" else 0
    return [
        sheet.text(title, "number:N", align="left", color=palette.ink3),
        sheet.text(
            title, "letter:N", align="left", dx=beside, font=SYMBOLS, fontStyle="italic", fontSize=17, color=palette.ink
        ),
        sheet.text(
            title.transform_filter(WIDE).transform_calculate(words=f"{ROOMY} ? datum.long : datum.short"),
            "words:N",
            align="left",
            dx=beside + 16,
            fontSize=LABEL_SIZE,
            color=palette.ink2,
        ),
        sheet.text(
            value, alt.Text("value:Q", format=".2f"), align="right", fontSize=15, fontWeight=700, color=palette.ink
        ),
    ]


def _words(sheet: GateSheet) -> list[alt.Chart]:
    """The tokens below each column's lowest map, the current one in the accent colour (narrow screens: only it)."""
    lowest = [panel for panel in range(len(sheet.quantities)) if panel + COLUMNS >= len(sheet.quantities)]
    data = sheet.columns[sheet.columns["panel"].isin(lowest)]
    chart = sheet.on(data, x=f"{sheet.shares['column']} + {sheet.wide / 2}", y=f"datum.top + {MAP} + 14")
    way: dict[str, Any] = {"angle": 315, "align": "right", "limit": 52} if sheet.slanted else {"align": "center"}
    others = chart.transform_filter(f"!({NOW}) && width * {sheet.wide} > 10")
    return [
        sheet.text(others, "token:N", color=sheet.palette.ink2, **way),
        sheet.text(
            chart.transform_filter(NOW), "token:N", color=sheet.accent, fontWeight=700, fontSize=LABEL_SIZE, **way
        ),
    ]


def _legend(sheet: GateSheet, _: Translate) -> list[alt.Chart]:
    """Both scales, on the line of the course's title."""
    palette, parts = sheet.palette, 16
    scales = [(_("state"), palette.state(), "−1", 0.78), (_("gate"), palette.gate(), "0", 0.92)]
    y = sheet.course - 22
    boxes, words = [], []
    for name, ramp, low, left in scales[: 1 + sheet.gated]:
        for part in range(parts):
            value = ramp.low + (ramp.high - ramp.low) * (part + 0.5) / parts
            x = left + 0.045 * part / parts
            boxes.append((x, x + 0.045 / parts, y, y + 10, ramp.colour(value)))
        words += [(f"{name}  {low}", low, left - 0.006, y + 9, "right"), ("1", "1", left + 0.051, y + 9, "left")]
    colours = pd.DataFrame(boxes, columns=["x", "x2", "y", "y2", "colour"])
    text = pd.DataFrame(words, columns=["long", "short", "x", "y", "side"])
    return [
        sheet.box(alt.Chart(colours), strokeWidth=0, aria=False).encode(color=alt.Color("colour:N", scale=None)),
        *(
            sheet.text(
                alt.Chart(text[text["side"] == side]).transform_calculate(words=f"{WIDE} ? datum.long : datum.short"),
                "words:N",
                align=side,
                color=palette.ink2,
            )
            for side in ("left", "right")
        ),
    ]
