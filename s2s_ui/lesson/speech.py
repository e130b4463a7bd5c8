"""The language of the lesson: the session's or, while a file for the reader is made, the file's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from s2s_ui.locales import Translate, translations
from s2s_ui.session import i18n

_SPOKEN: ContextVar[Translate | None] = ContextVar("spoken", default=None)


def _(message: str) -> str:
    """`message` in the language of `speaking`; outside of it, in the session's language."""
    translate = _SPOKEN.get() or i18n._
    return translate(message)


@contextmanager
def speaking(language: str) -> Iterator[Translate]:
    """Use this language during the block. A download is made outside of a session."""
    translate = translations(language).gettext
    token = _SPOKEN.set(translate)
    try:
        yield translate
    finally:
        _SPOKEN.reset(token)
