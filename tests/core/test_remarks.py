"""What there is to say about a text for a model: characters and scripts that it has never seen, an output cut off."""

import json

import pytest

from s2s_core.checkpoint import load
from s2s_core.cli import main
from s2s_core.remark import listed
from s2s_core.tokenizer import EOS

CASES = [
    ("dates", "2025年3月8日", "unknown", ("年", "月", "日"), ("Chinese characters",)),
    ("dates", "２０２５", "nearest", ("２", "０", "５"), ()),
    ("pronounce", "ICE", "nearest", ("I", "C", "E"), ()),
    ("pronounce", "ice cream", "unknown", (" ",), ()),
    ("ko-pronounce", "국A", "unknown", ("A",), ("Latin",)),
    ("en-fr", "שלום", "script", ("ש", "ל", "ו", "ם"), ("Hebrew",)),
    ("en-fr", "Привет", "script", ("П", "р", "и", "в", "е", "т"), ("Cyrillic",)),
    ("en-fr", "مرحبا", "script", ("م", "ر", "ح", "ب", "ا"), ("Arabic",)),
    ("en-fr", "中文", "script", ("中", "文"), ("Chinese characters",)),
    ("en-fr", "국", "script", ("국",), ("Hangul",)),
    ("en-fr", "γ", "script", ("γ",), ("Greek",)),
    ("en-fr", "I see 😀", "bytes", ("😀",), ()),
    ("en-fr", "25", "bytes", ("2", "5"), ()),
    ("en-fr", "𝐇", "nearest", ("𝐇",), ()),
    ("en-fr", "café", "nearest", ("é",), ()),
    ("en-fr", "I live in Gyeonggi", "spelt", ("Gyeonggi",), ()),
    ("en-fr", "WHERE is asdfghjkl?", "spelt", ("WHERE", "asdfghjkl"), ()),
    ("ko-en", "шок", "script", ("ш", "о", "к"), ("Cyrillic",)),
]


@pytest.mark.parametrize(("model", "text", "kind", "pieces", "scripts"), CASES)
def test_what_the_model_has_never_seen_is_said(model, text, kind, pieces, scripts):
    remark = load(model).remarks(text)[0]
    assert (remark.kind, remark.pieces, remark.scripts) == (kind, pieces, scripts)
    assert all(script in str(remark) for script in scripts) or kind == "unknown"


@pytest.mark.parametrize("model", ["dates", "ko-pronounce", "pronounce", "en-fr", "ko-en"])
def test_of_what_the_model_knows_there_is_nothing_to_say(model):
    translator = load(model)
    answers = translator.answers(translator.info.examples)
    assert [answer.output for answer in answers] == translator.translate(translator.info.examples)
    assert not [answer.remarks for answer in answers if answer.remarks]
    assert not [remark for text in translator.info.examples for remark in translator.remarks_on(translator.trace(text))]


def test_an_output_that_is_cut_off_is_said_of_a_trace_as_of_a_translation():
    model = load("dates")
    (answer,) = model.answers(["March 8, 2025"], max_len=4)
    (remark,) = answer.remarks
    assert (remark.kind, remark.tokens, answer.output) == ("cut", 4, "2025")
    trace = model.trace("March 8, 2025", max_len=4)
    assert trace.tgt_ids[-1] != EOS and model.remarks_on(trace) == (remark,)
    forced = model.trace("March 8, 2025", reference="2025-03-08")
    assert model.remarks_on(forced) == ()


def test_the_reference_is_spoken_of_too():
    model = load("dates")
    trace = model.trace("March 8, 2025", reference="漢")
    assert [remark.pieces for remark in model.remarks_on(trace)] == [("漢",)]


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (("漢", "字"), "“漢 字”"),
        ((" ",), "SPACE (U+0020)"),
        (("\u200b",), "ZERO WIDTH SPACE (U+200B)"),
        (("\x00",), "NULL (U+0000)"),
        (("\x1b", "x"), "“x”, ESCAPE (U+001B)"),
        (("\u0301",), "COMBINING ACUTE ACCENT (U+0301)"),
        (("\u2800",), "BRAILLE PATTERN BLANK (U+2800)"),
        (("\ue000",), "U+E000"),
        (("\ud800",), "U+D800"),
        (tuple("\x01\x02\x03\x04\x05\x06"), None),
    ],
)
def test_what_nobody_sees_goes_by_its_name(pieces, said):
    text = listed(pieces)
    assert "“”" not in text and len(text) < 200
    assert text == said or said is None


def test_the_terminal_says_it_beside_the_lines_and_json_in_a_field(capsys):
    assert main(["translate", "-m", "en-fr", "I like it.", "שלום"]) == 0
    output = capsys.readouterr()
    assert len(output.out.split("\n")) == 3
    assert output.err.startswith("note: text 2: The model has never seen Hebrew, so its answer is a guess.\n")
    assert main(["translate", "-m", "en-fr", "I like it.", "שלום", "--json"]) == 0
    output = capsys.readouterr()
    fine, foreign = json.loads(output.out)
    assert fine["remarks"] == [] and foreign["remarks"][0]["scripts"] == ["Hebrew"] and output.err == ""
    assert main(["trace", "2025年"]) == 0
    assert capsys.readouterr().err.endswith(
        "note: The model has never seen “年”, so it reads an unknown mark there.\n"
        "note: The text names no month and no day, so the model makes it up.\n"
    )
    assert main(["trace", "2025年", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["remarks"][0]["pieces"] == ["年"]
