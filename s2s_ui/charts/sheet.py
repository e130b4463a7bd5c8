"""A sheet to draw on: several pictures in one view with their own coordinates, so that they share the pointer.

x is in columns, y in pixels (if the chart is as high as the sheet). Data have x, y and, for boxes, x2, y2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

FLUSH = {"left": 0, "right": 0, "top": 0, "bottom": 0}
"""No padding on any side; Streamlit adds padding to sides that are not named."""


def row_of(step: int, steps: int) -> int:
    """The row of an output step in a matrix of attention, counted from above.

    On every screen the first step is the lowest row, with the source below it, as on the stage.
    """
    return steps - 1 - step


Rows = pd.DataFrame | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scales that all layers share."""

    width: float
    height: float

    @property
    def x(self) -> alt.X:
        return alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False))

    @property
    def y(self) -> alt.Y:
        return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False))

    def boxes(self, rows: Rows) -> alt.Chart:
        """Rectangles from x, y to x2, y2, without a mark."""
        return alt.Chart(_frame(rows)).encode(x=self.x, x2="x2:Q", y=self.y, y2="y2:Q")

    def text(self, rows: Rows, **mark: Any) -> alt.Chart:
        """`text` at x, y."""
        return alt.Chart(_frame(rows)).mark_text(**mark).encode(x=self.x, y=self.y, text="text:N")


def _frame(rows: Rows) -> pd.DataFrame:
    return rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
