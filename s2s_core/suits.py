"""Whether a text suits a model, judged without the network: by what its tokenizer can read, and by its examples.

A model has an output for every text, but for most texts it is meaningless. `strange` says whether a text clearly does
not suit a model; `suited` says which other model it suits, if any. Both are careful: a text that could suit the model
is never strange.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from s2s_core.characters import plain_words, script_of
from s2s_core.described import described
from s2s_core.errors import S2SError
from s2s_core.tokenizer import Tokenizer

LETTERS, ALL = 0.2, 0.5
"""A text is strange if the model has never seen this share of its letters, or of all its visible characters."""

WORDS = 0.5
"""If a task knows all words of its texts, a text is strange if more than this share of its words are other words."""

FAR = 0.35
"""A text does not suit a model if its distance from every example is larger. The distance is half the sum of the
differences of the shares of each kind of character, plus one eighth for each word more or less."""

_WORDS = 8


@dataclass(frozen=True)
class Reader:
    """The facts about a model's source: its tokenizer, its examples, and the most tokens that it reads.

    ``words`` are all words of its task's texts, as from `plain_words`; None if any word is possible. ``is_own`` says
    whether a text clearly belongs to the task by a rule; None if there is no rule.
    """

    tokenizer: Tokenizer
    examples: tuple[str, ...]
    limit: int
    words: frozenset[str] | None = None
    is_own: Callable[[str], bool] | None = None

    __repr__ = described

    @cached_property
    def needed(self) -> frozenset[str]:
        """The kinds of characters that every example has: dates have digits, Korean words Hangul."""
        kinds = [frozenset(shares(example)) - {"mark"} for example in self.examples]
        return frozenset.intersection(*kinds) if kinds else frozenset()

    @cached_property
    def looks(self) -> tuple[tuple[Mapping[str, float], int], ...]:
        """The shares of kinds and the number of words of every example."""
        return tuple((shares(example), len(example.split())) for example in self.examples)


def strange(reader: Reader, text: str) -> bool:
    """Whether a text clearly does not suit this model.

    That is so if it lacks a kind of character that every example has, if much of it cannot be read, if it has several
    words but the model reads one, or if it has other words than the task. A rule of the task can overrule this.
    """
    lost = unread(reader, text)
    if lost == NOTHING:
        return True
    looks = (
        bool(reader.needed - shares(text).keys())
        or lost.letters >= LETTERS
        or lost.characters >= ALL
        or lost.blanks
        or _others(reader, text) > WORDS
    )
    return looks and not (reader.is_own and reader.is_own(text))


def suited(readers: Mapping[str, Reader], text: str) -> str | None:
    """The name of the model that can read all letters and has the most similar example; None if there is none."""
    near = {
        name: distance
        for name, reader in readers.items()
        if not reader.needed - shares(text).keys()
        and (distance := _distance(reader, text)) <= FAR
        and not (lost := unread(reader, text)).letters
        and not lost.blanks
        and not _others(reader, text)
    }
    return min(near, key=near.__getitem__) if near else None


@dataclass(frozen=True, slots=True)
class Unread:
    """The shares of a text's letters and visible characters that are read as unknown marks or bytes; any blanks."""

    letters: float
    characters: float
    blanks: bool

    __repr__ = described


NOTHING = Unread(1.0, 1.0, False)  # for a text that is empty or too long: nothing of it is read


def unread(reader: Reader, text: str) -> Unread:
    """The parts of a text that a model cannot read. Of a text that is too long, it reads nothing."""
    typed = text.strip()
    try:
        encoding = reader.tokenizer.read(typed, reader.limit)
    except S2SError:
        return NOTHING
    replaced = "".join(reader.tokenizer.replaced(typed))
    places = {place for place, character in enumerate(typed) if character in replaced}
    for id, (start, end), unknown in zip(encoding.ids, encoding.offsets, encoding.unknown, strict=True):
        if unknown or reader.tokenizer.spells(id):
            places.update(range(start, end))
    lost = [typed[place] for place in sorted(places)]
    letters, visible = sum(map(str.isalpha, typed)), len("".join(typed.split()))
    return Unread(
        sum(map(str.isalpha, lost)) / max(1, letters),
        len("".join("".join(lost).split())) / max(1, visible),
        any(map(str.isspace, lost)),
    )


def _others(reader: Reader, text: str) -> float:
    """The share of a text's words that are not words of the task."""
    words = plain_words(text)
    return len(words - reader.words) / len(words) if reader.words is not None and words else 0.0


def shares(text: str) -> dict[str, float]:
    """The share of each kind of visible character: a script by its name, "digit", or "mark"."""
    kinds = Counter(_kind(character) for character in unicodedata.normalize("NFC", text) if not character.isspace())
    return {kind: count / kinds.total() for kind, count in kinds.items()}


def _kind(character: str) -> str:
    if character.isdecimal():
        return "digit"
    return (script_of(character) if character.isalpha() else None) or "mark"


def _distance(reader: Reader, text: str) -> float:
    found, words = shares(text), len(text.split())
    return min((_apart(found, words, *look) for look in reader.looks), default=1.0)


def _apart(one: Mapping[str, float], words: int, other: Mapping[str, float], others: int) -> float:
    kinds: Sequence[str] = sorted(one.keys() | other.keys())
    return sum(abs(one.get(kind, 0) - other.get(kind, 0)) for kind in kinds) / 2 + abs(words - others) / _WORDS
