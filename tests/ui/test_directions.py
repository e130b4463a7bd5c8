"""Both directions through app.py: the first view makes the point, and a link restores it."""

import math

import pytest

from s2s_core.analysis.directions import neighbour, norms, shifts, telling_place
from s2s_core.checkpoint import load, names
from s2s_core.edits import without_direction


@pytest.fixture
def open_page(open_app):
    def run(**address: str):
        app = open_app(**address).switch_page("pages/directions.py").run()
        assert not app.exception
        return app

    return run


def lengths(screen):
    """|Δh| by direction and position, as the figure has it."""
    return {(row["direction"], row["position"]): row["|Δh|"] for row in screen.figure("states", "|Δh|", "label")}


def answers(screen):
    """What each run of the figure wrote, by its name."""
    return {row["run"]: row["output"] for row in screen.figure("alone", "run", "said")}


@pytest.mark.parametrize("name", names())
def test_the_first_view_of_every_model_replaces_a_token_by_another(open_page, seen, name):
    model, screen = load(name, device="cpu"), seen(open_page(model=name))
    before = model.trace(model.info.examples[0])
    place = telling_place(before)
    after = model.trace(place.replace(before.text, neighbour(place.characters)))
    assert after.text != before.text
    shown, moved = lengths(screen), shifts(before, after)
    assert {direction for direction, _ in shown} == set(moved)
    for direction, shift in moved.items():
        there = [shown[direction, position] for position in range(len(shift))]
        numbers = [math.nan if number is None else number for number in there]  # a token that only one of them has
        assert numbers == pytest.approx(norms(shift).tolist(), abs=1e-5, nan_ok=True)
    written = answers(screen)
    assert (written["as typed"], written["replaced"]) == (before.output, after.output)
    if model.net.config.bidirectional:
        assert written["→ alone"] == model.trace(before.text, edit=without_direction("backward")).output
        assert written["← alone"] == model.trace(before.text, edit=without_direction("forward")).output
    assert not screen.notice


def test_before_the_replaced_token_nothing_moves_forward_and_after_it_nothing_backward(open_page, seen):
    shown = lengths(seen(open_page()))
    assert [shown["forward", position] > 0 for position in range(14)] == [False] * 6 + [True] * 8
    assert [shown["backward", position] > 0 for position in range(14)] == [True] * 7 + [False] * 7


def test_another_place_brings_its_own_replacement_and_both_are_in_the_link(open_page, seen):
    app = open_page()
    app.text_input(key="option replacement").set_value("7").run()
    assert answers(seen(app))["replaced"] == "2025-03-07"
    assert seen(app).link == {"replacement": "7"}
    app.selectbox(key="option position").set_value("12").run()
    assert app.text_input(key="option replacement").value == "6"
    assert answers(seen(app))["replaced"] == "2026-03-08"
    assert seen(app).link == {"position": "12"}


def test_a_link_restores_place_and_replacement_and_another_text_takes_them_away(open_page, seen):
    app = open_page(position="12", replacement="9")
    assert answers(seen(app))["replaced"] == "2029-03-08"
    app.button(key="example 3").click().run()
    assert not app.exception
    assert seen(app).link == {"text": "8 mars 2025"}


@pytest.mark.parametrize("replacement", ["18", "x", "漢", "<b>", "8"])
def test_any_replacement_gives_a_page(open_page, replacement):
    app = open_page(replacement=replacement)
    assert app.text_input(key="option replacement").value == replacement


def test_a_replacement_that_makes_the_text_too_long_is_said(open_page, seen):
    screen = seen(open_page(text="Wednesday, September 24th, 2025", replacement="2" * 40))
    assert screen.notice.startswith("The text has 70 characters")


def test_the_three_components_are_a_figure_that_can_be_turned(open_page):
    app = open_page(components="3")
    assert sum(element.type == "plotly_chart" for element in app.main) == 2


def test_the_page_is_korean_in_korean(open_page):
    app = open_page(lang="ko")
    assert "양방향" in [element.label for element in app.main if element.type == "page_link"]
