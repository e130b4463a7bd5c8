"""What the player receives: traces, its words in the reader's language, and how it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s2s_ui.locales import Translate
from s2s_ui.stage.explanations import packed
from s2s_ui.stage.payload import pack
from s2s_ui.stage.words import words

if TYPE_CHECKING:
    from s2s_core import Trace

PLAIN: dict[str, object] = {
    "step": None,
    "autoplay": False,
    "peepholes": True,
    "sentence_selector": None,
    "original": False,
    "edits": [],
    "editable": False,
    "live": False,
    "sync": None,
    "inspector": True,
    "addressed": False,
    "predict": False,
    "layer": None,
    "calibration": None,
    "keeps_layer": False,
    "intro": None,
    "hurried": False,
    "lesson_link": None,
    "unit": None,
    "side": None,
    "lesson": None,
    "stories": [],
    "presented": False,
    "other_words": None,
}
"""How a stage is set that stands by itself."""


def said(labels: Translate) -> dict[str, object]:
    """What the player says, whatever the trace."""
    return {"words": words(labels), "explained": packed(labels)}


def message(
    trace: Trace, *, labels: Translate, beside: Trace | None = None, said_in: str | None = None, **settings: object
) -> bytes:
    """What the player receives: the traces, its words, and how it is set; by itself it only plays.

    `settings` are those of `stage`, as the browser reads them. `said_in` is a file with the words, which then stay
    behind.
    """
    own = said(labels) if said_in is None else {"said": said_in}
    return pack(trace, beside=beside, labels=labels, settings={**own, **PLAIN, **settings})
