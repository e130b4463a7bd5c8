"""A beam search as a tree: steps from left to right, each word followed by its probability, pruned paths in pale."""

from typing import Any

import altair as alt
import pandas as pd

from s2s_core.spelling import byte_of
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.theme import LABEL_SIZE, LEGEND_SIZE, Palette
from s2s_ui.charts.tokens import advance
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import answer, printed

ROW, EDGE = 26, 14  # pixels: the height of a row, and the space above and below
BRANCH, CLEAR = 34, 4  # pixels: least length of a branch, and space between a branch and a word
MARGIN = 8  # pixels: how much wider than estimated a word may be
NUMBER = 30  # pixels: the probability after a word
BOLD = 1.12  # how much wider bold letters are
HALF = 0.4  # in rows: half of the height of a word's box
THICKEST = 7.0  # pixels of a branch with p = 1; the width is proportional to p
SURE = 0.995  # a larger probability would print as 1.00 and is left out
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def tree(nodes: pd.DataFrame, palette: Palette, _: Translate) -> Layers:
    """The nodes of `s2s_core.analysis.beam.frame`. The best hypothesis is bold; a branch with p = 1 has no number.

    A node shows the part of its word or syllable that is written so far. Each step is as wide as its widest node.
    """
    drawn = _placed(nodes, _).assign(
        colour=[palette.decoder if rank >= 0 else palette.ink2 if kept else palette.ghost
                for rank, kept in zip(nodes["rank"], nodes["kept"], strict=True)],
        text=[palette.ink if kept else palette.ink3 for kept in nodes["kept"]],
        weight=[700 if rank == 0 else 400 for rank in nodes["rank"]],
        width=(nodes["p"] * THICKEST).clip(lower=0.6),
    )  # fmt: skip
    places = drawn.set_index("node")[["right", "edge", "row"]].rename(
        columns={"right": "x0", "edge": "x1", "row": "row0"}
    )
    branches = drawn.join(places, on="parent").fillna({"x0": 0, "x1": 0, "row0": 0})
    branches = branches.assign(x0=(branches["x0"] + CLEAR).clip(upper=branches["x1"]), x2=branches["left"] - CLEAR)
    across, down = _width(drawn), int(drawn["row"].max()) + 1
    scales = {
        "x": alt.Scale(domain=[0, across], nice=False),
        "y": alt.Scale(domain=[-0.7, drawn["row"].max() + 0.7], reverse=True, nice=False),
    }
    y = alt.Y("row:Q", axis=None, scale=scales["y"])
    base = alt.Chart(drawn).encode(x=alt.X("left:Q", axis=None, scale=scales["x"]), y=y)
    line = alt.Chart(branches).encode(
        y=alt.Y("row0:Q", axis=None, scale=scales["y"]),
        color=alt.Color("colour:N", scale=None), strokeWidth=alt.StrokeWidth("width:Q", scale=None),
    )  # fmt: skip
    stem = line.encode(x=alt.X("x0:Q", axis=None, scale=scales["x"]), x2="x1:Q")  # to the end of its step
    branch = line.encode(x=alt.X("x1:Q", axis=None, scale=scales["x"]), x2="x2:Q", y2="row:Q")
    shown = [
        alt.Tooltip("label:N", title=_("token")),
        alt.Tooltip("p:Q", format=".3f"),
        alt.Tooltip("log_prob:Q", title="log p", format=".2f"),
    ]
    targets = alt.Chart(drawn.assign(top=drawn["row"] - HALF, bottom=drawn["row"] + HALF)).encode(
        x=alt.X("left:Q", axis=None, scale=scales["x"]), x2="right:Q",
        y=alt.Y("top:Q", axis=None, scale=scales["y"]), y2="bottom:Q", tooltip=shown,
    )  # fmt: skip
    numbers = base.transform_filter("datum.chance != ''").encode(x=alt.X("number:Q", axis=None, scale=scales["x"]))
    ink = alt.Color("text:N", scale=None)
    words: dict[str, Any] = {"align": "left", "fontSize": LABEL_SIZE + 1, "dy": 1}
    bold, plain = (base.transform_filter(f"datum.weight {how} 700") for how in ("==", "!="))
    return Layers(
        *(part.transform_filter("!datum.kept").mark_rule() for part in (stem, branch)),
        *(part.transform_filter("datum.kept").mark_rule(opacity=0.7) for part in (stem, branch)),
        targets.mark_rect(opacity=0),
        plain.mark_text(**words).encode(text="label:N", color=ink),
        bold.mark_text(**words, fontWeight=700).encode(text="label:N", color=ink),
        numbers.mark_text(align="left", fontSize=LEGEND_SIZE, dy=1, color=palette.ink3).encode(text="chance:N"),
        height=ROW * down + EDGE,
    )


def least_width(nodes: pd.DataFrame, _: Translate) -> int:
    """The least width in pixels at which `tree` is readable."""
    return _width(_placed(nodes, _))


def _width(drawn: pd.DataFrame) -> int:
    return int(drawn["right"].max()) + EDGE


def _placed(nodes: pd.DataFrame, _: Translate) -> pd.DataFrame:
    """Each node with its text, its number, and its left and right end in pixels."""
    sure = ~nodes["kept"] | (nodes["p"] >= SURE)
    labels = [_label(token, text, _) for token, text in zip(nodes["token"], nodes["text"], strict=True)]
    drawn = nodes.assign(
        label=labels,
        chance=["" if bare else f"{p:.2f}" if p >= 0.005 else "<.01" for p, bare in zip(nodes["p"], sure, strict=True)],
        word=[advance(label) * (BOLD if rank == 0 else 1) for label, rank in zip(labels, nodes["rank"], strict=True)],
    )
    room = drawn["word"] + MARGIN + NUMBER * (drawn["chance"] != "")
    widest = (room + BRANCH).groupby(nodes["step"]).max().sort_index()
    edge = nodes["step"].map(widest.cumsum())
    left = edge - nodes["step"].map(widest) + BRANCH
    return drawn.assign(left=left, number=left + drawn["word"] + MARGIN, right=left + room, edge=edge)


def _label(token: str, text: str, _: Translate) -> str:
    """The word so far; or the token itself if it is a mark, a space or a part of a character."""
    written = answer(text.strip())
    return printed(token, _) if not written or UNKNOWN in written or byte_of(token) else written
