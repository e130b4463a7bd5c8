"""One training example: a source text, its target text, and which source characters each target character comes from.

Alignments are scored against these links. They are known only if a generator wrote the pair; a file of translations has
none.
"""

from dataclasses import dataclass

from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class Link:
    """Where one target character comes from, in code points of the source."""

    field: tuple[int, ...]  # the characters that carry its information
    exact: int | None = None  # the character that it copies, if it is a copy

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text, its target, the group it is scored with, and a link (or None) for each target character.

    If several targets are right, ``references`` has all of them, including this one.
    """

    source: str
    target: str
    group: str = ""
    links: tuple[Link | None, ...] | None = None
    references: tuple[str, ...] = ()

    __repr__ = described

    @property
    def answers(self) -> tuple[str, ...]:
        """Every text that is right."""
        return self.references or (self.target,)
