"""Dates: what people write is there, nothing ambiguous is, no test date is trained on, and every link is right."""

import datetime
import itertools
import unicodedata
from collections import Counter

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.tasks import SPLITS, DatesTask, Link, Pair, split_of
from s2s_core.tasks.date_formats import LOCALES, patterns, unambiguous, write
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


@pytest.mark.parametrize(
    "pattern", ["M/d/yy", "dd/MM/y", "MM/dd/y", "yy. M. d.", "dd.MM.yy", "M-d-y", "M.d.y", "d M y"]
)
def test_a_pattern_that_could_be_read_in_two_ways_does_not_pass(pattern: str) -> None:
    assert not unambiguous(pattern)


def test_no_text_stands_for_two_dates() -> None:
    meaning: dict[str, datetime.date] = {}
    days = [datetime.date(year, month, day) for year in (1203,) for month in range(1, 13) for day in range(1, 29)]
    for (locale, pattern), date in itertools.product(EVERY_PATTERN, days):
        text = unaccented(write(date, pattern, locale)[0]).lower()
        assert meaning.setdefault(text, date) == date, text


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
    assert text[slice(*spans.year)] == str(date.year)
    assert int(text[slice(*spans.day)]) == date.day
    month = text[slice(*spans.month)]
    widths = [Locale(locale).months[context][width] for context, width in itertools.product(CONTEXTS, WIDTHS)]
    assert month in {names[date.month] for names in widths} or int(month) == date.month
    places = [*range(*spans.year), *range(*spans.month), *range(*spans.day)]
    assert len(places) == len(set(places))


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


def test_every_digit_has_a_field_and_hyphens_have_none(drawn: list[Pair]) -> None:
    for pair in drawn:
        assert pair.links is not None
        assert [link is None for link in pair.links] == [character == "-" for character in pair.target]
        year, month, day = (pair.links[i] for i in (0, 5, 8))
        assert year and month and day
        assert "".join(pair.source[place] for place in year.field) == pair.target[:4]
        assert int("".join(pair.source[place] for place in day.field)) == int(pair.target[8:])
        named = "".join(pair.source[place] for place in month.field)
        assert named.isdecimal() or not any(character.isdecimal() for character in named)
        copies = [link.exact is not None for link in pair.links if link]
        padded = [len(f.field) == 1 for f in (month, day)]
        month_copied = [not padded[0], True] if named.isdecimal() else [False, False]
        assert copies == [True] * 4 + month_copied + [not padded[1], True]


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


def test_texts_are_what_a_keyboard_types(drawn: list[Pair]) -> None:
    characters = {character for pair in drawn for character in pair.source}
    assert [c for c in characters if c.isspace()] == [" "]
    assert all(unicodedata.is_normalized("NFC", c) for c in characters)
    assert max(len(pair.source) for pair in drawn) < 40


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
