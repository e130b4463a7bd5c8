"""Whether a text is one for a model, without asking the network: by what its tokenizer can read, and by its examples.

A model has an output for every text, and most of them are about nothing. `strange` says of a text that it is plainly
none for a model; `suited` which of other models it is for, if any. Both are careful: a text that could be for the model
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
"""A text is strange from this share of its letters, or of all that is seen of it, on that the model has never seen."""

WORDS = 0.5
"""Where a task has all the words of its texts, a text is strange of whose words more than this share are others."""

FAR = 0.35
"""A text that differs by more from every example of a model is not for it: half the difference of the shares of the
kinds of characters, plus one eighth for each word more or less."""

_WORDS = 8


@dataclass(frozen=True)
class Reader:
    """The part of a model that reads: the tokenizer of its source, its examples, the most tokens that it reads.

    ``words`` are all the words of its task's texts, as `plain_words` gives them; None where any word may come.
    ``is_own`` says of a text that it is plainly one of its task, if a rule tells.
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
    """Whether a text is plainly none for this model.

    It lacks what every example has, or much of it cannot be read, or has several words for a model that reads one, or
    other words than the task's; and no rule of the task tells that it is one all the same.
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
    """Of models by name, the one that reads all letters and has the example most like the text; None if none has."""
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
    """What of a text is read as unknown marks or bytes: shares of its letters and visible characters; any blanks."""

    letters: float
    characters: float
    blanks: bool

    __repr__ = described


NOTHING = Unread(1.0, 1.0, False)  # is read of a text that is too long, or empty


def unread(reader: Reader, text: str) -> Unread:
    """What of a text a model cannot read as it stands. Of a text that is too long it reads nothing."""
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
    """The share of a text's words that the task does not have."""
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
