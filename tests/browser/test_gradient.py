"""Gradient in a browser: a click on an output follows its loss back, and the numbers are the core's."""

import re

from playwright.sync_api import expect

from s2s_core.checkpoint import load

TEXT = "8 mars 2025"


def test_a_click_on_an_output_follows_its_loss_back(window):
    found = load("dates", device="cpu").gradients(TEXT, output=5)
    screen = window().open_page("gradient", text=TEXT)
    picture = screen.page.locator(".st-key-figure_way .stVegaLiteChart svg")
    outputs = picture.locator("g.mark-text.outputs_marks text, g.outputs_marks text")
    expect(outputs).to_have_count(len(found.tgt_tokens))
    outputs.nth(5).click()
    screen.page.wait_for_url(re.compile(r"output=5\b"))
    screen.idle()
    said = f"L = −log p = {found.loss:.3g}"
    expect(screen.page.get_by_text(said)).to_be_visible()
    screen.page.locator(".st-key-tools_way").get_by_role("button", name="Show as table").click()
    expect(screen.page.get_by_test_id("stDataFrame")).to_be_visible()
    assert not screen.errors
