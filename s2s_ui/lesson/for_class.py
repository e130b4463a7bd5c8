"""The question of a chapter for a class, as a choice with the right answer."""

import re
from collections.abc import Mapping
from typing import Any

from s2s_core.errors import S2SError
from s2s_ui.lesson.chapter import LINKED, Chapter
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.lesson.speech import speaking
from s2s_ui.session import caches

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])\u2060?")


def asks(link: Mapping[str, str]) -> int:
    """The number of questions in the chapter of a lesson link."""
    chapter = _chapter(link)
    return len(chapter.asks) if chapter else 0


def question(link: Mapping[str, str], second: bool, language: str) -> dict[str, Any] | None:
    """The first or ``second`` question in the chapter of a lesson link.

    Returns:
        None if the chapter has none, or this server does not have its model.
    """
    chapter = _chapter(link)
    if chapter is None or (second and chapter.then is None):
        return None
    ask = chapter.then if second and chapter.then else chapter.ask
    try:
        with speaking(language):
            asked = ask(caches.runs(chapter.request))
    except S2SError:
        return None
    return {
        "kind": "choice",
        "text": _plain(asked.words),
        "choices": [_plain(answer) for answer in asked.answers],
        "right": asked.right,
    }


def _chapter(link: Mapping[str, str]) -> Chapter | None:
    number = LINKED.index(link.get("chapter", "0"))
    return CHAPTERS[number] if number < len(CHAPTERS) else None


def _plain(markdown: str) -> str:
    return _ESCAPED.sub(r"\1", markdown).replace("$", "").replace("**", "")
