"""A figure on a page: the picture, and below it a small row that saves it, its numbers, and shows them as a table.

Pictures are saved in the browser (figure.js) and the table of numbers is made when it is asked for, so that the row
costs nothing until it is used.
"""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any, Literal

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from s2s_ui import borrowed
from s2s_ui.charts import theme
from s2s_ui.session import state
from s2s_ui.session.i18n import _
from s2s_ui.shell import layout

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.ConcatChart | alt.FacetChart
OnSelect = Callable[[], None] | Literal["rerun", "ignore"]
PICK = "pick"
"""The selection of an Altair chart that the server hears of; the others stay in the browser."""


def show(
    chart: Chart | go.Figure,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    name: str,
    key: str,
    file: str | None = None,
    least: int | None = None,
    on_select: OnSelect = "ignore",
    slider: str | None = None,
) -> Any:
    """Mounts an Altair chart or a Plotly figure and the row below it; answers what the reader has selected.

    `frame` holds the numbers of the figure, tidy, its columns named as a reader would (or makes them when asked).
    `name` is what a screen reader says instead of the picture; `file` what its downloads are called (by default `key`).
    Where there is less room than `least` pixels, the figure scrolls instead of shrinking.
    `on_select` is that of `st.altair_chart` and `st.plotly_chart`, see `state.picked`; of an Altair chart's selections
    the one called "pick" counts.
    `slider` is the parameter of the address in which the browser keeps the place of a chart's own slider.
    """
    palette = theme.palette(layout.dark())
    with st.container(key=f"figure_{key}", gap=None):
        if least is not None:
            st.html(f"<style>.st-key-figure_{key} {{ --s2s-least: {least}px }}</style>")
        if isinstance(chart, go.Figure):
            chart = go.Figure(chart).update_layout(template=theme.plotly_template(palette))
            selected: Any = st.plotly_chart(chart, theme=None, key=key, alt=name, on_select=on_select, config=_QUIET)
        else:
            heard = PICK if on_select != "ignore" else None
            themed: Any = _Themed(chart, palette)
            selected = st.altair_chart(
                themed,
                width="stretch",
                theme=None,
                key=key,
                alt=name,
                on_select=on_select,
                selection_mode=heard,
            )
        _row(frame, name=name, key=key, file=file or key, slider=slider)
    return selected


_QUIET = {"displaylogo": False, "displayModeBar": True}  # the style sheet hides the bar; figure.js presses its button
_AS_SVG = {"embedOptions": {"renderer": "svg"}}


class _Themed:
    """A chart with the page's theme, not held against Vega-Lite's schema: that takes longer than the rest."""

    def __init__(self, chart: Chart, palette: theme.Palette) -> None:
        self.chart, self.palette = chart, palette

    def to_dict(self) -> dict[str, Any]:
        specification = self.chart.to_dict(validate=False)
        config = {**specification.get("config", {}), **theme.altair_config(self.palette)}
        if isinstance(padding := specification.get("padding"), int | float):  # or Streamlit adds 20 pixels to a 0
            specification["padding"] = dict.fromkeys(("left", "right", "top", "bottom"), padding)
        return {**specification, "config": config, "usermeta": _AS_SVG}


borrowed.draw_unchecked()


@st.fragment
def _row(
    frame: pd.DataFrame | Callable[[], pd.DataFrame], *, name: str, key: str, file: str, slider: str | None
) -> None:
    """SVG, PNG, CSV, table. A fragment: opening the table runs nothing else again."""
    with st.container(key=f"tools_{key}", horizontal=True, vertical_alignment="center", gap=None):
        script = files(__package__).joinpath("figure.js").read_text("utf-8")
        pictures = st.components.v2.component("s2s_figure", js=script, isolate_styles=False)
        told = {"slider": slider, "address": state.address()} if slider else {}  # a new address has lost the slider
        pictures(key=f"pictures {key}", data={"file": file, "label": _("Save as {format}"), **told})
        st.download_button(
            "CSV",
            partial(_csv, frame),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"csv {key}",
            type="tertiary",
            on_click="ignore",
        )
        with st.popover(_("Show as table"), key=f"table {key}", type="tertiary", on_change="rerun") as table:
            if table.open:
                st.dataframe(_made(frame), hide_index=True, width="content", key=f"rows {key}")


def _csv(frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    return _made(frame).to_csv(index=False).encode("utf-8-sig")


def _made(frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return frame() if callable(frame) else frame
