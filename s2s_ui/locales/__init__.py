"""The languages of the screens and where their gettext catalogues lie."""

from pathlib import Path

LANGUAGES = {"en": "EN", "ko": "한국어"}
"""What can be chosen, and what the switch in the navigation calls it. The first is the language of the source."""

SOURCE_LANGUAGE = next(iter(LANGUAGES))


def catalogue_path(language: str) -> Path:
    """The .po file of a language. It is the source and is read as it is: there is nothing to compile."""
    return Path(__file__).parent / language / "LC_MESSAGES" / "seq2scope.po"
