"""One training example: a text, the text it becomes, and which characters of the first make the second.

The links are what an alignment can be scored against. They are known only where a generator wrote the source
itself; a file of translations has none.
"""

from dataclasses import dataclass

from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class Link:
    """Where one target character comes from, in code points of the source."""

    field: tuple[int, ...]  # the characters that carry its information
    exact: int | None = None  # the very character it copies, if it is a copy

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text, its target, the group it is scored with, and a link (or None) for each target character.

    Where several targets are right, ``references`` has them all, this one among them.
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
