"""The most similar states in a corpus: each token with the sentence around it, and the cosine similarity."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from s2s_core.analysis.corpus import Corpus, Neighbour
from s2s_ui.charts import tokens
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed

ROW = 24
AROUND = 15  # characters shown on each side
MIDDLE = 0.44  # position of the token, as a share of the width
GAP = 5  # pixels between the token and the text around it


def neighbour_frame(corpus: Corpus, neighbours: Sequence[Neighbour], _: Translate = str) -> pd.DataFrame:
    """One row per neighbour: the text before the token, the token, the text after it, and the cosine similarity."""
    rows = []
    for rank, neighbour in enumerate(neighbours):
        text = corpus.texts[neighbour.sentence]
        start, stop = corpus.src_offsets[neighbour.sentence][neighbour.position]
        before, after = text[:start], text[stop:]
        rows.append(
            {
                "rank": rank + 1,
                "before": before if len(before) <= AROUND else "…" + before[-AROUND:],
                "token": printed(text[start:stop] or "</s>", _),
                "after": after if len(after) <= AROUND else after[:AROUND] + "…",
                "cosine": neighbour.similarity,
                "sentence": text,
            }
        )
    return pd.DataFrame(rows)


def neighbours(frame: pd.DataFrame, palette: Palette) -> Layers:
    """One line per neighbour, with the tokens below each other."""
    base = alt.Chart(frame.assign(half=frame["token"].map(tokens.advance) / 2 + GAP)).encode(
        y=alt.Y("rank:O", axis=None, scale=alt.Scale(type="band")),
        tooltip=["sentence", alt.Tooltip("cosine:Q", format=".3f")],
    )
    base = base.transform_calculate(
        middle=str(MIDDLE), left="datum.middle - datum.half / width", right="datum.middle + datum.half / width"
    )

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))

    side: dict[str, Any] = {"fontSize": CONTROL_SIZE, "color": palette.ink2}
    return Layers(
        base.mark_text(align="right", **side).encode(x=across("left"), text="before:N"),
        base.mark_text(fontSize=CONTROL_SIZE, fontWeight=700).encode(x=across("middle"), text="token:N"),
        base.mark_text(align="left", **side).encode(x=across("right"), text="after:N"),
        base.mark_text(align="right", fontSize=LABEL_SIZE, color=palette.ink3).encode(
            x=alt.value("width"), text=alt.Text("cosine:Q", format=".2f")
        ),
        height=ROW * len(frame),
        padding=FLUSH,
    )
