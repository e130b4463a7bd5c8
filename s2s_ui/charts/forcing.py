"""Teacher forcing: the free run above the forced run, column by column; the loss of each step, and the sum of (16).

A box around a fed token means that it comes from the reference. A line marks the first step at which the free run
differs from the reference, and the free run's output from there on is tinted.
"""

from typing import Literal

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.forcing import parting, per_step
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.numbers import log_prob
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

FREE, FORCED = "free", "forced"
LINES = {  # the height of each line of the figure, in pixels
    "free fed": 16,
    "free predicted": 42,
    "free probability": 56,
    "reference": 96,
    "forced fed": 124,
    "forced predicted": 152,
    "forced probability": 166,
}
LOSS, LOSS_HEIGHT = 256, 44  # the base line of the bars
SUM, SUM_HEIGHT = 290, 116  # the line from which the sums go down
BOTTOM = SUM + SUM_HEIGHT + 10
GUTTER = 132
TOKEN_SIZE, LEAST_TOKEN_SIZE = 15, 12
LEAST_COLUMN, TOTALS = 24, 60  # pixels: the least width of a column, and the space for the sums on the right
TOKEN_SHARE = 0.6  # the largest width of a token, in columns
NUMBER_WIDTH = 28  # pixels: the least width of a column with a number
BAR, HALF = 0.62, 0.31  # in columns


def frame(forced: Trace, free: Trace, _: Translate = str) -> pd.DataFrame:
    """One row per step and run. In the forced run the reference is scored, in the free run the output.

    `right` is whether the prediction equals the reference's token at the same step.
    """
    steps = pd.concat([per_step(free).assign(run=FREE), per_step(forced).assign(run=FORCED)], ignore_index=True)
    for column in ("fed", "predicted", "scored"):
        steps[column] = [printed(token, _) for token in steps[column]]
    reference = forced.reference_tokens or ()
    parted = parting(reference, free.tgt_tokens)
    steps["parted"] = False if parted is None else steps["step"] > parted
    wanted = dict(enumerate((printed(token, _) for token in reference), start=1))
    steps["right"] = steps["predicted"] == steps["step"].map(wanted)
    steps["loss"] = -steps["log_prob"]
    return steps.rename(columns={"log_prob": "log p", "total": "Σ log p"})


def table(steps: pd.DataFrame) -> pd.DataFrame:
    """`frame` as a table to save: one row per step and run."""
    columns = ["run", "step", "fed", "fed_from", "predicted", "probability", "scored", "log p", "Σ log p"]
    return steps[columns]


def least_width(steps: pd.DataFrame) -> int:
    """The least width in pixels at which `runs` is readable."""
    return GUTTER + LEAST_COLUMN * int(steps["step"].max()) + TOTALS


def runs(steps: pd.DataFrame, palette: Palette, _: Translate) -> Layers:
    """Both runs of `frame` in one figure."""
    columns = int(steps["step"].max())
    place = alt.X("step:Q", scale=alt.Scale(domain=[0.5, columns + 0.5], nice=False), axis=None)
    free, forced = (steps[steps["run"] == run] for run in (FREE, FORCED))
    layers: list[alt.Chart] = [
        *_parting(steps, palette, place, _),
        *_fed(free, LINES["free fed"], columns, palette, place),
        *_predicted(free, "free", columns, palette, place),
        _tokens(forced, "scored", LINES["reference"], place, columns, weight=700, colour=palette.ink),
        *_fed(forced, LINES["forced fed"], columns, palette, place),
        *_predicted(forced, "forced", columns, palette, place),
        *_losses(forced, columns, palette, place),
        *_sums(free, forced, columns, palette, place),
        *_gutter(palette, _),
    ]
    padding = {"left": 2, "right": 2, "top": 2, "bottom": 2}
    return Layers(*layers, height=BOTTOM, padding=padding)


def _tokens(
    steps: pd.DataFrame,
    column: str,
    line: float,
    place: alt.X,
    columns: int,
    *,
    weight: Literal[400, 700],
    colour: str,
    size: int = TOKEN_SIZE,
) -> alt.Chart:
    """Tokens on a line, as large as their column allows. The browser computes the size, because it knows the width."""
    fitting = alt.ExprRef(f"clamp({TOKEN_SHARE} * width / {columns}, {LEAST_TOKEN_SIZE}, {size})")
    marks = alt.Chart(steps).mark_text(baseline="middle", fontSize=fitting, fontWeight=weight, color=colour)
    tooltip = ["step", "fed", "fed_from", "predicted", alt.Tooltip("probability:Q", format=".4f"), "scored", "log p"]
    return marks.encode(x=place, y=alt.value(line), text=f"{column}:N", tooltip=tooltip)


def _where_it_fits(columns: int) -> alt.ExprRef:
    """The opacity of the numbers below the columns: 0 if the columns are too narrow."""
    return alt.ExprRef(f"width / {columns} < {NUMBER_WIDTH} ? 0 : 1")


def _fed(steps: pd.DataFrame, line: float, columns: int, palette: Palette, place: alt.X) -> list[alt.Chart]:
    """The fed token of each step: in a box if it comes from the reference; an arrow for the start."""
    boxes = steps[steps["fed_from"] == "reference"]
    boxed = boxes.assign(start=boxes["step"] - HALF, stop=boxes["step"] + HALF)
    rects = alt.Chart(boxed).mark_rect(filled=False, stroke=palette.ink, strokeWidth=1.6, cornerRadius=4)
    across = alt.X("start:Q", scale=place["scale"], axis=None)
    fed = steps.assign(fed=steps["fed"].where(steps["fed_from"] != "start", "→"))
    return [
        rects.encode(x=across, x2="stop:Q", y=alt.value(line - 11), y2=alt.value(line + 11)),
        _tokens(fed, "fed", line, place, columns, weight=400, colour=palette.ink2, size=LABEL_SIZE),
    ]


def _predicted(steps: pd.DataFrame, run: str, columns: int, palette: Palette, place: alt.X) -> list[alt.Chart]:
    """The token that each step wrote, in a warning colour if it is wrong, above its probability (bar and number)."""
    good, line = steps["right"], LINES[f"{run} predicted"]
    bars = steps.assign(start=steps["step"] - HALF, stop=steps["step"] - HALF + BAR * steps["probability"])
    across = alt.X("start:Q", scale=place["scale"], axis=None)
    below = LINES[f"{run} probability"]
    layers: list[alt.Chart] = [
        _tokens(steps[good], "predicted", line, place, columns, weight=400, colour=palette.ink),
        _tokens(steps[~good], "predicted", line, place, columns, weight=700, colour=palette.warn),
        alt.Chart(bars)
        .mark_rect(color=palette.decoder)
        .encode(x=across, x2="stop:Q", y=alt.value(below), y2=alt.value(below + 3)),
    ]
    numbers = steps.assign(text=[f"{p:.2f}" for p in steps["probability"]])
    marks = alt.Chart(numbers).mark_text(
        baseline="top", fontSize=LEGEND_SIZE, color=palette.ink3, opacity=_where_it_fits(columns)
    )
    return [*layers, marks.encode(x=place, y=alt.value(below + 6), text="text:N")]


def _losses(forced: pd.DataFrame, columns: int, palette: Palette, place: alt.X) -> list[alt.Chart]:
    """-log p of the reference's token at each step, as a bar with its number."""
    most = max(float(forced["loss"].max()), 1.0)
    heights = forced["loss"] / most * LOSS_HEIGHT
    bars = forced.assign(
        start=forced["step"] - HALF,
        stop=forced["step"] + HALF,
        top=LOSS - heights,
        bottom=LOSS,
        text=[f"{loss:.1f}" for loss in forced["loss"]],
    )
    down = alt.Scale(domain=[0, BOTTOM], range=[0, BOTTOM], nice=False)
    colour = alt.condition("datum.right", alt.value(palette.decoder), alt.value(palette.warn))
    base = alt.Chart(bars)
    across = alt.X("start:Q", scale=place["scale"], axis=None)
    said = ["step", "scored", alt.Tooltip("loss:Q", format=".4f", title="−log p")]
    layers: list[alt.Chart] = [
        base.mark_rect().encode(
            x=across, x2="stop:Q", y=alt.Y("top:Q", scale=down, axis=None), y2="bottom:Q", color=colour, tooltip=said
        ),
        alt.Chart(bars)
        .mark_rule(color=palette.line)
        .encode(x=across, x2="stop:Q", y=alt.Y("bottom:Q", scale=down, axis=None)),
    ]
    numbers = base.mark_text(
        baseline="bottom", dy=-3, fontSize=LEGEND_SIZE, color=palette.ink2, opacity=_where_it_fits(columns)
    )
    return [*layers, numbers.encode(x=place, y=alt.Y("top:Q", scale=down, axis=None), text="text:N")]


def _sums(free: pd.DataFrame, forced: pd.DataFrame, columns: int, palette: Palette, place: alt.X) -> list[alt.Chart]:
    """Both sums of (16), term by term downwards from 0, with the value at the end."""
    most = max(-float(free["Σ log p"].iloc[-1]), -float(forced["Σ log p"].iloc[-1]), 1.0)
    down = alt.Scale(domain=[0, BOTTOM], range=[0, BOTTOM], nice=False)
    across = alt.X("start:Q", scale=place["scale"], axis=None)
    layers: list[alt.Chart] = [
        alt.Chart(pd.DataFrame({"start": [0.5], "stop": [columns + 0.5], "line": [SUM]}))
        .mark_rule(color=palette.line)
        .encode(x=across, x2="stop:Q", y=alt.Y("line:Q", scale=down, axis=None))
    ]
    ends = []
    for steps, colour, width in ((free, palette.ink3, 1.0), (forced, palette.decoder, 1.6)):
        levels = SUM - steps["Σ log p"] / most * SUM_HEIGHT
        stairs = steps.assign(start=steps["step"] - 0.5, stop=steps["step"] + 0.5, level=levels)
        stairs["before"] = stairs["level"].shift(fill_value=SUM)
        base = alt.Chart(stairs)
        said = ["run", "step", "scored", alt.Tooltip("log p:Q", format=".4f"), alt.Tooltip("Σ log p:Q", format=".4f")]
        layers += [
            base.mark_rule(color=colour, strokeWidth=width).encode(
                x=across, x2="stop:Q", y=alt.Y("level:Q", scale=down, axis=None), tooltip=said
            ),
            base.mark_rule(color=colour, strokeWidth=width + 3).encode(
                x=across, y=alt.Y("before:Q", scale=down, axis=None), y2="level:Q", tooltip=said
            ),
        ]
        total = float(steps["Σ log p"].iloc[-1])
        text = f"Σ {log_prob(total)}"
        ends.append({"at": steps["step"].iloc[-1] + 0.5, "level": levels.iloc[-1], "text": text, "colour": colour})
    apart = ends[1]["level"] - ends[0]["level"]
    if abs(apart) < CONTROL_SIZE + 2:  # keep both labels legible
        ends[1]["level"] = ends[0]["level"] + CONTROL_SIZE + 2
    labels = alt.Chart(pd.DataFrame(ends)).mark_text(align="left", dx=6, fontSize=CONTROL_SIZE, fontWeight=700)
    layers.append(
        labels.encode(
            x=alt.X("at:Q", scale=place["scale"], axis=None),
            y=alt.Y("level:Q", scale=down, axis=None),
            text="text:N",
            color=alt.Color("colour:N", scale=None, legend=None),
        )
    )
    return layers


def _parting(steps: pd.DataFrame, palette: Palette, place: alt.X, _: Translate) -> list[alt.Chart]:
    """The tint of the free run from the first difference on, the line there, and the step in words."""
    parted = steps[steps["parted"]]
    if parted.empty:
        return []
    first, last = float(parted["step"].min()), float(steps["step"].max())
    where = pd.DataFrame(
        {"start": [first - 0.5], "stop": [last + 0.5], "text": [_("The runs part at {k}").format(k=int(first))]}
    )
    base = alt.Chart(where)
    across = alt.X("start:Q", scale=place["scale"], axis=None)
    early = first < last / 2
    return [
        base.mark_rect(color=palette.warn_tint).encode(x=across, x2="stop:Q", y=alt.value(2), y2=alt.value(76)),
        base.mark_rule(color=palette.warn, strokeWidth=2).encode(
            x=across, y=alt.value(2), y2=alt.value(SUM + SUM_HEIGHT)
        ),
        base.mark_text(
            align="left" if early else "right", dx=6 if early else -6, color=palette.warn, fontWeight=700,
            fontSize=LABEL_SIZE,
        ).encode(x=across, y=alt.value((LOSS + SUM) / 2 + 2), text="text:N"),
    ]  # fmt: skip


def _gutter(palette: Palette, _: Translate) -> list[alt.Chart]:
    """The names of the lines, on their left: the decoder's numbers in its accent colour, inputs in the text colour."""
    names = pd.DataFrame(
        [
            (LINES["free fed"], _("free run: fed"), palette.ink2, 400),
            (LINES["free predicted"], _("predicted ŷ"), palette.decoder, 700),
            (LINES["free probability"] + 12, _("probability"), palette.ink3, 400),
            (LINES["reference"], _("reference y*"), palette.ink, 700),
            (LINES["forced fed"], _("forced run: fed"), palette.ink2, 400),
            (LINES["forced predicted"], _("predicted ŷ"), palette.decoder, 700),
            (LINES["forced probability"] + 12, _("probability"), palette.ink3, 400),
            (LOSS - 6, _("loss −log p(y*)"), palette.ink2, 700),
            (SUM + 2, _("Σ log p, (16)"), palette.ink2, 700),
            (SUM + 22, _("of the reference"), palette.decoder, 400),
            (SUM + 40, _("of the free run"), palette.ink3, 400),
        ],
        columns=["line", "name", "colour", "weight"],
    )
    return [
        alt.Chart(names[names["weight"] == weight])
        .mark_text(align="left", baseline="middle", fontSize=LABEL_SIZE, fontWeight=weight)
        .encode(
            x=alt.value(-GUTTER),
            y=alt.Y("line:Q", scale=alt.Scale(domain=[0, BOTTOM], range=[0, BOTTOM], nice=False), axis=None),
            text="name:N",
            color=alt.Color("colour:N", scale=None, legend=None),
        )
        for weight in (400, 700)
    ]
