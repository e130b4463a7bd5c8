"""Phrases and sentences made of the forms: pairs of neighbouring words, and texts of up to 30 syllables."""

import functools
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from s2s_core.tasks.base import Split, split_of
from s2s_core.tasks.korean import kept
from s2s_core.tasks.korean.forms import forms
from s2s_core.tasks.korean.sounds import MARKS
from s2s_core.threads import passing

LONGEST = 30  # syllables of a sentence
SHORTEST = 6
ADVERBS = """
오늘 어제 내일 지금 아주 매우 너무 많이 빨리 같이 천천히 열심히 조용히 매일 자주 다시 함께 모두 벌써 아직 곧 꼭 못 안
잘 더 몹시 깊이
"""
DETERMINERS = "그 이 저 한 두 세 몇 새 첫 옛 온 맨 어느 무슨 모든 다른 여덟 다섯 여섯 열"
_FILLING = ("noun", "bare", "object", "adverb")
_PERIODS = (*[""] * 10, *["."] * 8, "?", "?", "!")
_NO_MARKS = dict.fromkeys(map(ord, MARKS))
_HELD_APART = 4  # percent of the pairs of neighbouring words that are held out

Pools = Mapping[str, Sequence[str]]


def bare(text: str) -> str:
    """A text without its marks."""
    return text.translate(_NO_MARKS)


def neighbours_split(text: str) -> Split:
    """The split of a text: "test" if two of its neighbouring words are held out as a pair, else "train"."""
    words = bare(text).split()
    apart = (split_of(f"{a} {b}", test=_HELD_APART, dev=0) for a, b in itertools.pairwise(words))
    return "test" if "test" in apart else "train"


@functools.cache
def held_words() -> frozenset[str]:
    """The words that no training text may contain: held-out forms, and those of `kept`."""
    return frozenset({form.text for form in forms() if form.split != "train"} | kept.WORDS)


def taught(text: str) -> bool:
    """Whether a text may be trained on."""
    words = bare(text).split()
    if not held_words().isdisjoint(words):
        return False
    alone = f" {' '.join(words)} "
    return len(words) < 2 or (
        neighbours_split(text) == "train" and not any(f" {phrase} " in alone for phrase in kept.PHRASES)
    )


def pools(usable: Callable[[str], bool]) -> Pools:
    """The usable words, by their role in a sentence."""
    found = defaultdict[str, list[str]](list)
    known = [(form.kind, form.text) for form in forms()]
    known += [("adverb", word) for word in ADVERBS.split()] + [("determiner", word) for word in DETERMINERS.split()]
    for kind, word in passing(known):
        if usable(word):
            found[kind].append(word)
    return dict(found)


def phrase(pools: Pools, chance: random.Random) -> str:
    """Two or three words that go together."""
    return " ".join(chance.choice(pools[kind]) for kind in chance.choice(_PHRASES))


_PHRASES = (
    ("bare", "verb"),
    ("bare", "noun"),
    ("bare", "before a noun", "noun"),
    ("object", "verb"),
    ("before a noun", "noun"),
    ("before a noun", "bare"),
    ("determiner", "noun"),
    ("determiner", "bare", "verb"),
    ("noun", "verb"),
    ("adverb", "verb"),
    ("noun", "other"),
    ("other", "verb"),
)


def sentence(pools: Pools, chance: random.Random) -> str:
    """A sentence of `SHORTEST` to `LONGEST` syllables: clauses of noun phrases and a verb."""
    size = chance.randint(SHORTEST, LONGEST)
    words: list[str] = []
    last = chance.choice(pools["verb"])
    left = size - len(last)
    while True:
        clause = _clause(pools, chance)
        clause[-1] += "," if chance.random() < 0.1 else ""
        if left < sum(map(len, clause)):
            break
        words, left = clause + words, left - sum(map(len, clause))
    for _ in range(6):  # fill the remaining syllables
        word = chance.choice(pools[chance.choice([kind for kind in _FILLING if kind in pools])])
        if len(word) <= left:
            words.append(word)
            left -= len(word)
    return " ".join([*words, last]) + chance.choice(_PERIODS)


def _clause(pools: Pools, chance: random.Random) -> list[str]:
    kinds = ["adverb"] if chance.random() < 0.3 else []
    for kind in ("noun", "object") if chance.random() < 0.6 else ("noun",):
        if chance.random() < 0.4:
            kinds.append(chance.choice(("before a noun", "determiner")))
        kinds.append(kind)
    return [chance.choice(pools[kind]) for kind in (*kinds, "joining") if kind in pools]
