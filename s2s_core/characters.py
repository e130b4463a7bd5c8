"""How to name a character for a person: its script, and its Unicode name if it is invisible."""

import unicodedata
from collections.abc import Iterable
from functools import cache

import regex

# Names of scripts that readers know; other scripts are named by the first word of their characters' Unicode names.
SCRIPTS = {
    "Latin": "Latin",
    "Greek": "Greek",
    "Cyrillic": "Cyrillic",
    "Hebrew": "Hebrew",
    "Arabic": "Arabic",
    "Han": "Chinese characters",
    "Hiragana": "Hiragana",
    "Katakana": "Katakana",
    "Hangul": "Hangul",
    "Bopomofo": "Bopomofo",
    "Devanagari": "Devanagari",
    "Bengali": "Bengali",
    "Gurmukhi": "Gurmukhi",
    "Gujarati": "Gujarati",
    "Tamil": "Tamil",
    "Telugu": "Telugu",
    "Kannada": "Kannada",
    "Malayalam": "Malayalam",
    "Sinhala": "Sinhala",
    "Thai": "Thai",
    "Lao": "Lao",
    "Khmer": "Khmer",
    "Myanmar": "Burmese",
    "Tibetan": "Tibetan",
    "Mongolian": "Mongolian",
    "Georgian": "Georgian",
    "Armenian": "Armenian",
    "Ethiopic": "Ethiopic",
    "Syriac": "Syriac",
}
# Control characters have no name in Unicode's table of names, only aliases.
_CONTROLS = (
    *("NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE"),
    *("ALERT", "BACKSPACE", "TAB", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN", "SHIFT OUT"),
    *("SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE"),
    *("DEVICE CONTROL FOUR", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL"),
    *("END OF MEDIUM", "SUBSTITUTE", "ESCAPE", "INFORMATION SEPARATOR FOUR", "INFORMATION SEPARATOR THREE"),
    *("INFORMATION SEPARATOR TWO", "INFORMATION SEPARATOR ONE"),
)
_OTHER_NAMES = {chr(code): name for code, name in enumerate(_CONTROLS)} | {
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
    "\u2028": "LINE SEPARATOR",
    "\ufeff": "BYTE ORDER MARK",
}
_SCRIPT = {name: regex.compile(rf"\p{{Script={script}}}") for script, name in SCRIPTS.items()}
_NO_SCRIPT = regex.compile(r"[\p{Script=Common}\p{Script=Inherited}\p{Script=Unknown}]")
_SEEN = regex.compile(r"(?![\u2800\p{M}\p{Default_Ignorable_Code_Point}])[\p{L}\p{M}\p{N}\p{P}\p{S}]")


@cache
def script_of(character: str) -> str | None:
    """The script that a character belongs to ("Hebrew"); None for what every script uses: digits, marks, emoji."""
    if _NO_SCRIPT.fullmatch(character):
        return None
    for name, pattern in _SCRIPT.items():
        if pattern.fullmatch(character):
            return name
    return unicodedata.name(character, "").partition(" ")[0].capitalize() or None


def plain_words(text: str) -> frozenset[str]:
    """The words of a text in lower case and without accents; digits and marks do not count as words."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    letters = "".join(c if c.isalpha() else " " for c in unicodedata.normalize("NFC", folded))
    return frozenset(letters.split())


def scripts_of(characters: Iterable[str]) -> frozenset[str]:
    """The scripts of all of these characters."""
    return frozenset(script for character in characters if (script := script_of(character)) is not None)


def is_seen(characters: str) -> bool:
    """Whether there is anything to see in them by themselves: no space, no control character, no lone accent."""
    return _SEEN.search(characters) is not None


def name_of(character: str) -> str:
    """The name that Unicode gives a character, in capitals; empty where it has none."""
    return _OTHER_NAMES.get(character, unicodedata.name(character, ""))


def code_of(character: str) -> str:
    """How Unicode numbers a character: "U+200B"."""
    return f"U+{ord(character):04X}"
