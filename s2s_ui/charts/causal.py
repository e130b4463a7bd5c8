"""The map of causal tracing: how far each state of one run, put into another run, moves the answer."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_core.patching import Patched, Patching
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.quantities import LETTERS
from s2s_ui.charts.sheet import FLUSH, Sheet
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette
from s2s_ui.locales import Translate

ROW, TOKEN, BETWEEN = 26, 20, 14  # pixels
NAMES, GAP, ALL = 2.8, 0.4, 1.6  # widths in columns: the rows' letters, the gap and the last column
ROOM = 34  # pixels of a column in which its number fits
SAID = 0.02  # share of the way; smaller ones have no number

SYMBOLS = {
    "forward": "→h", "backward": "←h", "joined": "h", "forward_cell": "→c", "backward_cell": "←c",
    "state": "s", "cell": "c", "weights": "α",
}  # fmt: skip


def symbol(part: str, kind: str, _: Translate = str) -> str:
    """The letter of a part in a model with this kind of cell, with an arrow for its direction. Context is a word."""
    return _("context") if part == "context" else SYMBOLS.get(part) or LETTERS[kind][part]


def least_width(patching: Patching) -> int:
    """The width in pixels below which the columns would be too narrow."""
    return round((NAMES + _columns(patching) + GAP + ALL) * 17)


def causal_frame(patching: Patching, receiver: Trace, donor: Trace, _: Translate = str) -> pd.DataFrame:
    """One row per cell of the map, in its order.

    Columns cell, part, letter, place (from 0; missing: all places), token, donor token, share, log odds, p of the own
    token, p of the donor's token, output.
    """
    read, written = _labels(receiver, donor, _)
    kind = receiver.decoder.top.kind
    rows = []
    for number, cell in enumerate(patching.cells):
        mine, others = read if patching.runs.part(cell.part).axis == "source" else written
        rows.append(
            {
                "cell": number,
                "part": cell.part,
                "letter": symbol(cell.part, kind, _),
                "place": cell.place,
                "token": _("all") if cell.place is None else mine[cell.place],
                "donor token": None if cell.partner is None else others[cell.partner],
                "share": cell.share,
                "log odds": cell.log_odds,
                "p own": cell.p_receiver,
                "p donor": cell.p_donor,
                "output": cell.output,
            }
        )
    return pd.DataFrame(rows).astype({"place": "Int64"})


def causal_map(
    patching: Patching, receiver: Trace, donor: Trace, chosen: Patched, palette: Palette, _: Translate = str
) -> Layers:
    """One row per part, one column per place: source tokens above, output steps below. A click chooses a cell ("pick").

    The donor's tokens are above the receiver's if they differ. The last column is for all places together. A place with
    nothing to put in has a cross.
    """
    frame = causal_frame(patching, receiver, donor, _)
    axis = {part: patching.runs.part(part).axis for part in patching.parts}
    blocks = [[part for part in patching.parts if axis[part] == wanted] for wanted in ("source", "output")]
    columns = _columns(patching)
    sheet = Sheet(
        NAMES + columns + GAP + ALL,
        sum(2 * TOKEN + ROW * len(block) + BETWEEN for block in blocks if block),
    )
    right = NAMES + columns + GAP
    tops: dict[str, int] = {}
    heads: list[dict[str, Any]] = []
    top = 0
    for block, labels in zip(blocks, _labels(receiver, donor, _), strict=True):
        if block:
            heads += _heads(patching, block[0], labels, top, right, _)
            tops |= {part: top + 2 * TOKEN + ROW * number for number, part in enumerate(block)}
            top += 2 * TOKEN + ROW * len(block) + BETWEEN
    at = [right if place is None else NAMES + place for place in (cell.place for cell in patching.cells)]
    wide = [ALL if cell.place is None else 1.0 for cell in patching.cells]
    ramp = palette.state()
    cells = frame.assign(
        x=[left + 0.04 for left in at],
        x2=[left + width - 0.04 for left, width in zip(at, wide, strict=True)],
        y=[tops[cell.part] + 1 for cell in patching.cells],
        y2=[tops[cell.part] + ROW - 1 for cell in patching.cells],
        colour=[palette.bg if isnan(share) else ramp.colour(share) for share in frame["share"]],
        whole=[cell.place is None for cell in patching.cells],
        own=patching.receiver.output,
        donor=patching.donor.output,
        percent=[_("nothing put in") if isnan(share) else as_percent(share) for share in frame["share"]],
    )
    cells["donor token"] = cells["donor token"].fillna("")
    cells["share"] = cells["share"].fillna(0)
    middle = (cells["x"] + cells["x2"]) / 2
    texts = cells.assign(x=middle, y=(cells["y"] + cells["y2"]) / 2, text=_marks(patching.cells))
    strong = texts["share"].abs() > 0.5  # on dark colours (light ones in the dark theme)
    names = [
        {"x": NAMES - 0.3, "y": tops[part] + ROW / 2, "text": symbol(part, receiver.decoder.top.kind, _)}
        for part in patching.parts
    ]
    framed = cells[(cells["part"] == chosen.part) & (frame["place"].fillna(-1) == _number(chosen.place))]
    here = alt.selection_point(name="here_causal", on="pointerover", empty=False)
    pick = alt.selection_point(name="pick", fields=["cell"], on="click", empty=False)
    fitting: dict[str, Any] = {"fontSize": alt.expr(f"width / {sheet.width} < {ROOM} ? 0 : {LABEL_SIZE}")}
    all_fit: dict[str, Any] = {"fontSize": LABEL_SIZE}
    whole = frame["place"].isna()
    return Layers(
        sheet.boxes(cells)
        .mark_rect(strokeWidth=1)
        .encode(
            color=alt.Color("colour:N", scale=None),
            stroke=alt.when(here).then(alt.value(palette.ink)).otherwise(alt.value(palette.line2)),
            tooltip=["letter", "token", "donor token", "percent", "output"],
        )
        .add_params(here, pick),
        *(
            sheet.text(texts[rows & (strong == dark)], color=palette.bg if dark else palette.ink, **size)
            for rows, size in ((~whole, fitting), (whole, all_fit))
            for dark in (False, True)
        ),
        sheet.boxes(framed).mark_rect(filled=False, stroke=palette.ink, strokeWidth=2),
        sheet.text(names, align="right", fontSize=CONTROL_SIZE, color=palette.ink, fontStyle="italic"),
        *(sheet.text(rows, fontSize=LABEL_SIZE, color=colour, fontWeight=weight) for rows, colour, weight in (
            ([head for head in heads if head["kind"] == "mine"], palette.ink2, 400),
            ([head for head in heads if head["kind"] == "other"], palette.warn, 700),
        )),
        height=sheet.height,
        padding=FLUSH,
    )  # fmt: skip


def as_percent(share: float) -> str:
    """A share of the way in percent, with a true minus."""
    return f"{round(100 * share)} %".replace("-", "\N{MINUS SIGN}")


def _marks(cells: Sequence[Patched]) -> list[str]:
    """The text of each cell: its percentage unless that is nearly 0; a cross if nothing was put in."""
    return [
        "×" if isnan(cell.share) else "" if abs(cell.share) < SAID else as_percent(cell.share).removesuffix(" %")
        for cell in cells
    ]


def _heads(
    patching: Patching, part: str, labels: tuple[list[str], list[str]], top: int, right: float, _: Translate
) -> list[dict[str, Any]]:
    """The tokens above the columns of a block: the receiver's and, where they differ, the donor's above them."""
    mine, others = labels
    at = patching.runs.part(part)
    places = patching.runs.places(at)
    every = -(-len(places) // tokens.CROWDED)
    heads: list[dict[str, Any]] = [{"x": right + ALL / 2, "y": top + 1.5 * TOKEN, "text": _("all"), "kind": "mine"}]
    for place in places:
        partner = patching.runs.partner(at, place)
        middle = NAMES + place + 0.5
        differs = partner is not None and others[partner] != mine[place]
        if place % every == 0 or differs:
            heads.append({"x": middle, "y": top + 1.5 * TOKEN, "text": mine[place], "kind": "mine"})
        if partner is not None and differs:
            heads.append({"x": middle, "y": top + TOKEN / 2, "text": others[partner], "kind": "other"})
    return heads


def _labels(receiver: Trace, donor: Trace, _: Translate) -> tuple[tuple[list[str], list[str]], ...]:
    """Source tokens of both runs, and output tokens of both."""
    return (
        (tokens.source(receiver, _), tokens.source(donor, _)),
        (tokens.target(receiver, _), tokens.target(donor, _)),
    )


def _columns(patching: Patching) -> int:
    return max(len(patching.runs.places(patching.runs.part(part))) for part in patching.parts)


def _number(place: int | None) -> int:
    return -1 if place is None else place
