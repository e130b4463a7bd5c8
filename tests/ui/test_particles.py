"""Korean particles fit the value before them, in Python and in the browser alike."""

import json
import re
import shutil
import subprocess

import pytest
from babel.messages.pofile import read_po

from s2s_ui.locales import catalogue_path, translations
from s2s_ui.locales.__main__ import ROOT
from s2s_ui.locales.particles import Sentence, final_sound, particle

WORDS = {
    "궁물": "을", "해": "를", "3": "을", "2": "를", "2025-03-08": "을", "riding": "을", "red": "를", "man": "을",
    "time": "을", "apple": "을", "ligne": "을", "me": "를", "le": "를", "black": "을", "book": "을", "night": "를",
    "끝": "을", "“궁물”": "을",
    "“나”": "를", "“2025-03-02”": "를", "“rouge”": "를", "‘n’": "을", "ㄱ": "을", "ㅏ": "를",
    "␣": "을", "pairs.tsv": "를", "SVG": "를", "GRU": "를", "0.31": "을", "½": "을", "50%": "를", "🙂": "을(를)",
    "”": "을(를)", "": "을(를)",
}  # fmt: skip
AFTER = r"(을|를|이|가|은|는|와|과|로|으로|라고|이라고)(?![가-힣])|였"
FIXED = re.compile(rf"\}}[”’\"']?({AFTER})|\}}[”’]?\([^()]*\)({AFTER})|[을이은]\([를가는]\)")


@pytest.mark.parametrize(("word", "wanted"), WORDS.items())
def test_a_particle_follows_the_final_sound_of_what_is_read(word, wanted):
    assert particle(word, "을/를") == wanted


def test_a_sentence_asks_for_particles_and_formats_numbers_as_ever():
    said = Sentence("“{a}”{a:과/와} {b}{b:으로/로}: {c:+.2f} {c!r} {{d}}")
    assert said.format(a="궁물", b="서울", c=0.5) == "“궁물”과 서울로: +0.50 0.5 {d}"
    both = translations("ko").gettext("Both write “{output}”.")
    assert both.format(output="2025-03-08") == "둘 다 “2025-03-08”이라고 씁니다."
    assert both.format(output="rouge") == "둘 다 “rouge”라고 씁니다."


def test_no_translation_has_a_particle_that_fits_only_some_values():
    with catalogue_path("ko").open("rb") as file:
        texts = [text for message in read_po(file) for text in ([message.string] if message.id else []) if text]
    forms = [form for text in texts for form in ((text,) if isinstance(text, str) else text)]
    assert [form for form in forms if FIXED.search(form)] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="node was not found")
def test_the_browser_hears_the_same_sounds():
    script = f"""import {{ finalSound }} from "{ROOT / "s2s_ui/stage/js/data/words.js"}";
    console.log(JSON.stringify({json.dumps([*WORDS])}.map(finalSound)));"""
    heard = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(heard) == [final_sound(word) for word in WORDS]
