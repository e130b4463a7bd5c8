"""What every tokenizer is: text to ids and back, with offsets into the text as it was typed."""

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
LONGEST = 1 << 16  # code points: what is longer is not cut up at all
CODE_POINTS = 32  # of a text, for each token that a model can take: no ordinary text has more

# Of a saved vocabulary: what one that was learnt from texts never comes near.
MOST_BYTES = 1 << 25
MOST_TOKENS = 1 << 20
LONGEST_TOKEN = 1 << 16


@dataclass(frozen=True)
class Encoding:
    """One typed text as tokens; four tuples of the same length."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]  # what a picture prints; for an unknown token, what was typed
    offsets: tuple[Span, ...]  # (start, end) in code points of the typed text
    unknown: tuple[bool, ...]

    __repr__ = described

    def __len__(self) -> int:
        return len(self.ids)


class Tokenizer(ABC):
    """Text to ids and back. Two tokenizers are equal when they are of one class and learnt the same."""

    name: ClassVar[str]
    cuts_words: ClassVar[bool] = False  # into pieces, common ones longer than rare ones

    @property
    @abstractmethod
    def vocab_size(self) -> int: ...

    def read(self, text: str, limit: int) -> Encoding:
        """The tokens of a text as somebody typed it, at most `limit` of them. It is made `legible` first, and each
        character that the vocabulary lacks is read in its `nearest` form.

        Raises:
            EmptyText: where there is nothing but white space and invisible characters.
            TextTooLong: above the limit. A text is measured before it is cut up.
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
        """What `read` reads in another form than it was typed in, as the vocabulary lacks it, and in which."""
        return nearest(*legible(text.strip(), self.characters), self.characters)[2]

    def encode(self, text: str) -> Encoding:
        """The tokens of `text` to the letter, without begin and end marks.

        Raises:
            TextTooLong: above LONGEST code points.
        """
        if len(text) > LONGEST:
            raise TextTooLong(len(text), LONGEST, "characters")
        return self._encode(text)

    @abstractmethod
    def _encode(self, text: str) -> Encoding:
        """What `encode` gives for a text that is not too long."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; padding, begin and end marks say nothing, wherever they stand."""

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
        """The same vocabulary without the tokens that no text has, and with the characters that it lacks for them.

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
        """What was learnt, hashable."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self.name, self._content()))


def not_too_long(texts: Iterable[str]) -> Iterator[str]:
    """Those of the texts that `encode` takes; a vocabulary is learnt without the others."""
    return (text for text in texts if len(text) <= LONGEST)


def _typed(offsets: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Offsets into a legible text as offsets into the typed one, where its characters have these spans."""
    end = spans[-1][1]
    begins = [*(begin for begin, _ in spans), end]
    return tuple((begins[first], spans[last - 1][1] if last > first else begins[first]) for first, last in offsets)
