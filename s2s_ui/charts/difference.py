"""Heatmaps of the differences between two traces: right minus left; zero has the colour of the background."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.difference import attention_difference, probability_difference, state_distances
from s2s_ui.charts import tokens
from s2s_ui.charts.theme import Palette, Ramp
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

ROW = 16  # pixels
VISIBLE = 0.01  # smaller differences of probability are not visible
SYMBOLS = {"forward": "→h", "backward": "←h", "decoder": "s"}
TOKENS = 8  # of the output, those whose probability differs most


def attention_frame(left: Trace, right: Trace, _: Translate = str) -> pd.DataFrame | None:
    """α right minus α left for every output step and source position; None if they cannot be compared."""
    apart = attention_difference(left, right)
    if apart is None:
        return None
    sources = [
        one if one == other else f"{one}/{other}"
        for one, other in zip(tokens.source(left, _), tokens.source(right, _), strict=True)
    ]
    return _tidy(apart, rows=_steps(left, right, _), columns=sources, names=("output", "source", "Δα"))


def probability_frame(left: Trace, right: Trace, _: Translate = str) -> pd.DataFrame | None:
    """p right minus p left for every step and the tokens that differ most; None for two vocabularies."""
    apart = probability_difference(left, right)
    if apart is None:
        return None
    largest = np.abs(apart).max(axis=0)
    order = np.argsort(-largest, kind="stable")[:TOKENS]
    most = [token for token in order if largest[token] >= VISIBLE] or order[:1]
    labels = [printed(left.vocabulary[token], _) for token in most]
    return _tidy(apart[:, most].T, rows=labels, columns=_steps(left, right, _), names=("token", "output", "Δp"))


def encoder_frame(left: Trace, right: Trace, _: Translate = str) -> pd.DataFrame | None:
    """Mean |Δ| over the units of both directions, by source position; None if they cannot be compared."""
    return _distance_frame(left, right, ("forward", "backward"), tokens.source(left, _))


def decoder_frame(left: Trace, right: Trace, _: Translate = str) -> pd.DataFrame | None:
    """Mean |Δ| over the units of the decoder's state, by output step; None if they cannot be compared."""
    return _distance_frame(left, right, ("decoder",), _steps(left, right, _))


def _distance_frame(left: Trace, right: Trace, parts: Sequence[str], columns: Sequence[str]) -> pd.DataFrame | None:
    distances = state_distances(left, right)
    rows = [part for part in parts if part in distances]
    if not rows:
        return None
    values = np.stack([distances[part] for part in rows])
    return _tidy(values, rows=[SYMBOLS[part] for part in rows], columns=columns, names=("part", "token", "mean |Δ|"))


def heatmap(frame: pd.DataFrame, ramp: Ramp, palette: Palette) -> alt.Chart:
    """Any of these frames as a heatmap. Rows go from top to bottom; only output steps over the source go upwards, as on
    the stage.
    """
    row, column, value = frame.columns[2:]
    upward = (row, column) == ("output", "source")
    rows = frame.drop_duplicates("row").sort_values("row")[row].tolist()
    columns = frame.drop_duplicates("column").sort_values("column")[column].tolist()
    down = tokens.axis(rows, palette, orient="left")
    down.labelAngle, down.labelOverlap = 0, False
    return (
        alt.Chart(frame)
        .mark_rect(stroke=palette.line2, strokeWidth=0.5)
        .encode(
            x=alt.X("column:O", axis=tokens.axis(columns, palette), scale=alt.Scale(padding=0)),
            y=alt.Y("row:O", axis=down, scale=alt.Scale(padding=0), sort="descending" if upward else "ascending"),
            color=alt.Color(f"{value}:Q", scale=ramp.altair(), legend=None),
            tooltip=[f"{row}:N", f"{column}:N", alt.Tooltip(f"{value}:Q", format="+.3f")],
        )
        .properties(height=alt.Step(ROW))
    )


def summary(left: Trace, right: Trace, _: Translate) -> str:
    """One sentence: what the two runs have in common, and where they differ first."""
    pairs = zip(left.tgt_tokens, right.tgt_tokens, strict=False)
    first = next((t for t, (one, other) in enumerate(pairs) if one != other), None)
    if first is None and len(left.tgt_tokens) == len(right.tgt_tokens):
        return _("Both write “{output}”.").format(output=left.output)
    step = min(len(left.tgt_tokens), len(right.tgt_tokens)) if first is None else first
    return _("The left writes “{left}”, the right “{right}”: they part at {k}.").format(
        left=left.output, right=right.output, k=step + 1
    )


def _steps(left: Trace, right: Trace, _: Translate) -> list[str]:
    """The output of each step that both runs have; both tokens if they differ."""
    pairs = zip(tokens.target(left, _), tokens.target(right, _), strict=False)
    return [one if one == other else f"{one}/{other}" for one, other in pairs]


def _tidy(
    values: np.ndarray, *, rows: Sequence[str], columns: Sequence[str], names: tuple[str, str, str]
) -> pd.DataFrame:
    """A tidy frame: row and column numbers, their tokens, and the value."""
    height, width = values.shape
    row, column, value = names
    return pd.DataFrame(
        {
            "row": np.repeat(np.arange(height), width),
            "column": np.tile(np.arange(width), height),
            row: np.repeat(np.array(rows, dtype=object), width),
            column: np.tile(np.array(columns, dtype=object), height),
            value: values.ravel().round(5),
        }
    )
