"""Dates as people write them, rendered field by field so that it is known which characters are which field.

The patterns are CLDR's own (Babel's full, long, medium and the usual skeletons) and, beside them, what people
type: "8 March 2025", "March 8th, 2025", "le 1er mars 2025". All are in CLDR's pattern language, with one
addition: `ddd` is the day with the mark of an ordinal number where the language writes one.

No pattern's meaning depends on the language: see `unambiguous`.
"""

import datetime
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.dates import parse_pattern, tokenize_pattern

from s2s_core.described import described

LOCALES = ("en", "ko", "de", "fr")

_SKELETONS = ("yMMMd", "yMMMEd", "yMMMEEEEd", "yMd", "yMEd", "yMEEEEd")

_TYPED = {
    "en": (
        "d MMMM y",
        "d MMM y",
        "MMMM d y",
        "MMM d y",
        "EEEE, d MMMM y",
        "EEEE d MMMM y",
        "E d MMM y",
        "MMMM ddd, y",
        "ddd MMMM y",
        "ddd 'of' MMMM y",
        "EEEE, MMMM ddd, y",
        "y-MM-dd",
    ),
    "ko": (
        "y년 M월 d일",
        "y년M월d일",
        "y년 MM월 dd일",
        "y년 M월 d일(E)",
        "y. M. d",
        "y.M.d",
        "y.MM.dd",
        "y/M/d",
        "y/MM/dd",
        "y-MM-dd",
    ),
    "de": (
        "EEEE, 'den' d. MMMM y",
        "EEEE d. MMMM y",
        "EEEE, d. LLL y",
        "d. LLL y",
        "d LLL y",
        "d.MMMM y",
        "d MMMM y",
        "y-MM-dd",
    ),
    "fr": (
        "ddd MMMM y",
        "'le' ddd MMMM y",
        "EEEE ddd MMMM y",
        "'le' EEEE ddd MMMM y",
        "EEEE, d MMMM y",
        "d MMMM, y",
        "y-MM-dd",
    ),
}


OTHER_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {"Sep": ("Sept", "Sept."), "Aug": ("Aug.",), "Jan": ("Jan.",), "Dec": ("Dec.",), "Oct": ("Oct.",)},
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
    "fr": {"sept.": ("sep.",), "févr.": ("fév.", "fev."), "juil.": ("juill.",)},
}
"""Names of months that CLDR does not have beside its own: those of Austria, and other ways to shorten."""


def unambiguous(pattern: str) -> bool:
    """Whether a pattern can be read in one way only.

    Its year has four digits, and a month that is a number stands after the year (2025/3/8) or between dots
    (8.3.2025, day first wherever it is written); 03/04/2025 and 3/8/25 do not pass.
    """
    fields = [token for token in _tokens(pattern) if not isinstance(token, str)]
    order = "".join(letter for letter, _ in fields if letter in "yMLd")
    named = any(letter in "ML" and width >= 3 for letter, width in fields)
    numeric = order == "yMd" or (order == "dMy" and "." in pattern)
    return ("y", 2) not in fields and (named or numeric)


def _tokens(pattern: str) -> list[str | tuple[str, int]]:
    """A CLDR pattern as literals and fields; a field is its letter and how often it is repeated."""
    tokens: list[str | tuple[str, int]] = []
    for _, value in tokenize_pattern(pattern):
        tokens.append(value if isinstance(value, str) else (value[0], int(value[1])))
    return tokens


@cache
def patterns(locale: str) -> tuple[str, ...]:
    """Every pattern that a locale's dates are written in, CLDR's first."""
    cldr = Locale(locale)
    given = [cldr.date_formats[length].pattern for length in ("full", "long", "medium")]
    given += [cldr.datetime_skeletons[name].pattern for name in _SKELETONS if name in cldr.datetime_skeletons]
    return tuple(dict.fromkeys(p for p in (*given, *_TYPED[locale]) if unambiguous(p)))


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a written date's fields stand, in code points: (start, end). A month may be a word or a number."""

    year: tuple[int, int]
    month: tuple[int, int]
    day: tuple[int, int]

    __repr__ = described


def write(date: datetime.date, pattern: str, locale: str) -> tuple[str, Spans]:
    """`date` written by `pattern`, and where its fields are; of "3월" and "8th" the field is the number alone."""
    text = ""
    spans: dict[str, tuple[int, int]] = {}
    for letter, forms in _parts(pattern, locale):
        form = forms[_index(date, letter)] if letter != "y" else f"{date.year:04d}"
        digits = len(form) - len(form.lstrip("0123456789"))
        spans[letter] = (len(text), len(text) + (digits or len(form)))
        text += form
    return text, Spans(year=spans["y"], month=spans["M"], day=spans["d"])


@cache
def month_names() -> dict[str, int]:
    """Every name of a month in any locale, in lower case, with the month's number from 1."""
    months = _names("M")
    others = {
        other.lower(): months[name.lower()]
        for names in OTHER_NAMES.values()
        for name, given in names.items()
        for other in given
    }
    return {name: at + 1 for name, at in (months | others).items()}


@cache
def weekday_names() -> dict[str, int]:
    """Every name of a day of the week in any locale, in lower case, with its number; Monday is 0."""
    return _names("E")


def _names(field: str) -> dict[str, int]:
    parts = (part for locale in LOCALES for pattern in patterns(locale) for part in _parts(pattern, locale))
    forms = [form for letter, form in parts if letter == field]
    return {name.lower(): at for form in forms for at, name in enumerate(form) if not name[0].isdecimal()}


def _index(date: datetime.date, letter: str) -> int:
    return {"M": date.month - 1, "d": date.day - 1, "E": date.weekday()}.get(letter, 0)


@cache
def _parts(pattern: str, locale: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A pattern as (field letter, its forms): twelve months, 31 days, seven weekdays, or "" and a literal."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    for token in _tokens(pattern):
        if isinstance(token, str):
            parts.append(("", (_plain(token),)))
            continue
        letter, width = token
        if letter == "y":
            parts.append(("y", ()))
        elif letter in "ML":
            months = (datetime.date(2001, month, 1) for month in range(1, 13))
            parts.append(("M", tuple(_field(letter * width, day, locale) for day in months)))
        elif letter == "d":
            days = (datetime.date(2001, 1, day) for day in range(1, 32))
            forms = tuple(_field("d" if width > 2 else "d" * width, day, locale) for day in days)
            parts.append(("d", tuple(map(_ORDINALS[locale], forms)) if width > 2 else forms))
        else:
            week = (datetime.date(2001, 1, day) for day in range(1, 8))  # 1 January 2001 was a Monday
            parts.append(("E", tuple(_field(letter * width, day, locale) for day in week)))
    return tuple(parts)


def _field(pattern: str, date: datetime.date, locale: str) -> str:
    return _plain(parse_pattern(pattern).apply(date, Locale(locale)))


def _plain(text: str) -> str:
    """Spaces as a keyboard has them: CLDR's no-break and narrow ones become the plain space."""
    return "".join(" " if character.isspace() else character for character in text)


def _english_ordinal(day: str) -> str:
    ending = "th" if day in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return day + ending


def _french_ordinal(day: str) -> str:
    return "1er" if day == "1" else day


_ORDINALS = {"en": _english_ordinal, "fr": _french_ordinal}
