"""Each example says why it is there, and the two stories of attention are a click away."""

import pytest

from s2s_core.checkpoint import load, names
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.panels import examples


@pytest.mark.parametrize("name", names())
def test_every_example_of_a_shipped_model_has_its_reason(name):
    info = load(name).info
    assert not [text for text in info.examples if text not in examples.REASONS[info.task]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_the_reasons(open_app, language):
    app = open_app(lang=language)
    shown = {caption.value for caption in app.caption}
    for text in ("8. März 2025", "Feb 30, 2023"):
        assert translations(language).gettext(examples.REASONS["dates"][text]) in shown


def test_february_30_is_copied(open_app, seen):
    app = open_app()
    (button,) = [button for button in app.button if button.label.startswith("Feb 30") and "more" not in button.key]
    button.click().run()
    assert load("dates").trace("Feb 30, 2023").output == "2023-02-30"
    assert "".join(seen(app).stage["runs"][0]["tokens"]).startswith("2023-02-30")


def test_the_stories_lead_to_attention_being_born_and_one_character_late(open_app, seen):
    born, late = seen(open_app(lang="ko")).stage["stories"]
    assert born["address"] == "./attention?model=dates&snapshot=1&lang=ko#snapshot"
    assert late["address"] == "./compare?model=dates&other=dates-forward&text=1.+Februar+1968&lang=ko"
    assert seen(open_app(hide="pages")).stage["stories"] == []


def test_the_model_of_the_second_story_looks_one_character_late_and_is_right():
    text, day = examples.LATE["text"], 10  # the output's tenth character is the 1 of the day
    both, forward = (load(examples.LATE[side]).trace(text) for side in ("model", "other"))
    assert both.output == forward.output == "1968-02-01"
    assert [int(trace.attention.weights[day - 1].argmax()) for trace in (both, forward)] == [0, 1]
    assert text[:2] == "1."
