"""The sentences of the explanations are those that the registry asks for, and lead to chapters that there are."""

import re
from importlib.resources import files

from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.locales import translations
from s2s_ui.stage.words import words

JS = files("s2s_ui.stage") / "js"
REGISTRY = "".join((JS / f"data/{name}.js").read_text("utf-8") for name in ("explained_marks", "explained_numbers"))
SEVERAL = {"cell", "state_arrow", "ahead", "quantity", "sum", "row_other", "row_shown", "term", "sub_step", "source"}
"""Entries of which each side, gate or place has a sentence of its own."""
WORDS = words(translations("en").gettext)


def test_every_sentence_of_the_registry_is_there():
    entries = re.findall(r"^  (\w+): (?:\{|from\(|aligned\(|encoderLane\()", REGISTRY, re.MULTILINE)
    assert len(entries) > 60
    missing = {name for name in entries if f"explain_{name}" not in WORDS}
    assert missing <= SEVERAL, missing - SEVERAL


def test_every_explanation_has_a_number_to_fill_in():
    assert all(re.search(r"\{\w+", sentence) for name, sentence in WORDS.items() if name.startswith("explain_")), (
        "a sentence without present numbers"
    )


def test_the_links_lead_to_the_chapters_that_they_name():
    order = re.search(r"const CHAPTERS = \[(.*?)\]", (JS / "input/explaining.js").read_text("utf-8"), re.DOTALL)
    assert order
    names = re.findall(r'"(\w+)"', order[1])
    assert [WORDS[f"chapter_{name}"] for name in names] == [chapter.title for chapter in CHAPTERS]
    assert set(re.findall(r'chapter: "(\w+)"', REGISTRY)) <= set(names)
