"""Which characters of an output each token wrote: letters of a syllable, pieces of a word, bytes, marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core.registry import TOKENIZERS
from s2s_core.spelling import byte_of, so_far, spans, words
from s2s_core.tokenizer import BOS, EOS, UNK

TEXTS = [
    "국물 한 그릇",
    "값을 깎다, 닭이 운다",
    "a red T-shirt",
    "8. März 2025",
    "où est l'hôtel ?",
    "ㄱ 1",
    "Zoë 👋🏽 漢字",
]
TRAINED = {name: TOKENIZERS[name].train(TEXTS * 40) for name in TOKENIZERS}


def parts(tokens: list[str], output: str) -> list[str]:
    return [output[start:stop] for start, stop in spans(tokens, output)]


@pytest.mark.parametrize(
    ("tokens", "output", "expected"),
    [
        (["2", "0", "-", "</s>"], "20-", ["2", "0", "-", ""]),
        (["ㄱ", "ㅜ", "ㅇ", "ㅁ", "ㅜ", "ㄹ", "</s>"], "궁물", ["궁", "궁", "궁", "물", "물", "물", ""]),
        (["ㄱ", "ㅏ", "ㄱ", "ㅏ"], "가가", ["가", "가", "가", "가"]),
        (["▁une", "▁ch", "emise", ".", "</s>"], "une chemise.", ["une", " ch", "emise", ".", ""]),
        (["▁", "<0xEA>", "<0xB6>", "<0x81>", "!"], "궁!", ["", "궁", "궁", "궁", "!"]),
        (["<0xEA>", "a"], "\ufffda", ["\ufffd", "a"]),
        (["cold", "<unk>", "soup"], "cold \ufffd soup", ["cold", "\ufffd", "soup"]),
        (["▁a", "<unk>"], "a ⁇ ", ["a", "⁇"]),
        (["<pad>", "<s>", "a"], "a", ["", "", "a"]),
        (["x", "a"], "a", ["", "a"]),
        ([], "", []),
    ],
)
def test_each_token_has_the_characters_that_it_wrote(tokens, output, expected):
    assert parts(tokens, output) == expected


def test_what_is_written_in_several_tokens_is_one():
    jamo = ["ㄱ", "ㅜ", "ㅇ", "ㅁ", "ㅜ", "ㄹ", "</s>"]
    assert words(jamo, "궁물") == [(0, 2), (3, 5)]
    assert words(["▁une", "▁ch", "em", "ise", "</s>"], "une chemise") == [(1, 3)]
    assert words(["2", "0", "2", "5", "</s>"], "2025") == []


@pytest.mark.parametrize(
    ("tokens", "output", "expected"),
    [
        (["ㄱ"], "ㄱ", "ㄱ"),
        (["ㄱ", "ㅜ"], "구", "구"),
        (["ㄱ", "ㅜ", "ㅇ", "ㅁ"], "궁ㅁ", "ㅁ"),
        (["▁en", "▁T", "-", "shirt"], "en T-shirt", "T-shirt"),
        (["▁en", "▁T"], "en T", "T"),
        (["2", "0"], "20", "0"),
        (["2", "</s>"], "2", ""),
    ],
)
def test_what_stands_of_the_word_so_far(tokens, output, expected):
    assert so_far(tokens, output).strip() == expected


@pytest.mark.parametrize("name", TRAINED)
@settings(max_examples=60)
@given(st.lists(st.sampled_from(TEXTS + ["궁물이 漢 é", "it’s 50 % 🙂"]), min_size=1, max_size=3), st.booleans())
def test_all_that_is_seen_of_an_output_was_written_by_a_token(name, texts, unknown):
    tokenizer = TRAINED[name]
    ids = [BOS, *(id for text in texts for id in tokenizer.encode(text).ids), *([UNK] if unknown else []), EOS]
    tokens, output = [tokenizer.token(id) for id in ids], tokenizer.decode(ids)
    found = spans(tokens, output)
    assert len(found) == len(tokens)
    assert all(0 <= start <= stop <= len(output) for start, stop in found)
    assert found == sorted(found)
    covered = {place for start, stop in found for place in range(start, stop)}
    assert {place for place, character in enumerate(output) if not character.isspace()} <= covered


def test_a_byte_is_told_from_a_word():
    assert [byte_of(token) for token in ("<0xEC>", "<0x3D>", "<0xe", "0xEC", "é")] == [0xEC, 0x3D, None, None, None]
