"""The path of a state while the tokens are read, in the first two or three principal components."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from s2s_core import Trace
from s2s_core.analysis.directions import counterparts
from s2s_core.analysis.principal import principal
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.locales import Translate

HEIGHT = 300
COMPONENTS = ("PC1", "PC2", "PC3")
BEFORE, AFTER = "as typed", "replaced"


@dataclass(frozen=True, eq=False)
class Path:
    """The states of one direction in reading order, before and after a token was replaced."""

    direction: str
    frame: pd.DataFrame  # run, order (as it was read, 0 the start), position, token, label, PC1, PC2, PC3
    explained: tuple[float, ...]  # share of the variance along each component


def directions(trace: Trace) -> tuple[str, ...]:
    """The directions in which the encoder reads."""
    return ("forward",) if trace.encoder.backward is None else ("forward", "backward")


def path(before: Trace, after: Trace, direction: str, _: Translate = str) -> Path:
    """Both runs in the components of all their states.

    A path begins at the state before the first token, which is 0, and follows the order of reading.
    """
    runs = {BEFORE: before, AFTER: after}
    common = zip(before.src_tokens, counterparts(before.src_tokens, after.src_tokens), strict=True)
    kept = {place for token, place in common if place is not None and after.src_tokens[place] == token}
    cells = {run: getattr(trace.encoder, direction) for run, trace in runs.items()}
    frames, states = [], []
    for run, trace in runs.items():
        hidden, labels = cells[run].hidden, tokens.source(trace, _)
        order = range(len(hidden)) if direction == "forward" else range(len(hidden) - 1, -1, -1)
        states += [cells[run].initial_hidden[None], hidden[list(order)]]
        columns = {
            "run": run,
            "order": range(len(hidden) + 1),
            "position": [-1, *order],
            "token": ["", *(labels[position] for position in order)],
        }
        columns["label"] = [
            label if run == BEFORE or position not in kept else ""
            for position, label in zip(columns["position"], columns["token"], strict=True)
        ]
        frames.append(pd.DataFrame(columns))
    space = principal(np.concatenate(states))
    points = pd.DataFrame(space.project(np.concatenate(states)), columns=list(COMPONENTS))
    return Path(direction, pd.concat([pd.concat(frames, ignore_index=True), points], axis=1), tuple(space.explained))


def plane(path: Path, palette: Palette, _: Translate) -> Layers:
    """The path in two components; the path of the changed text is dashed, with its new tokens."""
    names = _names(path, _)
    colours = alt.Scale(domain=[BEFORE, AFTER], range=[palette.accent(path.direction), palette.ink3])
    base = alt.Chart(path.frame).encode(
        x=alt.X("PC1:Q", title=names[0], axis=alt.Axis(grid=False, tickCount=5), scale=alt.Scale(zero=False)),
        y=alt.Y("PC2:Q", title=names[1], axis=alt.Axis(grid=False, tickCount=5), scale=alt.Scale(zero=False)),
        order="order:Q",
        color=alt.Color("run:N", scale=colours, legend=None),
    )
    line = base.mark_line(strokeWidth=1.6).encode(
        strokeDash=alt.StrokeDash("run:N", scale=alt.Scale(domain=[BEFORE, AFTER], range=[[1, 0], [4, 3]]), legend=None)
    )
    points = base.mark_point(size=24, opacity=1).encode(tooltip=["run", "position", "token", "PC1", "PC2"])
    text = base.mark_text(fontSize=LABEL_SIZE, fontWeight=700, dx=9, dy=-7).encode(text="label:N")
    return Layers(line, points, text, height=HEIGHT)


def space(path: Path, palette: Palette) -> go.Figure:
    """The path in three components; it can be rotated."""
    figure = go.Figure()
    styles = {BEFORE: (palette.accent(path.direction), "solid"), AFTER: (palette.ink3, "dash")}
    for run, (colour, dash) in styles.items():
        rows = path.frame[path.frame["run"] == run].sort_values("order")
        figure.add_trace(
            go.Scatter3d(
                x=rows["PC1"],
                y=rows["PC2"],
                z=rows["PC3"],
                mode="lines+markers+text",
                text=rows["label"].map(_unmarked),
                customdata=rows.to_dict("records"),  # for shell/plotted.js
                textfont={"color": colour, "size": LEGEND_SIZE},
                line={"color": colour, "dash": dash, "width": 4},
                marker={"color": colour, "size": 3},
                hoverinfo="none",
            )
        )
    titles = [f"{name} {share:.0%}" for name, share in zip(COMPONENTS, path.explained, strict=True)]
    scene: dict[str, Any] = {
        f"{axis}axis": {"title": {"text": title}} for axis, title in zip("xyz", titles, strict=True)
    }
    scene["camera"] = {"eye": {"x": 1.5, "y": 1.5, "z": 0.9}, "center": {"x": 0, "y": 0, "z": -0.15}}
    return figure.update_layout(
        height=HEIGHT + 100, showlegend=False, scene=scene, margin={"l": 0, "r": 0, "t": 0, "b": 0}
    )


def _unmarked(label: str) -> str:
    """A label that Plotly shows literally: a joiner after "<" keeps it from reading tags as markup."""
    return label.replace("<", "<\N{WORD JOINER}")


def _names(path: Path, _: Translate) -> Sequence[str]:
    said = _("{component}: {share} % of the variance")
    return [
        said.format(component=component, share=round(100 * share))
        for component, share in zip(COMPONENTS, path.explained, strict=True)
    ]
