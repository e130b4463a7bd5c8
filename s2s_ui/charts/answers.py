"""Answers one under the other, with what differs from the first one marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.charts.numbers import log_prob
from s2s_ui.charts.sheet import FLUSH
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette

ROW = 24  # pixels
PITCH, TOTAL = 15, 90  # pixels: from letter to letter where there is room, and for log p at the end
ADVANCE, GAP = 8, 6  # pixels: a letter of a longer piece, about, and the gap after it


@dataclass(frozen=True, slots=True)
class Answer:
    """What some run wrote, under the name that the row has."""

    name: str
    trace: Trace


def pieces(trace: Trace) -> list[str]:
    """An output as it is compared: its characters where tokens are letters or jamo, else its tokens."""
    written = tokens.target(trace, end="")
    return list(trace.output) if max(map(len, written), default=0) <= 1 else [piece for piece in written if piece]


def answer_frame(answers: Sequence[Answer]) -> pd.DataFrame:
    """A row a piece of an answer: who wrote it, where, whether the first answer lacks it, and the answer's log p."""
    first = pieces(answers[0].trace)
    rows = []
    for number, answer in enumerate(answers):
        written = pieces(answer.trace) or [""]
        blocks = SequenceMatcher(None, first, written, autojunk=False).get_matching_blocks()
        common = {block.b + place for block in blocks for place in range(block.size)}
        ends = list(accumulate(map(_width, written)))
        rows += [
            {
                "row": number,
                "run": answer.name,
                "place": place,
                "x": ends[place] - _width(piece),
                "text": piece,
                "differs": place not in common,
                "output": answer.trace.output,
                "log p": answer.trace.log_prob,
            }
            for place, piece in enumerate(written)
        ]
    return pd.DataFrame(rows)


def answers(frame: pd.DataFrame, palette: Palette) -> alt.LayerChart | alt.FacetChart:
    """The answers, each with log p(Y|X) after it; what the first one lacks is bold, red and underlined.

    Answers that are too long for the picture are written in smaller letters.
    """
    rows = alt.Y("row:O", axis=None, scale=alt.Scale(type="band"))
    longest = max(x + _width(text) for x, text in zip(frame["x"], frame["text"], strict=True))
    tightest = max(frame["text"].map(_letters).groupby(frame["row"]).sum().max(), 1)
    wide = {"expr": f"min(width - {TOTAL}, {longest})"}
    size = alt.expr(f"{CONTROL_SIZE} * min(1, (width - {TOTAL}) / {tightest})")
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, longest], range=[0, wide], nice=False))
    whole = frame.drop_duplicates("row")[["row", "run", "output", "log p"]]
    whole["said"] = [f"log p {log_prob(total)}" for total in whole["log p"]]
    said: list[Any] = ["run", "output", alt.Tooltip("log p:Q", format=".3f")]
    text = alt.Chart(frame[~frame["differs"]]).encode(x=across, y=rows, text="text:N", tooltip=said)
    other = alt.Chart(frame[frame["differs"]]).encode(x=across, y=rows, tooltip=said)
    names = alt.Chart(whole).encode(y=rows, tooltip=said)
    return alt.layer(
        text.mark_text(align="left", fontSize=size, color=palette.ink),
        other.mark_text(align="left", fontSize=size, color=palette.warn, fontWeight=700).encode(text="text:N"),
        other.mark_tick(orient="horizontal", size=9, thickness=1.6, color=palette.warn, xOffset=5, yOffset=9),
        names.mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink2).encode(x=alt.value(-10), text="run:N"),
        names.mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink3).encode(
            x=alt.value("width"), text="said:N"
        ),
    ).properties(height=ROW * len(whole), padding={**FLUSH, "left": 8})


def _width(piece: str) -> int:
    """Pixels from the start of a piece to that of the next, as long as there is room; letters stand in a grid."""
    return PITCH if len(piece) <= 1 else GAP + _letters(piece)


def _letters(piece: str) -> int:
    return sum(2 * ADVANCE if east_asian_width(letter) in "WF" else ADVANCE for letter in piece)
