"""The layout of the picture on the screen Gates, in pixels from the top and in shares of the width, and its data."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from s2s_core.analysis.gates import Part
from s2s_core.trace import CellTrace
from s2s_ui.charts.quantities import cell_frame, letter
from s2s_ui.charts.theme import Palette

CELL_LIMIT = 2.0  # the map of c shows -2..2
COLUMNS = 3
LEFT, WIDTH, PITCH = 0.0245, 0.2825, 0.3457  # of the maps, in shares of the width
TOP, MAP, GAP = 22, 168, 34  # in pixels
COURSE = 88  # the height of both courses, in pixels
SLANTED = 3  # longer tokens are slanted

HERE = "isValid(hover.unit) ? datum.unit == hover.unit[0] : datum.here"
NOW = "isValid(hover.position) ? datum.position == hover.position[0] : datum.now"
BOTH = f"({HERE}) && ({NOW})"
WIDE = "width > 600"
ROOMY = "width > 800"


class GateSheet:
    """The data and the layout that all layers share."""

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
        self.gated = any(name.endswith("_gate") for name in self.quantities)  # a plain recurrent cell has no gates
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
