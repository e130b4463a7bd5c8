"""Whatever a link says, every page shows its figures, says in one sentence what was left out, and goes on working."""

import json

import pytest

from s2s_core.checkpoint import load
from s2s_ui.session.address import OPTIONS

PAGES = ("watch", "gates", "directions", "attention", "why", "gradient", "forcing", "compare")
LONG = "7" * 10_000
UNFITTING = [{"edit": "replace", "part": "attention", "quantity": "weights", "step": 2, "values": [0.5, 0.5]}]
LINKS = {
    "nothing in it means anything": {
        **dict.fromkeys(OPTIONS, "?!"),
        "model": "../secrets",
        "edits": '[{"edit": "clamp"',
        "step": "-1",
        "peepholes": "maybe",
        "forcing": "2",
        "lang": "xx",
        "utm_source": "elsewhere",
    },
    "numbers beyond what there is": {
        "step": "9999.5",
        "unit": "9999",
        "position": "9999",
        "output": "9999",
        "span": "9998-9999",
        "specimen": "99",
        "ratio": "0.33",
        "seed": "999999",
        "other": "nothing",
        "card": "nothing",
        "replacement": "\t" * 40,
        "other_text": "1" * 2000,
        "edits": json.dumps(UNFITTING),
    },
    "10,000 characters": {"text": LONG, "reference": LONG, "forcing": "1"},
}


def notices(app):
    """What is said over the caption; that the program itself failed never is."""
    bodies = [element.proto.body for element in app.main if element.type == "html"]
    said = [body for body in bodies if "s2s-notice" in body]
    assert not [body for body in said if "Something went wrong" in body]
    return said


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("page", PAGES)
def test_no_link_breaks_a_page(open_app, page, link):
    first, second, *_others = load("dates").info.examples
    app = open_app(**link).switch_page(f"pages/{page}.py").run()
    assert notices(app) and not app.exception
    assert app.text_input(key="text").value == link.get("text", first)
    app.button(key="example 1").click().run()
    assert not app.exception
    assert not notices(app) or ("other_text" in link and page == "compare")  # the right stage still has its sentence
    assert app.text_input(key="text").value == second


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("page", ["train", "lesson", "classroom"])
def test_no_link_breaks_a_page_without_a_sentence(open_app, page, link):
    app = open_app(**link).switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert bool(notices(app)) == ("beam" in link)  # "?!" for everything: what means nothing is said


@pytest.mark.parametrize("page", PAGES[1:])
def test_changes_that_do_not_fit_are_taken_back_on_any_page(open_app, seen, page):
    edits = [{"edit": "clamp", "quantities": ["forget_gate"], "value": 0, "units": [4096]}]
    app = open_app(edits=json.dumps(edits)).switch_page(f"pages/{page}.py").run()
    assert "take it back" in "".join(notices(app))
    app.button(key="take_back").click().run()
    assert not notices(app) and not seen(app).link
    assert "take_back" not in {button.key for button in app.button}


def test_turning_pages_keeps_text_reference_switches_edits_and_options(open_app, seen):
    edits = [{"edit": "clamp", "quantities": ["forget_gate"], "value": 0.0, "part": "decoder"}]
    link = {"text": "8 mars 2025", "reference": "2025-03-09", "peepholes": "0", "forcing": "1", "unit": "5"}
    link |= {"model": "dates-forcing-50", "edits": json.dumps(edits, separators=(",", ":")), "order": "number"}
    app = open_app(**link)
    for page in (*PAGES[1:], PAGES[0]):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception and not notices(app)
        assert seen(app).link == link
        assert app.selectbox(key="model").value == link["model"]
        assert app.text_input(key="text").value == link["text"]
    assert app.toggle(key="forcing").value is True and app.toggle(key="peepholes").value is False
