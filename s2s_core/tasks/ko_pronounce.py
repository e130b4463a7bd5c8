"""Hangul as written to Hangul as spoken: 국물 is said 궁물, 한국어 is said 한구거.

A final consonant moves to the next syllable or changes with its first sound, so what is spoken here depends on what is
written next: the task for which an encoder that reads both ways is needed.

The words are those of a Hunspell dictionary (Debian's package hunspell-ko by default), the pronunciations come from the
rules of the package `ko-pron`. Splits go by word; in training some of the words stand two or three in a row, because
sounds change across spaces as well.
"""

import functools
import random
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from s2s_core.errors import DataError
from s2s_core.extras import needing
from s2s_core.registry import TASKS
from s2s_core.tasks.base import Link, Pair, Split, Task, split_of
from s2s_core.threads import passing

WORDS = Path("/usr/share/hunspell/ko.dic")
WORD = re.compile(r"[가-힣]{2,6}")
PHRASE = re.compile(r"[가-힣]+( [가-힣]+)*")
PHRASE_SHARE = 0.3  # of the training pairs
LONGEST_PHRASE = 8  # words of a phrase beyond the training's
# A Hangul syllable's code point is FIRST_SYLLABLE + initial * 588 + vowel * 28 + final
FIRST_SYLLABLE, INITIAL_BLOCK, FINAL_COUNT = ord("가"), 588, 28
NO_FINAL = 0
MOVED_TO = (11, 18)  # the initials ㅇ (silent) and ㅎ


@TASKS.register("ko-pronounce")
class KoPronounceTask(Task):
    """Korean words and short phrases, jamo by jamo, to how they are spoken.

    ``path`` is a list of words, one a line; what follows a slash (Hunspell's flags) is left out.

    Raises:
        DataError: where the list or the package `ko-pron` is missing, once pairs are asked for.
    """

    name = "ko-pronounce"
    title = "한글 → 발음"
    src_tokenizer = "jamo"
    tgt_tokenizer = "jamo"
    examples = ("국물", "한국어", "같이", "독립", "꽃잎", "읽는다", "좋다")

    def __init__(self, *, path: str | Path = WORDS) -> None:
        self.path = Path(path)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """Words of the split with the first pronunciation the rules give; in training also phrases of its words."""
        words = _words(self.path)[split]
        chance = random.Random(f"ko-pronounce {split} {seed}")
        texts = chance.sample(words, k=min(size or len(words), len(words)))
        if split == "train":
            texts = [
                " ".join([text, *chance.choices(words, k=chance.randint(1, 2))])
                if chance.random() < PHRASE_SHARE
                else text
                for text in texts
            ]
        return [Pair(text, spoken(text)[0], links=links(text)) for text in passing(texts)]

    def pairs_of_all_lengths(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """Words of the split, one to LONGEST_PHRASE in a row in equal shares; training has three at most."""
        words = _words(self.path)[split]
        chance = random.Random(f"ko-pronounce {split} {seed} lengths")
        counts = [1 + i % LONGEST_PHRASE for i in range(len(words) if size is None else size)]
        texts = [" ".join(chance.sample(words, k=min(count, len(words)))) for count in counts]
        return [Pair(text, spoken(text)[0], links=links(text)) for text in passing(texts)]

    def aligned(self, text: str, answer: str) -> Pair | None:
        """The links of Hangul said by the rules: spoken syllables stand where the written ones do."""
        known = PHRASE.fullmatch(text) and len(answer) == len(text) and answer in spoken(text)
        return Pair(text, answer, links=links(text)) if known else None

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact in percent, any pronunciation that the rules allow counting; and over the words that change at all."""
        right = [output in spoken(pair.source) for pair, output in passing(zip(pairs, outputs, strict=True))]
        changing = [hit for hit, pair in zip(right, pairs, strict=True) if pair.target != pair.source]
        scores = {"exact": 100.0 * sum(right) / len(right)}
        return scores | ({"changing": 100.0 * sum(changing) / len(changing)} if changing else {})


@functools.lru_cache(maxsize=200_000)
def spoken(text: str) -> tuple[str, ...]:
    """The pronunciations of a text by the rules of standard Korean, the one nearest to its spelling first.

    Raises:
        MissingPackage: where the package `ko-pron` is not installed.
    """
    with needing("ko-pron", "tasks"):
        from ko_pron import romanise
    ways = (" ".join(way.split()) for way in romanise(text, "ph").split("/"))
    return tuple(sorted(ways, key=lambda way: sum(a != b for a, b in zip(way, text, strict=False))))


def links(text: str) -> tuple[Link | None, ...]:
    """Each spoken syllable comes from the written one in its place.

    Before a silent ㅇ or an ㅎ the final consonant of the syllable before moves over, so there it comes from both.
    """
    fields: list[Link | None] = []
    for place, syllable in enumerate(text):
        before = text[place - 1] if place else " "
        moves = before != " " and _final(before) != NO_FINAL and _initial(syllable) in MOVED_TO
        fields.append(None if syllable == " " else Link((place - 1, place) if moves else (place,)))
    return tuple(fields)


def _initial(syllable: str) -> int:
    return (ord(syllable) - FIRST_SYLLABLE) // INITIAL_BLOCK


def _final(syllable: str) -> int:
    return (ord(syllable) - FIRST_SYLLABLE) % FINAL_COUNT


@functools.cache
def _words(path: Path) -> dict[Split, list[str]]:
    """The words of a list by split, in alphabetical order."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"no list of Korean words at {path} ({type(error).__name__}): on Debian, apt-get install hunspell-ko"
        ) from None
    splits: dict[Split, list[str]] = {"train": [], "dev": [], "test": []}
    for word in sorted({unicodedata.normalize("NFC", line.split("/")[0].strip()) for line in lines}):
        if WORD.fullmatch(word):
            splits[split_of(word)].append(word)
    if not all(splits.values()):
        raise DataError(f"{path} has too few Korean words to hold some back: expected a few hundred, one a line")
    return splits
