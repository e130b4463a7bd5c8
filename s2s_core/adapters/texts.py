"""Tokenizers of ours that give somebody else's ids, and the texts on which the models are compared."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from s2s_core.adapters.agreement import Case, Reference, case
from s2s_core.adapters.vocabulary import ROLES, Words
from s2s_core.errors import AdapterError, EmptyText, TextTooLong, quoted, shown
from s2s_core.pair import Pair
from s2s_core.tokenizer import UNK, CharacterTokenizer, PiecesTokenizer, SpacesTokenizer, Tokenizer

SPLITS = ("words", "characters")
MOST_TEXTS = 1000
_STEPS = 8  # steps of a text without a target; any tokens may be fed


def tokenizer(words: Words, split: object) -> Tokenizer:
    """A tokenizer with these words.

    Args:
        words: the tokens of one side.
        split: "words" (between spaces), "characters", or a SentencePiece model, as its path or its bytes.

    Raises:
        AdapterError: for anything else.
    """
    if split == "words":
        return SpacesTokenizer(tokens=words.ordinary)
    if split == "characters":
        return CharacterTokenizer(tokens=words.ordinary)
    try:
        model = split if isinstance(split, bytes) else Path(split).read_bytes()  # type: ignore[arg-type]
        return PiecesTokenizer(model=model, tokens=words.ordinary)
    except (OSError, TypeError, ValueError, RuntimeError):
        raise AdapterError(
            f"split is {shown(repr(split))}, must be {' or '.join(map(repr, SPLITS))}, or the path of a SentencePiece "
            "model"
        ) from None


def cases(
    texts: object,
    reference: Reference,
    source: tuple[Words, Tokenizer, list[int], list[int]],
    target: tuple[Words, Tokenizer],
    limits: tuple[int, int],
) -> list[Case]:
    """Each text with the ids that the other model has for it, and the reference's numbers.

    Args:
        texts: pairs of a source and a target, or sources alone.
        reference: see `agreement.case`.
        source: the words, the tokenizer, and the other model's ids before and after a text.
        target: the words and the tokenizer.
        limits: the most tokens of a source and of a target.

    Raises:
        AdapterError: if there is no text, or a text cannot be read.
    """
    if isinstance(texts, str) or not isinstance(texts, Iterable) or not (given := list(islice(texts, MOST_TEXTS + 1))):
        raise AdapterError("texts is empty or no list: give at least one text, or pair of texts, by which to compare")
    if len(given) > MOST_TEXTS:
        raise AdapterError(f"there are more than {MOST_TEXTS:,} texts, and no more are compared")
    if not callable(reference) and (not isinstance(reference, list | tuple) or len(reference) != len(given)):
        raise AdapterError(
            f"the reference is {_kind(reference)}, must be a function of source ids and fed ids, or a list with the "
            f"logits of each of the {len(given)} texts"
        )
    words, tokens, before, after = source
    found = []
    for number, one in enumerate(given, start=1):
        text, wanted = _pair(number, one)
        ids = [*before, *_ids(number, words, tokens, text, limits[0]), *after]
        said = _steps(target[0]) if wanted is None else _ids(number, *target, wanted, limits[1] - 1)
        fed = [target[0].require("bos", "begin mark"), *said]
        found.append(case(number, text, ids, fed, reference, tokens=len(target[0].tokens)))
    return found


def _kind(given: object) -> str:
    return f"a list of {len(given)}" if isinstance(given, list | tuple) else f"a {type(given).__name__}"


def _pair(number: int, given: Any) -> tuple[str, str | None]:
    if isinstance(given, str):
        return given, None
    if isinstance(given, Pair):
        return given.source, given.target
    if isinstance(given, list | tuple) and len(given) == 2 and all(isinstance(one, str) for one in given):
        return given[0], given[1]
    raise AdapterError(f"text {number} is {quoted(given)}, must be a text or a pair of texts")


def _ids(number: int, words: Words, tokens: Tokenizer, text: str, limit: int) -> list[int]:
    """The other model's ids of a text."""
    try:
        encoding = tokens.read(text, limit)
    except (EmptyText, TextTooLong) as error:
        raise AdapterError(f"text {number} cannot be compared: {error}") from error
    order = words.order
    for id, token in zip(encoding.ids, encoding.tokens, strict=True):
        if order[id] is None:
            role = ROLES[UNK]
            raise AdapterError(
                f"text {number} has {shown(repr(token))}, which the {words.side} vocabulary does not have, nor a token "
                f"for what is unknown: give texts of known tokens, or name that token in specials={{{role!r}: ...}}"
            )
    return [order[id] for id in encoding.ids]  # type: ignore[misc]


def _steps(words: Words) -> list[int]:
    """Some tokens to feed: spread over the vocabulary."""
    ordinary = [id for id in words.order[len(ROLES) :] if id is not None]
    return [ordinary[place * len(ordinary) // _STEPS] for place in range(_STEPS)] if ordinary else []
