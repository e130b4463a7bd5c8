"""Read a date from a text by rules, to check a model's output and to find texts that no model can read.

A model writes a date for every text. These rules say whether the text names a day at all, whether it has only one
reading, and whether such a day exists.
"""

import datetime
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

from s2s_core.characters import plain_words
from s2s_core.described import described
from s2s_core.remark import Remark
from s2s_core.tasks.date_formats import month_names, weekday_names
from s2s_core.tasks.sino_korean import MONTHS, sino_korean

_TIME = re.compile(
    r"""
    (?:(?<=\d)t|\b(?:um|at|a)\s+|,\s*)?                  # 2025-03-08T14:30, um 14:30
    (?<!\d)\d{1,2}(?::|\s?h\s?)\d{2}(?!\d)(?::\d{2}(?:\.\d+)?)?
        \s*(?:[ap]\.?m\b\.?|uhr\b|z\b|[+-]\d{2}:?\d{2}\b)?
    | (?<=\d)t\d{4}(?:\d{2})?z?\b                        # 20250308T143000Z
    | (?:\b(?:um|at|a)\s+)?(?<!\d)\d{1,2}\s*(?:[ap]\.?m\b\.?|uhr\b|h\b|heures?\b|o['’]clock\b)
    | (?:오전|오후)?\s*(?<!\d)\d{1,2}\s*시(?:\s*\d{1,2}\s*분)?(?:\s*\d{1,2}\s*초)?
    """,
    re.VERBOSE,
)
_ITEM = re.compile(
    r"(?P<compact>(?<!\d)\d{8}(?!\d))"
    r"|(?P<apostrophe>['’])?(?<!-w)(?<!\d)(?P<digits>\d+)(?:\s*(?P<unit>[년월일年月日])|(?P<ordinal>st|nd|rd|th|er|e|eme)\b)?"
    r"|(?P<sino>[일이삼사오육륙칠팔구십백천유시]+)\s*(?P<sino_unit>[년월일])(?!요일)"
    r"|(?P<word>[^\W\d_]+)"
)
_NUMERIC = re.compile(r"\d+(?:\s*[./-]\s*\d+|\s+\d+)+")
_FIELDS = {"년": "year", "年": "year", "월": "month", "月": "month", "일": "day", "日": "day"}
_ORDERS = {"-": ("ymd", "dmy", "mdy"), "/": ("ymd", "dmy", "mdy"), ".": ("ymd", "dmy"), " ": ("ymd", "dmy", "mdy")}
_LEAP = 2000  # a year in which every month is as long as it can be
_LIKE = 0.8  # how similar a misspelt name must be to a name (ratio of difflib)
_AFTER_A_NUMBER = re.compile(r"[일이삼사오육륙칠팔구십백천유시]*[년월일]")  # 5일이에요, 삼월


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of one or two digits without a unit. The other fields decide which field it is."""

    value: int
    start: int
    end: int
    apostrophe: bool  # '25

    __repr__ = described


@dataclass(slots=True)
class _Found:
    """The values that a text has for each field, in its order; ``loose`` are numbers that could be several fields."""

    year: list[int] = field(default_factory=list)
    month: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    loose: list[_Number] = field(default_factory=list)
    weekdays: list[tuple[int, str]] = field(default_factory=list)  # the number from Monday, and the name
    either: list[int] = field(default_factory=list)  # months whose name is also a weekday's: "mar."
    others: list[str] = field(default_factory=list)  # words that are not names of months or weekdays
    century: bool = True  # whether the year has its century
    year_first: bool = False
    odd: bool = False  # there is a number that is not part of a date

    __repr__ = described


def doubts(text: str) -> tuple[tuple[Remark, ...], str | None]:
    """The remarks about a text without an output, and the day in ISO 8601 if the text clearly says one, else None."""
    bare = _TIME.sub(lambda time: " " * len(time[0]), _folded(text))
    found = _find(bare)
    named = (found.year, found.month, found.day)
    if any(len(set(values)) > 1 for values in named) or len(found.loose) > 3 - sum(map(bool, named)):
        return (Remark("several"),), None
    if found.odd:
        return (), None
    days = _days(found, bare)
    if isinstance(days, Remark):
        return (days,), None
    real = [day for day in days if _exists(*day)]
    if not real:
        return (Remark("impossible", (_iso(*days[0]),)),), None
    if len(real) > 1:
        written = next(part[0] for part in _NUMERIC.finditer(bare) if part.end() > found.loose[0].start)
        return (Remark("ambiguous", (written, *(_iso(*day) for day in real))),), None
    if not found.century:
        return (Remark("missing", ("century",)),), None
    return _weekdays(found, datetime.date(*real[0]), text), _iso(*real[0])


def remarks_on(text: str, output: str | None, words: frozenset[str]) -> tuple[Remark, ...]:
    """Every remark about a text and, if it is given, about a model's output for it.

    ``words`` are those that the model has seen.
    """
    said, day = doubts(text)
    strange = sorted((word for word in plain_words(text) - words if _is_strange(word, words)), key=_folded(text).find)
    unknown = (Remark("words", tuple(_as_typed(word, text) for word in strange)),) if strange else ()
    return (*unknown, *said, *(_judged(output, day, said) if output is not None else ()))


def _judged(output: str, day: str | None, said: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """The remarks about an output: it is not the day of the text; or it is not a day, if the text has no remark."""
    if day is not None:
        return () if output == day else (Remark("differs", (day,)),)
    return () if said or _is_date(output) else (Remark("malformed", (output,)),)


def _is_strange(word: str, words: frozenset[str]) -> bool:
    """Whether a word is not among ``words``. A Hangul word may end in a particle, and a month may be misspelt."""
    if "가" <= word[0] <= "힣":
        return not (_AFTER_A_NUMBER.match(word) or any(len(known) > 1 and word.startswith(known) for known in words))
    return len(word) > 1 and _month(word) is None


def _find(text: str) -> _Found:
    found = _Found()
    for match in _ITEM.finditer(text):
        if digits := match["compact"]:
            _whole(digits, found)
        elif digits := match["digits"]:
            _number(match, digits, found)
        elif sino := match["sino"]:
            _said(sino, _FIELDS[match["sino_unit"]], found)
        else:
            _word(match["word"], found)
    if not found.month and bool(found.year) + bool(found.day) + len(found.loose) < 3:  # otherwise "mar." is Tuesday
        found.month = found.either
    return found


def _whole(digits: str, found: _Found) -> None:
    """Read eight digits as year, month and day."""
    found.year.append(int(digits[:4]))
    found.month.append(int(digits[4:6]))
    found.day.append(int(digits[6:]))


def _number(match: re.Match[str], digits: str, found: _Found) -> None:
    unit = _FIELDS.get(match["unit"] or "")
    if unit == "year" or (unit is None and len(digits) == 4):
        found.year_first = found.year_first or not (found.month or found.day or found.loose)
        found.year.append(int(digits))
        found.century = len(digits) == 4
    elif unit is not None:
        getattr(found, unit).append(int(digits))
    elif match["ordinal"]:
        found.day.append(int(digits))
    elif len(digits) <= 2:
        found.loose.append(_Number(int(digits), match.start("digits"), match.end("digits"), bool(match["apostrophe"])))
    else:
        found.odd = True


def _said(number: str, field: str, found: _Found) -> None:
    value = MONTHS.get(number) if field == "month" else _sino_korean().get(number)
    if value is not None:
        getattr(found, field).append(value)


def _word(word: str, found: _Found) -> None:
    month, weekday = _month(word), _weekday_names().get(word)
    if month is not None:
        (found.month if weekday is None else found.either).append(month)
    elif weekday is not None:
        found.weekdays.append((weekday, word))
    elif len(word) > 2:
        found.others.append(word)


def _month(word: str) -> int | None:
    """The month that a word names; a long word may have a typing error."""
    known = _months()
    like = get_close_matches(word, known, n=1, cutoff=_LIKE) if word not in known and len(word) > 3 else [word]
    return known.get(like[0]) if like else None


def _days(found: _Found, text: str) -> Sequence[tuple[int, int, int]] | Remark:
    """The days that a text may mean, as (year, month, day); or a remark about what is missing or too many."""
    year, month, day = (next(iter(values), None) for values in (found.year, found.month, found.day))
    loose = list(found.loose)
    if year is None and loose and (loose[-1].apostrophe or len(loose) == 3 - sum(x is not None for x in (month, day))):
        if month is None and day is None and not loose[-1].apostrophe:
            orders = _ORDERS[_between(loose, text)]
            found.century = False
            return _ordered([number.value for number in loose], orders)
        year, found.century = loose.pop().value, False
    if month is not None and day is None and loose:
        day = loose.pop(0).value
    elif day is not None and month is None and loose:
        month = loose.pop(0).value
    elif month is None and day is None and len(loose) == 2:
        pair = [number.value for number in loose]
        if year is None:
            return Remark("missing", ("year",))
        orders = ("md",) if found.year_first else ("dm",) if _between(loose, text) == "." else ("dm", "md")
        both = _ordered(pair, ("md", "dm") if _swapped(pair, orders) else orders)
        return [(_full(year, found), month, day) for _, month, day in both]
    elif month is None and day is None and year is not None and len(loose) == 1 and not found.others:
        month = loose.pop().value
    elif year is None and month is None and day is None:
        return Remark("missing", ("year", "month", "day"))
    elif month is None and day is None and len(loose) == 1:
        day = loose.pop().value  # the month is an unknown word
    if loose:
        return Remark("several")
    missing = tuple(name for name, value in (("year", year), ("month", month), ("day", day)) if value is None)
    if month is not None and day is not None and not _exists(_LEAP, month, day):
        return Remark("impossible", (f"{month:02d}-{day:02d}" if year is None else _iso(year, month, day),))
    if missing or year is None or month is None or day is None:
        return Remark("missing", missing if found.century else (*missing, "century"))
    return [(_full(year, found), month, day)]


def _full(year: int, found: _Found) -> int:
    """A year with its century; a year of two digits is in this century."""
    return year if found.century or year > 99 else 2000 + year


def _swapped(pair: Sequence[int], orders: Sequence[str]) -> bool:
    """Whether only the second order gives a month, not the usual one: 3.28.2025."""
    place = orders[0].index("m")
    return len(orders) == 1 and pair[place] > 12 >= pair[1 - place]


def _ordered(values: Sequence[int], orders: Iterable[str]) -> list[tuple[int, int, int]]:
    """The numbers as (year, month, day) in each of the orders, without duplicates, real days first."""
    days = []
    for order in orders:
        of = dict(zip(order, values, strict=True))
        days.append((2000 + of["y"] if "y" in of else _LEAP, of["m"], of["d"]))
    return sorted(dict.fromkeys(days), key=lambda day: not _exists(*day))


def _between(loose: Sequence[_Number], text: str) -> str:
    """The separator between the numbers: a key of _ORDERS."""
    marks = {text[one.end : other.start].strip() for one, other in pairwise(loose)}
    return next((mark for mark in ("/", "-", ".") if marks == {mark}), " ")


def _weekdays(found: _Found, day: datetime.date, text: str) -> tuple[Remark, ...]:
    """The remarks about weekdays that do not fit the day."""
    wrong = (name for weekday, name in found.weekdays if weekday != day.weekday())
    return tuple(Remark("weekday", (day.isoformat(), _as_typed(name, text))) for name in wrong)


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and year >= 1 and 1 <= day <= monthrange(year, month)[1]


def _is_date(output: str) -> bool:
    try:
        return datetime.date.fromisoformat(output).isoformat() == output
    except ValueError:
        return False


def _iso(year: int, month: int, day: int) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}"


def _as_typed(word: str, text: str) -> str:
    """A folded word as it was typed in the text."""
    place = _folded(text).find(word)
    return word if place < 0 else unicodedata.normalize("NFC", text)[place : place + len(word)]


def _folded(text: str) -> str:
    """The text in lower case and without accents, character by character, so that positions stay the same."""
    return "".join(_plain(character) for character in unicodedata.normalize("NFC", text))


@cache
def _plain(character: str) -> str:
    if "가" <= character <= "힣":
        return character
    folded = unicodedata.normalize("NFKD", character)[0].casefold()
    return folded if len(folded) == 1 else character


@cache
def _months() -> dict[str, int]:
    return {_folded(name).rstrip("."): number for name, number in month_names().items()}


@cache
def _weekday_names() -> dict[str, int]:
    return {_folded(name).rstrip("."): number for name, number in weekday_names().items()}


@cache
def _sino_korean() -> dict[str, int]:
    return {sino_korean(number): number for number in range(1, 3000)}
