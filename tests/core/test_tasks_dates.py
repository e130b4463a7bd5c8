"""Dates: what people write is there, nothing ambiguous is, no test date is trained on, and every link is right."""

import datetime
import itertools
import re
import unicodedata
from collections import Counter

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.config import ModelConfig
from s2s_core.tasks import SPLITS, DatesTask, Link, Pair, split_of
from s2s_core.tasks.date_formats import spellings, write
from s2s_core.tasks.date_patterns import LOCALES, OTHER_NAMES, patterns, readable
from s2s_core.tasks.dates import FIRST, LAST, USUAL_SIZES, links_of

EVERY_PATTERN = [(locale, pattern) for locale in LOCALES for pattern in patterns(locale)]
CONTEXTS, WIDTHS = ("format", "stand-alone"), ("wide", "abbreviated")  # of CLDR's names of months
dates = st.dates(FIRST, LAST)


@pytest.fixture(scope="module")
def drawn() -> list[Pair]:
    return DatesTask().pairs("train", size=4000, seed=1)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "March 8, 2025"),
        ("en", "Mar 8, 2025"),
        ("en", "March 8 2025"),
        ("en", "8 March 2025"),
        ("en", "8th March 2025"),
        ("en", "March 8th, 2025"),
        ("en", "Saturday, March 8, 2025"),
        ("en", "the 8th of March 2025"),
        ("en", "8March2025"),
        ("en", "2025 March 8"),
        ("en", "2025/03/08"),
        ("en", "20250308"),
        ("en", "8 March '25"),
        ("ko", "이천이십오년 삼월 팔일"),
        ("ko", "25. 3. 8."),
        ("ko", "2025/3/8"),
        ("de", "2025-03-08"),
        ("ko", "2025년 3월 8일"),
        ("ko", "2025년 3월 8일 토요일"),
        ("ko", "2025년 3월 8일 (토)"),
        ("ko", "2025년 03월 08일"),
        ("ko", "2025년3월8일"),
        ("ko", "2025. 3. 8."),
        ("ko", "2025.3.8"),
        ("ko", "2025-03-08"),
        ("de", "8. März 2025"),
        ("de", "Samstag, 8. März 2025"),
        ("de", "Samstag, den 8. März 2025"),
        ("de", "08.03.2025"),
        ("de", "8.3.2025"),
        ("fr", "8 mars 2025"),
        ("fr", "samedi 8 mars 2025"),
        ("fr", "le 8 mars 2025"),
    ],
)
def test_what_people_write_is_among_the_forms(locale: str, text: str) -> None:
    assert text in {write(datetime.date(2025, 3, 8), pattern, locale)[0] for pattern in patterns(locale)}


@pytest.mark.parametrize(
    ("locale", "day", "text"),
    [("fr", 1, "1er mars 2025"), ("en", 1, "1st March 2025"), ("en", 2, "2nd March 2025"), ("en", 3, "3rd March 2025")]
    + [("en", day, f"{day}th March 2025") for day in (4, 10, 11, 12, 13, 20)]
    + [("en", 21, "21st March 2025"), ("en", 22, "22nd March 2025"), ("en", 31, "31st March 2025")],
)
def test_ordinals_are_the_languages_own(locale: str, day: int, text: str) -> None:
    assert write(datetime.date(2025, 3, day), "ddd MMMM y", locale)[0] == text


@pytest.mark.parametrize("pattern", ["M/d/yy", "dd/MM/y", "MM/dd/y", "dd.MM.yy", "M-d-y", "M.d.y", "d M y"])
def test_a_date_that_could_be_read_in_two_ways_is_not_written_so(pattern: str) -> None:
    assert not readable(datetime.date(2004, 3, 5), pattern)
    assert not readable(datetime.date(2025, 4, 3), pattern)


@pytest.mark.parametrize(
    ("day", "pattern"),
    [
        ("2026-11-28", "M/d/y"),  # there is no month 28
        ("2026-11-28", "d/M/y"),
        ("2026-11-28", "M.d.y"),
        ("2025-04-04", "d/M/y"),  # whichever is the month
        ("2085-11-28", "dd.MM.yy"),  # nor a day 85
        ("2026-11-28", "M/d/yy"),  # nor a month 28 of a year 2011
        ("2026-11-28", "yy.M.d"),  # a remark names the other reading, and this one first
        ("2026-11-28", "d MMMM ''yy"),
        ("1203-04-03", "d. M. y"),
    ],
)
def test_a_date_that_can_be_read_back_is_written_so(day: str, pattern: str) -> None:
    assert readable(datetime.date.fromisoformat(day), pattern)


def test_a_year_of_two_digits_is_one_of_this_century() -> None:
    assert [readable(datetime.date(year, 3, 28), "d MMM yy") for year in (1999, 2000, 2099, 2100)] == [0, 1, 1, 0]


def test_no_text_stands_for_two_dates() -> None:
    meaning: dict[str, datetime.date] = {}
    years = (1203, 2003, 2012, 2085)
    days = [datetime.date(year, month, day) for year in years for month in range(1, 13) for day in range(1, 29)]
    for (locale, pattern), date in itertools.product(EVERY_PATTERN, days):
        if readable(date, pattern):
            for written, _ in spellings(date, pattern, locale):
                text = unaccented(written).lower()
                assert meaning.setdefault(text, date) == date, text


def test_the_months_of_austria_are_written() -> None:
    january = {text for text, _ in spellings(datetime.date(2024, 1, 1), "d. MMMM y", "de")}
    february = {text for text, _ in spellings(datetime.date(2024, 2, 26), "d. MMMM y", "de")}
    assert january == {"1. Januar 2024", "1. Jänner 2024"} and february == {"26. Februar 2024", "26. Feber 2024"}


def test_every_other_name_of_a_month_stands_for_one_that_is_written() -> None:
    for locale, names in OTHER_NAMES.items():
        days = [datetime.date(2024, month, 1) for month in range(1, 13)]
        texts = {text for day in days for pattern in patterns(locale) for text, _ in spellings(day, pattern, locale)}
        for other in itertools.chain.from_iterable(names.values()):
            assert any(other in text for text in texts), other


def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@pytest.mark.parametrize(("locale", "pattern"), [(lo, p) for lo, p in EVERY_PATTERN if "ddd" not in p])
@given(date=dates)
def test_a_date_is_written_as_babel_writes_it(locale: str, pattern: str, date: datetime.date) -> None:
    assert write(date, pattern, locale)[0] == plain(format_date(date, pattern, locale))


@pytest.mark.parametrize(("locale", "pattern"), EVERY_PATTERN)
@given(date=dates)
def test_the_spans_hold_the_fields(locale: str, pattern: str, date: datetime.date) -> None:
    text, spans = write(date, pattern, locale)
    year = text[slice(*spans.year)]
    assert int(year) == date.year % 100 if len(year) == 2 and year.isdecimal() else number(year) == date.year
    assert number(text[slice(*spans.day)]) == date.day
    month = text[slice(*spans.month)]
    widths = [Locale(locale).months[context][width] for context, width in itertools.product(CONTEXTS, WIDTHS)]
    assert month in {names[date.month] for names in widths} or number(month) == date.month
    places = [*range(*spans.year), *range(*spans.month), *range(*spans.day)]
    assert len(places) == len(set(places))


def number(text: str) -> int:
    """A number in digits, or as it is said in Korean; of the months June and October are said 유 and 시."""
    if text.isdecimal():
        return int(text)
    value, unit = 0, 0
    for character in {"유": "육", "시": "십"}.get(text, text):
        if power := {"십": 10, "백": 100, "천": 1000}.get(character):
            value, unit = value + (unit or 1) * power, 0
        else:
            unit = "영일이삼사오육칠팔구".index(character)
    return value + unit


def test_links_of_a_date_whose_month_is_a_word() -> None:
    text, spans = write(datetime.date(2025, 3, 8), "MMMM d, y", "en")
    march, eight, year = (0, 1, 2, 3, 4), (6,), (9, 10, 11, 12)
    assert text == "March 8, 2025"
    assert links_of(text, spans) == (
        *(Link(year, place) for place in year),
        None,
        Link(march, None),
        Link(march, None),
        None,
        Link(eight, None),
        Link(eight, 6),
    )


def test_links_of_a_date_whose_month_is_a_number() -> None:
    text, spans = write(datetime.date(2025, 12, 8), "y년 MMMM d일 EEEE", "ko")
    year, twelve, eight = (0, 1, 2, 3), (6, 7), (10,)
    assert text == "2025년 12월 8일 월요일"
    assert links_of(text, spans) == (
        *(Link(year, place) for place in year),
        None,
        Link(twelve, 6),
        Link(twelve, 7),
        None,
        Link(eight, None),
        Link(eight, 10),
    )


def test_links_of_a_date_in_words() -> None:
    text, spans = write(datetime.date(2025, 10, 8), "yyyyy년 MMMMMM월 dddd일", "ko")
    year, october, eight = (0, 1, 2, 3, 4), (7,), (10,)
    assert text == "이천이십오년 시월 팔일"
    assert links_of(text, spans) == (
        *[Link(year, None)] * 4,
        None,
        *[Link(october, None)] * 2,
        None,
        *[Link(eight, None)] * 2,
    )


def test_links_of_a_year_of_two_digits_behind_other_words() -> None:
    text, spans = write(datetime.date(2025, 3, 8), "d MMMM ''yy", "en")
    assert text == "8 March '25"
    year, _, day = links_of(text, spans, at=3)[:4], None, links_of(text, spans, at=3)[8:]
    assert year == (Link((12, 13), None), Link((12, 13), None), Link((12, 13), 12), Link((12, 13), 13))
    assert day == (Link((3,), None), Link((3,), 3))


def test_every_digit_has_a_field_and_hyphens_have_none(drawn: list[Pair]) -> None:
    for pair in drawn:
        assert pair.links is not None
        assert [link is None for link in pair.links] == [character == "-" for character in pair.target]
        year, month, day = (pair.links[i] for i in (0, 5, 8))
        assert year and month and day
        written, named, numbered = ("".join(pair.source[at] for at in link.field) for link in (year, month, day))
        assert number(written) in (int(pair.target[:4]), int(pair.target[2:4]))
        assert number(numbered) == int(pair.target[8:])
        assert named.isdecimal() or not any(character.isdecimal() for character in named)
        for field, of in ((written, pair.links[:4]), (named, pair.links[5:7]), (numbered, pair.links[8:])):
            copied = [pair.source[link.exact] if link.exact is not None else "" for link in of if link]
            assert copied == (
                ["" for _ in range(len(of) - len(field))] + list(field) if field.isdecimal() else [""] * len(of)
            )


def test_no_date_is_in_two_splits_in_any_form() -> None:
    targets = {
        split: {p.target for seed in (0, 7) for p in DatesTask().pairs(split, size=1000, seed=seed)} for split in SPLITS
    }
    for one, other in itertools.combinations(SPLITS, 2):
        assert not targets[one] & targets[other]
    assert all(split_of(target) == split for split in SPLITS for target in targets[split])


def test_the_usual_test_set_has_five_thousand_dates_a_locale_and_few_twice() -> None:
    assert USUAL_SIZES["test"] == 5000 * len(LOCALES)
    pairs = DatesTask().pairs("test", size=1000)
    assert len({pair.target for pair in pairs}) > 950


def test_targets_are_real_dates_of_all_two_thousand_years(drawn: list[Pair]) -> None:
    days = [datetime.date.fromisoformat(pair.target) for pair in drawn]
    assert {day.year // 100 for day in days} == set(range(10, 30))
    assert {day.month for day in days} == set(range(1, 13)) and {day.day for day in days} == set(range(1, 32))


@pytest.mark.parametrize("size", [0, 1, 6, 400])
def test_locales_are_balanced_at_any_size(size: int) -> None:
    counts = Counter(pair.group for pair in DatesTask().pairs("dev", size=size))
    assert sum(counts.values()) == size
    assert max(counts[locale] for locale in LOCALES) - min(counts[locale] for locale in LOCALES) <= 1


def test_every_form_of_every_locale_is_drawn_with_a_modest_share_of_lower_case(drawn: list[Pair]) -> None:
    english = [pair.source for pair in drawn if pair.group == "en" and any(c.isalpha() for c in pair.source)]
    shares = Counter("lower" if text.islower() else "upper" if text.isupper() else "as is" for text in english)
    assert 0.10 < shares["lower"] / len(english) < 0.20
    assert 0.02 < shares["upper"] / len(english) < 0.08


KINDS = {
    "a time behind it": r"\d,? (at |um |à )?\d\d?(:\d\d|h\d\d| ?pm| ?Uhr)|일 (오전|오후) \d",
    "a time before it": r"^(at |um |à )?\d\d?(:\d\d|pm|h\d\d| Uhr).*\d{4}",
    "ISO with a time": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d",
    "ISO without hyphens": r"^\d{8}$",
    "the year first, with slashes": r"^\d{4}/\d\d/\d\d$",
    "the year first, with a name": r"^\d{4},? [A-Z][a-z]+ \d",
    "the month first, in numbers": r"^\d\d?/(1[3-9]|2\d|3[01])/\d{4}$",
    "the day first, in numbers": r"^(1[3-9]|2\d|3[01])/\d\d?/\d{4}$",
    "a year of two digits": r"[a-zäéû.] '\d\d$",
    "a Korean year of two digits": r"^\d\d년",
    "no space": r"^\d\d?[A-Z][a-z]+\d{4}$",
    "the, of": r"^the \d\d?(st|nd|rd|th) of ",
    "Jänner": r"J[äa]nner",
    "Feber": r"Feber",
    "words in Korean": r"천.*년 ?.+월",
    "a mark behind it": r"\d[.!?]$",
    "a word before it": r"^(on|since|am|seit|du|depuis) ",
    "capitals": r"[A-Z]{4}",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_is_typed_is_drawn(drawn: list[Pair], kind: str) -> None:
    found = [pair.source for pair in drawn if re.search(KINDS[kind], pair.source)]
    assert len(found) >= 6, kind  # of 4,000


def test_most_dates_stand_alone(drawn: list[Pair]) -> None:
    alone = sum(len(written) == len(pair.source) for pair in drawn for written in longest(pair))
    assert 0.6 < alone / len(drawn) < 0.85


def longest(pair: Pair) -> list[str]:
    """The forms of a pair's date that are as long as its text, the first of them."""
    date = datetime.date.fromisoformat(pair.target)
    texts = (text for lo, pattern in EVERY_PATTERN for text, _ in spellings(date, pattern, lo))
    return [text for text in texts if unaccented(text).lower() == unaccented(pair.source).lower()][:1]


def test_texts_are_what_a_keyboard_types(drawn: list[Pair]) -> None:
    characters = {character for pair in drawn for character in pair.source}
    assert [c for c in characters if c.isspace()] == [" "]
    assert all(unicodedata.is_normalized("NFC", c) for c in characters)
    assert max(len(pair.source) for pair in drawn) < 60 < ModelConfig(src_vocab_size=9, tgt_vocab_size=9).max_src_len


def test_scores_are_told_by_locale() -> None:
    pairs = DatesTask().pairs("dev", size=8)
    outputs = [pair.target if pair.group != "ko" else "2025-03-08" for pair in pairs]
    assert DatesTask().score(pairs, outputs) == {
        "exact": 75.0,
        "exact/de": 100.0,
        "exact/en": 100.0,
        "exact/fr": 100.0,
        "exact/ko": 0.0,
    }


def test_the_first_example_is_the_one_everybody_sees() -> None:
    assert DatesTask.examples[0] == "March 8, 2025"
    assert {"2025년 3월 8일", "8. März 2025"} <= set(DatesTask.examples)
