"""Tokenizers trained by SentencePiece: byte-pair encoding (Sennrich, Haddow & Birch 2016) and the unigram
language model (Kudo 2018). They fall back to UTF-8 bytes, so no typed text is unknown.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

import sentencepiece

from s2s_core import foreign
from s2s_core.errors import CheckpointError, DataError, InvalidConfig
from s2s_core.extras import needing
from s2s_core.foreign import Unreadable
from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer.base import BOS, EOS, PAD, SPECIALS, UNK, Encoding, Tokenizer, not_too_long
from s2s_core.tokenizer.typed import Span, prepared

_MOST_BYTES = 1 << 23  # of a saved model: some 300,000 pieces
SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # a space in a piece

_MAX_SENTENCE_BYTES = 1 << 16  # longer texts are left out of training
_RARE = -20.0  # the score of an added character: below that of every learnt piece
_OFTEN = 2  # a character is added if it comes at least so often
_ROOM = 1000  # further pieces, if the single characters alone exceed the usual size


class VocabularyTooSmall(InvalidConfig):
    """A size with room only for single characters: the tokenizer's `name`, the size that it `needs`, the given size."""

    def __init__(self, name: str, needs: int, came: int, for_what: str = "") -> None:
        super().__init__(f"{name} needs a vocabulary of at least {needs}{for_what}, got {came}")
        self.args = (name, needs, came, for_what)
        self.name, self.needs, self.came = name, needs, came

    def __str__(self) -> str:
        return self.message


class _SentencePieceTokenizer(Tokenizer):
    """A SentencePiece model. Its own normalisation is off, because `prepared` normalises and keeps the offsets."""

    cuts_words = True
    _MIN_VOCAB_SIZE: ClassVar[int] = len(SPECIALS) + 256  # every byte is a piece
    _DEFAULT_VOCAB_SIZE: ClassVar[int] = 4000

    def __init__(self, *, model: bytes) -> None:
        self._model = model
        self._processor = sentencepiece.SentencePieceProcessor()
        self._processor.LoadFromSerializedProto(model)
        self._labels = tuple(self._processor.id_to_piece(id) for id in range(self._processor.vocab_size()))

    @property
    def vocab_size(self) -> int:
        return len(self._labels)

    def _encode(self, text: str) -> Encoding:
        plain, spans = prepared(text)
        pieces = self._processor.encode(plain, return_type="offset_mapping")
        offsets: list[Span] = []
        for id, (start, end) in reversed(list(zip(pieces["ids"], pieces["offsets"], strict=True))):
            if start == end and self._processor.is_byte(id):  # only a character's last byte has its span
                offsets.append(offsets[-1])
                continue
            while start < end and plain[start] == " ":  # the space before a word is marked in its label
                start += 1
            if start < end:
                offsets.append((spans[start][0], spans[end - 1][1]))
            else:
                here = spans[start][0] if start < len(spans) else len(text)
                offsets.append((here, here))
        ids = tuple(pieces["ids"])
        return Encoding(ids, tuple(pieces["pieces"]), tuple(reversed(offsets)), tuple(id == UNK for id in ids))

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._processor.decode([int(id) for id in ids if id not in (PAD, BOS, EOS)]))

    def token(self, id: int) -> str:
        return self._labels[id]

    def spells(self, id: int) -> bool:
        return bool(self._processor.is_byte(id))

    @cached_property
    def characters(self) -> frozenset[str]:
        pieces = (label for id, label in enumerate(self._labels) if id > UNK and not self.spells(id))
        return frozenset("".join(pieces).replace("▁", " "))

    @classmethod
    def train(cls, texts: Iterable[str], *, vocab_size: int | None = None) -> Self:
        lines = [plain for text in not_too_long(texts) if (plain := prepared(text)[0].strip())]
        if not lines:
            raise DataError(f"there is no text to learn a vocabulary of {cls.name} from")
        if vocab_size is not None and vocab_size <= cls._MIN_VOCAB_SIZE:
            raise VocabularyTooSmall(cls.name, cls._MIN_VOCAB_SIZE + 1, vocab_size)
        try:
            return cls(model=cls._learnt(lines, vocab_size or cls._DEFAULT_VOCAB_SIZE))
        except RuntimeError as error:
            needed = re.search(r"(\d+) vs (\d+)", str(error))  # the size asked for and the least possible
        if needed is None:
            raise InvalidConfig(
                f"{cls.name} cannot be trained on these texts: they hold no letters, or each is longer than "
                f"{_MAX_SENTENCE_BYTES:,} bytes"
            )
        if vocab_size is not None:
            raise VocabularyTooSmall(cls.name, int(needed[2]), vocab_size, " for these texts")
        return cls(model=cls._learnt(lines, int(needed[2]) + _ROOM))

    @classmethod
    def _learnt(cls, lines: list[str], vocab_size: int) -> bytes:
        """The model that SentencePiece learns. Raises RuntimeError if there are too many characters, or no pieces."""
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=model,
            model_type=cls.name,
            vocab_size=vocab_size,
            hard_vocab_limit=False,
            byte_fallback=True,
            normalization_rule_name="identity",
            pad_id=PAD,
            bos_id=BOS,
            eos_id=EOS,
            unk_id=UNK,
            max_sentence_length=_MAX_SENTENCE_BYTES,
            num_threads=1,
            minloglevel=2,
        )
        return model.getvalue()

    def cut_to(self, texts: Iterable[str]) -> Self:
        with needing("protobuf", "tasks"):
            from sentencepiece.sentencepiece_model_pb2 import ModelProto  # type: ignore[attr-defined]
        chosen = list(not_too_long(texts))
        used = {id for text in chosen for id in self.encode(text).ids}
        saved = ModelProto.FromString(self._model)
        kept = [
            piece for id, piece in enumerate(saved.pieces) if id < self._MIN_VOCAB_SIZE or id in used
        ]  # special marks and bytes come first
        times = Counter("".join(prepared(text)[0] for text in chosen))
        lacking = sorted(one for one in times if times[one] >= _OFTEN and one not in self.characters)
        del saved.pieces[:]
        saved.pieces.extend([*kept, *(ModelProto.SentencePiece(piece=one, score=_RARE) for one in lacking)])
        return type(self)(model=saved.SerializeToString())

    def save(self, folder: Path, stem: str) -> list[Path]:
        path = folder / f"{stem}.model"
        path.write_bytes(self._model)
        return [path]

    @classmethod
    def load(cls, folder: Path, stem: str) -> Self:
        path = folder / f"{stem}.model"
        try:
            model = foreign.file_bytes(path, most=_MOST_BYTES)
        except FileNotFoundError:
            raise CheckpointError(path, "there is no such file") from None
        except Unreadable as error:
            raise CheckpointError(path, f"it {error}") from None
        try:
            tokenizer = cls(model=model)
        except (RuntimeError, ValueError, OSError):
            raise CheckpointError(path, "it is not a SentencePiece model") from None
        if tokenizer._labels[: len(SPECIALS)] != SPECIALS:
            raise CheckpointError(path, f"its first pieces are not {' '.join(SPECIALS)}")
        return tokenizer

    def _content(self) -> object:
        return self._model


@TOKENIZERS.register("bpe")
class BPETokenizer(_SentencePieceTokenizer):
    """Byte-pair encoding: the most frequent pair of pieces is merged, again and again."""

    name = "bpe"


@TOKENIZERS.register("unigram")
class UnigramTokenizer(_SentencePieceTokenizer):
    """The most probable segmentation under a unigram model of pieces, pruned by expectation maximisation."""

    name = "unigram"
