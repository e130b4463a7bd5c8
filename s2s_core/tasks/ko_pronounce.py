"""Hangul as written to Hangul as spoken: 국물 is pronounced 궁물, 한국어 is pronounced 한구거.

A final consonant moves to the next syllable or changes with its first sound. So the pronunciation depends on the next
letters; this task needs an encoder that reads in both directions.

30,000 training texts are words of a Hunspell dictionary (by default Debian's package hunspell-ko), alone and two or
three in a row. A spelling dictionary has few inflected forms. So the other texts are forms that people use, made from
the lists of `korean.words`: alone, in phrases, and in sentences of up to 30 syllables. The pronunciations come from the
rules of the package `ko-pron`, corrected in `korean.sounds`. Texts are split by word.
"""

import functools
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from s2s_core.errors import DataError
from s2s_core.registry import TASKS
from s2s_core.tasks.base import Link, Pair, Split, Task, split_of
from s2s_core.tasks.korean.forms import RULES, forms
from s2s_core.tasks.korean.sounds import is_said, spoken
from s2s_core.tasks.korean.texts import neighbours_split, phrase, pools, sentence, taught
from s2s_core.threads import passing

__all__ = ["WORDS", "KoPronounceTask", "links", "spoken"]

WORDS = Path("/usr/share/hunspell/ko.dic")
WORD = re.compile(r"[가-힣]{2,6}")
HANGUL = re.compile("[가-힣]+")
PHRASE = re.compile(r"[가-힣]+[.,?!]?( [가-힣]+[.,?!]?)*")
PHRASE_SHARE = 0.3  # share of phrases in the texts of dictionary words
LONGEST_PHRASE = 8  # words of a phrase, to measure quality by length
DICTIONARY, PHRASES, SENTENCES = 30_000, 20_000, 30_000  # most training texts in addition to the forms
DEV_SENTENCES = 2_000
BY_RULE = 250  # most held-out texts of each rule
# A Hangul syllable's code point is FIRST_SYLLABLE + initial * 588 + vowel * 28 + final
FIRST_SYLLABLE, INITIAL_BLOCK, FINAL_COUNT = ord("가"), 588, 28
NO_FINAL = 0
MOVED_TO = (11, 18)  # the initials ㅇ (silent) and ㅎ
CHANGING = frozenset(range(28)) - {0, 4, 8, 16, 21}  # the finals that change before a pause


@TASKS.register("ko-pronounce")
class KoPronounceTask(Task):
    """Korean words, phrases and sentences, jamo by jamo, to their pronunciation.

    ``path`` is a list of words, one per line; a slash and the text after it (Hunspell's flags) are ignored.

    Raises:
        DataError: when pairs are asked for, if the list or the package `ko-pron` is missing.
    """

    name = "ko-pronounce"
    title = "한글 → 발음"
    src_tokenizer = "jamo"
    tgt_tokenizer = "jamo"
    examples = ("국물", "한국어", "같이", "독립", "꽃잎", "읽는다", "좋다")

    def __init__(self, *, path: str | Path = WORDS) -> None:
        self.path = Path(path)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """Texts with the first pronunciation by the rules: dictionary words of the split; in training also other texts.

        The dev split also has held-out forms, and sentences of only such forms.
        """
        words = _words(self.path)[split]
        chance = random.Random(f"ko-pronounce {split} {seed}")
        if split == "train":
            texts = _training(words, _held(self.path), size, chance)
            return [Pair(text, spoken(text)[0]) for text in passing(texts)]
        if split == "dev":
            held = {form.text for form in forms() if form.split == "dev"}
            known = pools(held.__contains__)
            words = sorted({*words, *held, *(sentence(known, chance) for _ in range(DEV_SENTENCES))})
        return [_pair(text) for text in passing(chance.sample(words, k=min(size or len(words), len(words))))]

    def by_rule(self) -> list[Pair]:
        """Held-out forms, phrases and sentences, at most `BY_RULE` for each rule of the standard (their group)."""
        chance = random.Random("ko-pronounce by rule")
        found: list[Pair] = []
        for rule, told in RULES.items():
            texts = sorted(form.text for form in forms() if form.rule == rule and form.split == "test")
            if rule in ("space", "sentence"):
                texts = sorted(_apart(rule, chance))
            found += [
                Pair(text, spoken(text)[0], group=told, links=links(text))
                for text in chance.sample(texts, k=min(BY_RULE, len(texts)))
            ]
        return found

    def pairs_of_all_lengths(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """Dictionary words of the split, in phrases of 1 to LONGEST_PHRASE words, equally many of each length."""
        words = _words(self.path)[split]
        chance = random.Random(f"ko-pronounce {split} {seed} lengths")
        counts = [1 + i % LONGEST_PHRASE for i in range(len(words) if size is None else size)]
        texts = [" ".join(chance.sample(words, k=min(count, len(words)))) for count in counts]
        return [_pair(text) for text in passing(texts)]

    def aligned(self, text: str, answer: str) -> Pair | None:
        """The links of a pronunciation by the rules: each spoken syllable has the position of the written one."""
        known = PHRASE.fullmatch(text) and len(answer) == len(text) and is_said(text, answer)
        return Pair(text, answer, links=links(text)) if known else None

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact in percent: any pronunciation that the rules allow is right. Also over only the words that change.

        For pairs with groups, also the percentage of each group, as "exact/<group>".
        """
        right = [is_said(pair.source, output) for pair, output in passing(zip(pairs, outputs, strict=True))]
        changing = [hit for hit, pair in zip(right, pairs, strict=True) if pair.target != pair.source]
        scores = {"exact": 100.0 * sum(right) / len(right)}
        for group in sorted({pair.group for pair in pairs} - {""}):
            hits = [hit for hit, pair in zip(right, pairs, strict=True) if pair.group == group]
            scores[f"exact/{group}"] = 100.0 * sum(hits) / len(hits)
        return scores | ({"changing": 100.0 * sum(changing) / len(changing)} if changing else {})


def _pair(text: str) -> Pair:
    return Pair(text, spoken(text)[0], links=links(text))


def _training(words: Sequence[str], held: frozenset[str], size: int | None, chance: random.Random) -> Iterator[str]:
    """`size` training texts (None: all): words, forms, phrases, sentences."""

    def usable(word: str) -> bool:
        return word not in held and taught(word)

    singles = [form.text for form in passing(forms()) if usable(form.text)]
    known = pools(usable)
    alone = iter(chance.sample(singles, k=len(singles)))
    taken = [word for word in passing(words) if taught(word)]
    listed = chance.sample(taken, k=min(DICTIONARY, len(taken)))
    drawn = iter(listed)
    plan = ["word"] * len(listed) + ["form"] * len(singles) + ["phrase"] * PHRASES + ["sentence"] * SENTENCES
    for kind in chance.sample(plan, k=min(size or len(plan), len(plan))):
        if kind == "form":
            yield next(alone)
        elif kind == "word":
            word = next(drawn)
            more = chance.choices(listed, k=chance.randint(1, 2)) if chance.random() < PHRASE_SHARE else []
            yield text if taught(text := " ".join([word, *more])) else word
        else:
            make = phrase if kind == "phrase" else sentence
            while not taught(text := make(known, chance)):
                pass
            yield text


def _apart(rule: str, chance: random.Random) -> Iterator[str]:
    """Phrases and sentences with two neighbouring words that are not neighbours in any training text."""
    known = pools(lambda word: True)
    found: set[str] = set()
    while len(found) < BY_RULE:
        text = phrase(known, chance) if rule == "space" else sentence(known, chance)
        first = text.split()[0][-1]
        if neighbours_split(text) == "test" and (rule != "space" or _final(first) in CHANGING):
            found.add(text)
    yield from found


@functools.cache
def _held(path: Path) -> frozenset[str]:
    """The held-out words of the dictionary; no training form may contain them."""
    return frozenset({*_words(path)["dev"], *_words(path)["test"]})


def links(text: str) -> tuple[Link | None, ...]:
    """Each spoken syllable comes from the written one in its place.

    Before a silent ㅇ or an ㅎ, the final consonant of the previous syllable moves over; then it comes from both.
    """
    fields: list[Link | None] = []
    for place, syllable in enumerate(text):
        before = text[place - 1] if place else " "
        moves = HANGUL.fullmatch(before + syllable) and _final(before) != NO_FINAL and _initial(syllable) in MOVED_TO
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
