"""The frame: languages, pages, and what happens when a page fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from s2s_ui.locales import LANGUAGES
from s2s_ui.locales.__main__ import ROOT
from s2s_ui.session import caches


@pytest.mark.parametrize(
    ("address", "run"), [({}, "Run"), ({"lang": "en"}, "Run"), ({"lang": "ko"}, "실행")], ids=["default", "en", "ko"]
)
def test_the_address_chooses_the_language(open_app, address, run):
    assert open_app(**address).button(key="run").label == run


@pytest.mark.parametrize(("locale", "run"), [("ko-KR", "실행"), ("ko", "실행"), ("en-GB", "Run"), ("de-DE", "Run")])
def test_the_browser_chooses_the_language_where_the_address_does_not(open_app, monkeypatch, locale, run):
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.locale", property(lambda self: locale))
    assert open_app().button(key="run").label == run


def test_another_language_keeps_what_was_typed(open_app, seen):
    app = open_app()
    app.text_input(key="text").set_value("8 mars 2025").run()
    app.segmented_control(key="language switch").set_value("ko").run()
    assert app.button(key="run").label == "실행"
    assert app.text_input(key="text").value == "8 mars 2025"
    assert seen(app).link == {"text": "8 mars 2025", "lang": "ko"}


def test_every_language_can_be_chosen(open_app):
    assert open_app().segmented_control(key="language switch").options == list(LANGUAGES.values())


def test_a_defect_of_a_page_is_one_sentence_and_a_line_in_the_log(open_app, seen, monkeypatch):
    def broken(request):
        raise RuntimeError("a defect")

    logged = []
    monkeypatch.setattr(caches, "runs", broken)
    monkeypatch.setattr(logging.getLogger("seq2scope"), "handle", logged.append)
    assert seen(open_app()).notice.startswith("Something went wrong inside the program")
    assert [str(record.exc_info[1]) for record in logged] == ["a defect"]


@pytest.mark.parametrize("script", [path.name for path in sorted((ROOT / "pages").glob("*.py"))])
def test_a_page_that_is_asked_for_by_itself_runs_inside_the_frame(open_app, script):
    """Streamlit runs a script of pages/ without app.py where a link to it is the first request that a server gets."""
    app = open_app(text="8. März 2025", lang="ko")
    app.switch_page(f"pages/{script}").run()
    assert not app.exception
    assert app.segmented_control(key="language switch").value == "ko"
    if script not in ("train.py", "lesson.py", "classroom.py"):  # which are about no sentence
        assert app.text_input(key="text").value == "8. März 2025"


def test_two_readers_do_not_see_each_other(open_app, seen):
    first: AppTest = open_app(text="March 8, 2025")
    second: AppTest = open_app(text="8. März 2025", lang="ko")
    first.run()
    assert seen(first).source == "March 8, 2025"
    assert seen(second).source == "8. März 2025"
