"""Tokens along an axis, printed as on the stage: the end mark in words, a space as ␣."""

import json
from collections.abc import Sequence
from unicodedata import east_asian_width

import altair as alt

from s2s_ui.charts.theme import LABEL_SIZE, Palette
from s2s_ui.stage.printed import printed
from s2s_ui.stage.printed import source as source
from s2s_ui.stage.printed import target as target

CROWDED = 20  # with more tokens, they are slanted and some are left out
ADVANCE = 8  # pixels: the approximate width of a letter, at the size of a control
ANGLE = -52  # degrees


def numbered(position: int, characters: str) -> str:
    """A position for a list of choices: counted from 1, with its characters."""
    return f"{position + 1} · {printed(characters)}"


def advance(text: str) -> int:
    """The approximate width of a text in pixels, at the size of a control."""
    return sum(2 * ADVANCE if east_asian_width(letter) in "WF" else ADVANCE for letter in text)


def are_turned(labels: Sequence[str]) -> bool:
    """Whether tokens are slanted, each above a narrow column: if one of them is wide, or there are many."""
    return max(map(advance, labels)) > 3 * ADVANCE or len(labels) > CROWDED


def axis(labels: Sequence[str], palette: Palette, *, orient: str = "bottom") -> alt.Axis:
    """An axis over positions 0, 1, ... with the token of each as label, so that equal tokens stay separate."""
    return alt.Axis(
        title=None,
        orient=orient,  # type: ignore[arg-type]
        domain=False,
        ticks=False,
        labelExpr=f"{json.dumps(list(labels), ensure_ascii=False)}[datum.value]",
        labelAngle=ANGLE if orient == "bottom" and are_turned(labels) else 0,
        labelOverlap=True,
        labelColor=palette.ink2,
        labelFontSize=LABEL_SIZE,
        labelPadding=4,
    )
