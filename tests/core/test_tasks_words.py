"""The two tasks of pronunciation: what is held out, what is counted as right, what is linked."""

import unicodedata
from pathlib import Path

import pytest

from s2s_core.errors import DataError
from s2s_core.registry import TOKENIZERS
from s2s_core.tasks import SPLITS, KoPronounceTask, Pair, PronounceTask
from s2s_core.tasks.ko_pronounce import links, spoken
from s2s_core.tasks.pronounce import IPA


@pytest.fixture(scope="module")
def english() -> PronounceTask:
    return PronounceTask()


@pytest.fixture
def korean(tmp_path: Path) -> KoPronounceTask:
    syllables = "국물독립좋다같이값이한국어신라꽃잎없다넓다학교"
    words = [a + b for a in syllables for b in syllables]
    path = tmp_path / "words.dic"
    path.write_text(f"{len(words)}\n" + "\n".join(f"{word}/12,7" for word in words), encoding="utf-8")
    return KoPronounceTask(path=path)


def test_a_tenth_of_the_english_words_is_held_out_with_all_their_pronunciations(english: PronounceTask) -> None:
    words = {split: {pair.source for pair in english.pairs(split)} for split in SPLITS}
    assert not words["train"] & words["test"] and not words["train"] & words["dev"] and not words["dev"] & words["test"]
    share = len(words["test"]) / sum(map(len, words.values()))
    assert 0.095 < share < 0.105


def test_phonemes_are_those_of_the_table_and_survive_the_tokenizer(english: PronounceTask) -> None:
    pairs = english.pairs("train", size=2000, seed=3)
    assert {phoneme for pair in pairs for phoneme in pair.target.split()} <= set(IPA.values())
    tokenizer = TOKENIZERS[english.tgt_tokenizer].train([" ".join(IPA.values())])
    for pair in pairs:
        encoding = tokenizer.encode(pair.target)
        assert list(encoding.tokens) == pair.target.split() and not any(encoding.unknown)
        assert tokenizer.decode(encoding.ids) == pair.target


def test_any_listed_pronunciation_is_right_and_the_nearest_is_scored(english: PronounceTask) -> None:
    either = Pair("either", "i ð ɝ")
    assert english.score([either, either], ["i ð ɝ", "aɪ ð ɝ"]) == {"exact": 100.0, "wer": 0.0, "per": 0.0}
    wrong = english.score([either], ["i ð ʌ"])
    assert wrong["wer"] == 100.0 and wrong["per"] == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("written", "said"),
    [("국물", "궁물"), ("독립", "동닙"), ("좋다", "조타"), ("같이", "가치"), ("값이", "갑씨"), ("한국어", "한구거")],
)
def test_korean_is_said_as_the_standard_says(written: str, said: str) -> None:
    assert spoken(written)[0] == said


def test_of_several_pronunciations_the_one_nearest_to_the_spelling_comes_first() -> None:
    ways = spoken("면회실")
    assert ways[0] == "면회실" and "면훼실" in ways


def test_spoken_syllables_are_linked_to_the_written_ones_and_to_a_final_that_moves() -> None:
    fields = [None if link is None else link.field for link in links("한국어 값이 좋다")]
    assert fields == [(0,), (1,), (1, 2), None, (4,), (4, 5), None, (7,), (8,)]


def test_korean_words_are_split_by_word_and_trained_in_phrases_too(korean: KoPronounceTask) -> None:
    words = {split: {word for pair in korean.pairs(split) for word in pair.source.split()} for split in SPLITS}
    assert words["train"] and words["dev"] and words["test"]
    assert not words["train"] & words["test"] and not words["train"] & words["dev"]
    assert any(" " in pair.source for pair in korean.pairs("train"))
    assert not any(" " in pair.source for pair in korean.pairs("test"))
    assert korean.pairs("train", size=20, seed=1) == korean.pairs("train", size=20, seed=1)
    for pair in korean.pairs("dev", size=100):
        assert pair.links is not None and len(pair.links) == len(pair.target)


def test_repeating_the_spelling_scores_nothing_on_the_words_that_change(korean: KoPronounceTask) -> None:
    pairs = korean.pairs("test")
    changing = [pair for pair in pairs if pair.target != pair.source and pair.source not in spoken(pair.source)]
    assert korean.score(changing, [pair.source for pair in changing]) == {"exact": 0.0, "changing": 0.0}
    assert korean.score(pairs, [pair.target for pair in pairs])["exact"] == 100.0


def test_a_missing_list_of_words_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no list of Korean words at .*hunspell-ko"):
        KoPronounceTask(path=tmp_path / "none.dic").pairs("test")


def test_jamo_print_as_letters_and_put_syllables_together_again() -> None:
    tokenizer = TOKENIZERS["jamo"].train(["각국의 말 학교"])
    for text in ("각국", unicodedata.normalize("NFD", "각국")):
        encoding = tokenizer.encode(text)
        assert encoding.tokens == tuple("ㄱㅏㄱㄱㅜㄱ")
        assert encoding.ids[0] != encoding.ids[2]  # an initial and a final ㄱ
        assert tokenizer.decode(encoding.ids) == "각국"
    assert tokenizer.encode("각").offsets == ((0, 1),) * 3
