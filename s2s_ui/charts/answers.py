"""Answers one under the other, token by token, with what differs from the first one marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import altair as alt
import pandas as pd

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette

ROW, PITCH = 26, 15  # pixels: of a row, and of a token where there is room


@dataclass(frozen=True, slots=True)
class Answer:
    """What some run wrote, under the name that the row has."""

    name: str
    trace: Trace


def answer_frame(answers: Sequence[Answer], end: str = "end") -> pd.DataFrame:
    """A row a token: who wrote it, at which step, how probable it was, and whether the first answer lacks it."""
    rows = []
    first = tokens.target(answers[0].trace, end)
    for number, answer in enumerate(answers):
        written = tokens.target(answer.trace, end)
        blocks = SequenceMatcher(None, first, written, autojunk=False).get_matching_blocks()
        common = {block.b + place for block in blocks for place in range(block.size)}
        chosen = zip(answer.trace.log_probs, answer.trace.tgt_ids, strict=True)
        rows += [
            {
                "row": number,
                "run": answer.name,
                "step": step,
                "token": token,
                "log p": float(log_probs[token_id]),
                "differs": step not in common,
            }
            for step, (token, (log_probs, token_id)) in enumerate(zip(written, chosen, strict=True))
        ]
    return pd.DataFrame(rows)


def answers(frame: pd.DataFrame, palette: Palette, *, gutter: int = 150, end: str = "end") -> alt.LayerChart:
    """The answers, each with log p(Y|X) after it; tokens that the first one lacks are bold, red and underlined."""
    shown = frame[frame["token"] != end]
    names = frame.drop_duplicates("row")[["row", "run"]]
    totals = frame.groupby("row", as_index=False)["log p"].sum()
    totals["said"] = totals["log p"].map(lambda total: f"{total:.2f}".replace("-", "\N{MINUS SIGN}"))
    rows = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    across = alt.X("step:Q", axis=None, scale=alt.Scale(domain=[0, max(16, int(shown["step"].max()) + 2)], nice=False))
    text = alt.Chart(shown).encode(x=across, y=rows, text="token:N")
    said = ["run", "step", "token", alt.Tooltip("log p:Q", format=".3f")]
    differs = text.transform_filter("datum.differs").encode(tooltip=said)
    return alt.layer(
        text.transform_filter("!datum.differs")
        .mark_text(align="left", fontSize=CONTROL_SIZE, color=palette.ink)
        .encode(tooltip=said),
        differs.mark_text(align="left", fontSize=CONTROL_SIZE, color=palette.warn, fontWeight=700),
        differs.mark_tick(orient="horizontal", size=9, thickness=1.6, color=palette.warn, xOffset=4.5, yOffset=9),
        alt.Chart(names)
        .mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink2)
        .encode(x=alt.value(-10), y=rows, text="run:N"),
        alt.Chart(totals)
        .mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink3)
        .encode(x=alt.value("width"), y=rows, text="said:N"),
    ).properties(height=ROW * len(names), padding={"left": gutter, "right": 2, "top": 0, "bottom": 0})
