"""What the player receives: traces, its words in the reader's language, and how it is set."""

from __future__ import annotations

from functools import lru_cache
from types import MethodType
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


def message(trace: Trace, *, labels: Translate, beside: Trace | None = None, **settings: object) -> bytes:
    """What the player receives: the traces, its words, and how it is set; by itself it only plays.

    `settings` are those of `stage`, as the browser reads them.
    """
    said = _said(labels) if isinstance(labels, MethodType) else {"words": words(labels), "explained": packed(labels)}
    return pack(trace, beside=beside, labels=labels, settings={**said, **PLAIN, **settings})


@lru_cache(maxsize=8)
def _said(labels: Translate) -> dict[str, object]:
    """The words of a language, put together once: the translation of a catalogue always says the same."""
    return {"words": words(labels), "explained": packed(labels)}
