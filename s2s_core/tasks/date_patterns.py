"""The patterns in which people write dates, and which dates can be read back from which pattern.

The patterns are those of CLDR (Babel's full, long, medium and the usual skeletons) and others that people type: "8
March 2025", "March 8th, 2025", "le 1er mars 2025", "2025/3/8". All are in CLDR's pattern language, with two additions.
`ddd` is the day as an ordinal number ("8th"), if the language writes one. `yyyyy`, `MMMMMM` and `dddd` are the numbers
in Korean words.

Most patterns mean only one date in every language. For the others, such as 11/28/2026, see `readable`.
"""

import datetime
from functools import cache

from babel import Locale
from babel.dates import tokenize_pattern

LOCALES = ("en", "ko", "de", "fr")

_SKELETONS = ("yMMMd", "yMMMEd", "yMMMEEEEd", "yMd", "yMEd", "yMEEEEd")

_TYPED = {
    "en": (
        "d MMMM y",
        "d MMM y",
        "d MMMM, y",
        "MMMM d y",
        "MMM d y",
        "MMMM d,y",
        "MMMMd, y",
        "dMMMMy",
        "d-MMM-y",
        "EEEE, d MMMM y",
        "EEEE d MMMM y",
        "EEEE MMMM d y",
        "E d MMM y",
        "E, d MMM y",
        "MMMM ddd, y",
        "MMMM ddd y",
        "ddd MMMM y",
        "ddd 'of' MMMM y",
        "'the' ddd 'of' MMMM y",
        "'the' ddd 'of' MMMM, y",
        "EEEE, MMMM ddd, y",
        "EEEE 'the' ddd 'of' MMMM y",
        "y MMMM d",
        "y MMM d",
        "y, MMMM d",
        "y-MMM-dd",
        "y-MM-dd",
        "y/MM/dd",
        "y/M/d",
        "y.MM.dd",
        "yMMdd",
        "y-M-d",
        "MM/dd/y",
        "M-d-y",
        "dd/MM/y",
        "M.d.y",
        "d MMMM ''yy",
        "MMM d, ''yy",
        "d MMM yy",
        "M/d/yy",
    ),
    "ko": (
        "y년 M월 d일",
        "y년M월d일",
        "y년 MM월 dd일",
        "y년 M월 d일(E)",
        "EEEE y년 M월 d일",
        "y. M. d",
        "y. MM. dd.",
        "y.M.d",
        "y.M.d.",
        "y.MM.dd",
        "y.MM.dd(E)",
        "y/M/d",
        "y/MM/dd",
        "y-MM-dd",
        "y-M-d",
        "yMMdd",
        "y M d",
        "yyyyy년 MMMMMM월 dddd일",
        "yyyyy년MMMMMM월dddd일",
        "yyyyy년 MMMMMM월 dddd일 EEEE",
        "y년 MMMMMM월 dddd일",
        "yy년 M월 d일",
        "yy. M. d.",
        "yy.MM.dd",
        "yy/MM/dd",
        "''yy. M. d",
    ),
    "de": (
        "EEEE, 'den' d. MMMM y",
        "EEEE d. MMMM y",
        "EEEE, d. LLL y",
        "'den' d. MMMM y",
        "d. LLL y",
        "d LLL y",
        "d.MMMM y",
        "d.MMMMy",
        "d MMMM y",
        "d. MMMM, y",
        "dMMMMy",
        "d-LLL-y",
        "E d.M.y",
        "E dd.MM.y",
        "dd. MM. y",
        "d. M. y",
        "y, d. MMMM",
        "y-MM-dd",
        "y/MM/dd",
        "y.MM.dd",
        "yMMdd",
        "d/M/y",
        "dd-MM-y",
        "d. MMMM ''yy",
        "d. MMM yy",
        "dd.MM.yy",
        "d.M.yy",
    ),
    "fr": (
        "ddd MMMM y",
        "'le' ddd MMMM y",
        "EEEE ddd MMMM y",
        "'le' EEEE ddd MMMM y",
        "EEEE, d MMMM y",
        "EEEE, 'le' ddd MMMM y",
        "d MMMM, y",
        "d-MMMM-y",
        "dMMMMy",
        "'le' d MMM y",
        "y, 'le' d MMMM",
        "y MMMM d",
        "y-MM-dd",
        "y/MM/dd",
        "y.MM.dd",
        "yMMdd",
        "d.M.y",
        "d/M/y",
        "'le' dd/MM/y",
        "dd-MM-y",
        "d M y",
        "d MMMM ''yy",
        "d MMM yy",
        "dd/MM/yy",
    ),
}


OTHER_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "Jan": ("Jan.",),
        "Feb": ("Feb.",),
        "Mar": ("Mar.",),
        "Apr": ("Apr.",),
        "Aug": ("Aug.",),
        "Sep": ("Sept", "Sept.", "Sep."),
        "Oct": ("Oct.",),
        "Nov": ("Nov.",),
        "Dec": ("Dec.",),
    },
    "ko": {},
    "de": {
        "Januar": ("Jänner",),
        "Jan.": ("Jän.",),
        "Jan": ("Jän",),
        "Februar": ("Feber",),
        "März": ("Maerz",),
        "Sept.": ("Sep.",),
        "Sep": ("Sept",),
    },
    "fr": {
        "janv.": ("janv", "jan."),
        "févr.": ("fév.", "fev.", "févr"),
        "avr.": ("avr",),
        "juil.": ("juill.", "juil"),
        "sept.": ("sep.", "sept"),
        "oct.": ("oct",),
        "nov.": ("nov",),
        "déc.": ("déc",),
    },
}
"""Names of months that CLDR does not have: those of Austria, and other abbreviations."""

CENTURY = 2000
"""The year to which a year of two digits is added."""


def readable(date: datetime.date, pattern: str) -> bool:
    """Whether a date in this pattern can be read back: it has no other reading, or no other reading comes first.

    The month is clear if it is a word, if it comes after the year (2025/3/8), or between the dots of d.M.y. Otherwise
    the day must be above 12 (11/28/2026, not 03/04/2025) or equal to the month (04/04/2025). A year of two digits must
    be in this century. After two numbers, it must also be too large for a day (28.11.85, not 28.11.25).
    """
    fields = [token for token in tokens(pattern) if not isinstance(token, str)]
    order = "".join(letter for letter, _ in fields if letter in "yMLd")
    short = is_short(pattern)
    if short and not CENTURY <= date.year < CENTURY + 100:
        return False
    if order[0] == "y" or any(letter in "ML" and width >= 3 for letter, width in fields):
        return True
    day_first = order == "dMy" and ("." in pattern or date.day == date.month)
    if not (date.day > 12 or day_first):
        return False
    return not short or not 1 <= date.year % 100 <= 31 or (date.day > 12 and order == "Mdy")


def is_short(pattern: str) -> bool:
    """Whether a pattern writes a year with two digits."""
    return ("y", 2) in tokens(pattern)


@cache
def tokens(pattern: str) -> tuple[str | tuple[str, int], ...]:
    """A CLDR pattern as literals and fields; a field is its letter and how often it is repeated."""
    found: list[str | tuple[str, int]] = []
    for _, value in tokenize_pattern(pattern):
        found.append(value if isinstance(value, str) else (value[0], int(value[1])))
    return tuple(found)


@cache
def patterns(locale: str) -> tuple[str, ...]:
    """Every pattern of a locale, those of CLDR first."""
    cldr = Locale(locale)
    given = [cldr.date_formats[length].pattern for length in ("full", "long", "medium")]
    given += [cldr.datetime_skeletons[name].pattern for name in _SKELETONS if name in cldr.datetime_skeletons]
    return tuple(dict.fromkeys((*given, *_TYPED[locale])))
