"""Dates in English, Korean, German and French to ISO 8601, with a link from each digit to its source.

Both sides are characters. The years are 1000 to 2999. A date is in the same split in every language and form, so a test
date was never seen in training in any form.
"""

import datetime
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from s2s_core.characters import plain_words
from s2s_core.registry import TASKS
from s2s_core.remark import Remark
from s2s_core.tasks import date_around
from s2s_core.tasks.base import Link, Pair, Split, Task, split_of
from s2s_core.tasks.date_formats import Spans, spellings
from s2s_core.tasks.date_patterns import CENTURY, LOCALES, is_short, patterns, readable
from s2s_core.tasks.date_reading import doubts, remarks_on
from s2s_core.threads import passing

FIRST, LAST = datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)
_THIS = datetime.date(CENTURY, 1, 1), datetime.date(CENTURY + 99, 12, 31)
USUAL_SIZES = {"train": 40_000, "dev": 2_000, "test": 20_000}


def _unaccented(text: str) -> str:
    return "".join(c if "가" <= c <= "힣" else unicodedata.normalize("NFD", c)[0] for c in text)


def _capitals(text: str) -> str:
    return re.sub(r"(?<!\w)[^\W\d_]{3,}", lambda word: word[0].capitalize(), text)


# Typing habits with their weights; none of them changes the position of a character.
_HABITS: dict[Callable[[str], str], int] = {str: 74, str.lower: 15, str.upper: 5, _unaccented: 3, _capitals: 3}
_OTHER_NAME = 0.4  # how often a month is written with another name, if it has one


@TASKS.register("dates")
class DatesTask(Task):
    """Written dates to ISO dates, balanced over four locales; a pair's group is its locale."""

    name = "dates"
    title = "Date → ISO"
    examples = (
        "March 8, 2025",
        "2025년 3월 8일",
        "8. März 2025",
        "8 mars 2025",
        "Saturday, 8 March 2025",
        "2025. 12. 25. 목요일",
        "Donnerstag, 1. Februar 1968",
        "le 1er août 1291",
    )

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        rng = random.Random(f"dates {split} {seed}")
        habits, weights = list(_HABITS), list(_HABITS.values())
        pairs = []
        for i in passing(range(USUAL_SIZES[split] if size is None else size)):
            locale = LOCALES[i % len(LOCALES)]
            pattern = rng.choice(patterns(locale))
            date = next(date for date in _dates(split, pattern, rng) if readable(date, pattern))
            usual, *others = spellings(date, pattern, locale)
            written, spans = rng.choice(others) if others and rng.random() < _OTHER_NAME else usual
            before, behind = date_around.around(written, locale, iso=written == date.isoformat(), rng=rng)
            (habit,) = rng.choices(habits, weights)
            links = links_of(written, spans, at=len(before))
            pairs.append(Pair(habit(before + written + behind), date.isoformat(), locale, links))
        return pairs

    def words(self) -> frozenset[str]:
        return _words()

    def is_own(self, text: str) -> bool:
        return doubts(text)[1] is not None

    def remarks(self, text: str, output: str | None = None) -> tuple[Remark, ...]:
        return remarks_on(text, output, self.words())

    def aligned(self, text: str, answer: str) -> Pair | None:
        """The links of a text that contains this date in a form of the generator; of several forms, the longest."""
        try:
            date = datetime.date.fromisoformat(answer)
        except ValueError:
            return None
        found: tuple[str, Pair] | None = None
        for locale, written, spans in _written(date) if date.isoformat() == answer else ():
            if (found is None or len(written) > len(found[0])) and (at := _place(written, text)) is not None:
                found = written, Pair(text, answer, locale, links_of(written, spans, at=at))
        return found and found[1]


def _written(date: datetime.date) -> Iterator[tuple[str, str, Spans]]:
    """A date in every form in which it can be read back: the locale, the text, and the spans of its fields."""
    for locale in LOCALES:
        for pattern in patterns(locale):
            if readable(date, pattern):
                for text, spans in spellings(date, pattern, locale):
                    yield locale, text, spans


def _place(written: str, text: str) -> int | None:
    """The position of ``written`` in a text, with any typing habit, but not inside a word or number; else None."""
    for habit in _HABITS:
        typed = habit(written)
        at = text.find(typed)
        if at >= 0 and not _joined(text[:at][-1:], typed[0]) and not _joined(typed[-1], text[at + len(typed) :][:1]):
            return at
    return None


def _joined(one: str, other: str) -> bool:
    return (one.isdecimal() and other.isdecimal()) or (one.isalpha() and other.isalpha() and other.isascii())


@cache
def _words() -> frozenset[str]:
    """The names of months and days, and the few words between and around them."""
    days = [datetime.date(2001, 1, 1) + datetime.timedelta(days) for days in range(0, 365, 5)]  # all names occur
    texts = (
        text
        for locale in LOCALES
        for pattern in patterns(locale)
        if "MMMMMM" not in pattern  # skip numbers in words: there are too many
        for day in days
        for text, _ in spellings(day, pattern, locale)
    )
    return date_around.words().union(*map(plain_words, texts))


def _dates(split: Split, pattern: str, rng: random.Random) -> Iterator[datetime.date]:
    """Random days of a split; if the pattern writes two digits of the year, only years of this century."""
    first, last = _THIS if is_short(pattern) else (FIRST, LAST)
    while True:
        date = datetime.date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))
        if split_of(date.isoformat()) == split:
            yield date


def links_of(text: str, spans: Spans, *, at: int = 0) -> tuple[Link | None, ...]:
    """A link for each character of YYYY-MM-DD; the two hyphens have none. `text` starts at `at` in the source."""
    fields = (
        _digits(at + start, at + end, width=width, copied=text[start].isdecimal())  # otherwise it is a word
        for (start, end), width in ((spans.year, 4), (spans.month, 2), (spans.day, 2))
    )
    year, month, day = fields
    return (*year, None, *month, None, *day)


@cache
def _digits(start: int, end: int, *, width: int, copied: bool) -> tuple[Link, ...]:
    """Links for `width` digits from the source at start:end: copied from the right, or derived from a word."""
    field = tuple(range(start, end))
    source = field if copied else ()
    exact = (None,) * (width - len(source)) + source
    return tuple(Link(field, place) for place in exact)
