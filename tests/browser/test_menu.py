"""All models by mouse, keyboard and thumb, and the offer to read a text with another one."""

import re

from playwright.sync_api import expect


def test_another_task_is_two_keys_or_two_clicks_away(window):
    screen = window().open(text="8 mars 2025", step="3")
    body = screen.page.get_by_test_id("stPopoverBody")
    opener = screen.page.get_by_role("button", name="Models")
    opener.click()
    card = body.locator(".st-key-model_card_en-fr")
    expect(card).to_be_in_viewport(ratio=1)
    expect(card).to_contain_text("Translates everyday English sentences into French")
    box = card.bounding_box()
    screen.page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 12)  # the whole card is a button
    expect(body).to_have_count(0)
    expect(screen.page).to_have_url(re.compile("model=en-fr"))
    expect(screen.sentence).to_have_value("I like the red car.")
    screen.idle()
    opener.press("Enter")
    line = body.get_by_role("button", name="… no attention (last)")
    line.press("Enter")
    expect(body).to_have_count(0)
    expect(screen.page).to_have_url(re.compile("model=en-fr-last"))
    expect(screen.sentence).to_have_value("I like the red car.")


def test_a_text_for_another_model_is_read_with_it_by_one_button(window):
    screen = window(390, 844, phone=True).open(model="en-fr", text="국물")
    screen.page.get_by_role("button", name="Read it with Hangul → as spoken").tap()
    expect(screen.page).to_have_url(re.compile("model=ko-pronounce"))
    expect(screen.sentence).to_have_value("국물")
    expect(screen.page.locator(".st-key-read_with")).to_have_count(0)
    screen.idle().page.locator(".st-key-more button").tap()
    screen.page.locator(".st-key-more_models summary").tap()
    card = screen.page.locator(".st-key-model_card_en-fr")
    expect(card).to_be_visible()
    assert card.bounding_box()["height"] >= 44 and screen.overflow() == 0
    assert not screen.idle().hindrances()
