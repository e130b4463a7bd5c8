"""axe-core finds nothing serious: on any page, in both themes and languages, with edits, menus and panels open."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

FORGET = '[{"edit":"clamp","quantities":["forget_gate"],"value":0,"part":"decoder"}]'
TEXT = "8 mars 2025"


@pytest.mark.parametrize(("dark", "language"), [(False, "en"), (True, "ko")], ids=["light", "dark and Korean"])
def test_nothing_serious_hinders_a_reader_of_any_page(window, dark, language):
    screen = window(dark=dark).open(text=TEXT, lang=language, step="4")
    found = {"": screen.hindrances()}
    for name in screen.pages[1:]:
        found[name] = screen.turn_to(name).hindrances()
        if name in screen.of_a_sentence:
            assert screen.sentence.input_value() == TEXT, f"the browser forgot the sentence on the way to {name}"
    assert not {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize(
    ("dark", "link"),
    [(False, {"edits": FORGET}), (True, {"forcing": "1", "reference": "2025-12-08"})],
    ids=["edited", "forced"],
)
def test_nothing_serious_hinders_a_reader_of_another_run(window, dark, link):
    assert not window(dark=dark).open(text=TEXT, step="18", **link).hindrances()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_hinders_a_reader_of_what_opens(window, dark):
    """The panels of the band, then the menus and boxes of the stage, one after the other."""
    screen = window(dark=dark).open(text=TEXT, step="16")
    found = {}
    for number, part in enumerate((".st-key-figure_beam svg.marks", ".stCheckbox", ".s2s-save")):
        button = screen.page.locator(f".st-key-tool_{number} button").first
        button.click()
        expect(screen.page.get_by_test_id("stPopoverBody").locator(part).first).to_be_visible()
        found[button.inner_text()] = screen.idle().hindrances()
        screen.press("Escape")
        expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    screen.stage.locator(".equation", has_text="forget gate").locator("button.name").click()
    expect(screen.page.get_by_role("menuitemradio").first).to_be_visible()
    found["what if"] = screen.hindrances()
    screen.press("Escape")
    for box in screen.stage.locator(".aids button").all():
        box.press("Enter")
        expect(screen.page.get_by_role("dialog")).to_be_visible()
        found[box.inner_text()] = screen.hindrances()
        screen.press("Escape")
    assert not {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize(
    ("dark", "phone", "link"),
    [
        (False, False, {"chapter": "7", "answers": "7.4"}),  # wrong, on the stage
        (True, False, {"chapter": "4", "answers": "4.0", "lang": "ko"}),  # right, and the second question waits
        (False, True, {"chapter": "9"}),
        (True, False, {"chapter": "11"}),
    ],
    ids=["wrong", "right", "phone", "own"],
)
def test_nothing_serious_hinders_a_reader_of_a_chapter(window, dark, phone, link):
    screen = window(390, 844, phone=True, dark=dark) if phone else window(dark=dark)
    screen.page.goto(f"{screen.address}/lesson?{urlencode(link)}")
    expect(screen.page.locator(".s2s-progress")).to_be_visible()
    assert not screen.idle().hindrances()


@pytest.mark.parametrize("name", ["", "gates"])
def test_nothing_serious_hinders_a_reader_of_a_phone(window, name):
    assert not window(390, 844, phone=True).open_page(name, text=TEXT, step="14", lang="ko").hindrances()


@pytest.mark.parametrize("size", [(1024, 768), (844, 390)], ids=["projector", "phone held sideways"])
def test_nothing_serious_hinders_a_reader_where_room_is_short(window, size):
    """With the list open that has what the band has no room for, and a line about a text."""
    screen = window(*size, phone=size[1] < 400).open(text="8 漢 2025")
    expect(screen.notice).to_be_visible()
    screen.page.locator(".st-key-more button").click()
    expect(screen.page.get_by_test_id("stPopoverBody").get_by_role("switch")).to_be_visible()
    assert not screen.hindrances()
