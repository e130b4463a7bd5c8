"""Write dates as people do, field by field, so that the characters of each field are known."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.dates import parse_pattern

from s2s_core.described import described
from s2s_core.tasks.date_patterns import LOCALES, OTHER_NAMES, patterns, tokens
from s2s_core.tasks.sino_korean import month_said, sino_korean


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans (start, end) of a written date's fields, in code points. A month may be a word or a number."""

    year: tuple[int, int]
    month: tuple[int, int]
    day: tuple[int, int]

    __repr__ = described


def write(date: datetime.date, pattern: str, locale: str) -> tuple[str, Spans]:
    """`date` written by `pattern`, and the spans of its fields; in "3월" and "8th", the field is only the number."""
    return next(iter(spellings(date, pattern, locale)))


def spellings(date: datetime.date, pattern: str, locale: str) -> Iterator[tuple[str, Spans]]:
    """The result of `write`, and the same with each other name of the month."""
    forms = [(part.field, part.form(date)) for part in _parts(pattern, locale)]
    yield _joined(forms)
    named = dict(forms)["M"]
    for other in OTHER_NAMES[locale].get(named, ()):
        yield _joined((field, other if field == "M" else form) for field, form in forms)


def _joined(forms: Iterable[tuple[str, str]]) -> tuple[str, Spans]:
    text = ""
    spans: dict[str, tuple[int, int]] = {}
    for field, form in forms:
        digits = len(form) - len(form.lstrip("0123456789"))
        spans[field] = (len(text), len(text) + (digits or len(form)))
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
    return {name.lower(): at for part in parts if part.field == field for at, name in enumerate(part.names)}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: a field's letter or "" (a literal), how it writes a date, its forms if they are names."""

    field: str
    form: Callable[[datetime.date], str]
    names: tuple[str, ...] = ()

    __repr__ = described


@cache
def _parts(pattern: str, locale: str) -> tuple[_Part, ...]:
    return tuple(_part(token, locale) for token in tokens(pattern))


def _part(token: str | tuple[str, int], locale: str) -> _Part:
    if isinstance(token, str):
        literal = _plain(token)
        return _Part("", lambda _: literal)
    letter, width = token
    if letter == "y":
        years: dict[int, Callable[[datetime.date], str]] = {
            2: lambda date: f"{date.year % 100:02d}",
            5: lambda date: sino_korean(date.year),
        }
        return _Part("y", years.get(width, lambda date: f"{date.year:04d}"))
    if letter in "ML":
        if width == 6:
            return _Part("M", lambda date: month_said(date.month))
        months = tuple(_field(letter * width, datetime.date(2001, month, 1), locale) for month in range(1, 13))
        return _Part("M", lambda date: months[date.month - 1], () if months[0][0].isdecimal() else months)
    if letter == "d":
        if width == 4:
            return _Part("d", lambda date: sino_korean(date.day))
        days = tuple(_field("d" * (width % 3 or 1), datetime.date(2001, 1, day), locale) for day in range(1, 32))
        if width == 3:
            days = tuple(map(_ORDINALS[locale], days))
        return _Part("d", lambda date: days[date.day - 1])
    week = tuple(_field(letter * width, datetime.date(2001, 1, day), locale) for day in range(1, 8))  # from a Monday
    return _Part("E", lambda date: week[date.weekday()], week)


def _field(pattern: str, date: datetime.date, locale: str) -> str:
    return _plain(parse_pattern(pattern).apply(date, Locale(locale)))


def _plain(text: str) -> str:
    """The text with CLDR's no-break and narrow spaces replaced by the space of a keyboard."""
    return "".join(" " if character.isspace() else character for character in text)


def _english_ordinal(day: str) -> str:
    ending = "th" if day in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return day + ending


def _french_ordinal(day: str) -> str:
    return "1er" if day == "1" else day


_ORDINALS = {"en": _english_ordinal, "fr": _french_ordinal}
