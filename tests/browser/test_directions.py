"""Both directions in a browser: a token is replaced, and the bars are what the core computes."""

import re

from playwright.sync_api import expect

from s2s_core.analysis.directions import norms, shifts
from s2s_core.checkpoint import load

COLD = 240_000  # milliseconds: the first page that a server shows loads its models, and the cores may be shared


def test_a_replaced_token_moves_what_the_core_says_and_its_link_restores_it(window):
    model = load("dates", device="cpu")
    moved = shifts(model.trace("March 8, 2025"), model.trace("March 7, 2025"))
    screen = window()
    screen.page.goto(f"{screen.address}/directions")
    field = screen.page.locator(".st-key-option-replacement input")
    expect(field).to_have_value("9", timeout=COLD)
    field.fill("7")
    field.press("Enter")
    figure = screen.page.locator(".st-key-figure_states svg.marks")
    for direction in ("forward", "backward"):
        expect(figure).to_contain_text(f"{norms(moved[direction])[6]:.2f}")
    expect(screen.page.locator(".st-key-figure_alone svg.marks")).to_contain_text("7")
    expect(screen.page).to_have_url(re.compile(r"replacement=7"))
    second = window(1280, 800, locale="ko-KR")
    second.page.goto(screen.page.url)
    expect(second.page.locator(".st-key-option-replacement input")).to_have_value("7")
    assert not screen.errors and not second.errors


def test_the_page_fits_a_phone(window):
    screen = window(390, 844, phone=True)
    screen.page.goto(f"{screen.address}/directions")
    expect(screen.page.locator(".st-key-figure_states svg.marks")).to_be_visible(timeout=COLD)
    screen.idle()
    assert screen.overflow() <= 0
