"""The screen Gates: a map of each quantity of a cell, units down and tokens across, and one unit's course below.

One view, so that all maps and the course follow the cell under the pointer, in the browser: the picture is laid out in
pixels from the top and in shares of the width. What the server changes (unit, position, order) is in the data, so that
the picture is updated and not made anew.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core.analysis.gates import Part
from s2s_core.analysis.units import Contrast
from s2s_core.trace import CellTrace
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, SYMBOLS, Palette
from s2s_ui.i18n import N_

NAMES = {
    "forget_gate": N_("forget gate"),
    "input_gate": N_("input gate"),
    "candidate": N_("candidate"),
    "cell": N_("cell state"),
    "output_gate": N_("output gate"),
    "hidden": N_("hidden state"),
    "reset_gate": N_("reset gate"),
    "update_gate": N_("update gate"),
}
SHORT = {
    "forget_gate": N_("forget"),
    "input_gate": N_("input"),
    "output_gate": N_("output"),
    "reset_gate": N_("reset"),
    "update_gate": N_("update"),
}
LETTERS = {
    "lstm": {"forget_gate": "f", "input_gate": "i", "candidate": "c̃", "cell": "c", "output_gate": "o", "hidden": "h"},
    "gru": {"reset_gate": "r", "update_gate": "z", "candidate": "n", "hidden": "h"},
}
NUMBERS = {"forget_gate": 1, "input_gate": 2, "candidate": 3, "cell": 4, "output_gate": 5, "hidden": 6}  # of an LSTM
DASHES = {"forget_gate": [1, 0], "input_gate": [6, 3], "output_gate": [2, 3], "reset_gate": [1, 0]}
DASHES |= {"update_gate": [6, 3], "candidate": [2, 3], "cell": [1, 0], "hidden": [6, 3]}

CELL_LIMIT = 2.0  # the map of c shows -2..2
COLUMNS = 3
LEFT, WIDTH, PITCH = 0.0245, 0.2825, 0.3457  # of the maps, in shares of the width
TOP, MAP, GAP = 22, 168, 34  # in pixels
COURSES = {"gate": LEFT, "state": 0.54}  # the left ends of both courses
COURSE_WIDTH, COURSE = 0.355, 88
SLANTED = 3  # longer tokens are written aslant
LINE = 16  # between labels at the end of a course

Translate = Callable[[str], str]


def letter(kind: str, quantity: str, part: Part) -> str:
    """The letter of the equations; the decoder's hidden state is called s."""
    return "s" if part == "decoder" and quantity == "hidden" else LETTERS[kind][quantity]


def cell_frame(cell: CellTrace, tokens: Sequence[str]) -> pd.DataFrame:
    """Every number of a cell: quantity, unit, position (from 0), token, value."""
    frames = []
    for quantity, values in cell.quantities().items():
        steps, units = values.shape
        columns = {
            "quantity": quantity,
            "unit": np.repeat(np.arange(units), steps),
            "position": np.tile(np.arange(steps), units),
            "token": np.tile(np.array(tokens, dtype=object), units),
            "value": values.T.ravel(),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def told(contrast: Contrast, _: Translate) -> str:
    """A unit and how it tells a span: where the sign is minus, it is on when it is low."""
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
) -> alt.LayerChart | alt.FacetChart:
    """The maps of `units` from top to bottom, with the row of `unit` and the column of `position` marked.

    A click picks: the selection "pick" has the unit and the position.
    """
    sheet = _Sheet(cell, tokens, palette, part=part, units=units, unit=unit, position=position)
    return alt.layer(
        *_maps(sheet, _),
        *_marks(sheet),
        *_titles(sheet, _),
        *_words(sheet),
        *_courses(sheet, _),
        *_legend(sheet, _),
        height=sheet.height,
        padding=0,
    )


class _Sheet:
    """What the layers share: the data and where everything stands."""

    def __init__(
        self,
        cell: CellTrace,
        tokens: Sequence[str],
        palette: Palette,
        *,
        part: Part,
        units: Sequence[int],
        unit: int,
        position: int,
    ) -> None:
        self.cell, self.tokens, self.palette, self.part = cell, list(tokens), palette, part
        self.quantities = list(cell.quantities())
        self.accent = palette.accent(part)
        rows = -(-len(self.quantities) // COLUMNS)
        self.slanted = max(map(len, self.tokens)) > SLANTED
        self.words = TOP + rows * MAP + (rows - 1) * GAP + 14  # the baseline of the tokens
        self.course = self.words + (56 if self.slanted else 36)  # the top of the courses
        self.height = self.course + COURSE + 20
        frame = cell_frame(cell, tokens)
        frame = frame[frame["unit"].isin(units)]
        row_of = {number: row for row, number in enumerate(units)}
        self.cells = frame.assign(
            panel=frame["quantity"].map(self.quantities.index),
            row=frame["unit"].map(row_of),
            gate=frame["quantity"].str.endswith("_gate"),
            here=frame["unit"] == unit,
            now=frame["position"] == position,
        )
        for name, values in self.cells.groupby("quantity", sort=False)["value"]:
            ramp = palette.of(str(name), CELL_LIMIT if name == "cell" else 1.0)
            self.cells.loc[values.index, "colour"] = ramp.colours(values)
        self.cells = self.cells.drop(columns=["quantity", "token"])
        self.letters = [letter(cell.kind, name, part) for name in self.quantities]
        panels = range(len(self.quantities))
        self.rows = pd.DataFrame([(p, row_of[u], u, u == unit) for p in panels for u in units])
        self.rows.columns = pd.Index(["panel", "row", "unit", "here"])
        self.columns = pd.DataFrame(
            [(p, t, token, t == position) for p in panels for t, token in enumerate(self.tokens)]
        )
        self.columns.columns = pd.Index(["panel", "position", "token", "now"])
        self.shares = {"left": f"{LEFT} + {PITCH} * (datum.panel % {COLUMNS})"}
        self.shares["top"] = f"{TOP} + {MAP + GAP} * floor(datum.panel / {COLUMNS})"
        self.shares["column"] = f"datum.left + {WIDTH} * datum.position / {len(self.tokens)}"
        self.shares["below"] = f"datum.top + {MAP / len(units)} * datum.row"
        self.wide, self.high = WIDTH / len(self.tokens), MAP / len(units)

    def on(self, data: pd.DataFrame, **calculated: str) -> alt.Chart:
        """A layer's data with the corner of its map, and further calculated columns in their order."""
        chart = (
            alt.Chart(data).transform_calculate(left=self.shares["left"]).transform_calculate(top=self.shares["top"])
        )
        for name, expression in calculated.items():
            chart = chart.transform_calculate(**{name: expression})
        return chart

    def x(self, field: str = "x") -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))

    def y(self, field: str = "y") -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False))

    def box(self, chart: alt.Chart, **mark: Any) -> alt.Chart:
        return chart.mark_rect(**mark).encode(x=self.x(), x2=alt.X2("x2:Q"), y=self.y(), y2=alt.Y2("y2:Q"))

    def text(self, chart: alt.Chart, text: str | alt.Text, **mark: Any) -> alt.Chart:
        text = alt.Text(text) if isinstance(text, str) else text
        return chart.mark_text(**mark).encode(x=self.x(), y=self.y(), text=text)


HERE = "isValid(hover.unit) ? datum.unit == hover.unit[0] : datum.here"
NOW = "isValid(hover.position) ? datum.position == hover.position[0] : datum.now"
BOTH = f"({HERE}) && ({NOW})"
WIDE = "width > 600"


def _maps(sheet: _Sheet, _: Translate) -> list[alt.Chart]:
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
        x2=f"datum.x + {sheet.wide} + 0.6 / width",  # a little over the next one: no seams between them
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


def _marks(sheet: _Sheet) -> list[alt.Chart]:
    """The column of the position in the part's accent, the row of the unit in ink, both with a halo."""
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


def _titles(sheet: _Sheet, _: Translate) -> list[alt.Chart]:
    """Number, letter and name over each map, and the value of the unit at the position."""
    palette = sheet.palette
    scale = "  " + _("scale ±{limit:g}").format(limit=CELL_LIMIT)
    panels = sheet.columns[sheet.columns["position"] == 0].assign(
        number=[f"({NUMBERS[name]})" if sheet.cell.kind == "lstm" else "" for name in sheet.quantities],
        letter=sheet.letters,
        name=[_(NAMES[name]) + (scale if name == "cell" else "") for name in sheet.quantities],
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
            title.transform_filter(WIDE),
            "name:N",
            align="left",
            dx=beside + 16,
            fontSize=LABEL_SIZE,
            color=palette.ink2,
        ),
        sheet.text(
            value, alt.Text("value:Q", format=".2f"), align="right", fontSize=15, fontWeight=700, color=palette.ink
        ),
    ]


def _words(sheet: _Sheet) -> list[alt.Chart]:
    """The tokens under the lowest map of each column, the current one in the accent; on a narrow screen it alone."""
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


def _courses(sheet: _Sheet, _: Translate) -> list[alt.Chart]:
    """The unit's course: gates between 0 and 1, states around 0 as far as they go."""
    palette, last = sheet.palette, max(1, len(sheet.tokens) - 1)
    bottom, middle = sheet.course + COURSE, sheet.course + COURSE / 2
    unit = (
        sheet.on(sheet.cells, token=f"{json.dumps(sheet.tokens)}[datum.position]")
        .transform_filter(HERE)
        .transform_calculate(size="abs(datum.value)")
        .transform_joinaggregate(groupby=["gate"], furthest="max(size)")
        .transform_calculate(limit="max(1, ceil(datum.furthest))")
        .transform_calculate(
            x=f"(datum.gate ? {COURSES['gate']} : {COURSES['state']}) + {COURSE_WIDTH} * datum.position / {last}",
            y=f"datum.gate ? {bottom} - {COURSE} * datum.value : {middle} - {COURSE / 2} * datum.value / datum.limit",
            top=str(sheet.course),
            bottom=str(bottom),
        )
    )
    now = unit.transform_filter(NOW)
    ends = pd.DataFrame([(side, x, x + COURSE_WIDTH, sheet.course, bottom) for side, x in COURSES.items()])
    ends.columns = pd.Index(["side", "x", "x2", "y", "y2"])
    dash = alt.StrokeDash(
        "panel:N",
        legend=None,
        scale=alt.Scale(domain=list(range(len(sheet.quantities))), range=[DASHES[name] for name in sheet.quantities]),
    )
    line = unit.mark_line(color=palette.ink, strokeWidth=1.6, aria=False).encode(
        x=sheet.x(), y=sheet.y(), strokeDash=dash, order=alt.Order("position:Q")
    )
    return [
        sheet.box(alt.Chart(ends), color=palette.panel, aria=False),
        line,
        now.mark_rule(color=sheet.accent, strokeWidth=2, aria=False).encode(
            x=sheet.x(), y=sheet.y("top"), y2=alt.Y2("bottom:Q")
        ),
        now.mark_point(color=sheet.accent, filled=True, size=44, opacity=1, aria=False).encode(
            x=sheet.x(), y=sheet.y()
        ),
        *_course_labels(sheet, unit, now, _),
    ]


def _course_labels(sheet: _Sheet, unit: alt.Chart, now: alt.Chart, _: Translate) -> list[alt.Chart]:
    palette, last = sheet.palette, len(sheet.tokens) - 1
    names = [f"{_(NAMES[name])} {mark}" for name, mark in zip(sheet.quantities, sheet.letters, strict=True)]
    ends = (
        unit.transform_filter(f"datum.position == {last}")
        .transform_window(sort=[alt.SortField("y")], groupby=["gate"], rank="row_number()")
        .transform_calculate(raised=f"datum.y - {LINE} * datum.rank")
        .transform_window(sort=[alt.SortField("y")], groupby=["gate"], frame=[None, 0], pushed="max(raised)")
        .transform_calculate(
            y=f"datum.pushed + {LINE} * datum.rank",
            x="datum.x + 0.008",
            name=f"{WIDE} ? {json.dumps(names)}[datum.panel] : {json.dumps(sheet.letters)}[datum.panel]",
        )
    )
    sentence = _("Unit {unit} along the sentence")
    title = unit.transform_filter(f"datum.panel == 0 && datum.position == {last}").transform_calculate(
        x="0",
        y=f"{sheet.course - 12}",
        words=f"replace({json.dumps(sentence)}, '{{unit}}', datum.unit)",
    )
    limits = unit.transform_filter("datum.position == 0").transform_aggregate(limit="max(limit)", groupby=["gate"])
    low = limits.transform_calculate(
        x=f"(datum.gate ? {COURSES['gate']} : {COURSES['state']}) - 0.006",
        y=str(sheet.course + COURSE),
        words="datum.gate ? '0' : '−' + datum.limit",
    )
    high = low.transform_calculate(y=str(sheet.course + 8), words="datum.gate ? '1' : '' + datum.limit")
    first_panels = [
        next(i for i, n in enumerate(sheet.quantities) if n.endswith("_gate") == gate) for gate in (True, False)
    ]
    one = f"indexof({first_panels}, datum.panel) >= 0"
    below = {"y": str(sheet.course + COURSE + 15)}
    corners = unit.transform_filter(f"{one} && (datum.position == 0 || datum.position == {last})").transform_calculate(
        **below
    )
    return [
        sheet.text(title, "words:N", align="left", fontSize=LABEL_SIZE, fontWeight=700, color=palette.ink),
        sheet.text(ends, "name:N", align="left", baseline="middle", fontSize=LEGEND_SIZE, color=palette.ink2),
        *(sheet.text(each, "words:N", align="right", color=palette.ink3) for each in (low, high)),
        sheet.text(
            corners.transform_filter(f"!({NOW}) && ({WIDE} || datum.position == 0)"), "token:N", color=palette.ink3
        ),
        sheet.text(
            now.transform_filter(one).transform_calculate(**below),
            "token:N",
            color=sheet.accent,
            fontWeight=700,
            fontSize=LABEL_SIZE,
        ),
    ]


def _legend(sheet: _Sheet, _: Translate) -> list[alt.Chart]:
    """Both scales, on the line of the course's title."""
    palette, parts = sheet.palette, 16
    scales = ((_("state"), palette.state(), "−1", 0.78), (_("gate"), palette.gate(), "0", 0.92))
    y = sheet.course - 22
    boxes, words = [], []
    for name, ramp, low, left in scales:
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
