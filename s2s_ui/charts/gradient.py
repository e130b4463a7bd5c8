"""The network with the flow of gradients: from a loss back through the decoder, the attention and the encoder.

The outputs are at the top, below them the decoder's states s, then the states of both directions over the source. The
width of a line is proportional to the square root of the gradient that flows back along it.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core.gradients import Flow, Gradients, sizes
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet
from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

WIDEST, LEAST = 16.0, 0.35  # pixels
WIDTH, GUTTER = 100.0, 9.0  # of the sheet, and of the rows' names in it
ROWS = {"loss": 34.0, "decoder": 92.0, "forward": 226.0, "backward": 296.0, "input": 352.0}  # pixels from the top
HEIGHT = 384
BAR = 26  # pixels: the longest bar of an input
MOST_STRANDS = 150  # only the widest lines are drawn; the others would be too thin
THIN = 4e-3  # share of the widest line; thinner ones are not visible


def way_frame(found: Gradients, _: Translate = str) -> pd.DataFrame:
    """One row for each line of the picture: part, way, from and to (positions from 0), token, |gradient| along it."""
    return pd.DataFrame(_lines(found, _), columns=["part", "way", "from", "to", "token", "|∂L|"])


def state_frame(found: Gradients, layer: Mapping[str, Flow], _: Translate = str) -> pd.DataFrame:
    """One row per cell and step: |∂L/∂h|, |∂L/∂c| and |∂L/∂x| of its states and its input."""
    rows = []
    for part, flow in layer.items():
        tokens = found.tgt_tokens if part == "decoder" else found.src_tokens
        cells = sizes(flow.cell) if flow.cell is not None else [None] * len(tokens)
        for at, (h, c, x) in enumerate(zip(sizes(flow.hidden), cells, sizes(flow.inputs), strict=True)):
            rows.append((part, at, printed(tokens[at], _), h, c, x))
    return pd.DataFrame(rows, columns=["part", "position", "token", "|∂L/∂h|", "|∂L/∂c|", "|∂L/∂x|"])


def top(found: Gradients) -> dict[str, Flow]:
    """The top layer's flows: of each direction and of the decoder."""
    return {**found.encoder[-1], "decoder": found.decoder[-1]}


def way(found: Gradients, palette: Palette, _: Translate) -> Layers:
    """The picture. A click on an output chooses its loss: the selection "pick" has the output."""
    sheet = Sheet(WIDTH, HEIGHT)
    source, written = len(found.src_tokens), len(found.tgt_tokens)
    frame = way_frame(found, _)
    widest = float(frame["|∂L|"].max()) or 1.0
    strands = frame[frame["way"] == "strand"].nlargest(MOST_STRANDS, "|∂L|")
    kept = pd.concat([frame[frame["way"] != "strand"], strands[strands["|∂L|"] > THIN * widest]], ignore_index=True)
    places = zip(*(kept[name].tolist() for name in ("part", "way", "from", "to")), strict=True)
    ends = [_ends(part, way, begin, end, source, written) for part, way, begin, end in places]
    lines = kept.assign(
        **dict(zip(("x", "y", "x2", "y2"), zip(*ends, strict=True), strict=True)),
        width=[_width(size, widest) for size in kept["|∂L|"]],
        colour=kept["part"].map(palette.accent),
    )
    nodes, labels, bars, outputs = _nodes(found, source, written, palette, _)
    picked = alt.selection_point(name="pick", on="click", clear=False, toggle=False, fields=["output"], empty=False)
    rules = (
        alt.Chart(lines)
        .mark_rule(strokeCap="round")
        .encode(
            x=sheet.x,
            x2="x2:Q",
            y=sheet.y,
            y2="y2:Q",
            color=alt.Color("colour:N", scale=None),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            opacity=alt.condition("datum.way === 'strand'", alt.value(0.45), alt.value(1)),
            tooltip=["way", "token", alt.Tooltip("|∂L|:Q", format=".3e")],
        )
    )
    dots = (
        alt.Chart(nodes)
        .mark_point(filled=True, opacity=1, size=44, strokeWidth=1.5)
        .encode(
            x=sheet.x,
            y=sheet.y,
            color=alt.value(palette.bg),
            stroke=alt.Color("colour:N", scale=None),
            tooltip=["part", "token", alt.Tooltip("|∂L/∂h|:Q", format=".3e")],
        )
    )
    inputs = sheet.boxes(bars).mark_rect(color=palette.ink2).encode(
        tooltip=["token", alt.Tooltip("|∂L/∂x|:Q", format=".3e")]
    )  # fmt: skip
    loss = (
        alt.Chart(outputs)
        .mark_text(fontSize=15, cursor="pointer", aria=False)
        .encode(
            x=sheet.x,
            y=sheet.y,
            text="text:N",
            color=alt.Color("colour:N", scale=None),
            tooltip=["token", alt.Tooltip("−log p:Q", format=".3e")],
        )
        .add_params(picked)
        .properties(name="outputs")
    )
    across = labels[labels["side"] == "token"]
    return Layers(
        rules,
        dots,
        inputs,
        loss,
        sheet.text(across, fontSize=LABEL_SIZE, color=palette.ink2, limit=90),
        sheet.text(labels[labels["side"] == "row"], align="left", fontSize=LABEL_SIZE, color=palette.ink3),
        height=HEIGHT,
        padding=FLUSH,
    )


def _lines(found: Gradients, _: Translate) -> list[tuple[Any, ...]]:
    """The gradient along every edge of the network's top layer."""
    flows, rows = top(found), []
    source, written = ([printed(token, _) for token in tokens] for tokens in (found.src_tokens, found.tgt_tokens))
    into = sizes(flows["decoder"].hidden_paths["output"])
    rows += [("decoder", "loss", at, at, written[at], float(into[at])) for at in range(len(written)) if into[at] > 0]
    for part, flow in flows.items():
        tokens = written if part == "decoder" else source
        step = -1 if part == "backward" else 1  # in the order of reading
        back = recurrent(flow)
        for at in range(len(tokens)):
            if 0 <= at + step < len(tokens):
                rows.append((part, "recurrence", at + step, at, tokens[at], float(back[at])))
        if "bridge" in flow.hidden_paths:
            end = 0 if part == "backward" else len(tokens) - 1
            parts = [flow.hidden_paths["bridge"], flow.cell_paths.get("bridge", flow.hidden_paths["bridge"] * 0)]
            size = float(np.linalg.norm(np.concatenate([one[end] for one in parts])))
            rows.append((part, "bridge", 0, end, source[end], size))
    if found.strands is not None:
        rows += [
            ("decoder", "strand", i, j, source[j], float(found.strands[i, j]))
            for i in range(len(written))
            for j in range(len(source))
            if found.strands[i, j] > 0
        ]
    return rows


def recurrent(flow: Flow) -> np.ndarray:
    """The size of the gradient that each step's states get from the next step: through gates, along (4), peepholes."""
    entries = {"output", "attention", "above", "context", "scores", "bridge", "hidden", "output_peephole"}
    inner = flow.kind == "rnn"  # its path through its own sum has the name "hidden"
    hidden = [rows for name, rows in flow.hidden_paths.items() if name not in entries or (inner and name == "hidden")]
    cells = [rows for name, rows in flow.cell_paths.items() if name not in entries]
    totals = [np.sum(paths, axis=0) for paths in (hidden, cells) if paths]
    return np.linalg.norm(np.concatenate(totals, axis=1), axis=1)


def _width(size: float, widest: float) -> float:
    return LEAST + (WIDEST - LEAST) * float(np.sqrt(size / widest))


def _x(at: int, count: int) -> float:
    return GUTTER + (WIDTH - GUTTER) * (at + 0.5) / count


def _ends(part: str, way: str, begin: int, end: int, source: int, written: int) -> tuple[float, float, float, float]:
    """The ends of a line on the sheet: x, y, x2, y2."""
    if way == "loss":
        return _x(begin, written), ROWS["loss"] + 10, _x(end, written), ROWS["decoder"]
    if way == "strand":
        return _x(begin, written), ROWS["decoder"], _x(end, source), ROWS["forward"]
    if way == "bridge":
        return _x(0, written) - 2, ROWS["decoder"], _x(end, source), ROWS[part]
    count = written if part == "decoder" else source
    return _x(begin, count), ROWS[part], _x(end, count), ROWS[part]


def _nodes(
    found: Gradients, source: int, written: int, palette: Palette, _: Translate
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The states, their labels, the inputs' bars, and the outputs that can be chosen."""
    nodes = state_frame(found, top(found), _)
    counts = nodes["part"].map(lambda part: written if part == "decoder" else source)
    nodes = nodes.assign(
        x=[_x(at, count) for at, count in zip(nodes["position"], counts, strict=True)],
        y=nodes["part"].map(ROWS),
        colour=nodes["part"].map(palette.accent),
    )
    read = np.sqrt(sum(sizes(flow.inputs) ** 2 for flow in found.encoder[0].values()))
    longest = float(np.max(read)) or 1.0
    tokens = [printed(token, _) for token in found.src_tokens]
    half = 0.3 * (WIDTH - GUTTER) / source
    bars = pd.DataFrame(
        {
            "x": [_x(at, source) - half for at in range(source)],
            "x2": [_x(at, source) + half for at in range(source)],
            "y": ROWS["input"] - BAR * read / longest,
            "y2": float(ROWS["input"]),
            "token": tokens,
            "|∂L/∂x|": read,
        }
    )
    chosen = range(written) if found.output is None else (found.output,)
    outputs = pd.DataFrame(
        {
            "x": [_x(at, written) for at in range(written)],
            "y": float(ROWS["loss"] - 12),
            "output": range(written),
            "token": [printed(token, _) for token in found.tgt_tokens],
            "text": [printed(token, _) for token in found.tgt_tokens],
            "−log p": found.losses,
            "colour": [palette.decoder if at in chosen else palette.ink3 for at in range(written)],
        }
    )
    names = [(_("loss L"), "loss"), (_("decoder s"), "decoder"), (_("→ forward"), "forward"), (_("inputs x"), "input")]
    if "backward" in found.encoder[-1]:
        names.insert(3, (_("← backward"), "backward"))
    rows = [{"x": 0.0, "y": float(ROWS[row]), "text": name, "side": "row"} for name, row in names]
    crowded = max(1, round(source / 30))
    rows += [
        {"x": _x(at, source), "y": float(ROWS["input"] + 16), "text": token, "side": "token"}
        for at, token in enumerate(tokens)
        if at % crowded == 0
    ]
    return nodes, pd.DataFrame(rows), bars, outputs
