"""The output of a step if all its attention is on one source token, for each token in turn."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.charts.attention import CROWDED
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.sheet import FLUSH, Sheet
from s2s_ui.charts.theme import CONTROL_SIZE, LABEL_SIZE, Palette
from s2s_ui.locales import Translate

ROW = 24  # pixels
SLOPE = 0.85  # height of a slanted word as a share of its length, with some space
NAMES = 6.0  # columns for the names of the rows


def pinned_frame(before: Trace, pinned: Sequence[Trace], step: int, _: Translate = str) -> pd.DataFrame:
    """One row per source position: the step's token with all weight there, its probability, and the output."""
    rows = [
        {
            "position": position,
            "token": token,
            "written": tokens.target(trace, _)[step],
            "p": float(np.exp(trace.log_probs[step, trace.tgt_ids[step]])),
            "differs": trace.tgt_ids[step] != before.tgt_ids[step],
            "output": trace.output,
        }
        for position, (token, trace) in enumerate(zip(tokens.source(before, _), pinned, strict=True))
    ]
    return pd.DataFrame(rows)


def pinned(frame: pd.DataFrame, palette: Palette, _: Translate) -> Layers:
    """Two lines: the source tokens, and below each the token that would be written. A click chooses one ("pick")."""
    count = len(frame)
    every = -(-count // CROWDED)
    longest = max(map(tokens.advance, [*frame["token"], *frame["written"]]))
    row = max(ROW, round(SLOPE * longest)) if tokens.are_turned([*frame["token"]]) else ROW
    sheet = Sheet(NAMES + count, 2 * row)
    shown = frame[frame["position"] % every == 0]
    place = NAMES + shown["position"] + 0.5
    looked = shown.assign(x=place, y=row / 2, text=shown["token"])
    written = shown.assign(x=place, y=1.5 * row, text=shown["written"])
    boxes = frame.assign(x=NAMES + frame["position"], x2=NAMES + frame["position"] + 1, y=0, y2=2 * row)
    said = ["token", "written", alt.Tooltip("p:Q", format=".3f"), "output"]
    names = [
        {"x": NAMES - 0.5, "y": row / 2, "text": _("all α on")},
        {"x": NAMES - 0.5, "y": 1.5 * row, "text": _("would write")},
    ]
    pick = alt.selection_point(name="pick", fields=["position"], on="click", empty=False)
    fitting: dict[str, Any] = {
        "fontSize": CONTROL_SIZE,
        "angle": alt.expr(f"{every} * width / {sheet.width} < {longest} ? {tokens.ANGLE} : 0"),
    }
    same, other = written[~written["differs"]], written[written["differs"]]
    return Layers(
        sheet.boxes(boxes).mark_rect(color=palette.panel, stroke=palette.bg).encode(tooltip=said).add_params(pick),
        sheet.text(looked, **fitting, color=palette.ink2),
        sheet.text(same, **fitting, color=palette.ink),
        sheet.text(other, **fitting, color=palette.warn, fontWeight=700),
        sheet.text(names, align="right", fontSize=LABEL_SIZE, color=palette.ink2),
        height=sheet.height,
        padding=FLUSH,
    )
