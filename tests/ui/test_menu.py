"""The menu of models: tasks first, then what differs; and the offer to read a text with another model."""

import html

import pytest

from s2s_core.recipes import VARIATIONS
from s2s_ui.panels import differences, menu
from s2s_ui.session import caches

BASES = ["dates", "ko-pronounce", "pronounce", "en-fr", "ko-en"]


@pytest.fixture
def opened(open_app):
    """The app with the list of all models open."""

    def run(**address):
        app = open_app(**address)
        app.session_state["models"] = True
        app.run()
        assert not app.exception
        return app

    return run


def lines(app):
    """The words of every model in the list, by its name."""
    return {b.key.removeprefix("take model "): b.label for b in app.button if str(b.key).startswith("take model ")}


@pytest.mark.parametrize("name", ["dates", "en-fr-last", "ko-pronounce-small"])
def test_the_tasks_come_first_and_then_the_siblings_of_the_chosen_model(open_app, name):
    app = open_app(model=name)
    listed = app.selectbox(key="model").options
    titles = {caches.models()[known].title: known for known in caches.models()}
    names = [titles[title] for title in listed]
    assert names[:5] == BASES and sorted(names) == sorted(caches.models())
    family = [sibling.name for sibling in caches.siblings(name)][1:]
    assert names[5 : 5 + len(family)] == family


def test_a_card_says_what_goes_in_what_comes_out_and_how_sure_to_be_of_it(opened):
    app = opened()
    shown = html.unescape(" ".join(element.proto.body for element in app.main if element.type == "html"))
    for words in (
        "Translates everyday English sentences into French",
        "for example “I like the red car.” → “J'aime la voiture rouge.”",
        "for example “국물” → “궁물”",
        "for example “March 8, 2025” → “2025-03-08”",
        "23.6 of 100 come out word for word as somebody put them, of 2,310 never seen (BLEU 47)",
        "75 of 100 are right, of 12,571 never seen; 5.9 of 100 sounds are wrong",
        "99.8 of 100 are right, of 20,000 never seen",
    ):
        assert words in shown
    assert list(lines(app))[:5] == BASES


DIFFERENT = {
    "dates-last": "no attention (last)",
    "dates-no-peepholes": "no peepholes",
    "dates-gru": "GRU cells",
    "dates-rnn": "plain recurrent cells",
    "dates-dot": "dot attention (48 and 96 units)",
    "dates-forward": "one direction (104 units)",
    "dates-forcing-50": "teacher forcing 50 %",
    "dates-sink": "usual start (an encoder that starts the usual way)",
    "en-fr-forward": "one direction (416 units)",
}


def test_a_sibling_is_told_by_what_differs_in_its_configuration_and_its_card(opened):
    app = opened()
    assert {name: lines(app)[name] for name in DIFFERENT if name in lines(app)} == {
        name: f"… {said}".replace("(", r"\(").replace(")", r"\)").replace(",", r"\,").replace("%", r"\%")
        for name, said in DIFFERENT.items()
        if name.startswith("dates")
    }
    assert {name: differences.said(name, menu.base_of(name)) for name in DIFFERENT} == DIFFERENT
    assert all(differences.said(name, menu.base_of(name)) != "another training" for name in VARIATIONS)


@pytest.mark.parametrize(
    ("link", "name", "text"),
    [
        ({"text": "8 mars 2025"}, "en-fr", "I like the red car."),  # an example belongs to its task
        ({"text": "8 mars 2025"}, "dates-gru", "8 mars 2025"),
        ({"text": "tomorrow"}, "en-fr", "tomorrow"),  # what the reader typed is kept
        ({}, "en-fr", "I like the red car."),
    ],
)
def test_a_card_shows_its_model_and_closes_the_list(opened, link, name, text):
    app = opened(**link)
    app.button(key=f"take model {name}").click().run()
    assert app.text_input(key="text").value == text and app.selectbox(key="model").value == name
    assert app.session_state["models"] is False


@pytest.mark.parametrize(
    ("model", "text", "other", "line"),
    [
        ("en-fr", "나는 사과를 좋아해.", "ko-en", "The model has never seen Hangul, so its answer is a guess."),
        ("pronounce", "March 8, 2025", "dates", "The model has never seen"),
        ("ko-pronounce-last", "night", "pronounce", "The model has never seen"),
        ("dates-gru", "Attention is all you need", "en-fr", "This looks like a text for another model."),
    ],
)
def test_a_text_for_another_model_is_offered_it_and_kept(open_app, seen, model, text, other, line):
    app = open_app(model=model, text=text)
    assert seen(app).notice.startswith(line)
    app.button(key="read_with").click().run()
    assert app.selectbox(key="model").value == other and app.text_input(key="text").value == text
    assert "read_with" not in {button.key for button in app.button}


@pytest.mark.parametrize("link", [{"lock": "1"}, {"hide": "model"}], ids=["locked", "hidden"])
def test_a_link_that_keeps_the_model_offers_no_other(open_app, link):
    app = open_app(model="en-fr", text="국물", **link)
    assert "read_with" not in {button.key for button in app.button}


@pytest.mark.parametrize(
    "text", ["my birthday is 3 may 1999", "제 동생은 2001년 5월 5일에 태어났어요", "Treaty signed 14 July 1789"]
)
def test_a_date_among_other_words_is_for_the_dates(open_app, text):
    app = open_app(model="dates", text=text)
    assert "read_with" not in {button.key for button in app.button}


def test_nothing_is_offered_while_a_text_is_being_typed(open_app):
    app = open_app(model="dates")
    app.session_state["stored typed"] = "I like"
    app.run()
    assert "read_with" not in {button.key for button in app.button}
