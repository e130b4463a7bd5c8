"""Teacher forcing in a browser: the reference is edited, and the sum on the screen is the core's score."""

import re

from playwright.sync_api import expect

from s2s_core.checkpoint import load


def shown(total: float) -> str:
    return f"Σ {total:.2f}".replace("-", "−")


def test_editing_the_reference_shows_its_log_likelihood(window):
    model, text = load("dates", device="cpu"), "March 8, 2025"
    screen = window()
    screen.page.goto(f"{screen.address}/forcing?text=March+8%2C+2025")
    figure = screen.page.locator(".st-key-figure_forcing .stVegaLiteChart svg.marks")
    expect(figure).to_contain_text("The runs part at")
    field = screen.page.locator(".st-key-reference input")
    field.fill("2025-12-08")
    field.press("Enter")
    expect(figure).to_contain_text(shown(model.score(text, "2025-12-08").log_prob))
    expect(figure).to_contain_text("The runs part at 6")
    expect(screen.page).to_have_url(re.compile("reference=2025-12-08"))
    assert not screen.errors
    assert screen.overflow() <= 0
