"""The message to the player: traces, its texts in the reader's language, and its settings."""

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
"""The settings of a stage without a page around it."""


def said(labels: Translate) -> dict[str, object]:
    """The player's texts that do not depend on the trace."""
    return {"words": words(labels), "explained": packed(labels)}


def message(
    trace: Trace, *, labels: Translate, beside: Trace | None = None, said_in: str | None = None, **settings: object
) -> bytes:
    """The message to the player: the traces, its texts and its settings. With default settings it only plays.

    `settings` are those of `stage`, in the browser's form. `said_in` is a file with the texts; then they are not in the
    message.
    """
    own = said(labels) if said_in is None else {"said": said_in}
    return pack(trace, beside=beside, labels=labels, settings={**own, **PLAIN, **settings})
