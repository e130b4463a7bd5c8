"""What is worth looking at is said: captions read off the weights, and two stories a click away."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("step", "caption"),
    [
        ("16", "Output 2: copies “0” from “0” (0.93), writes “0” (1.00)"),
        ("21", "Output 7: reads “March” from “r” (0.62), writes “3” (1.00)"),
        ("22", "Output 8: attention is spread, most on “c”"),
    ],
)
def test_the_caption_says_what_the_weights_show(window, step, caption):
    expect(window().open(step=step).caption).to_contain_text(caption)


def test_the_two_stories_are_one_click_from_watch(window):
    screen = window().open(step="16")
    screen.stage.get_by_role("link", name="how it was born").click()
    expect(screen.page.locator(".st-key-figure_born svg.marks")).to_be_in_viewport()
    expect(screen.page.locator(".st-key-figure_born input[type=range]")).to_have_value("1")
    screen.page.go_back()
    screen.ready()
    screen.stage.get_by_role("link", name="one place late").click()
    expect(screen.page.locator(".st-key-stage_right .s2s")).to_be_visible()
    expect(screen.page.locator(".st-key-option-other input")).to_have_value("Date → ISO, one direction")


def test_the_examples_with_their_reasons_hinder_nobody(window):
    screen = window().open(step="16")
    screen.page.locator(".st-key-examples button").first.click()
    expect(screen.page.get_by_test_id("stPopoverBody")).to_contain_text("it copies, it knows no calendar")
    assert not screen.idle().hindrances()
