"""The languages of the screens, and their gettext catalogues.

English is the language of the source and needs no catalogue. Babel reads the .po files of the other languages directly,
so no compiled file can be out of date.
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
"""The languages, and their names in the switch of the navigation. The first one is the language of the source. To add a
language, add a line: `make i18n` makes its catalogue. Without a translation, the screens are in English."""

SOURCE_LANGUAGE = next(iter(LANGUAGES))

Translate = Callable[[str], str]
"""A function from a message to its translation. Pictures get it as an argument, so that they need no session."""


def catalogue_path(language: str) -> Path:
    """The .po file of a language."""
    return Path(__file__).parent / language / "LC_MESSAGES" / "seq2scope.po"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; messages without a translation stay English."""
    if language == SOURCE_LANGUAGE or not catalogue_path(language).exists():
        return gettext.NullTranslations()
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _Translations(compiled)


class _Translations(gettext.GNUTranslations):
    """Translations whose placeholders may have Korean particles; used for all languages."""

    def gettext(self, message: str) -> Sentence:
        return Sentence(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> Sentence:
        return Sentence(super().ngettext(msgid1, msgid2, n))


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for the catalogues; it is translated later, when it is shown."""
    return message
