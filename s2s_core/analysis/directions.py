"""How one changed source token changes the states of both directions, (9) and (10).

A forward state has read the tokens up to its position, a backward state those from its position on. So if a token is
replaced, the forward states before it and the backward states after it stay the same, to the last bit. This holds only
for the bottom layer: each layer above reads both directions of the layer below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from jaxtyping import Float

from s2s_core.described import described
from s2s_core.trace import Trace

Shift = Float[np.ndarray, "src_len units"]

VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
SYLLABLES, INITIAL_BLOCK, INITIALS = ord("가"), 588, 19  # Hangul: 588 syllables begin with each of 19 consonants


@dataclass(frozen=True, slots=True)
class Place:
    """Typed characters that can be replaced. They belong to one token or to several (the jamo of a syllable)."""

    positions: tuple[int, ...]  # of its tokens
    start: int  # in code points of the text
    stop: int
    characters: str

    __repr__ = described

    @property
    def position(self) -> int:
        """The position of the first token."""
        return self.positions[0]

    def replace(self, text: str, by: str) -> str:
        """The text with these characters replaced; white space among them is kept."""
        lead = len(self.characters) - len(self.characters.lstrip())
        return text[: self.start + lead] + by + text[self.stop :]


def places(trace: Trace) -> tuple[Place, ...]:
    """Every place of the source, from left to right. The end mark has no characters, so it is not a place."""
    found: dict[tuple[int, int], list[int]] = {}
    for position, (start, stop) in enumerate(trace.src_offsets):
        if stop > start:
            found.setdefault((start, stop), []).append(position)
    return tuple(Place(tuple(where), *span, trace.text[slice(*span)]) for span, where in found.items())


def neighbour(characters: str) -> str:
    """Characters that are similar but different: the next digit, vowel or consonant; "" if there are none."""
    head, tail = characters.strip()[:1], characters.strip()[1:]
    if head.isascii() and head.isdigit():
        return f"{(int(head) + 1) % 10}{tail}"
    for letters in (VOWELS, CONSONANTS):
        if head and head.lower() in letters:
            following = letters[(letters.index(head.lower()) + 1) % len(letters)]
            return (following.upper() if head.isupper() else following) + tail
    if "가" <= head <= "힣":
        return chr((ord(head) - SYLLABLES + INITIAL_BLOCK) % (INITIALS * INITIAL_BLOCK) + SYLLABLES) + tail
    return ""


def telling_place(trace: Trace) -> Place:
    """The place to show first: near the middle, so that both sides have states; a digit if there is one."""
    middle = (len(trace.src_tokens) - 1) / 2

    def rank(place: Place) -> tuple[bool, bool, float]:
        following = neighbour(place.characters)
        return not following[:1].isdigit(), not following, abs(place.position - middle)

    return min(places(trace), key=rank)


def counterparts(before: Sequence[str], after: Sequence[str]) -> tuple[int | None, ...]:
    """For each token of ``before``, the position in ``after`` that corresponds to it, or None.

    Tokens of the common beginning and of the common end correspond. The tokens between them correspond if there are
    equally many on both sides.
    """
    shorter = min(len(before), len(after))
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    backwards = zip(reversed(before), reversed(after), strict=False)
    tail = min(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)), shorter - head)
    grown = len(after) - len(before)
    between = [None] * (len(before) - head - tail) if grown else range(head, len(before) - tail)
    return (*range(head), *between, *range(len(before) - tail + grown, len(after)))


def shifts(before: Trace, after: Trace) -> dict[str, Shift]:
    """Δh of each direction at every source position of `before`; nan if no position of `after` corresponds to it."""
    places = counterparts(before.src_tokens, after.src_tokens)
    there = [place is not None for place in places]
    rows = [place for place in places if place is not None]
    moved = {}
    for direction in ("forward", "backward"):
        old, new = getattr(before.encoder, direction), getattr(after.encoder, direction)
        if old is not None and new is not None:
            moved[direction] = np.full_like(old.hidden, np.nan)
            moved[direction][there] = new.hidden[rows] - old.hidden[there]
    return moved


def norms(shift: Shift) -> Float[np.ndarray, " src_len"]:
    """|Δh|, the Euclidean length of each row."""
    return np.linalg.norm(shift, axis=1)
