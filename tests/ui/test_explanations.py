"""The sentences of the explanations are those that the registry asks for, and lead to chapters that there are."""

import base64
import json
import re
import zlib
from importlib.resources import files

import pytest

from s2s_ui.lesson import own
from s2s_ui.lesson.chapter import LINKED
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.stage.explanations import chapters, explanations, linked, packed

JS = files("s2s_ui.stage") / "js"
REGISTRY = "".join((JS / f"data/{name}.js").read_text("utf-8") for name in ("explained_marks", "explained_numbers"))
SEVERAL = {"cell", "state_arrow", "ahead", "quantity", "sum", "row_other", "row_shown", "term", "sub_step", "source"}
"""Entries of which each side, gate or place has a sentence of its own."""
SENTENCES = explanations(translations("en").gettext)
TITLES = chapters(translations("en").gettext)


def test_every_sentence_of_the_registry_is_there():
    entries = re.findall(r"^  (\w+): (?:\{|from\(|aligned\(|encoderLane\()", REGISTRY, re.MULTILINE)
    assert len(entries) > 60
    missing = {name for name in entries if name not in SENTENCES}
    assert missing <= SEVERAL, missing - SEVERAL


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_explanation_has_a_number_to_fill_in(language):
    sentences = explanations(translations(language).gettext)
    assert not [name for name, sentence in sentences.items() if not re.search(r"\{\w+", sentence)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_travel_small_and_whole(language):
    gettext = translations(language).gettext
    sent = packed(gettext)
    assert json.loads(zlib.decompress(base64.b64decode(sent))) == explanations(gettext) | linked(gettext)
    assert len(sent) < 8_000


def test_the_links_lead_to_the_chapters_that_they_name():
    order = re.search(r"const CHAPTERS = \[(.*?)\]", (JS / "input/explaining.js").read_text("utf-8"), re.DOTALL)
    assert order
    names = re.findall(r'"(\w+)"', order[1])
    assert [TITLES[f"chapter_{name}"] for name in names] == [chapter.title for chapter in CHAPTERS[: len(names)]]
    titles = [*(chapter.title for chapter in CHAPTERS), own.TITLE]
    assert [titles[LINKED.index(str(number))] for number in range(len(LINKED))] == list(chapters(str).values())
    assert set(re.findall(r'chapter: "(\w+)"', REGISTRY)) <= set(names)
