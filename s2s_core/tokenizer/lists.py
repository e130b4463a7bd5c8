"""Tokenizers whose vocabulary is a list of strings: characters and words."""

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import regex

from s2s_core import foreign
from s2s_core.errors import CheckpointError, DataError, InvalidConfig
from s2s_core.foreign import Unreadable
from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer.base import (
    BOS,
    EOS,
    LONGEST_TOKEN,
    MOST_BYTES,
    MOST_TOKENS,
    PAD,
    SPECIALS,
    UNK,
    Encoding,
    Tokenizer,
    not_too_long,
)
from s2s_core.tokenizer.typed import CLUSTER, REPLACEMENT, Span, clusters, prepared


class ListTokenizer(Tokenizer):
    """A tokenizer whose vocabulary is a list of strings, saved as JSON."""

    _unknown: ClassVar[str] = REPLACEMENT

    def __init__(self, *, tokens: Sequence[str]) -> None:
        self._tokens = (*SPECIALS, *tokens)
        self._ids = {token: id for id, token in enumerate(self._tokens) if id > UNK}

    @classmethod
    @abstractmethod
    def _split(cls, text: str) -> Iterator[tuple[str, Span]]:
        """The token strings of `text` with their spans in it."""

    @property
    def vocab_size(self) -> int:
        return len(self._tokens)

    def _encode(self, text: str) -> Encoding:
        pieces = list(self._split(text))
        ids = tuple(self._ids.get(piece, UNK) for piece, _ in pieces)
        labels = tuple(piece.strip(" ") or piece for piece, _ in pieces)
        return Encoding(ids, labels, tuple(span for _, span in pieces), tuple(id == UNK for id in ids))

    @cached_property
    def characters(self) -> frozenset[str]:
        return frozenset("".join(self._tokens[len(SPECIALS) :]))

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self._unknown if id == UNK else self._tokens[id] for id in ids if id not in (PAD, BOS, EOS))

    def token(self, id: int) -> str:
        return self._tokens[id].strip(" ") or self._tokens[id]

    @classmethod
    def train(cls, texts: Iterable[str], *, vocab_size: int | None = None) -> Self:
        counts = Counter(piece for text in not_too_long(texts) for piece, _ in cls._split(text))
        if not counts:
            raise DataError(f"there is no text to learn a vocabulary of {cls.name} from")
        if vocab_size is not None and vocab_size <= len(SPECIALS):
            raise InvalidConfig(f"{cls.name} need a vocabulary of at least {len(SPECIALS) + 1}, got {vocab_size}")
        ranked = sorted(counts, key=lambda piece: (-counts[piece], piece))
        return cls(tokens=ranked[: None if vocab_size is None else vocab_size - len(SPECIALS)])

    def save(self, folder: Path, stem: str) -> list[Path]:
        path = folder / f"{stem}.json"
        content = {"tokenizer": self.name, "tokens": self._tokens[len(SPECIALS) :]}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        return [path]

    @classmethod
    def load(cls, folder: Path, stem: str) -> Self:
        return cls(tokens=vocabulary(folder / f"{stem}.json", cls.name)["tokens"])

    def _content(self) -> object:
        return self._tokens


def vocabulary(path: Path, name: str) -> dict[str, Any]:
    """The content of a vocabulary's file, after a check that "tokens" is a list of different texts.

    Raises:
        CheckpointError: for a missing, truncated or foreign file.
    """
    try:
        content = foreign.plain_data(foreign.file_bytes(path, most=MOST_BYTES), most=MOST_TOKENS)
    except FileNotFoundError:
        raise CheckpointError(path, "there is no such file") from None
    except Unreadable as error:
        raise CheckpointError(path, f"it {error}") from None
    if not isinstance(content, dict) or content.get("tokenizer") != name:
        raise CheckpointError(path, f"it is not a vocabulary of {name}")
    tokens = content.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(token, str) and token for token in tokens):
        raise CheckpointError(path, "its tokens are not a list of non-empty strings")
    if len({*SPECIALS, *tokens}) != len(SPECIALS) + len(tokens):
        raise CheckpointError(path, "it lists the same token twice")
    if (longest := max(map(len, tokens), default=0)) > LONGEST_TOKEN:
        raise CheckpointError(path, f"it lists a token of {longest:,} characters")
    return content


@TOKENIZERS.register("characters")
class CharacterTokenizer(ListTokenizer):
    """One token a grapheme cluster; decode(encode(x)) is NFC(x), made `straight`, when nothing is unknown."""

    name = "characters"

    @classmethod
    def _split(cls, text: str) -> Iterator[tuple[str, Span]]:
        return clusters(text)


@TOKENIZERS.register("words")
class WordTokenizer(ListTokenizer):
    """A token is a run of letters and digits ("don't", "3.14", "2025년") or any other grapheme cluster (mark, emoji).

    A token string begins with a space where white space or the start of the text stands before it, so "word"
    in a sentence and "word" after a bracket are two tokens, and decode(encode(x)) is NFC(x) with single
    spaces when nothing is unknown.
    """

    name = "words"
    _unknown = " " + REPLACEMENT
    _PIECE = regex.compile(
        r"""[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200C\u200D]*       # letters with their marks, digits, joiners
            (?: ['’][\p{L}][\p{L}\p{M}\p{N}\u200C\u200D]*    # don't, l’homme
            |   (?<=\p{Nd})[.,:]\p{Nd}+ )*                   # 3.14, 1,000, 12:30
        |   (?!\ )"""  # a mark, an emoji, a stray accent
        + CLUSTER,
        regex.VERBOSE,
    )

    @classmethod
    def _split(cls, text: str) -> Iterator[tuple[str, Span]]:
        plain, spans = prepared(text)
        for match in cls._PIECE.finditer(plain):
            start, end = match.span()
            spaced = start == 0 or plain[start - 1] == " "
            yield " " * spaced + match[0], (spans[start][0], spans[end - 1][1])

    def decode(self, ids: Sequence[int]) -> str:
        return super().decode(ids).strip(" ")
