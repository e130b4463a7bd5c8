"""Hold out pairs of a file by their source, so that no test source was seen in training.

The hash of a source decides its split, independently of the rest of the file. If this leaves dev or test nearly empty,
because the file is small, they get the next sources in the order of the hashes.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence

import regex

from s2s_core.pair import Pair
from s2s_core.tasks.base import SPLITS, Split, hash_of
from s2s_core.threads import passing

FEWEST = 10
"""The least number of different sources in a file."""

_SAMPLE = 5_000  # targets whose words are counted

_PUNCTUATION = regex.compile(r"\p{P}+")
_INVISIBLE = regex.compile(r"\p{Cf}+")
# Punctuation at the edges of words. A mark before a digit (.5) or between letters and digits (3.14, it's) is part of
# the word, and so are all signs: 12-30 is not 12+30
_EDGES = regex.compile(r"""(?<!\S)["'«»“”„‟‹›「」『』¿¡]+|["'«»“”„‟‹›「」『』.,;:!?…。、，；：！？؟،؛।]+(?!\S)""")
_LOOSE = regex.compile(r"(?<![\p{L}\p{M}\p{N}]) | (?![\p{L}\p{M}\p{N}])")
_LETTER = regex.compile(r"\p{L}")
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|\S+?(?=\s|$)")

Identity = Callable[[str], str]


def words(text: str) -> str:
    """The text without punctuation and case, to compare texts; if it has only marks, the marks."""
    return " ".join(_PUNCTUATION.sub(" ", text.casefold()).split()) or text


def question(text: str) -> str:
    """A key that is equal for sources that ask the same.

    Case and punctuation at the edges of words do not matter. Digits, signs and hyphens do. In a text without letters,
    such as 3! or (1+2)*3, everything matters except loose spaces.
    """
    plain = (text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).casefold()
    if _LETTER.search(plain):
        plain = _EDGES.sub(" ", plain)
    return _LOOSE.sub("", " ".join(plain.split())) or text


def are_sentences(targets: Sequence[str]) -> bool:
    """Whether targets are sentences: several words each, and mostly different ones.

    Sums, weekdays and labels have few targets for many sources; there it is no problem if targets are in two splits.
    """
    if len(set(targets)) <= 0.5 * len(targets):
        return False
    some = targets[:: max(1, len(targets) // _SAMPLE)]
    return sum(len(_WORD.findall(target)) for target in some) >= 2 * len(some)


def hold_out(
    pairs: Sequence[Pair], *, percent: tuple[int, int], least: int, source: Identity, target: Identity | None
) -> dict[Split, list[Pair]]:
    """The pairs by split; every row is a pair. No source is in two splits; ``source`` defines which sources are equal.

    Args:
        pairs: the rows, all different.
        percent: the shares of the sources for test and dev.
        least: the least number of sources for test and for dev, but at most a sixth of all sources.
        source: a function with equal results for equal sources.
        target: the same for targets; a training pair whose target is held out is dropped. None: no pair is dropped.
    """
    keys = [source(pair.source) for pair in passing(pairs)]
    exact = {pair.source for pair in pairs}
    if len(set(keys)) < FEWEST <= len(exact):  # many sources differ only in case or marks
        keys = [pair.source for pair in pairs]
    where = _assigned(set(keys), percent, min(least, len(set(keys)) // 6))
    splits: dict[Split, list[Pair]] = {split: [] for split in SPLITS}
    for pair, key in zip(passing(pairs), keys, strict=True):
        splits[where[key]].append(pair)
    if target is not None:
        answers = {target(pair.target) for split in ("test", "dev") for pair in splits[split]}
        splits["train"] = [pair for pair in splits["train"] if target(pair.target) not in answers]
    return splits


def one_a_source(pairs: Iterable[Pair]) -> list[Pair]:
    """One pair per source, in order, with its first target and, if there are several targets, all as references."""
    targets: dict[str, list[str]] = {}
    for pair in pairs:
        targets.setdefault(pair.source, []).append(pair.target)
    return [
        Pair(source, found[0], references=tuple(found) if len(found) > 1 else ()) for source, found in targets.items()
    ]


def _assigned(keys: set[str], percent: tuple[int, int], least: int) -> dict[str, Split]:
    """The split of each key. It is sorted by hash mod 100: the lowest are test, the next ones dev."""
    test, dev = percent
    numbers = ((hash_of(key), key) for key in passing(keys))
    order = sorted((number % 100, number, key) for number, key in numbers)
    buckets = [bucket for bucket, _, _ in order]
    tests = max(sum(bucket < test for bucket in buckets), least)
    devs = max(sum(bucket < test + dev for bucket in buckets) - tests, least)
    return {
        key: "test" if place < tests else "dev" if place < tests + devs else "train"
        for place, (_, _, key) in enumerate(order)
    }
