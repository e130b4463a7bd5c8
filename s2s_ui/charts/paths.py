"""The path of a state as the tokens are read, in the two or three principal components that show most of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from s2s_core import Trace
from s2s_core.analysis.principal import principal
from s2s_ui.charts import tokens
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette

HEIGHT = 300
COMPONENTS = ("PC1", "PC2", "PC3")
BEFORE, AFTER = "as typed", "replaced"


@dataclass(frozen=True, eq=False)
class Path:
    """One direction's way through its state space, before and after a token was replaced."""

    direction: str
    frame: pd.DataFrame  # run, order (as it was read, 0 the start), position, token, PC1, PC2, PC3
    explained: tuple[float, ...]  # share of the variance along each component


def path(before: Trace, after: Trace, direction: str, end: str = "end") -> Path | None:
    """Both runs in the components of all their states; None where the encoder has no such direction.

    A path begins at the state before the first token, which is 0, and follows the order of reading.
    """
    runs = {BEFORE: before, AFTER: after}
    cells = {run: getattr(trace.encoder, direction) for run, trace in runs.items()}
    if cells[BEFORE] is None:
        return None
    frames, states = [], []
    for run, trace in runs.items():
        hidden, labels = cells[run].hidden, tokens.source(trace, end)
        order = range(len(hidden)) if direction == "forward" else range(len(hidden) - 1, -1, -1)
        states += [cells[run].initial_hidden[None], hidden[list(order)]]
        columns = {
            "run": run,
            "order": range(len(hidden) + 1),
            "position": [-1, *order],
            "token": ["", *(labels[position] for position in order)],
        }
        frames.append(pd.DataFrame(columns))
    space = principal(np.concatenate(states))
    points = pd.DataFrame(space.project(np.concatenate(states)), columns=list(COMPONENTS))
    return Path(direction, pd.concat([pd.concat(frames, ignore_index=True), points], axis=1), tuple(space.explained))


def plane(path: Path, palette: Palette, _: Callable[[str], str]) -> alt.LayerChart:
    """The path in two components; after the replacement dashed, with its tokens where it has parted."""
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
    labelled = base.transform_filter(f"datum.run === {BEFORE!r} || datum.parted").mark_text(
        fontSize=LABEL_SIZE, fontWeight=700, dx=9, dy=-7
    )
    return alt.layer(line, points, labelled.encode(text="token:N"), data=parted(path.frame)).properties(height=HEIGHT)


def space(path: Path, palette: Palette, _: Callable[[str], str]) -> go.Figure:
    """The path in three components, to be turned."""
    figure = go.Figure()
    styles = {BEFORE: (palette.accent(path.direction), "solid"), AFTER: (palette.ink3, "dash")}
    frame = parted(path.frame)
    for run, (colour, dash) in styles.items():
        rows = frame[frame["run"] == run].sort_values("order")
        figure.add_trace(
            go.Scatter3d(
                x=rows["PC1"],
                y=rows["PC2"],
                z=rows["PC3"],
                mode="lines+markers+text",
                text=rows["token"].where((run == BEFORE) | rows["parted"], ""),
                textfont={"color": colour, "size": LEGEND_SIZE},
                line={"color": colour, "dash": dash, "width": 4},
                marker={"color": colour, "size": 3},
                hovertemplate="%{text} (%{x:.2f}, %{y:.2f}, %{z:.2f})<extra></extra>",
            )
        )
    axes = {f"{axis}axis": {"title": {"text": name}} for axis, name in zip("xyz", _names(path, _), strict=True)}
    return figure.update_layout(
        height=HEIGHT + 100, showlegend=False, scene=axes, margin={"l": 0, "r": 0, "t": 0, "b": 0}
    )


def parted(frame: pd.DataFrame) -> pd.DataFrame:
    """With a column that says where the replaced run is no longer on the path of the other."""
    there = frame[frame["run"] == BEFORE].set_index("order")[list(COMPONENTS)]
    same = there.reindex(frame["order"]).to_numpy() == frame[list(COMPONENTS)].to_numpy()
    return frame.assign(parted=(frame["run"] == AFTER) & ~same.all(axis=1))


def _names(path: Path, _: Callable[[str], str]) -> Sequence[str]:
    said = _("{component}: {share} % of the variance")
    return [
        said.format(component=component, share=round(100 * share))
        for component, share in zip(COMPONENTS, path.explained, strict=True)
    ]
