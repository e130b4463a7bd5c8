"""Lesson through app.py: every chapter has its words, its stage, its question, and its place on the full screen."""

import ast
import io
import itertools
import json
import re
import zipfile
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from s2s_core.checkpoint import roots
from s2s_core.errors import UnknownName
from s2s_ui.lesson import booklet, plain, progress, questions, show, which
from s2s_ui.lesson.chapter import LINKED
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.session import caches
from s2s_ui.session.address import OPTIONS
from s2s_ui.stage.payload import SHOWN_UNITS

PAGE = "pages/lesson.py"
NUMBERS = range(len(CHAPTERS))


def open_chapter(open_app, number: int, **address: str) -> AppTest:
    app = open_app(chapter=LINKED[number], **address)
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
    return app.radio(key=f"guess of {LINKED[number]}")


def test_there_are_eleven_chapters_and_an_opening_and_they_speak_of_every_equation():
    assert len(CHAPTERS) == 12
    said = "".join(paragraph for chapter in CHAPTERS for paragraph in chapter.paragraphs)
    assert {int(number) for number in re.findall(r"\((\d{1,2})\)", said)} >= set(range(1, 19))


def test_a_link_to_a_chapter_opens_it_after_others_have_come_before_it():
    assert len(LINKED) == len({*LINKED}) == len(CHAPTERS) + 1
    assert LINKED[: len(LINKED) - 3] == tuple(map(str, range(10))) and LINKED[-1] == "10"


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
    app.selectbox(key="option chapter").set_value(LINKED[NUMBERS[-1]]).run()
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


def test_the_lanes_appear_as_they_are_introduced():
    """What a chapter shows the next ones show as well; the first one shows two closed boxes, the last one all."""
    opened = [set(chapter.lanes) for chapter in CHAPTERS[1:]]
    for before, after in itertools.pairwise(opened):
        assert before - {"candidates"} <= after
    assert CHAPTERS[0].lanes == ("closed",)
    assert opened[0] == {"source", "forward"}
    assert opened[-1] == {"source", "forward", "backward", "joined", "context", "attention", "decoder", "output"}
    for chapter in CHAPTERS[1:]:  # nothing that is hidden takes part: what attends shows its attention
        looks = caches.runs(chapter.request).shown.attention is not None
        assert ("attention" in chapter.lanes) == (looks and "context" in chapter.lanes)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_stage_is_set_to_the_point_of_the_chapter(open_app, number):
    chapter = CHAPTERS[number]
    runs = caches.runs(chapter.request)
    header = stage(open_chapter(open_app, number))
    marked = header["lesson"]["marked"]
    assert header["lesson"]["chapter"] == number and header["lesson"]["lanes"] == list(chapter.lanes)
    assert header["unit"] == (chapter.unit(runs) if chapter.unit else None)
    assert all(0 <= place < len(runs.shown.src_tokens) for place in marked["source"])
    assert all(0 <= place < len(runs.shown.tgt_tokens) for place in marked["output"])
    assert header["lesson"]["choices"] == 3


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_is_short_and_its_formulas_can_be_printed(number, language):
    translate = translations(language).gettext
    said = [translate(paragraph) for paragraph in CHAPTERS[number].paragraphs]
    counted = [re.sub(r"\$[^$]+\$", "formula", paragraph).split() for paragraph in said]
    assert sum(map(len, counted)) <= 120
    for paragraph in [*said, translate(CHAPTERS[number].todo)]:
        assert not re.search(r"[\\$]|\*\*|__", plain.text(paragraph)), plain.text(paragraph)


WHICH = [(number, ask) for number, chapter in enumerate(CHAPTERS) for ask in (chapter.ask, chapter.then)
         if ask and ask.__module__ == which.__name__]  # fmt: skip


@pytest.mark.parametrize(("number", "ask"), WHICH, ids=[ask.__name__ for _, ask in WHICH])
def test_every_place_of_a_question_gives_an_answer_of_its_own(number, ask):
    runs = caches.runs(CHAPTERS[number].request)
    question = ask(runs)
    asked = question.stage
    answers = [asked.answer(place.at) for place in asked.places]
    assert len(set(answers)) == len(asked.places) >= 3 and None not in answers
    assert all(asked.place(answer) == place for answer, place in zip(answers, asked.places, strict=True))
    assert asked.answer("nowhere") is None and asked.place(99) is None
    told = asked.place(question.right).told
    number_told = re.search(r"[\d.]+$", told)[0]
    assert number_told[:4] in question.explanation  # what proves it is the number of the place


def test_the_right_places_are_computed_from_the_trace():
    """The same by other means: the gate, the change of a token and the probability are read off the traces again."""
    cell = caches.runs(CHAPTERS[1].request)
    step, unit = questions.keeping_place(cell)
    shut = [t for t, f in enumerate(cell.shown.encoder.forward.forget_gate[:, unit]) if f < 0.1 and t > step]
    right = which.letting_go(cell)
    assert right.stage.place(right.right).at == str(shut[0]) and unit < SHOWN_UNITS
    first = which.moving_first(caches.runs(CHAPTERS[2].request))
    assert first.stage.place(first.right).at == str("March 8, 2025".index("8"))
    unsure = caches.runs(CHAPTERS[4].request).shown
    least = which.least_sure(caches.runs(CHAPTERS[4].request))
    written = [unsure.top(t, 1)[0][2] for t in range(len(unsure.tgt_tokens))]
    assert least.stage.place(least.right).at == str(written.index(min(written)))


def test_an_answer_by_click_is_kept_with_the_place_that_was_clicked(open_app, seen):
    app = open_chapter(open_app, 7, answers="7.4")  # the second place that is in no list
    asked_on_stage = stage(app)["lesson"]["ask"]
    assert asked_on_stage["given"] == "1" and asked_on_stage["right"] == "6"
    assert asked(app, 7).value is None and "**Not so: 7 · 8.**" in words(app) and "You chose 2" in words(app)
    asked(app, 7).set_value(1).run()
    assert seen(app).link["answers"] == "7.4.1" and "**Right.**" in words(app)  # the first one counts
    assert "0 of 1 right" in "".join(element.value for element in app.get("html"))
    app.button(key="forget").click().run()
    assert "answers" not in seen(app).link and asked(app, 7).value is None


@pytest.mark.parametrize("text", ["7.4", "0.0_1.2_1b.5.1_10.0", "4b.11"])
def test_answers_are_written_as_they_are_read(text):
    assert OPTIONS["answers"].fullmatch(text) and progress.write(progress.read(text)) == text


POINTS = {
    1: {"pages/gates.py": ("unit", "cell", "position")},
    3: {"pages/compare.py": ("other",)},
    7: {"pages/attention.py": ("output",)},
    9: {"pages/directions.py": ("position", "replacement")},
    10: {"pages/why.py": ("output",)},
    11: {"pages/gradient.py": ("cell", "output")},
}


@pytest.mark.parametrize("number", POINTS)
def test_a_link_opens_at_the_very_point_of_the_chapter(open_app, seen, number):
    """The page takes every option of the link, and its widgets show them."""
    ((page, options),) = POINTS[number].items()
    runs = caches.runs(CHAPTERS[number].request)
    given = CHAPTERS[number].options(runs)
    assert set(given) == set(options)
    app = open_app(**dict(parse_qsl(urlsplit(show.full_screen(CHAPTERS[number], runs)).query)))
    app.switch_page(page).run()
    assert not app.exception and not seen(app).notice
    widgets = [*app.selectbox, *app.number_input, *app.text_input, *app.button_group]
    shown = {widget.key.removeprefix("option "): widget.value for widget in widgets if widget.key}
    named = {name: str(shown[name]) for name in options if name in shown}
    assert named and named.items() <= given.items() <= seen(app).link.items()


def test_the_last_chapter_prepares_an_order(open_app, seen):
    app = open_chapter(open_app, len(CHAPTERS), lang="ko")
    assert not [element for element in app.main if (getattr(element, "key", None) or "").startswith("stage_chapter")]
    app.button(key="to_train").click().run()
    assert not app.exception and seen(app).link["new_task"] == "reverse" and seen(app).link["chapter"] == "10"
    assert app.button(key="train")


def test_the_zip_has_a_page_for_each_chapter_in_the_language_of_the_session():
    with zipfile.ZipFile(io.BytesIO(booklet.packed("ko"))) as archive:
        names = archive.namelist()
        page = archive.read("chapter-7.html").decode()
    assert names == ["index.html", "answers.html", *(f"chapter-{number}.html" for number in NUMBERS)]
    assert '<html lang="ko">' in page and "어텐션" in page and not re.search(r'(src|href)="(https?:)?//', page)
