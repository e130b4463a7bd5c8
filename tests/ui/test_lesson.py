"""Lesson through app.py: every chapter has its words, its stage, its question, and its place on the full screen."""

import ast
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from s2s_core.checkpoint import roots
from s2s_core.errors import UnknownName
from s2s_ui.lesson import questions
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.session import caches

PAGE = "pages/lesson.py"
NUMBERS = range(len(CHAPTERS))


def open_chapter(open_app, number: int, **address: str) -> AppTest:
    app = open_app(chapter=str(number), **address)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def stage(app: AppTest) -> dict:
    """The header of the message that the stage got."""
    (component,) = [e for e in app.main if (getattr(e, "key", None) or "").startswith("stage_chapter")]
    message = component.proto.bytes
    return json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])


def words(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def asked(app: AppTest, number: int):
    return app.radio(key=f"guess of {number}")


def test_there_are_nine_chapters_and_an_opening_and_they_speak_of_every_equation():
    assert len(CHAPTERS) == 10
    said = "".join(paragraph for chapter in CHAPTERS for paragraph in chapter.paragraphs)
    assert {int(number) for number in re.findall(r"\((\d{1,2})\)", said)} >= set(range(1, 19))


def test_every_chapter_shows_a_model_that_an_installation_has():
    assert not {chapter.request.model for chapter in CHAPTERS} & {*roots.LARGE}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_chapter_asks_before_it_tells(open_app, number):
    chapter = CHAPTERS[number]
    app = open_chapter(open_app, number)
    runs = caches.runs(chapter.request)
    question = chapter.ask(runs)
    assert len(set(question.answers)) == 3 and 0 <= question.right < 3
    assert asked(app, number).label == question.words and asked(app, number).value is None
    assert question.explanation not in words(app)
    assert stage(app)["step"] == (chapter.until or chapter.at)(runs)
    wrong = (question.right + 1) % 3
    asked(app, number).set_value(wrong).run()
    assert not app.exception
    assert "**Not so:" in words(app) and question.explanation in words(app)
    assert stage(app)["step"] == chapter.at(runs)
    asked(app, number).set_value(question.right).run()
    assert "**Right.** " + question.explanation in words(app)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_chapter_speaks_korean(open_app, number):
    app = open_chapter(open_app, number, lang="ko")
    assert re.search("[가-힣]", asked(app, number).label)
    asked(app, number).set_value(0).run()
    told = [markdown.value for markdown in app.markdown if markdown.value.startswith("**")][-1]
    assert re.search("[가-힣]", told) and "{" not in told


@pytest.mark.parametrize("number", NUMBERS)
def test_the_full_screen_shows_what_the_chapter_shows(open_app, number):
    app = open_chapter(open_app, number, lang="ko")
    (link,) = [e.proto.url for e in app.main if e.type == "link_button"]
    place = urlsplit(link)
    address = dict(parse_qsl(place.query))
    chapter = CHAPTERS[number]
    assert place.path == f"./{chapter.page}" and address["step"] == chapter.at(caches.runs(chapter.request))
    full = open_app(**address)
    if chapter.page:
        full.switch_page(f"pages/{chapter.page}.py").run()
    assert not full.exception and address["lang"] == "ko"
    if chapter.page != "train":
        assert full.selectbox(key="model").value == chapter.request.model
        assert full.text_input(key="text").value == chapter.request.text


def test_what_was_answered_stays_while_chapters_are_turned(open_app, seen):
    app = open_chapter(open_app, 1)
    asked(app, 1).set_value(2).run()
    app.button(key="after").click().run()
    assert seen(app).link["chapter"] == "2" and asked(app, 2).value is None
    app.button(key="before").click().run()
    assert asked(app, 1).value == 2 and "**Not so:" in words(app)
    app.selectbox(key="option chapter").set_value("9").run()
    assert not app.exception and "after" not in {button.key for button in app.button}


@pytest.mark.parametrize("number", NUMBERS[1:])
def test_the_code_of_a_chapter_is_that_which_runs(open_app, number):
    chapter = CHAPTERS[number]
    assert chapter.code and all(part.__module__.startswith("s2s_core") for part in chapter.code)
    app = open_chapter(open_app, number)
    app.session_state["code"] = True  # opened
    (shown,) = app.run().code
    functions = ast.parse(shown.value).body  # as it is shown it is Python, with its body under its head
    assert [function.name for function in functions] == [part.__name__ for part in chapter.code]


def test_a_model_that_is_not_there_is_said_and_the_words_stay(open_app, seen, monkeypatch):
    def missing(request):
        raise UnknownName("model", request.model, ("dates",))

    monkeypatch.setattr(caches, "runs", missing)
    app = open_chapter(open_app, 3)
    assert "There is no model" in seen(app).notice and "c = h_T" in words(app)


def test_the_cell_of_the_first_chapter_really_keeps_its_memory():
    runs = caches.runs(CHAPTERS[1].request)
    step, unit = questions.keeping_place(runs)
    cell = runs.shown.encoder.forward
    assert cell.forget_gate[step, unit] > 0.95 and cell.input_gate[step, unit] < 0.05
    assert abs(cell.cell[step, unit] - cell.cell[step - 1, unit]) < 0.05


def test_the_unit_of_the_first_chapter_is_the_one_on_gates(open_app):
    app = open_chapter(open_app, 1)
    (link,) = [e.proto.url for e in app.main if e.type == "link_button"]
    unit = questions.keeping_place(caches.runs(CHAPTERS[1].request))[1]
    gates = open_app(**dict(parse_qsl(urlsplit(link).query))).switch_page("pages/gates.py").run()
    assert gates.number_input(key="option unit").value == unit


def test_the_numbers_that_are_told_are_those_of_the_runs():
    """What each answer rests on, computed another way."""
    fixed = caches.runs(CHAPTERS[3].request).shown
    assert fixed.attention is None and not (fixed.context - fixed.context[0]).any()
    looking = caches.runs(CHAPTERS[7].request).shown
    most = looking.attention.weights[questions.LOOKING_STEP].argmax()
    assert looking.src_tokens[most] == looking.tgt_tokens[questions.LOOKING_STEP] == "8"
    forced = caches.runs(CHAPTERS[8].request)
    step = questions.parting(forced)
    assert forced.shown.fed_tokens[step + 1] == forced.shown.reference_tokens[step] != forced.free.tgt_tokens[step]
    assert caches.runs(CHAPTERS[9].request).shown.output == "궁물"
