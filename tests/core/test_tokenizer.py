"""Tokenizers: nothing typed is lost, and every token knows where it stands in the text as it was typed."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s2s_core.errors import CheckpointError, DataError, InvalidConfig
from s2s_core.registry import TOKENIZERS
from s2s_core.tokenizer import BOS, EOS, PAD, SPECIALS, UNK, Tokenizer, straight

CORPUS = (
    "March 8, 2025",
    "2025년 3월 8일",
    "8. März 2025",
    "le 1er août 1291 (it's 3.14!)",
    "A dog, a small dog, runs through the grass.",
    "Ein Hund läuft durch das Gras.",
) * 20

HANGUL = unicodedata.normalize("NFD", "한글")
FAMILY = "👩‍👩‍👧‍👦"

LISTS, SUBWORDS = ("characters", "words", "jamo", "spaces"), ("bpe", "unigram")
every = pytest.mark.parametrize("name", list(TOKENIZERS))
words_of_bytes = pytest.mark.parametrize("name", SUBWORDS)


def _trained() -> dict[str, Tokenizer]:
    return {name: TOKENIZERS[name].train(CORPUS) for name in TOKENIZERS}


TRAINED = _trained()


def texts(*, surrogates: bool = False) -> st.SearchStrategy[str]:
    """Any Unicode, with the places where clusters and normalisation bite made frequent."""
    anything = st.text(st.characters(exclude_categories=[] if surrogates else ["Cs"]), max_size=6)
    marks = ("a\u0308", "q\u0323\u0307", "E\u0344", "\u0301", "\u200d", "Å", "ﬁ", "ก็", "क्षि", "1️⃣", "🇰🇷", FAMILY)
    hangul = (HANGUL, "각", "\u1100", "\u1161")
    spaces = (" ", "\r\n", "\u00a0", "\u202f", "\x00")
    delicate = st.sampled_from((*marks, *hangul, *spaces, *SPECIALS, "<0x41>", "don't", "3.14"))
    return st.lists(anything | delicate, max_size=8).map("".join)


def plain(text: str) -> str:
    """NFC with single spaces and straight apostrophes."""
    return " ".join(straight(unicodedata.normalize("NFC", text)).split())


def test_all_are_registered_under_their_own_names() -> None:
    assert TOKENIZERS.names() == ("characters", "words", "jamo", "bpe", "unigram", "spaces", "pieces")
    assert all(TOKENIZERS[name].name == name for name in TOKENIZERS)


@every
def test_the_special_ids_are_the_same_everywhere(name: str) -> None:
    assert (PAD, BOS, EOS, UNK) == (0, 1, 2, 3)
    assert tuple(TRAINED[name].token(id) for id in range(4)) == SPECIALS


@every
@given(text=texts(surrogates=True))
def test_offsets_are_ordered_inside_the_text_and_cover_all_but_spaces(name: str, text: str) -> None:
    encoding = TRAINED[name].encode(text)
    assert len(encoding) == len(encoding.tokens) == len(encoding.offsets) == len(encoding.unknown)
    assert all(0 <= id < TRAINED[name].vocab_size for id in encoding.ids)
    starts, ends = [start for start, _ in encoding.offsets], [end for _, end in encoding.offsets]
    assert all(0 <= start <= end <= len(text) for start, end in encoding.offsets)
    assert starts == sorted(starts) and ends == sorted(ends)
    covered = {place for start, end in encoding.offsets for place in range(start, end)}
    assert all(place in covered for place, character in enumerate(text) if not character.isspace())


@every
@given(text=texts())
def test_nothing_that_is_typed_is_a_special_token(name: str, text: str) -> None:
    encoding = TRAINED[name].encode(text)
    assert not {PAD, BOS, EOS} & set(encoding.ids)
    assert encoding.unknown == tuple(id == UNK for id in encoding.ids)


@given(text=texts())
def test_characters_give_back_the_text_in_nfc_with_straight_apostrophes(text: str) -> None:
    characters = TOKENIZERS["characters"].train([text + "."])
    encoding = characters.encode(text)
    assert not any(encoding.unknown)
    assert characters.decode(encoding.ids) == straight(unicodedata.normalize("NFC", text))
    assert characters.encode(unicodedata.normalize("NFC", text)).ids == encoding.ids


@given(text=texts())
def test_characters_cover_each_code_point_exactly_once(text: str) -> None:
    spans = TRAINED["characters"].encode(text).offsets
    assert [place for start, end in spans for place in range(start, end)] == list(range(len(text)))


@given(text=texts())
@example("don't (it's 3.14, not 1,000:00) l’homme 2025년")
def test_words_give_back_a_trained_text_with_single_spaces(text: str) -> None:
    words = TOKENIZERS["words"].train([text + "."])
    for typed in (text, text + "."):
        encoding = words.encode(typed)
        if not any(encoding.unknown):
            assert words.decode(encoding.ids) == plain(typed)
    assert not any(words.encode(text + ".").unknown)


@words_of_bytes
@given(text=texts())
def test_to_sentencepiece_nothing_is_unknown_and_nothing_is_lost(name: str, text: str) -> None:
    encoding = TRAINED[name].encode(text)
    assert not any(encoding.unknown)
    typed = text.replace("▁", " ")  # the one character that SentencePiece keeps for itself
    assert TRAINED[name].decode(encoding.ids) == plain(typed)


@words_of_bytes
@given(text=texts())
@example("E\u0344")  # as many code points in NFC, but other ones
def test_the_bytes_of_one_character_share_its_span(name: str, text: str) -> None:
    encoding = TRAINED[name].encode(text)
    read = bytearray()
    spans = set()
    for token, span in zip(encoding.tokens, encoding.offsets, strict=True):
        if not (len(token) == 6 and token.startswith("<0x")):
            assert not read, "a character's bytes stand together"
            continue
        read.append(int(token[3:5], 16))
        spans.add(span)
        try:
            character = read.decode()
        except UnicodeDecodeError:
            continue
        (span,) = spans
        typed = text[slice(*span)]
        assert character in unicodedata.normalize("NFC", typed) or (character == " " and typed.isspace())
        read.clear()
        spans.clear()
    assert not read


@every
@given(data=st.data())
def test_any_ids_can_be_decoded_and_the_marks_say_nothing(name: str, data: st.DataObject) -> None:
    tokenizer = TRAINED[name]
    ids = data.draw(st.lists(st.integers(4, tokenizer.vocab_size - 1), max_size=12))
    marked = [BOS, *(mark for id in ids for mark in (PAD, id, EOS)), EOS, PAD]
    assert tokenizer.decode(marked) == tokenizer.decode(ids)
    assert isinstance(tokenizer.decode([UNK, *ids]), str)


@pytest.mark.parametrize(("text", "size"), [(HANGUL, 2), (FAMILY, 1), ("🇰🇷🇩🇪", 2), ("a\u0308b", 2)])
def test_a_cluster_is_one_token_that_spans_all_it_was_typed_with(text: str, size: int) -> None:
    encoding = TOKENIZERS["characters"].train([text]).encode(text)
    assert len(encoding) == size
    assert "".join(text[slice(*span)] for span in encoding.offsets) == text
    assert "".join(encoding.tokens) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_cluster_is_shown_as_it_was_typed(name: str) -> None:
    known = "durch" if name == "spaces" else "8"  # which the corpus has between no two spaces
    encoding = TRAINED[name].encode(f"{known} {FAMILY}")
    assert encoding.tokens[-1] == FAMILY
    assert encoding.ids[-1] == UNK and encoding.unknown[-1] and not encoding.unknown[0]
    assert TRAINED[name].decode(encoding.ids) == f"{known} �"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("don't stop", ["don't", "stop"]),
        ("(3.14, 1,000)", ["(", "3.14", ",", "1,000", ")"]),
        ("2025년 3월 8일", ["2025년", "3월", "8일"]),
        ("l’homme: ok?!", ["l'homme", ":", "ok", "?", "!"]),
        (f"hi{FAMILY}there", ["hi", FAMILY, "there"]),
        ("März", ["März"]),
        ("Ma\u0308rz", ["März"]),
    ],
)
def test_words_are_cut_where_a_reader_would(text: str, tokens: list[str]) -> None:
    assert list(TOKENIZERS["words"].train([text]).encode(text).tokens) == tokens


@pytest.mark.parametrize("name", ["characters", "words", "bpe", "unigram"])
def test_a_typographic_apostrophe_is_the_one_of_the_keyboard(name: str) -> None:
    tokenizer = TOKENIZERS[name].train(["l'eau d'aujourd'hui, n'est-ce pas ?"] * 20)
    typed = tokenizer.encode("l’eau, n’est-ce pas ?")
    assert typed == tokenizer.encode("l'eau, n'est-ce pas ?") and not any(typed.unknown)


@words_of_bytes
@pytest.mark.parametrize("typed", ["8. Ma\u0308rz  2025", "\t8.\u00a0März 2025\n"])
def test_offsets_are_into_the_typed_text_though_normalisation_changed_its_length(name: str, typed: str) -> None:
    encoding = TRAINED[name].encode(typed)
    (year,) = [
        typed[slice(*span)] for token, span in zip(encoding.tokens, encoding.offsets, strict=True) if "2025" in token
    ]
    assert year == "2025"
    assert TRAINED[name].decode(encoding.ids) == "8. März 2025"


@every
def test_training_twice_learns_the_same(name: str) -> None:
    again = TOKENIZERS[name].train(iter(CORPUS))
    assert again == TRAINED[name] and hash(again) == hash(TRAINED[name])
    assert again != TOKENIZERS[name].train([*CORPUS, "something else altogether, quite another text"] * 2)
    assert all(again != TRAINED[other] for other in TOKENIZERS if other != name)


@every
def test_a_size_is_kept_and_too_small_a_one_refused(name: str) -> None:
    size = 12 if name in LISTS else 305
    assert TOKENIZERS[name].train(CORPUS, vocab_size=size).vocab_size <= size < TRAINED[name].vocab_size
    with pytest.raises(InvalidConfig, match=f"^{name} needs? a vocabulary of at least .* got 4"):
        TOKENIZERS[name].train(CORPUS, vocab_size=4)


@words_of_bytes
def test_a_size_too_small_for_the_texts_names_the_least_that_would_do(name: str) -> None:
    with pytest.raises(InvalidConfig, match=f"^{name} needs a vocabulary of at least 302 for these texts, got 270$"):
        TOKENIZERS[name].train(CORPUS, vocab_size=270)


@every
@pytest.mark.parametrize("nothing", [[], [""]])
def test_no_text_no_vocabulary(name: str, nothing: list[str]) -> None:
    with pytest.raises(DataError, match=f"no text to learn a vocabulary of {name} from"):
        TOKENIZERS[name].train(nothing)


@every
def test_what_is_saved_is_loaded(name: str, tmp_path: Path) -> None:
    files = TRAINED[name].save(tmp_path, "source")
    assert files and all(file.parent == tmp_path and file.name.startswith("source.") for file in files)
    assert set(tmp_path.iterdir()) == set(files)
    loaded = TOKENIZERS[name].load(tmp_path, "source")
    assert loaded == TRAINED[name]
    assert loaded.encode(CORPUS[3]) == TRAINED[name].encode(CORPUS[3])


@every
def test_a_missing_file_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such file"):
        TOKENIZERS[name].load(tmp_path, "source")


@every
@settings(max_examples=30)
@given(data=st.data())
def test_a_truncated_file_is_refused(name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    (path,) = TRAINED[name].save(tmp_path_factory.mktemp("cut"), "source")
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 2))])
    with pytest.raises(CheckpointError) as caught:
        TOKENIZERS[name].load(path.parent, "source")
    assert caught.value.path == path and "\n" not in str(caught.value)


@every
@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_does_no_harm(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (path,) = TRAINED[name].save(tmp_path_factory.mktemp("damaged"), "source")
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        damaged = TOKENIZERS[name].load(path.parent, "source")
    except CheckpointError:
        return
    encoding = damaged.encode(CORPUS[0])
    assert all(0 <= id < damaged.vocab_size for id in encoding.ids)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[1, 2]", "is not a vocabulary of"),
        ('{"tokenizer": "other", "tokens": ["a"]}', "is not a vocabulary of"),
        ('{"tokenizer": NAME, "tokens": "abc"}', "are not a list of non-empty strings"),
        ('{"tokenizer": NAME, "tokens": ["a", 1]}', "are not a list of non-empty strings"),
        ('{"tokenizer": NAME, "tokens": ["a", ""]}', "are not a list of non-empty strings"),
        ('{"tokenizer": NAME, "tokens": ["a", "a"]}', "lists the same token twice"),
        ('{"tokenizer": NAME, "tokens": ["a"', "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
    ],
)
def test_a_foreign_vocabulary_is_refused_with_its_reason(name: str, content: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "source.json").write_text(content.replace("NAME", json.dumps(name)), encoding="utf-8")
    with pytest.raises(CheckpointError, match=reason):
        TOKENIZERS[name].load(tmp_path, "source")


@words_of_bytes
@pytest.mark.parametrize("content", [b"", b"no model", b"\x00" * 64])
def test_a_foreign_model_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "source.model").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"SentencePiece model|first pieces"):
        TOKENIZERS[name].load(tmp_path, "source")


@pytest.mark.parametrize(
    ("learnt", "typed", "read"),
    [
        ("ice", "ICE", "ice"),
        ("ICE", "ice", "ICE"),
        ("cafe", "café", "cafe"),
        ("cafe", "cafe\u0301", "cafe"),
        ("cafe", "ＣＡＦÉ", "cafe"),
        ("0123", "２１", "21"),
        ('a"-.', "“a”–a…", '"a"-a...'),
        ("fi", "ﬁ", "fi"),
        ("éeÉ", "é", "é"),  # what it knows stays as it is
        ("국", "국", "국"),
    ],
)
def test_what_a_vocabulary_lacks_is_read_in_the_nearest_form_that_it_has(learnt, typed, read):
    tokenizer = TOKENIZERS["characters"].train([learnt])
    encoding = tokenizer.read(typed, 64)
    assert tokenizer.decode(encoding.ids) == read
    assert not any(encoding.unknown)
    assert encoding.offsets[0][0] == 0 and encoding.offsets[-1][1] == len(typed)
    assert bool(tokenizer.replaced(typed)) == (read != unicodedata.normalize("NFC", typed))


@pytest.mark.parametrize(("learnt", "typed"), [("ab", "漢"), ("ab", "1"), ("가", "각"), ("ab", " a b "), ("ᄏ", "ㅋ")])
def test_what_has_no_nearest_form_stays_unknown(learnt, typed):
    tokenizer = TOKENIZERS["characters"].train([learnt])
    assert any(tokenizer.read(typed, 64).unknown) and not tokenizer.replaced(typed)
