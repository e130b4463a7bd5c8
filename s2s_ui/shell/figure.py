"""A figure on a page: a chart, and below it a row of buttons that save the picture or its numbers, or show a table.

The browser saves the picture (figure.js) and explains the mark under the pointer (explained.js). The table of numbers
is only made when somebody opens or saves it, so the row costs nothing until it is used.
"""

import re
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any, Literal

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from s2s_ui import borrowed, kept
from s2s_ui.charts import explained, theme
from s2s_ui.charts.layers import Layers
from s2s_ui.kept import Kept
from s2s_ui.session import state
from s2s_ui.session.i18n import _
from s2s_ui.session.messages import literal
from s2s_ui.shell import layout, queue

Chart = alt.Chart | Layers
OnSelect = Callable[[], None] | Literal["rerun", "ignore"]
PICK = "pick"
"""The name of the selection of an Altair chart that is sent to the server; the others stay in the browser."""


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
    """Show an Altair chart or a Plotly figure, and the row of buttons below it.

    Args:
        chart: the chart.
        frame: the numbers of the chart, as a tidy table with readable column names, or a function that makes it.
        name: what a screen reader says instead of the picture.
        key: the key of the widget, unique on the page.
        file: the name of the downloaded files, without an ending; `key` by default.
        least: the smallest width in pixels. On a narrower page the figure scrolls and does not shrink.
        on_select: passed on to `st.altair_chart` or `st.plotly_chart`, see `widgets.picked`. Of an Altair chart's
            selections, only the one called "pick" is used.
        slider: the parameter of the address in which the browser stores the position of the chart's own slider.

    Returns:
        What the reader has selected, as `st.altair_chart` and `st.plotly_chart` return it.
    """
    palette = theme.palette(layout.dark())
    with st.container(key=f"figure_{key}", gap=None):
        if least is not None:
            st.html(f"<style>.st-key-figure_{key} {{ --s2s-least: {least}px }}</style>")
        if isinstance(chart, go.Figure):
            chart = go.Figure(chart).update_layout(template=theme.plotly_template(palette))
            selected: Any = st.plotly_chart(chart, theme=None, key=key, alt=name, on_select=on_select, config=_CONFIG)
        else:
            selection = PICK if on_select != "ignore" else None
            themed: Any = _Themed(chart, palette)
            selected = st.altair_chart(
                themed,
                width="stretch",
                theme=None,
                key=key,
                alt=name,
                on_select=on_select,
                selection_mode=selection,
            )
        _row(frame, name=name, key=key, file=file or key, slider=slider)
    return selected


_CONFIG = {"displaylogo": False, "displayModeBar": True}  # the style sheet hides the bar; figure.js clicks its button
_AS_SVG = {"embedOptions": {"renderer": "svg"}}


class _Themed:
    """A chart with the page's theme. It skips the check against Vega-Lite's schema, which takes most of the time."""

    def __init__(self, chart: Chart, palette: theme.Palette) -> None:
        self.chart, self.palette = chart, palette

    def to_dict(self) -> dict[str, Any]:
        specification = self.chart.to_dict(validate=False)
        config = {**specification.get("config", {}), **theme.altair_config(self.palette)}
        if isinstance(padding := specification.get("padding"), int | float):  # else Streamlit adds 20 pixels to a 0
            specification["padding"] = dict.fromkeys(("left", "right", "top", "bottom"), padding)
        return {**specification, "config": config, "usermeta": _AS_SVG}


borrowed.draw_unchecked()


@st.fragment
@queue.in_turn(told=False)
def _row(
    frame: pd.DataFrame | Callable[[], pd.DataFrame], *, name: str, key: str, file: str, slider: str | None
) -> None:
    """The buttons for SVG, PNG, CSV, the explanation and the table. A fragment: opening one does not rerun the page."""
    with st.container(key=f"tools_{key}", horizontal=True, vertical_alignment="center", gap=None):
        pictures = st.components.v2.component("s2s_figure", js=kept.component(_SCRIPT), isolate_styles=False)
        # a change of the address removes the slider's parameter; with this address the browser adds it again
        position = {"slider": slider, "address": state.address()} if slider else {}
        said = explained.of(key, _).to_json(_, state.lesson_link())
        data = {"file": file, "label": _("Save as {format}"), "said": said, **position}
        if layout.dark():
            data["inks"] = theme.on_paper()
        pictures(key=f"pictures {key}", data=data)
        st.download_button(
            "CSV",
            partial(_csv, frame),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"csv {key}",
            type="tertiary",
            on_click="ignore",
        )
        with st.popover(
            "?", key=f"explain {key}", type="tertiary", on_change="rerun", help=_("What is drawn")
        ) as drawn:
            if drawn.open:
                st.caption(literal(explanation(_table(frame), name)))
        with st.popover(_("Show as table"), key=f"table {key}", type="tertiary", on_change="rerun") as table:
            if table.open:
                st.dataframe(_table(frame), hide_index=True, width="content", key=f"rows {key}")


def _script() -> str:
    """All scripts as one, because a component has only one script; only the last one's names are visible."""
    charted, plotted, explains, paper, buttons = map(
        _bare, ("charted.js", "plotted.js", "explained.js", "paper.js", "figure.js")
    )
    said = f"const explains = (() => {{\n{charted}\n{plotted}\n{explains}\nreturn explains;\n}})();"
    return f"{said}\nconst prints = (() => {{\n{paper}\nreturn prints;\n}})();\n{buttons}"


def _bare(name: str) -> str:
    """A script without imports, and with plain functions instead of exports, except the default export."""
    source = files(__package__).joinpath(name).read_text("utf-8")
    return re.sub(r"^import .*\n|^/\*\* @import .*\n|^export (?=function|const)", "", source, flags=re.MULTILINE)


_SCRIPT = Kept("figure.js", _script)


def explanation(table: pd.DataFrame, name: str) -> str:
    """One sentence about the axes and colours of a figure, with their current ranges."""
    parts = []
    for column, values in table.items():
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            low, high = values.min(), values.max()
            if pd.notna(low):
                words = _("{column} from {low} to {high}")
                parts.append(words.format(column=column, low=f"{low:.4g}", high=f"{high:.4g}"))
        else:
            parts.append(_("{column}: {count} different").format(column=column, count=values.astype(str).nunique()))
    return _("{name}. In numbers, {count} rows: {parts}.").format(name=name, count=len(table), parts="; ".join(parts))


def _csv(frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> bytes:
    """The table as CSV with a byte order mark, so that Excel recognises UTF-8."""
    return _table(frame).to_csv(index=False).encode("utf-8-sig")


def _table(frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return frame() if callable(frame) else frame
