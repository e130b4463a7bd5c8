"""Attention in a browser: a click makes a step look at one token, and it writes what the core says."""

import re

from playwright.sync_api import expect

from s2s_core.analysis.attention import at_place
from s2s_core.checkpoint import load, snapshots
from s2s_core.edits import set_weights

COLD = 240_000  # milliseconds: the first page that a server shows loads its models, and the cores may be shared


def test_a_click_on_a_token_pins_the_step_to_it_and_it_is_decoded_on(window):
    model = load("dates", device="cpu")
    place = 12  # the 5 of the year
    pinned = model.trace("March 8, 2025", edit=set_weights(9, at_place(14, place)))
    assert pinned.output == "2025-03-05"
    screen = window()
    screen.page.goto(f"{screen.address}/attention")
    boxes = screen.page.locator(".st-key-figure_pinned svg.marks .mark-rect > path")
    expect(boxes).to_have_count(14, timeout=COLD)
    screen.idle()
    boxes.nth(place).click(position={"x": 4, "y": 4})
    expect(screen.page).to_have_url(re.compile("edits="))
    expect(screen.page.locator(".st-key-look [aria-checked=true]")).to_have_text("one token")
    now = screen.page.locator(".st-key-figure_decoded svg.marks")
    expect(now.locator('text[font-weight="700"]')).to_have_text("5")
    assert not screen.errors


def test_a_click_on_a_row_chooses_the_step(window):
    screen = window()
    screen.page.goto(f"{screen.address}/attention")
    cells = screen.page.locator(".st-key-figure_matrices svg.marks .mark-rect > path")
    expect(cells.nth(14 * 11)).to_be_attached(timeout=COLD)
    screen.idle()
    cells.nth(14 * 11 + 14 * 2 + 3).click()  # the weights: row 3
    expect(screen.page).to_have_url(re.compile("output=2"))
    expect(screen.page.get_by_role("heading", name="The context of output 3")).to_be_visible()


def test_the_page_fits_a_phone(window):
    screen = window(390, 844, phone=True)
    screen.page.goto(f"{screen.address}/attention")
    expect(screen.page.locator(".st-key-figure_matrices svg.marks")).to_be_visible(timeout=COLD)
    screen.idle()
    assert screen.overflow() <= 0


def test_the_slider_goes_through_the_training_without_a_message_to_the_server(window):
    kept = snapshots("dates")
    screen = window()
    screen.page.goto(f"{screen.address}/attention")
    slider = screen.page.locator(".st-key-figure_born input[type=range]")
    expect(slider).to_be_visible(timeout=COLD)
    screen.idle()
    said = screen.page.locator('.st-key-figure_born svg.marks text[font-weight="700"]')  # of the point that is chosen
    sent = len(screen.frames_sent)
    slider.focus()
    for place, snapshot in reversed(list(enumerate(kept))):
        if place < len(kept) - 1:
            slider.press("ArrowLeft")
        expect(said.get_by_text(f"{snapshot.step:,}", exact=True)).to_be_visible()
        expect(said.get_by_text(snapshot.specimens[0].output, exact=True)).to_be_visible()
    assert len(screen.frames_sent) == sent and not screen.errors


def test_the_place_of_the_slider_is_in_the_address_and_stays_when_something_else_changes(window):
    kept = snapshots("dates")
    screen = window()
    screen.page.goto(f"{screen.address}/attention?snapshot=3")
    slider = screen.page.locator(".st-key-figure_born input[type=range]")
    expect(slider).to_have_value("3", timeout=COLD)
    said = screen.page.locator('.st-key-figure_born svg.marks text[font-weight="700"]')
    expect(said.get_by_text(f"{kept[2].step:,}", exact=True)).to_be_visible()
    screen.idle()
    slider.focus()
    slider.press("ArrowRight")
    screen.page.wait_for_url("**snapshot=4*")
    screen.page.emulate_media(color_scheme="dark")  # the figure is drawn anew
    screen.page.wait_for_timeout(1000)
    screen.idle()
    expect(slider).to_have_value("4")
    screen.page.locator(".st-key-option-specimen input").click()
    screen.page.get_by_role("option", name=kept[0].specimens[1].source, exact=True).click()
    expect(said.get_by_text(kept[3].specimens[1].output, exact=True)).to_be_visible()
    expect(slider).to_have_value("4")
    expect(screen.page).to_have_url(re.compile("specimen=1&snapshot=4"))
    screen.turn_to("compare")
    screen.turn_to("attention")
    expect(slider).to_have_value("4")
    expect(said.get_by_text(kept[3].specimens[1].output, exact=True)).to_be_visible()
    expect(screen.page).to_have_url(re.compile("snapshot=4"))
    slider.press("End")
    expect(screen.page).to_have_url(re.compile(r"/attention\?(?!.*snapshot)"))
    assert not screen.errors


def test_after_another_sentence_a_switch_chooses_no_output(window):
    screen = window()
    screen.page.goto(f"{screen.address}/attention")
    expect(screen.page.locator(".st-key-figure_matrices svg.marks")).to_be_visible(timeout=COLD)
    screen.idle()
    screen.type("March 9, 2026")  # the step that is looked at has the same number, and its token another name
    expect(screen.page).to_have_url(re.compile("text="))
    screen.idle()
    screen.page.locator(".st-key-peepholes label").click()
    expect(screen.page).to_have_url(re.compile("peepholes=0"))
    screen.idle()
    assert "output=" not in screen.page.url and not screen.page.locator(".stException").count()
    expect(screen.page.locator(".st-key-option-output input")).to_have_value(re.compile("· 9"))
    assert not screen.errors
