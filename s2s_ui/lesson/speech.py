"""The language that the lesson speaks: the session's, or the one in which a file is being written for the reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from s2s_ui.locales import Translate, translations
from s2s_ui.session import i18n

_SPOKEN: ContextVar[Translate | None] = ContextVar("spoken", default=None)


def _(message: str) -> str:
    """`message` in the language of `speaking`, else in that of the session."""
    translate = _SPOKEN.get() or i18n._
    return translate(message)


@contextmanager
def speaking(language: str) -> Iterator[Translate]:
    """Speak this language inside: a download is made where there is no session."""
    translate = translations(language).gettext
    token = _SPOKEN.set(translate)
    try:
        yield translate
    finally:
        _SPOKEN.reset(token)
