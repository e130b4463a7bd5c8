"""The texts that people type around a date: a time of day before or after it, a preposition, a mark.

A form is a text with `{date}`. For a time it also has `{h}` (an hour from 0 to 23), `{k}` (from 1 to 12), `{hh}` (with
two digits) or `{mm}`.
"""

import random
from functools import cache

from s2s_core.characters import plain_words

TIMES: dict[str, tuple[str, ...]] = {
    "en": (
        "{date} at {k}pm",
        "{date} at {k} am",
        "{date}, {k}:{mm} pm",
        "{date} {k}:{mm} a.m.",
        "{date} {k} PM",
        "{date} at {h}:{mm}",
        "{date} {hh}:{mm}",
        "{date}, {h}:{mm}",
        "{date} {hh}:{mm}:{mm}",
        "{date} at {k} o'clock",
        "{k}pm, {date}",
        "{k}:{mm} am, {date}",
        "{hh}:{mm} {date}",
        "at {k}pm on {date}",
        "{k}:{mm} pm on {date}",
    ),
    "ko": (
        "{date} 오후 {k}시",
        "{date} 오전 {k}시 {mm}분",
        "{date} 오후 {k}:{mm}",
        "{date} {h}시",
        "{date} {h}시 {mm}분",
        "{date} {hh}:{mm}",
        "{date} {h}시 {mm}분 {mm}초",
        "{hh}:{mm} {date}",
        "오후 {k}시, {date}",
    ),
    "de": (
        "{date} um {h} Uhr",
        "{date} um {h}:{mm}",
        "{date} um {hh}:{mm} Uhr",
        "{date}, {h}:{mm} Uhr",
        "{date}, {h} Uhr",
        "{date} {hh}:{mm}",
        "{date} {hh}:{mm}:{mm}",
        "{hh}:{mm} {date}",
        "{h}:{mm} Uhr, {date}",
        "um {h} Uhr am {date}",
    ),
    "fr": (
        "{date} à {h}h{mm}",
        "{date} à {h} h {mm}",
        "{date} à {h}h",
        "{date} à {h} heures",
        "{date}, {h}h{mm}",
        "{date} à {hh}:{mm}",
        "{date} {hh}:{mm}",
        "{hh}:{mm} {date}",
        "{h}h{mm}, {date}",
        "à {h}h, {date}",
    ),
}
ISO_TIMES = (
    "{date}T{hh}:{mm}",
    "{date}T{hh}:{mm}:{mm}",
    "{date}T{hh}:{mm}:{mm}Z",
    "{date}T{hh}:{mm}:{mm}+{hh}:00",
    "{date}T{hh}:{mm}:{mm}.{mm}0Z",
    "{date} {hh}:{mm}:{mm}",
    "{date} {hh}:{mm}",
)
"""The times that programs write after YYYY-MM-DD."""
OTHERS: dict[str, tuple[str, ...]] = {
    "en": (
        "{date}.",
        "{date}!",
        "{date}?",
        "{date},",
        "({date})",
        "on {date}",
        "since {date}",
        "by {date}",
        "until {date}",
    )
    + ("born {date}", "date: {date}", "today is {date}"),
    "ko": ("{date}.", "{date}!", "{date}?", "({date})", "{date}에", "{date}부터", "{date}까지", "{date}입니다")
    + ("날짜: {date}", "생일은 {date}"),
    "de": ("{date}.", "{date}!", "{date}?", "({date})", "am {date}", "seit {date}", "bis {date}", "ab {date}")
    + ("Datum: {date}", "heute ist {date}"),
    "fr": ("{date}.", "{date} !", "{date} ?", "({date})", "du {date}", "depuis {date}", "avant {date}")
    + ("date : {date}", "nous sommes {date}"),
}
SHARES = {"time": 16, "other": 10, "nothing": 74}
"""How often, in percent, a date comes with a time, with something else, or alone."""


def around(text: str, locale: str, *, iso: bool, rng: random.Random) -> tuple[str, str]:
    """A random text before and after a written date; ``iso`` is true if the date is written as YYYY-MM-DD."""
    (kind,) = rng.choices(list(SHARES), list(SHARES.values()))
    if kind == "nothing":
        return "", ""
    forms = OTHERS[locale] if kind == "other" else ISO_TIMES if iso and rng.random() < 0.7 else TIMES[locale]
    form = rng.choice([form for form in forms if _fits(form, text)])
    before, behind = form.split("{date}")
    return _timed(before, rng), _timed(behind, rng)


def _fits(form: str, text: str) -> bool:
    """Whether a form fits a text: no full stop after a full stop, and no word after the same word."""
    before, behind = form.split("{date}")
    first = text.split()[0].lower()
    return not (text[-1] in ".)" and behind[:1] in (".", "t")) and first not in before.lower().split()


def _timed(part: str, rng: random.Random) -> str:
    """A part of a form with random numbers; each `{mm}` gets a new number."""
    pieces = part.split("{mm}")
    text = "".join(
        piece + (f"{rng.randrange(60):02d}" if at < len(pieces) - 1 else "") for at, piece in enumerate(pieces)
    )
    hour = rng.randrange(24)
    return text.format(h=hour, hh=f"{hour:02d}", k=hour % 12 + 1)


@cache
def words() -> frozenset[str]:
    """The words of all the forms."""
    forms = (form for forms in (*TIMES.values(), *OTHERS.values(), ISO_TIMES) for form in forms)
    bare = (form.format(date=" ", h=" ", hh=" ", k=" ", mm=" ") for form in forms)
    return frozenset().union(*map(plain_words, bare))
