"""Answers one under the other, with what differs from the first one marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.charts.sheet import FLUSH
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette

ROW = 24  # pixels
PITCH, TOTAL = 15, 90  # pixels: from piece to piece where there is room, and for log p at the end


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
        rows += [
            {
                "row": number,
                "run": answer.name,
                "place": place,
                "text": piece,
                "differs": place not in common,
                "output": answer.trace.output,
                "log p": answer.trace.log_prob,
            }
            for place, piece in enumerate(written)
        ]
    return pd.DataFrame(rows)


def answers(frame: pd.DataFrame, palette: Palette) -> alt.LayerChart | alt.FacetChart:
    """The answers, each with log p(Y|X) after it; what the first one lacks is bold, red and underlined."""
    rows = alt.Y("row:O", axis=None, scale=alt.Scale(type="band"))
    last = int(frame["place"].max()) + 1
    wide = {"expr": f"min(width - {TOTAL}, {PITCH * last})"}
    across = alt.X("place:Q", axis=None, scale=alt.Scale(domain=[0, last], range=[0, wide], nice=False))
    whole = frame.drop_duplicates("row")[["row", "run", "output", "log p"]]
    whole["said"] = [f"log p {total:.2f}".replace("-", "\N{MINUS SIGN}") for total in whole["log p"]]
    said: list[Any] = ["run", "output", alt.Tooltip("log p:Q", format=".3f")]
    text = alt.Chart(frame[~frame["differs"]]).encode(x=across, y=rows, text="text:N", tooltip=said)
    other = alt.Chart(frame[frame["differs"]]).encode(x=across, y=rows, tooltip=said)
    names = alt.Chart(whole).encode(y=rows, tooltip=said)
    return alt.layer(
        text.mark_text(align="left", fontSize=CONTROL_SIZE, color=palette.ink),
        other.mark_text(align="left", fontSize=CONTROL_SIZE, color=palette.warn, fontWeight=700).encode(text="text:N"),
        other.mark_tick(orient="horizontal", size=9, thickness=1.6, color=palette.warn, xOffset=5, yOffset=9),
        names.mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink2).encode(x=alt.value(-10), text="run:N"),
        names.mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink3).encode(
            x=alt.value("width"), text="said:N"
        ),
    ).properties(height=ROW * len(whole), padding={**FLUSH, "left": 8})
