"""Hostile texts: each line of KINDS is a kind of text, of any size, drawn from a seed.

A kind takes a random number generator and a size in code points, and gives a text of about that size.
"""

import sys
import unicodedata
from collections.abc import Callable
from random import Random

ORDINARY = (
    "March 8, 2025",
    "2025년 3월 8일",
    "8. März 2025",
    "Have you seen my new glasses?",
    "국물이 끝내줘요",
    "enough",
    "l’été",
)
MARKS = [chr(code) for code in (*range(0x300, 0x370), *range(0x20D0, 0x20F1), *range(0xFE20, 0xFE30), 0x3099, 0x0E47)]
MARKS = [mark for mark in MARKS if unicodedata.combining(mark)]
SPACES = [chr(code) for code in range(sys.maxunicode) if chr(code).isspace()] + ["\u200b", "\ufeff", "\u2060", "\u180e"]
BIDI = [chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C)]
INVISIBLE = [*BIDI, "\u200b", "\u200c", "\u200d", "\u00ad", "\u034f", "\u115f", "\u3164", "\ufeff", "\U000e0061"]
MARKUP = (
    "<script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "**b** _i_ `c` ~s~ :red[x] $x^2$ :material/delete:",
    "| a | b |\n|---|---|\n",
    "&lt;&#0;&amp;",
    "{{7*7}} {0} {text} %s %n ${HOME} $(id) `id`",
    "[bold red]x[/bold red][/]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "'; DROP TABLE models; --",
    "../../../../etc/passwd",
    "https://example.org/?q=1&r=[2]#x",
)
SCRIPTS = ((0x41, 0x5B), (0x391, 0x3CA), (0x410, 0x450), (0x5D0, 0x5EB), (0x621, 0x64B), (0x905, 0x93A), (0xE01, 0xE31))
SCRIPTS += (
    (0x3041, 0x3097),
    (0x4E00, 0x9FA6),
    (0xAC00, 0xD7A4),
    (0x1F300, 0x1F650),
    (0x1D400, 0x1D7CC),
    (0x12000, 0x12399),
)


def of(characters: list[str]) -> Callable[[Random, int], str]:
    return lambda rng, size: "".join(rng.choices(characters, k=size))


def repeated(*units: str) -> Callable[[Random, int], str]:
    def kind(rng: Random, size: int) -> str:
        unit = rng.choice(units)
        return unit * max(1, size // len(unit))

    return kind


def after_a_letter(kind: Callable[[Random, int], str]) -> Callable[[Random, int], str]:
    """One grapheme cluster, however long."""
    return lambda rng, size: rng.choice("ae가あ ") + kind(rng, size)


def any_character(rng: Random, size: int) -> str:
    return "".join(chr(rng.randrange(sys.maxunicode + 1)) for _ in range(size))


def mixed_scripts(rng: Random, size: int) -> str:
    return "".join(chr(rng.randrange(*rng.choice(SCRIPTS))) for _ in range(size))


def numbers(rng: Random, size: int) -> str:
    return "".join(rng.choices("0123456789.,:-+eE٣३௩²½Ⅷ０①", k=size))


def jamo(rng: Random, size: int) -> str:
    blocks = [range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3)]
    return "".join(chr(rng.choice(rng.choice(blocks))) for _ in range(size))


def between_words(kind: Callable[[Random, int], str]) -> Callable[[Random, int], str]:
    """An ordinary text with such a run at a random position."""

    def inside(rng: Random, size: int) -> str:
        text = rng.choice(ORDINARY)
        place = rng.randint(0, len(text))
        return text[:place] + kind(rng, size) + text[place:]

    return inside


def mutated(rng: Random, size: int) -> str:
    """An ordinary text in which some characters were doubled, dropped, swapped or replaced, again and again."""
    text = rng.choice(ORDINARY)
    while len(text) < size:
        text += " " + rng.choice(ORDINARY)
    characters = list(text[:size])
    for _ in range(1 + size // 8):
        place = rng.randrange(len(characters)) if characters else 0
        new = rng.choice(
            (any_character(rng, 1), rng.choice(INVISIBLE), rng.choice(SPACES), "\0", "", rng.choice(MARKS))
        )
        characters[place : place + rng.randint(0, 2)] = [new] * rng.randint(0, 3)
    return "".join(characters)


KINDS: dict[str, Callable[[Random, int], str]] = {
    "marks of many kinds": after_a_letter(of(MARKS)),
    "marks of one kind": after_a_letter(repeated("\u0301", "\u0345", "\u0344", "\u05b0", "\u3099", "\u0e47", "\u1dc0")),
    "marks out of order": after_a_letter(repeated("\u0301\u0316", "\u0345\u0301\u0316", "\u0301\u05b0")),
    "marks the wrong way round": lambda rng, size: "e" + "\u0301" * (size // 2) + "\u0316" * (size // 2),
    "marks without a letter": of(MARKS),
    "flags": repeated("🇰🇷", "🇦", "🇫🇷🇩"),
    "joined emoji": repeated("👩\u200d", "👨\u200d👩\u200d👧\u200d", "\u200d", "🏴\U000e0067", "👍🏽", "❤\ufe0f\u200d"),
    "conjoining jamo": jamo,
    "jamo of one kind": repeated("ᄀ", "ᅡ", "ᆨ", "각", "가", "\u115f", "ㅋ"),
    "lone surrogates": of(["\ud800", "\udfff", "\udc80", "a"]),
    "NULs and control characters": of([chr(code) for code in (*range(32), *range(0x7F, 0xA0))]),
    "directions": of([*BIDI, "a", "א", "ب", "1"]),
    "line ends": of(["\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "a"]),
    "spaces": of(SPACES),
    "invisible": of(INVISIBLE),
    "one letter": repeated("a", "가", "א", "𝒜", "ﷺ", "ǆ", "ß", "İ", "ﬃ"),
    "one ideograph that decomposes": repeated("豈", "㍻", "\u2fa1d"),
    "right to left": of(list("שלום עליכם مرحبا بالعالم")),
    "any character": any_character,
    "mixed scripts": mixed_scripts,
    "numbers": numbers,
    "markup": lambda rng, size: "".join(rng.choice(MARKUP) for _ in range(max(1, size // 20))),
    "apostrophes": of(list("’‘ʼ'a")),
    "words": lambda rng, size: " ".join(rng.choice(ORDINARY) for _ in range(max(1, size // 12))),
    "prefixed spaces": lambda rng, size: "\u3000" * size + rng.choice(ORDINARY),
    "half-width and circled": of([chr(code) for code in (*range(0xFF01, 0xFFDD), *range(0x2460, 0x24FF))]),
    "mutated": mutated,
}
KINDS |= {
    f"{name}, inside a text": between_words(KINDS[name]) for name in ("marks of many kinds", "flags", "invisible")
}


def drawn(rng: Random, *, most: int = 100_000) -> tuple[str, str]:
    """A text of at most ``most`` code points, and its kind; short and long texts are equally frequent."""
    name = rng.choice(list(KINDS))
    size = int(most ** rng.random())
    return f"{size:,} of {name}", KINDS[name](rng, size)
