"""The paths of the gradient to a cell's states, its size over the steps back, and one step with its numbers."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from s2s_core.experiments import Figure
from s2s_core.gradients import Flow, Jacobian, shares
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import N_, Translate

PATHS = {
    "cell": N_("along the cell state"),
    "state": N_("along the state"),
    "hidden": N_("through the state h"),
    "forget_gate": N_("through the forget gate"),
    "input_gate": N_("through the input gate"),
    "candidate": N_("through the candidate"),
    "output_gate": N_("through the output gate"),
    "reset_gate": N_("through the reset gate"),
    "update_gate": N_("through the update gate"),
    "forget_peephole": N_("peephole of the forget gate"),
    "input_peephole": N_("peephole of the input gate"),
    "output_peephole": N_("peephole of the output gate"),
    "output": N_("from the output"),
    "attention": N_("as attention's query"),
    "context": N_("from the contexts"),
    "scores": N_("from the scores"),
    "bridge": N_("from the decoder's start"),
    "above": N_("from the layer above"),
}
COLOURS = (
    "#4E79A7", "#F28E2B", "#59A14F", "#B6992D", "#E15759", "#499894", "#B07AA1", "#9D7660", "#79706E", "#D37295",
)  # fmt: skip
QUANTITIES = ("hidden", "cell", "inputs")
DASHES = ([1, 0], [6, 3], [2, 3], [8, 3, 2, 3], [1, 3])
HEIGHT, ROW, BAR = 190, 38, 12  # pixels


def path_frame(flow: Flow, quantity: str, words: Sequence[str], _: Translate = str) -> pd.DataFrame:
    """One row per step and path: the part of |gradient| through this path; the parts of a step add up to |gradient|."""
    _name, total, paths = next(row for row in flow.quantities() if row[0] == quantity)
    rows = [
        (at, words[at], path, _(PATHS[path]), float(value), float(np.linalg.norm(total[at])))
        for path, values in shares(total, paths).items()
        for at, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["position", "token", "path", "name", "share", "|∂L|"])


def paths(frame: pd.DataFrame, palette: Palette, *, y: str, position: int) -> Layers:
    """Stacked bars: one bar per step, one colour per path; a click picks the position."""
    names = list(dict.fromkeys(frame["name"]))
    words = frame.drop_duplicates("position")["token"].tolist()
    pick = alt.selection_point(name="pick", on="click", clear=False, toggle=False, fields=["position"], empty=False)
    place = alt.X("position:O", axis=tokens.axis(words, palette))
    bars = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer", aria=False)
        .encode(
            x=place,
            y=alt.Y("share:Q", title=y, axis=alt.Axis(format=".1e", tickCount=4), stack=True),
            color=alt.Color(
                "name:N",
                scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])),
                legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=170),
            ),
            tooltip=["token", "name", alt.Tooltip("share:Q", format=".3e"), alt.Tooltip("|∂L|:Q", format=".3e")],
        )
        .add_params(pick)
        .properties(name="paths")
    )
    here = frame[frame["position"] == position].drop_duplicates("position")
    mark = alt.Chart(here).mark_rule(color=palette.ink, strokeDash=[2, 3], aria=False).encode(x=place)
    return Layers(bars, mark, height=HEIGHT)


def step_frame(jacobian: Jacobian, unit: int, _: Translate = str) -> pd.DataFrame:
    """The diagonal element of one unit as a sum: path, name, value; the last row is the sum."""
    rows = [(path, _(PATHS[path]), float(term[unit, unit])) for path, term in jacobian.terms.items()]
    rows.append(("total", _("sum"), float(jacobian.total[unit, unit])))
    return pd.DataFrame(rows, columns=["path", "name", "value"])


def step(frame: pd.DataFrame, palette: Palette) -> Layers:
    """One bar per term from 0, below its name and with its number; the sum is bold."""
    last = len(frame) - 1
    rows = frame.assign(number=[_number(value) for value in frame["value"]], row=range(last + 1))
    furthest = max(1.0, float(frame["value"].abs().max()))
    low = min(0.0, float(frame["value"].min()))
    down = alt.Y("row:O", axis=None, scale=alt.Scale(padding=0))
    scale = alt.Scale(domain=[1.1 * low, 1.25 * furthest], nice=False)
    base = alt.Chart(rows)
    ink = alt.condition(f"datum.row === {last}", alt.value(palette.ink), alt.value(palette.ink3))
    ends = base.transform_calculate(end="max(datum.value, 0)")
    return Layers(
        base.mark_bar(height=BAR, yOffset=7, y2Offset=7).encode(
            x=alt.X("value:Q", axis=None, scale=scale), y=down, color=ink
        ),
        ends.mark_text(align="left", baseline="middle", dx=5, dy=7, fontSize=LABEL_SIZE, color=palette.ink).encode(
            x=alt.X("end:Q", axis=None, scale=scale), y=down, text="number:N"
        ),
        base.mark_text(align="left", baseline="middle", dy=-9, fontSize=LABEL_SIZE, color=palette.ink2).encode(
            x=alt.value(2), y=down, text="name:N"
        ),
        height=ROW * (last + 1),
    )


def _number(value: float) -> str:
    """A term with its sign and a true minus; a value that three decimals would show as 0 has a power of ten."""
    return f"{value:+.3f}".replace("-", "−") if abs(value) >= 5e-4 or not value else f"{value:+.0e}".replace("-", "−")


def decay_frame(figures: Sequence[Figure], measures: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """The lines that `measures` names, by model and measure: steps back, log10 |∂L/∂h| and its interval."""
    rows = [
        (measures[entry.model, entry.measure], int(entry.at), entry.value, entry.low, entry.high, entry.pairs)
        for entry in figures
        if (entry.model, entry.measure) in measures
    ]
    return pd.DataFrame(rows, columns=["model", "at", "value", "low", "high", "pairs"])


def decay(frame: pd.DataFrame, palette: Palette, *, x: str, y: str) -> Layers:
    """log10 |gradient| over the number of steps back, one line per model with its interval."""
    models = list(dict.fromkeys(frame["model"]))
    inks = [palette.decoder, palette.ink, palette.forward, palette.backward, palette.ink3]
    colour = alt.Color(
        "model:N",
        scale=alt.Scale(domain=models, range=inks),
        legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=260, symbolOpacity=1, symbolType="stroke"),
    )  # fmt: skip
    dash = alt.StrokeDash("model:N", scale=alt.Scale(domain=models, range=list(DASHES)), legend=None)
    scale = alt.Scale(zero=False)
    place = alt.X("at:Q", title=x, axis=alt.Axis(grid=False, tickMinStep=1), scale=alt.Scale(zero=False, nice=False))
    value = alt.Y("value:Q", title=y, scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart(frame)
    tooltip = ["model", "at", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("value", "low", "high")), "pairs"]
    return Layers(
        base.mark_area(opacity=0.1).encode(x=place, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour),
        base.mark_line(strokeWidth=1.8).encode(x=place, y=value, color=colour, strokeDash=dash),
        base.mark_point(size=20, opacity=1, filled=True).encode(x=place, y=value, color=colour, tooltip=tooltip),
        height=240,
    )
