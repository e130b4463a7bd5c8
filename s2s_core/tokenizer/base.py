"""The interface of tokenizers: text to ids and back, with offsets into the typed text."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

from s2s_core.characters import scripts_of
from s2s_core.described import described
from s2s_core.errors import EmptyText, InvalidConfig, TextTooLong
from s2s_core.tokenizer.typed import Span, is_blank, legible, nearest

PAD, BOS, EOS, UNK = range(4)
SPECIALS = ("<pad>", "<s>", "</s>", "<unk>")
LONGEST = 1 << 16  # code points; longer texts are refused
CODE_POINTS = 32  # code points of a text per token of the limit; no ordinary text has more

# Limits of a saved vocabulary; learnt ones are always far smaller.
MOST_BYTES = 1 << 25
MOST_TOKENS = 1 << 20
LONGEST_TOKEN = 1 << 16


@dataclass(frozen=True)
class Encoding:
    """One typed text as tokens; four tuples of the same length."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]  # the labels to show; for an unknown token, the typed characters
    offsets: tuple[Span, ...]  # (start, end) in code points of the typed text
    unknown: tuple[bool, ...]

    __repr__ = described

    def __len__(self) -> int:
        return len(self.ids)


class Tokenizer(ABC):
    """Text to ids and back. Two tokenizers are equal if they have the same class and the same vocabulary."""

    name: ClassVar[str]
    cuts_words: ClassVar[bool] = False  # whether words are cut into pieces

    @property
    @abstractmethod
    def vocab_size(self) -> int: ...

    def read(self, text: str, limit: int) -> Encoding:
        """The tokens of a typed text, at most `limit`. The text is made `legible` first, and each character that the
        vocabulary lacks is replaced by its `nearest` form.

        Raises:
            EmptyText: if there is nothing but white space and invisible characters.
            TextTooLong: above the limit. Very long texts are refused before they are tokenized.
        """
        typed = text.strip()
        most = min(CODE_POINTS * limit, LONGEST)
        unit = "characters" if self.name == "characters" else "tokens"
        if len(typed) > most:
            raise TextTooLong(len(typed), limit if unit == "characters" else most, "characters")
        if is_blank(typed):
            raise EmptyText()
        plain, spans, _ = nearest(*legible(typed, self.characters), self.characters)
        encoding = self.encode(plain)
        if len(encoding) > limit:
            raise TextTooLong(len(encoding), limit, unit)
        if plain == text:
            return encoding
        lead = len(text) - len(text.lstrip())
        return replace(encoding, offsets=_typed(encoding.offsets, [(start + lead, end + lead) for start, end in spans]))

    def replaced(self, text: str) -> dict[str, str]:
        """The characters that `read` replaces because the vocabulary lacks them, and by what."""
        return nearest(*legible(text.strip(), self.characters), self.characters)[2]

    def encode(self, text: str) -> Encoding:
        """The tokens of `text` without any changes to it, and without begin and end marks.

        Raises:
            TextTooLong: above LONGEST code points.
        """
        if len(text) > LONGEST:
            raise TextTooLong(len(text), LONGEST, "characters")
        return self._encode(text)

    @abstractmethod
    def _encode(self, text: str) -> Encoding:
        """The same as `encode`, for a text that is not too long."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; padding, begin and end marks are ignored everywhere."""

    @abstractmethod
    def token(self, id: int) -> str:
        """The label of one id."""

    def spells(self, id: int) -> bool:
        """Whether this id is one byte of a character that the vocabulary lacks."""
        return False

    @cached_property
    @abstractmethod
    def characters(self) -> frozenset[str]:
        """The characters that the vocabulary knows."""

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts of these characters, as `s2s_core.characters` names them."""
        return scripts_of(self.characters)

    @classmethod
    @abstractmethod
    def train(cls, texts: Iterable[str], *, vocab_size: int | None = None) -> Self:
        """Learn a vocabulary of at most `vocab_size` ids, specials included.

        Raises DataError if there is no text, InvalidConfig if the size leaves no room.
        """

    def cut_to(self, texts: Iterable[str]) -> Self:
        """The same vocabulary, without tokens that are in none of the texts, and with the missing characters added.

        Raises:
            InvalidConfig: for a tokenizer that cannot be cut.
        """
        raise InvalidConfig(f"a vocabulary of {self.name} cannot be cut down to some texts")

    @abstractmethod
    def save(self, folder: Path, stem: str) -> list[Path]:
        """Write into an existing folder; returns the files."""

    @classmethod
    @abstractmethod
    def load(cls, folder: Path, stem: str) -> Self:
        """Read what `save` wrote. Raises CheckpointError for a missing, truncated or foreign file."""

    @abstractmethod
    def _content(self) -> object:
        """The vocabulary as a hashable value."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.name, self._content()))


def not_too_long(texts: Iterable[str]) -> Iterator[str]:
    """The texts that are short enough for `encode`; a vocabulary is learnt only from these."""
    return (text for text in texts if len(text) <= LONGEST)


def _typed(offsets: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Convert offsets into the legible text to offsets into the typed text; ``spans`` are those of its characters."""
    end = spans[-1][1]
    begins = [*(begin for begin, _ in spans), end]
    return tuple((begins[first], spans[last - 1][1] if last > first else begins[first]) for first, last in offsets)
