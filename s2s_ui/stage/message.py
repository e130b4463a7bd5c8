"""What the player receives: traces, its words in the reader's language, and how it is set."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

from s2s_ui.locales import Translate
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
}
"""How a stage is set that stands by itself."""

EXPLAINS = "explain_"
"""How the names of sentences begin that explain a part of the stage."""


def message(trace: Trace, *, labels: Translate, beside: Trace | None = None, **settings: object) -> bytes:
    """What the player receives: the traces, its words, and how it is set; by itself it only plays.

    `settings` are those of `stage`, as the browser reads them.
    """
    return pack(trace, beside=beside, labels=labels, settings={**_spoken(labels), **PLAIN, **settings})


def _spoken(labels: Translate) -> dict[str, object]:
    """The words at hand, and packed as zlib does the sentences that explain the stage: there they take a third."""
    spoken = words(labels)
    sentences = {name: spoken.pop(name) for name in tuple(spoken) if name.startswith(EXPLAINS)}
    written = json.dumps(sentences, ensure_ascii=False, separators=(",", ":")).encode()
    return {"words": spoken, "sentences": b64encode(zlib.compress(written, 9)).decode("ascii")}
