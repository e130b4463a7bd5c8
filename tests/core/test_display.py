"""A trace at the prompt: three lines, the names of its numbers after the Tab key, and the stage where there is one."""

import re

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from small_models import VARIANTS, small_translator

import s2s_core as s2s
from s2s_core import Trace, screen
from s2s_core.edits import clamp, without_peepholes
from s2s_core.errors import InvalidConfig, UnknownName

LSTM = ("forget_gate", "input_gate", "candidate", "cell", "output_gate", "hidden")
GRU = ("reset_gate", "update_gate", "candidate", "hidden")
MODEL = small_translator()
FREE = MODEL.trace("abc")


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_trace_prints_three_lines(changes):
    for trace in (small_translator(**changes).trace("abc"), small_translator(**changes).trace("abc", reference="01")):
        lines = repr(trace).splitlines()
        assert len(lines) == 3
        assert repr(trace.text) in lines[0] and repr(trace.output) in lines[0]
        assert f"{trace.log_prob:.4f}" in lines[1]
        assert repr(trace.model) in lines[2] and trace.decoder.top.kind in lines[2]


@pytest.mark.parametrize("text", ["a\nb\tc", "a" * 20, "'\"a", "\u202ea\u200b"])
def test_whatever_was_typed_stays_on_its_line(text):
    lines = repr(MODEL.trace(text)).split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() and len(line) < 300 for line in lines)


def test_what_was_forced_and_what_was_changed_is_told():
    forced = MODEL.trace("abc", reference="01", teacher_forcing=0.5, edit=without_peepholes())
    assert "forced 50%, 1 edit," in repr(forced)
    assert "of '01'" in repr(forced)
    assert "free running, 4 source" in repr(FREE)


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell.instance()
    yield shell
    shell.restore_sys_module_state()
    InteractiveShell.clear_instance()


def offered(shell: InteractiveShell, code: str) -> set[str]:
    with provisionalcompleter():
        return {completion.text.removeprefix(".") for completion in shell.Completer.completions(code, len(code))}


@pytest.mark.parametrize("use_jedi", [True, False], ids=["jedi", "no jedi"])
@pytest.mark.parametrize(
    ("cell", "names"), [("lstm", LSTM), ("gru", GRU), ("rnn", ("hidden",))], ids=["lstm", "gru", "rnn"]
)
def test_the_tab_key_offers_the_quantities_of_a_cell(shell, use_jedi, cell, names):
    shell.Completer.use_jedi = use_jedi
    shell.user_ns["trace"] = small_translator(cell=cell, encoder_layers=2).trace("abc")
    for place in ("encoder.forward", "encoder.backward", "encoder.layers[0].forward", "decoder"):
        assert offered(shell, f"trace.{place}.") >= {*names, "quantities"}, place
    assert offered(shell, "trace.encoder.") >= {"forward", "backward", "joined", "layers"}
    assert offered(shell, f"trace.decoder.{names[0][:3]}") == {names[0]}
    if use_jedi:
        assert offered(shell, "trace.decoder.top.") >= {*names}


@pytest.mark.parametrize("use_jedi", [True, False], ids=["jedi", "no jedi"])
def test_the_tab_key_offers_the_names_of_the_package(shell, use_jedi):
    shell.Completer.use_jedi = use_jedi
    shell.user_ns["s2s"] = s2s
    assert offered(shell, "s2s.") >= {name for name in s2s.__all__ if not name.startswith("_")}


def test_a_notebook_is_given_the_stage_and_the_words(shell):
    for value in (FREE, s2s.show(FREE)):
        bundle, _ = shell.display_formatter.format(value, include=["text/plain", "text/html"])
        assert bundle["text/plain"].splitlines() == repr(FREE).splitlines()
    bundle = {name: shell.display_formatter.formatters[name] for name in ("text/html",)}
    bundle["text/html"].enabled = True
    assert "<iframe" in bundle["text/html"](FREE)


def test_without_a_screen_the_words_are_shown(shell, monkeypatch):
    monkeypatch.setattr(screen, "NAME", "s2s_ui.no_such_screen")
    assert FREE._repr_html_() is None
    assert s2s.show(FREE, language="ko")._repr_html_() is None
    assert repr(s2s.show(FREE)) == repr(FREE)


def test_what_is_compared_is_told_for_both():
    edited = MODEL.trace("abc", edit=clamp("forget_gate", 0.0))
    forced = MODEL.trace("abc", reference="01")
    before, free = s2s.show(edited, beside=FREE), s2s.show(forced, beside=FREE)
    assert before.original is True and free.original is False
    assert repr(before) == f"{edited!r}\nbefore the edits:\n{FREE!r}"
    assert repr(free) == f"{forced!r}\nbeside it:\n{FREE!r}"
    assert s2s.show(edited, beside=FREE, original=False).original is False


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"trace": "abc"}, "trace is 'abc', must be a Trace"),
        ({"beside": MODEL}, "must be a Trace"),
        ({"beside": MODEL.trace("abd")}, "beside is a trace of 'abd', must be one of the same text: 'abc'"),
        ({"beside": small_translator(cell="gru").trace("abc")}, "of other cells or sizes"),
        ({"beside": small_translator(encoder_hidden=8, decoder_hidden=16).trace("abc")}, "of other cells or sizes"),
        ({"beside": small_translator(context="mean").trace("abc")}, "of other cells or sizes"),
        ({"language": "xx"}, "unknown language 'xx': known are en, ko"),
        ({"language": None}, "unknown language"),
        ({"step": 0.5}, "must be a number from 1"),
        ({"step": "17.9"}, "step is '17.9', must be a number from 1"),
        ({"step": True}, "must be a number from 1"),
    ],
)
def test_what_cannot_be_shown_is_told(arguments, sentence):
    with pytest.raises((InvalidConfig, UnknownName), match=re.escape(sentence)):
        s2s.show(**{"trace": FREE, **arguments})


def test_a_trace_that_was_saved_is_shown_as_before(tmp_path):
    edited = MODEL.trace("abc", edit=clamp("forget_gate", 0.0))
    for name in ("t.npz", "t.json"):
        edited.save(tmp_path / name)
        loaded = Trace.load(tmp_path / name)
        assert repr(loaded) == repr(edited)
        assert loaded._repr_html_() == edited._repr_html_()


@pytest.mark.parametrize("text", ["a\ud800b", "a\0b", "a</script>b", 'a"""b', "a\u2028b", "a<!--b"])
def test_whatever_was_typed_is_shown_in_a_notebook(text):
    shown = MODEL.trace(text)._repr_html_()
    shown.encode()
    assert text not in shown and "\0" not in shown
