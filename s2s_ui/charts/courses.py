"""One unit along the sentence, below the maps of the screen Gates: its gates on the left, its states on the right."""

import json

import altair as alt
import pandas as pd

from s2s_ui.charts.gate_sheet import COURSE, HERE, LEFT, NOW, WIDE, GateSheet
from s2s_ui.charts.quantities import NAMES
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE
from s2s_ui.locales import Translate

DASHES = {"forget_gate": [1, 0], "input_gate": [6, 3], "output_gate": [2, 3], "reset_gate": [1, 0]}
DASHES |= {"update_gate": [6, 3], "candidate": [2, 3], "cell": [1, 0], "hidden": [6, 3]}

COURSES = {"gate": LEFT, "state": 0.54}  # the left ends of both courses
COURSE_WIDTH = 0.355
LINE = 16  # between labels at the end of a course


def courses(sheet: GateSheet, _: Translate) -> list[alt.Chart]:
    """The unit's values over the steps: gates from 0 to 1, and states around 0; without gates, only states."""
    sides = COURSES if sheet.gated else {"state": LEFT}
    palette, last = sheet.palette, max(1, len(sheet.tokens) - 1)
    bottom, middle = sheet.course + COURSE, sheet.course + COURSE / 2
    unit = (
        sheet.on(sheet.cells, token=f"{json.dumps(sheet.tokens)}[datum.position]")
        .transform_filter(HERE)
        .transform_calculate(size="abs(datum.value)", current="datum.now ? datum.position : 0")
        .transform_joinaggregate(current="max(current)")
        .transform_joinaggregate(groupby=["gate"], furthest="max(size)")
        .transform_calculate(limit="max(1, ceil(datum.furthest))")
        .transform_calculate(
            x=f"{_corner(sheet)} + {COURSE_WIDTH} * datum.position / {last}",
            y=f"datum.gate ? {bottom} - {COURSE} * datum.value : {middle} - {COURSE / 2} * datum.value / datum.limit",
            top=str(sheet.course),
            bottom=str(bottom),
        )
    )
    now = unit.transform_filter(NOW)
    ends = pd.DataFrame([(side, x, x + COURSE_WIDTH, sheet.course, bottom) for side, x in sides.items()])
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
        *_labels(sheet, unit, now, _),
    ]


def _corner(sheet: GateSheet) -> str:
    """The left end of the graph that a datum belongs to."""
    return f"(datum.gate ? {COURSES['gate']} : {COURSES['state']})" if sheet.gated else f"{LEFT}"


def _labels(sheet: GateSheet, unit: alt.Chart, now: alt.Chart, _: Translate) -> list[alt.Chart]:
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
        x=f"{_corner(sheet)} - 0.006",
        y=str(sheet.course + COURSE),
        words="datum.gate ? '0' : '−' + datum.limit",
    )
    high = low.transform_calculate(y=str(sheet.course + 8), words="datum.gate ? '1' : '' + datum.limit")
    first_panels = [
        next(i for i, n in enumerate(sheet.quantities) if n.endswith("_gate") == gate)
        for gate in ((True, False) if sheet.gated else (False,))
    ]
    one = f"indexof({first_panels}, datum.panel) >= 0"
    below = {"y": str(sheet.course + COURSE + 15)}
    corners = unit.transform_filter(f"{one} && (datum.position == 0 || datum.position == {last})").transform_calculate(
        **below
    )
    at = "(isValid(hover.position) ? hover.position[0] : datum.current)"
    room = f"8 + 4 * (length(datum.token) + length({json.dumps(sheet.tokens)}[{at}]))"  # half of each, and a gap
    apart = f"abs(datum.position - {at}) * width * {COURSE_WIDTH / max(1, last)} > {room}"
    return [
        sheet.text(title, "words:N", align="left", fontSize=LABEL_SIZE, fontWeight=700, color=palette.ink),
        sheet.text(ends, "name:N", align="left", baseline="middle", fontSize=LEGEND_SIZE, color=palette.ink2),
        *(sheet.text(each, "words:N", align="right", color=palette.ink3) for each in (low, high)),
        sheet.text(
            corners.transform_filter(f"{apart} && ({WIDE} || datum.position == 0)"), "token:N", color=palette.ink3
        ),
        sheet.text(
            now.transform_filter(one).transform_calculate(**below),
            "token:N",
            color=sheet.accent,
            fontWeight=700,
            fontSize=LABEL_SIZE,
        ),
    ]
