"""A text as somebody typed it: measured before it is cut up, white space plain, what nobody sees left out."""

import time
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from small_models import small_model

from s2s_core import Translator
from s2s_core.checkpoint import load
from s2s_core.errors import EmptyText, TextTooLong
from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer import is_blank
from s2s_core.tokenizer.base import CODE_POINTS, LONGEST
from s2s_core.tokenizer.typed import clusters

SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace()]
INVISIBLE = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u3164", "\uffa0", "\ufe0f"),
    *("\u200e", "\u200f", "\u061c", "\u202a", "\u202e", "\u2066", "\u2069", "\U000e0041", "\u2064", "\u115f"),
]
TEXTS = {"ko-pronounce": "국물", "dates": "8 mars 2025", "pronounce": "night", "en-fr": "I like it.", "ko-en": "오늘은"}

TRAINED = {name: TOKENIZERS[name].train(["March 8, 2025 국물 le 1er août"] * 20) for name in TOKENIZERS}
LONG = {
    "combining marks": "a" + "\u0301\u0323" * 50_000,
    "marks that fall apart": "a" + "\u0344\u0323" * 50_000,
    "flags": "🇰🇷" * 64_000,
    "letters": "a" * 4_000_000,
    "words": "ab " * 1_000_000,
    "jamo": "\u1100" * 100_000,
    "syllables of jamo": "\u1100\u1161\u11a8" * 100_000,
    "families": "👩\u200d" * 100_000,
    "one cluster": "e" + "\u0301" * 10_000,
    "zero width": "x" + "\u200b" * 1_000_000 + "x",
    "spaces inside": "x" + " " * 1_000_000 + "x",
    "numbers": "1," * 500_000,
    "surrogates": "\ud800" * 100_000,
}


def small(name: str, **sizes: int) -> Translator:
    """A model that reads and writes with a tokenizer of this kind."""
    tokenizer = TRAINED[name]
    net = small_model(src_vocab_size=tokenizer.vocab_size, tgt_vocab_size=tokenizer.vocab_size, **sizes)
    return Translator(net=net, src_tokenizer=tokenizer, tgt_tokenizer=tokenizer)


every = pytest.mark.parametrize("name", list(TOKENIZERS))


@pytest.mark.parametrize("model", TEXTS)
@pytest.mark.parametrize("character", [*SPACES, *INVISIBLE], ids=ascii)
def test_what_nobody_sees_around_a_text_changes_nothing(model, character):
    translator, text = load(model), TEXTS[model]
    plain = translator.encode(text)
    for typed, shift in ((character + text, 1), (text + character, 0), (character * 3 + text + character, 3)):
        encoding = translator.encode(typed)
        assert encoding.ids == plain.ids and encoding.tokens == plain.tokens
        # the very characters, where they stand now
        assert encoding.offsets == tuple((start + shift, end + shift) for start, end in plain.offsets)


@every
@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_what_nobody_sees_inside_a_text_changes_nothing(name, character):
    typed, plain = f"국{character}물", "국물"
    encoding = small(name).encode(typed)
    assert encoding.ids == small(name).encode(plain).ids
    assert all(0 <= start <= end <= len(typed) for start, end in encoding.offsets)
    assert encoding.offsets[-1][1] == len(typed)
    if name in ("characters", "jamo"):
        assert {typed[slice(*span)] for span in encoding.offsets} == {"국", "물"}


@every
@pytest.mark.parametrize("character", [*SPACES, "\r\n"], ids=ascii)
def test_white_space_inside_a_text_is_a_space(name, character):
    typed = f"8{character}2025"
    encoding = small(name).encode(typed)
    assert encoding.ids == small(name).encode("8 2025").ids
    assert typed[slice(*encoding.offsets[-1])] in ("5", "2025")


@every
@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200b", "\ufeff \u00ad", "\u202e\u200d"])
def test_a_text_of_nothing_to_see_is_empty(name, text):
    assert is_blank(text)
    with pytest.raises(EmptyText):
        small(name).encode(text)


def test_joiners_stay_where_they_join():
    characters = small("characters")
    for text in ("👩\u200d👧", "❤\ufe0f\u200d🔥", "क्\u200dष", "می\u200cخواهم"):
        assert "\u200c" in "".join(characters.encode(text).tokens) or "\u200d" in "".join(
            characters.encode(text).tokens
        )


def test_what_a_vocabulary_has_learnt_is_read_as_it_is():
    tokenizer = TOKENIZERS["characters"].train(["a\u00a0b\u200bc d"])
    assert tokenizer.decode(tokenizer.read("a\u00a0b\u200bc d", 20).ids) == "a\u00a0b\u200bc d"


def test_clusters_are_those_of_unicode():
    @given(st.lists(st.sampled_from([*"🇰🇷🇩a👩", *"\u0600\u200d\u0301\u0323\u0344\u1100\u0903\r\n"]), max_size=80))
    def check(characters: list[str]) -> None:
        text = "".join(characters)
        assert [span for _, span in clusters(text)] == [match.span() for match in regex.finditer(r"\X", text)]
        parts = [unicodedata.normalize("NFC", match) for match in regex.findall(r"\X", text)]
        assert [cluster for cluster, _ in clusters(text)] == parts

    check()


@every
@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_is_refused_before_it_is_cut_up(name, kind):
    model, text = small(name, max_src_len=48, max_tgt_len=48), LONG[kind]
    for call in (model.encode, model.encode_reference, model.reads):
        seconds = []
        for _ in range(5):
            began = time.thread_time()
            try:
                assert call(text) is False
            except TextTooLong as error:
                assert error.length == len(text.strip()) and error.limit <= CODE_POINTS * 48
            seconds.append(time.thread_time() - began)
        assert min(seconds) < 0.01


@every
@pytest.mark.parametrize("kind", LONG)
def test_a_text_that_is_just_short_enough_to_be_cut_up_is_cheap(name, kind):
    text = LONG[kind][: LONGEST - 1]

    def seconds(length: int) -> float:
        began = time.thread_time()
        TRAINED[name].encode(text[:length])
        return time.thread_time() - began

    in_proportion = (seconds(1 << 15) < 8 * seconds(1 << 13) + 0.3 for _ in range(3))
    assert any(in_proportion), "it takes time in proportion to the text, unless garbage is collected meanwhile"


@every
def test_a_tokenizer_alone_has_a_bound_too(name):
    with pytest.raises(TextTooLong):
        TRAINED[name].encode("a" * (LONGEST + 1))
    again = TOKENIZERS[name].train([*["March 8, 2025 국물 le 1er août"] * 20, "z" * (LONGEST + 1)])
    assert again == TRAINED[name], "a vocabulary is learnt without such a text"
