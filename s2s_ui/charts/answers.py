"""Answers below each other, with the differences from the first one marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_core.spelling import spans
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.numbers import log_prob
from s2s_ui.charts.sheet import FLUSH
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette
from s2s_ui.stage import printed

ROW, LINE = 24, 20  # pixels: a row with one line, and each further line
ROOM = 260  # pixels: if name and answer need more, the answer gets a line below
PITCH, GAP = 15, 6  # pixels between letters, and after a longer piece, if there is room
CLOSE = 11  # pixels between letters if there is little room
TOTAL = 90  # pixels: for log p, at the end of the line


@dataclass(frozen=True, slots=True)
class Answer:
    """The output of a run, and the name of its row."""

    name: str
    trace: Trace


def pieces(trace: Trace) -> list[str]:
    """An output in pieces for comparison: characters if its tokens are letters or jamo, else the text of each token."""
    output = printed.answer(trace.output)
    found = dict.fromkeys(spans(trace.tgt_tokens, trace.output))  # several bytes write one character
    written = [output[start:stop].strip() for start, stop in found]
    return list(output) if max(map(len, written), default=0) <= 1 else [piece for piece in written if piece]


def answer_frame(answers: Sequence[Answer]) -> pd.DataFrame:
    """One row per piece of an answer: whose, its place, whether the first answer lacks it, and the answer's log p."""
    first = pieces(answers[0].trace)
    rows = []
    for number, answer in enumerate(answers):
        written = pieces(answer.trace) or [""]
        blocks = SequenceMatcher(None, first, written, autojunk=False).get_matching_blocks()
        common = {block.b + place for block in blocks for place in range(block.size)}
        widths = [_width(piece, bold=place not in common) for place, piece in enumerate(written)]
        ends = list(accumulate(widths))
        rows += [
            {
                "row": number,
                "run": answer.name,
                "place": place,
                "x": ends[place] - widths[place],
                "text": piece,
                "differs": place not in common,
                "output": answer.trace.output,
                "log p": answer.trace.log_prob,
            }
            for place, piece in enumerate(written)
        ]
    return pd.DataFrame(rows)


def answers(frame: pd.DataFrame, palette: Palette) -> Layers:
    """The answers, each with its name and log p(Y|X). Pieces that the first one lacks are bold, red and underlined.

    Short answers are between name and log p, long ones below; still longer ones have smaller letters.
    """
    rows = alt.Y("row:O", axis=None, scale=alt.Scale(type="band"))
    pieces_of = list(zip(frame["text"], frame["differs"], strict=True))
    longest = max(x + _width(text, bold=bold) for x, (text, bold) in zip(frame["x"], pieces_of, strict=True))
    least = pd.Series([_least(text, bold=bold) for text, bold in pieces_of]).groupby(frame["row"].to_numpy()).sum()
    tightest = max(least.max(), 1)
    below = longest + frame["run"].map(tokens.advance).max() > ROOM
    room, dy = ("width", LINE / 2) if below else (f"(width - {TOTAL})", 0)
    wide = {"expr": f"min({room}, {longest})"}
    size = alt.expr(f"{CONTROL_SIZE} * min(1, {room} / {tightest})")
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, longest], range=[0, wide], nice=False))
    whole = frame.drop_duplicates("row")[["row", "run", "output", "log p"]]
    whole["said"] = [f"log p {log_prob(total)}" for total in whole["log p"]]
    said: list[Any] = ["run", "output", alt.Tooltip("log p:Q", format=".3f")]
    frame = frame.assign(end=frame["x"] + frame["text"].map(tokens.advance))
    text = alt.Chart(frame[~frame["differs"]]).encode(x=across, y=rows, text="text:N", tooltip=said)
    other = alt.Chart(frame[frame["differs"]]).encode(x=across, y=rows, tooltip=said)
    names = alt.Chart(whole).encode(y=rows, tooltip=said)
    return Layers(
        text.mark_text(align="left", dy=dy, fontSize=size, color=palette.ink),
        other.mark_text(align="left", dy=dy, fontSize=size, color=palette.warn, fontWeight=700).encode(text="text:N"),
        other.mark_rule(strokeWidth=1.6, color=palette.warn, yOffset=dy + 9).encode(x2="end:Q"),
        names.mark_text(align="left" if below else "right", dy=-dy, fontSize=LABEL_SIZE, color=palette.ink2).encode(
            x=alt.value(0 if below else -10), text="run:N"
        ),
        names.mark_text(align="right", dy=-dy, fontSize=LABEL_SIZE, color=palette.ink3).encode(
            x=alt.value("width"), text="said:N"
        ),
        height=(ROW + 2 * dy) * len(whole),
        padding={**FLUSH, "left": 0 if below else 8},
    )


def _width(piece: str, *, bold: bool) -> int:
    """Pixels from the start of a piece to the start of the next one, if there is room; letters are on a grid."""
    if len(piece) <= 1:
        return max(PITCH, tokens.advance(piece))
    return GAP + tokens.advance(piece) + (2 * len(piece) if bold else 0)  # a bold letter is wider


def _least(piece: str, *, bold: bool) -> int:
    """Pixels that a piece needs before the letters have to become smaller."""
    return max(CLOSE, tokens.advance(piece)) if len(piece) <= 1 else _width(piece, bold=bold)
