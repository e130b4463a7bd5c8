"""Remarks about a text for a model, and about the model's output, that are not errors.

A model has an output for every text, even with characters or a script that were not in its training data, or if the
output is longer than its maximum. This module gives the remarks that follow from the vocabulary. Remarks that follow
from a task's rules are given by the task (`s2s_core.tasks.Task.remarks`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from s2s_core.characters import script_of
from s2s_core.remark import Remark
from s2s_core.tokenizer import Encoding, Tokenizer

LONGER = 1.5
"""A word whose pieces have fewer letters than this on average is read nearly letter by letter."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_BLOCKS = frozenset({"Hangul", "Chinese characters", "Hiragana", "Katakana"})  # a character is a syllable or a word


def remarks(
    texts: Iterable[tuple[str, Encoding, Tokenizer]], *, written: int = 0, ended: bool = True
) -> tuple[Remark, ...]:
    """All remarks about some texts and an output.

    Args:
        texts: what the model reads, each with its tokens and the tokenizer that made them: a source, a reference.
        written: how many tokens the output has.
        ended: whether the model ended it by itself.
    """
    unknown: list[str] = []
    spelt: list[str] = []
    foreign: list[str] = []
    rare: list[str] = []
    replaced: dict[str, str] = {}
    learnt: set[str] = set()
    for text, encoding, tokenizer in texts:
        learnt |= tokenizer.scripts
        replaced |= tokenizer.replaced(text)
        rare += _rare(text, encoding, tokenizer)
        for id, (start, end), is_unknown in zip(encoding.ids, encoding.offsets, encoding.unknown, strict=True):
            if is_unknown:
                unknown.append(text[start:end])
            elif tokenizer.spells(id):
                known = tokenizer.scripts.issuperset(_scripts([text[start:end]]))
                (spelt if known else foreign).append(text[start:end])
    said = (
        Remark("nearest", tuple(replaced), read=tuple(replaced.values())),
        Remark("unknown", _once(unknown), tuple(script for script in _scripts(unknown) if script not in learnt)),
        Remark("script", _once(foreign), tuple(script for script in _scripts(foreign) if script not in learnt)),
        Remark("bytes", _once(spelt)),
        Remark("spelt", _once(rare)),
    )
    cut = () if ended else (Remark("cut", tokens=written),)
    return (*(remark for remark in said if remark.pieces), *cut)


def _rare(text: str, encoding: Encoding, tokenizer: Tokenizer) -> list[str]:
    """The words for which the vocabulary has little more than letters: names, typing errors, foreign words."""
    if not tokenizer.cuts_words:
        return []
    starts, spells = [start for start, _ in encoding.offsets], [tokenizer.spells(id) for id in encoding.ids]
    found = []
    for word in _WORD.finditer(text):
        pieces = range(bisect_right(starts, word.start()) - 1, bisect_left(starts, word.end()))
        if len(word[0]) < LONGER * len(pieces) and not any(spells[piece] for piece in pieces):
            found.append(word[0])
    return [word for word in found if _BLOCKS.isdisjoint(_scripts([word]))]


def joined(said: tuple[Remark, ...], by_rule: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """The remarks of the vocabulary, then those of the task. The task's "words" are left out if all of them have
    characters that the first remarks already name.
    """
    named = {character for remark in said for piece in remark.pieces for character in piece}
    return (*said, *(r for r in by_rule if r.kind != "words" or not all(named.intersection(word) for word in r.pieces)))


def _once(pieces: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pieces))


def _scripts(pieces: Iterable[str]) -> tuple[str, ...]:
    """The scripts of some pieces, each once, in the order of the text."""
    found = (script_of(character) for piece in pieces for character in piece)
    return tuple(dict.fromkeys(script for script in found if script is not None))
