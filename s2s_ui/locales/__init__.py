"""The languages of the screens, and their gettext catalogues.

English is the language of the source and needs no catalogue. The .po files of the others are read as they are (babel
knows the format), so nothing has to be compiled and nothing can be out of date.
"""

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from s2s_ui.locales.particles import Sentence

LANGUAGES = {"en": "EN", "ko": "한국어"}
"""What can be chosen, and what the switch in the navigation calls it. The first is the language of the source. One line
more is one language more: `make i18n` makes its catalogue, and until that is there the screens stay English."""

SOURCE_LANGUAGE = next(iter(LANGUAGES))

Translate = Callable[[str], str]
"""A message in, the message in the reader's language out: handed to pictures, so that they need no session."""


def catalogue_path(language: str) -> Path:
    """The .po file of a language."""
    return Path(__file__).parent / language / "LC_MESSAGES" / "seq2scope.po"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; what it lacks is given in English."""
    if language == SOURCE_LANGUAGE or not catalogue_path(language).exists():
        return gettext.NullTranslations()
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _Translations(compiled)


class _Translations(gettext.GNUTranslations):
    """Messages whose places may ask for a particle of Korean, whichever the language."""

    def gettext(self, message: str) -> Sentence:
        return Sentence(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> Sentence:
        return Sentence(super().ngettext(msgid1, msgid2, n))


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for the catalogues where it is written; it is translated where it is shown."""
    return message
