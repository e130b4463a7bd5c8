"""A sheet to draw on: several pictures in one view, in coordinates of their own, so that they share what is pointed at.

Across are columns, down are pixels (if the chart is as high as the sheet). Data have x, y and, for boxes, x2, y2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

FLUSH = {"left": 0, "right": 0, "top": 0, "bottom": 0}
"""The padding of a chart that takes exactly the room it asks for (Streamlit adds some where a side is not named)."""


def row_of(step: int, steps: int) -> int:
    """The row of an output step in a matrix of attention, counted from above.

    The first step is the lowest row and the source stands below it, as on the stage, on every screen.
    """
    return steps - 1 - step


Rows = pd.DataFrame | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Scales that every layer has in common."""

    width: float
    height: float

    @property
    def x(self) -> alt.X:
        return alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False))

    @property
    def y(self) -> alt.Y:
        return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False))

    def boxes(self, rows: Rows) -> alt.Chart:
        """Rectangles from x, y to x2, y2; the mark is still to be chosen."""
        return alt.Chart(_frame(rows)).encode(x=self.x, x2="x2:Q", y=self.y, y2="y2:Q")

    def text(self, rows: Rows, **mark: Any) -> alt.Chart:
        """`text` at x, y."""
        return alt.Chart(_frame(rows)).mark_text(**mark).encode(x=self.x, y=self.y, text="text:N")


def _frame(rows: Rows) -> pd.DataFrame:
    return rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
