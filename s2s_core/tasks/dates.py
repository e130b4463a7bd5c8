"""Dates in English, Korean, German and French to ISO 8601, and where each digit of the answer comes from.

Characters in, characters out. The years run from 1000 to 2999. A date is in one split whatever the language and
the form it is written in, so that a test date was never seen in training in any guise.
"""

import datetime
import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from s2s_core.characters import plain_words
from s2s_core.registry import TASKS
from s2s_core.remark import Remark
from s2s_core.tasks.base import Link, Pair, Split, Task, split_of
from s2s_core.tasks.date_formats import LOCALES, Spans, patterns, write
from s2s_core.tasks.date_reading import doubts, remarks_on
from s2s_core.threads import passing

FIRST, LAST = datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)
USUAL_SIZES = {"train": 40_000, "dev": 2_000, "test": 20_000}


def _unaccented(text: str) -> str:
    return "".join(c if "가" <= c <= "힣" else unicodedata.normalize("NFD", c)[0] for c in text)


# How a keyboard is used, with the weight of each habit; none of them changes where a character stands.
_HABITS: dict[Callable[[str], str], int] = {str: 77, str.lower: 15, str.upper: 5, _unaccented: 3}


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
        dates = _dates(split, rng)
        habits, weights = list(_HABITS), list(_HABITS.values())
        pairs = []
        for i in passing(range(USUAL_SIZES[split] if size is None else size)):
            locale = LOCALES[i % len(LOCALES)]
            date = next(dates)
            text, spans = write(date, rng.choice(patterns(locale)), locale)
            (habit,) = rng.choices(habits, weights)
            pairs.append(Pair(habit(text), date.isoformat(), locale, links_of(text, spans)))
        return pairs

    def words(self) -> frozenset[str]:
        return _words()

    def is_own(self, text: str) -> bool:
        return doubts(text)[1] is not None

    def remarks(self, text: str, output: str | None = None) -> tuple[Remark, ...]:
        return remarks_on(text, output, self.words())

    def aligned(self, text: str, answer: str) -> Pair | None:
        """The links of a text that the generator could have written for this date, by whichever pattern does."""
        try:
            date = datetime.date.fromisoformat(answer)
        except ValueError:
            return None
        for locale, pattern in ((name, pattern) for name in LOCALES for pattern in patterns(name)):
            written, spans = write(date, pattern, locale)
            if date.isoformat() == answer and any(habit(written) == text for habit in _HABITS):
                return Pair(text, answer, locale, links_of(text, spans))
        return None


@cache
def _words() -> frozenset[str]:
    """The names of months and days and the few words between them; this many pairs have them all."""
    return frozenset().union(*(plain_words(pair.source) for pair in DatesTask().pairs("train", size=4_000)))


def _dates(split: Split, rng: random.Random) -> Iterator[datetime.date]:
    while True:
        date = datetime.date.fromordinal(rng.randint(FIRST.toordinal(), LAST.toordinal()))
        if split_of(date.isoformat()) == split:
            yield date


def links_of(text: str, spans: Spans) -> tuple[Link | None, ...]:
    """A link for each character of YYYY-MM-DD; the two hyphens come from nowhere."""
    copied = text[spans.month[0]].isdecimal()  # or else the month is a word
    return (
        *_digits(*spans.year, width=4, copied=True),
        None,
        *_digits(*spans.month, width=2, copied=copied),
        None,
        *_digits(*spans.day, width=2, copied=True),
    )


@cache
def _digits(start: int, end: int, *, width: int, copied: bool) -> tuple[Link, ...]:
    """Links of a number of `width` digits that stands at start:end: copied from the right, or read off a word."""
    field = tuple(range(start, end))
    source = field if copied else ()
    exact = (None,) * (width - len(source)) + source
    return tuple(Link(field, place) for place in exact)
