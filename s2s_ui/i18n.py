"""`_`: a message in the language of the session.

English is the language of the source and needs no catalogue. The .po files of the others are read as they are (babel
knows the format), so nothing has to be compiled and nothing can be out of date.
"""

import gettext as stdlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from s2s_ui import state
from s2s_ui.locales import SOURCE_LANGUAGE, catalogue_path

Translate = Callable[[str], str]
"""What `_` is: handed to pictures, so that they need no session."""


@cache
def translations(language: str) -> stdlib.NullTranslations:
    """The catalogue of a language; what it lacks is given in English."""
    if language == SOURCE_LANGUAGE:
        return stdlib.NullTranslations()
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return stdlib.GNUTranslations(compiled)


def _(message: str) -> str:
    """`message` in the language of this session."""
    return translations(state.language()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """`singular` or `plural`, as the language of this session counts."""
    return translations(state.language()).ngettext(singular, plural, n)


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for the catalogues where it is written; it is translated where it is shown."""
    return message
