"""Tokenizers for models of other programs: words between spaces, or a SentencePiece model's pieces with other ids."""

import base64
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import regex

from s2s_core.errors import CheckpointError
from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer.base import BOS, EOS, PAD, SPECIALS, UNK, Encoding
from s2s_core.tokenizer.lists import ListTokenizer, vocabulary
from s2s_core.tokenizer.subword import SPACE, UnigramTokenizer
from s2s_core.tokenizer.typed import Span, prepared


@TOKENIZERS.register("spaces")
class SpacesTokenizer(ListTokenizer):
    """For a text that is already split into tokens: all characters between two spaces are one token."""

    name = "spaces"
    _PIECE = regex.compile(r"[^ ]+")

    @classmethod
    def _split(cls, text: str) -> Iterator[tuple[str, Span]]:
        plain, spans = prepared(text)
        for match in cls._PIECE.finditer(plain):
            yield match[0], (spans[match.start()][0], spans[match.end() - 1][1])

    def _encode(self, text: str) -> Encoding:
        """A token is looked up as typed; if the vocabulary lacks it, in NFC with straight apostrophes."""
        pieces = list(self._split(text))
        ids = tuple(self._ids.get(text[slice(*span)], self._ids.get(piece, UNK)) for piece, span in pieces)
        labels, spans = tuple(piece for piece, _ in pieces), tuple(span for _, span in pieces)
        return Encoding(ids, labels, spans, tuple(id == UNK for id in ids))

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(self._unknown if id == UNK else self._tokens[id] for id in ids if id not in (PAD, BOS, EOS))


@TOKENIZERS.register("pieces")
class PiecesTokenizer(UnigramTokenizer):
    """A SentencePiece model of any kind that splits the text, and a list of its pieces in the order of their ids."""

    name = "pieces"

    def __init__(self, *, model: bytes, tokens: Sequence[str] | None = None) -> None:
        super().__init__(model=model)
        if tokens is not None:
            self._labels = (*SPECIALS, *tokens)
        self._ids = {token: id for id, token in enumerate(self._labels) if id > UNK}

    def _encode(self, text: str) -> Encoding:
        pieces = super()._encode(text)
        ids = tuple(self._ids.get(piece, UNK) for piece in pieces.tokens)
        return Encoding(ids, pieces.tokens, pieces.offsets, tuple(id == UNK for id in ids))

    def decode(self, ids: Sequence[int]) -> str:
        known = [id for id in ids if id not in (PAD, BOS, EOS)]
        return str(self._processor.decode([self._labels[id] for id in known])).replace(SPACE, " ").strip()

    def spells(self, id: int) -> bool:
        return id > UNK and bool(self._processor.is_byte(self._processor.piece_to_id(self._labels[id])))

    @cached_property
    def characters(self) -> frozenset[str]:
        pieces = (label for id, label in enumerate(self._labels) if id > UNK and not self.spells(id))
        return frozenset("".join(pieces).replace(SPACE, " "))

    @classmethod
    def _learnt(cls, lines: list[str], vocab_size: int) -> bytes:
        return UnigramTokenizer._learnt(lines, vocab_size)

    def save(self, folder: Path, stem: str) -> list[Path]:
        path = folder / f"{stem}.json"
        model = base64.b64encode(self._model).decode()
        content = {"tokenizer": self.name, "tokens": self._labels[len(SPECIALS) :], "model": model}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        return [path]

    @classmethod
    def load(cls, folder: Path, stem: str) -> Self:
        path = folder / f"{stem}.json"
        content = vocabulary(path, cls.name)
        try:
            return cls(model=base64.b64decode(content["model"], validate=True), tokens=content["tokens"])
        except (KeyError, TypeError, RuntimeError, ValueError, OSError):
            raise CheckpointError(path, "its model is not a SentencePiece model") from None

    def _content(self) -> object:
        return self._model, self._labels
