"""What one source token changes in the states of both directions, (9) and (10).

The forward state of a position has read what stands before it, the backward state what stands after it. So a token
that is replaced leaves every forward state before it as it was, to the last bit, and every backward state after it.
That holds for the bottom layer: the layers above read both directions of the one below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from jaxtyping import Float

from s2s_core.trace import Trace

Shift = Float[np.ndarray, "src_len units"]

VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
SYLLABLES, INITIAL_BLOCK, INITIALS = ord("가"), 588, 19  # Hangul: 588 syllables begin with each of 19 consonants


@dataclass(frozen=True, slots=True)
class Place:
    """Typed characters that can be replaced: those of one token, or of several (the jamo of a syllable)."""

    positions: tuple[int, ...]  # of its tokens
    start: int  # in code points of the text
    stop: int
    characters: str

    @property
    def position(self) -> int:
        """The position of the first token."""
        return self.positions[0]

    def replace(self, text: str, by: str) -> str:
        """The text with these characters replaced; white space that belongs to them stays."""
        lead = len(self.characters) - len(self.characters.lstrip())
        return text[: self.start + lead] + by + text[self.stop :]


def places(trace: Trace) -> tuple[Place, ...]:
    """Every place of the source, from left to right; the end mark has no characters and is none."""
    found: dict[tuple[int, int], list[int]] = {}
    for position, (start, stop) in enumerate(trace.src_offsets):
        if stop > start:
            found.setdefault((start, stop), []).append(position)
    return tuple(Place(tuple(where), *span, trace.text[slice(*span)]) for span, where in found.items())


def neighbour(characters: str) -> str:
    """Characters like these but different: the next digit, vowel or consonant; "" where there is none."""
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
    """The place to begin with: in the middle, so that there is something on both sides, and a digit if there is one."""
    middle = (len(trace.src_tokens) - 1) / 2

    def rank(place: Place) -> tuple[bool, bool, float]:
        following = neighbour(place.characters)
        return not following[:1].isdigit(), not following, abs(place.position - middle)

    return min(places(trace), key=rank)


def counterparts(before: Sequence[str], after: Sequence[str]) -> tuple[int | None, ...]:
    """For each token before a change, the position that is the same place after it.

    That is one of the common beginning or the common end, or of what is between, if that is as long as it was.
    """
    shorter = min(len(before), len(after))
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    backwards = zip(reversed(before), reversed(after), strict=False)
    tail = min(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)), shorter - head)
    grown = len(after) - len(before)
    between = [None] * (len(before) - head - tail) if grown else range(head, len(before) - tail)
    return (*range(head), *between, *range(len(before) - tail + grown, len(after)))


def shifts(before: Trace, after: Trace) -> dict[str, Shift]:
    """Δh of each direction at every source position of `before`; nan where the place is gone."""
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
