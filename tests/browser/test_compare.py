"""Compare in a browser: one stage steps, the other follows, and the server hears nothing."""

from playwright.sync_api import expect

from s2s_core.checkpoint import load


def test_stepping_one_stage_steps_the_other_without_the_server(window):
    screen = window()
    screen.page.goto(f"{screen.address}/compare?text=8+mars+2025&step=14&other=dates&other_text=9+mars+2025")
    left, right = (screen.page.locator(f".st-key-stage_{side} .s2s") for side in ("left", "right"))
    expect(right).to_have_attribute("data-step", "14")
    expect(left).to_have_attribute("data-step", "14")
    screen.idle()
    said = len(screen.frames_sent)
    left.locator(".figure").focus()
    screen.press("ArrowRight")
    assert (left.get_attribute("data-step"), right.get_attribute("data-step")) == ("15", "15")
    right.locator(".figure").focus()
    screen.press("End")
    last = left.get_attribute("data-step")
    assert last == right.get_attribute("data-step")
    assert len(screen.frames_sent) == said
    before = left.locator("canvas").first.evaluate("canvas => getComputedStyle(canvas).height")
    screen.page.set_viewport_size({"width": 1366, "height": 768})  # the lowest laptop shows the source row too
    expect(left.locator("canvas").first).not_to_have_css("height", before)
    picture, bar = (left.locator(part).first.bounding_box() for part in ("canvas", ".transport"))
    assert picture["y"] + picture["height"] <= bar["y"] + 2
    assert not screen.errors
    model = load("dates", device="cpu")
    outputs = [model.trace(text).output for text in ("8 mars 2025", "9 mars 2025")]
    expect(screen.page.locator(".st-key-page")).to_contain_text(f"“{outputs[0]}”, the right “{outputs[1]}”")
