"""What every tokenizer is: text to ids and back, with offsets into the text as it was typed.

A picture has to label what somebody typed, so every token knows the code points of the typed text it
stands for, also where normalisation changed their number: text is brought to NFC grapheme cluster by
grapheme cluster (UAX #29), and each cluster keeps its span.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import regex

PAD, BOS, EOS, UNK = range(4)
SPECIALS = ("<pad>", "<s>", "</s>", "<unk>")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # how an unknown token reads when it is decoded

# Of a saved vocabulary: what one that was learnt from texts never comes near.
MOST_BYTES = 1 << 25
MOST_TOKENS = 1 << 20
LONGEST_TOKEN = 1 << 16

Span = tuple[int, int]

_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True)
class Encoding:
    """One typed text as tokens; four tuples of the same length."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]  # what a picture prints; for an unknown token, what was typed
    offsets: tuple[Span, ...]  # (start, end) in code points of the typed text
    unknown: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.ids)


def clusters(text: str) -> Iterator[tuple[str, Span]]:
    """Grapheme clusters of `text`, NFC and `straight`, with their spans in `text`; lone surrogates are replaced."""
    for match in regex.finditer(r"\X", text):
        cluster = "".join(REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in match[0])
        yield straight(unicodedata.normalize("NFC", cluster)), match.span()


def straight(text: str) -> str:
    """`text` with the apostrophe of the keyboard in place of typographic ones, character for character."""
    return text.translate(_APOSTROPHES)


def prepared(text: str) -> tuple[str, list[Span]]:
    """`text` in NFC, `straight`, white space made plain, and for each of its code points the span in the typed text."""
    characters: list[str] = []
    spans: list[Span] = []
    for cluster, (start, end) in clusters(text):
        kept = cluster == text[start:end]
        for i, character in enumerate(cluster):
            characters.append(" " if character.isspace() else character)
            spans.append((start + i, start + i + 1) if kept else (start, end))
    return "".join(characters), spans


class Tokenizer(ABC):
    """Text to ids and back. Two tokenizers are equal when they are of one class and learnt the same."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def vocab_size(self) -> int: ...

    @abstractmethod
    def encode(self, text: str) -> Encoding:
        """The tokens of `text`, without begin and end marks."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; padding, begin and end marks say nothing, wherever they stand."""

    @abstractmethod
    def token(self, id: int) -> str:
        """The label of one id."""

    @classmethod
    @abstractmethod
    def train(cls, texts: Iterable[str], *, vocab_size: int | None = None) -> Self:
        """Learn a vocabulary of at most `vocab_size` ids, specials included.

        Raises DataError if there is no text, InvalidConfig if the size leaves no room.
        """

    @abstractmethod
    def save(self, folder: Path, stem: str) -> list[Path]:
        """Write into an existing folder; returns the files."""

    @classmethod
    @abstractmethod
    def load(cls, folder: Path, stem: str) -> Self:
        """Read what `save` wrote. Raises CheckpointError for a missing, truncated or foreign file."""

    @abstractmethod
    def _content(self) -> object:
        """What was learnt, hashable."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.name, self._content()))
