"""Several layers by hand: turned with the mouse, the keys and the link; what is held in the lower one stays there."""

import re

import layered
from playwright.sync_api import expect

LINK = {
    "model": layered.NAME,
    "text": layered.SENTENCE,
    "step": "9",
}  # seven letters and the end mark, then the outputs


def shown(screen):
    return screen.stage.locator('.layers button[aria-pressed="true"]')


def value_of(screen, name):
    return screen.stage.locator(".equation", has_text=name).locator(".value").inner_text()


def test_the_layer_is_turned_by_mouse_key_and_link(window):
    screen = window().open(**LINK)
    layer = screen.stage.locator(".inspector .layer")
    expect(shown(screen)).to_have_text("2")
    expect(layer).to_have_text("layer 2 of 2")
    upper = value_of(screen, "forget gate")
    screen.stage.get_by_role("button", name="layer 1 of 2").click()
    expect(shown(screen)).to_have_text("1")
    expect(layer).to_have_text("layer 1 of 2")
    assert value_of(screen, "forget gate") != upper
    expect(screen.page).to_have_url(re.compile("layer=1"))
    screen.idle()
    screen.sentence.blur()
    screen.press("l")
    expect(shown(screen)).to_have_text("2")
    expect(screen.page).not_to_have_url(re.compile("layer="))
    assert value_of(screen, "forget gate") == upper
    screen.press("Shift+L")
    expect(screen.page).to_have_url(re.compile("layer=1"))
    screen.idle()
    screen.type("gfedc")
    expect(screen.page).to_have_url(re.compile("text=gfedc"))
    expect(shown(screen)).to_have_text("1")
    assert not screen.errors


def test_the_lower_layer_is_edited_and_the_link_brings_it_back(window):
    screen = window().open(**LINK, layer="1")
    before = value_of(screen, "hidden state")
    row = screen.stage.locator(".equation", has_text="output gate")
    row.locator("button.name").press("Enter")
    expect(screen.page.locator(".s2s .menu-heading")).to_contain_text("layer 1 of 2")
    screen.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    chip = "decoder · layer 1 of 2 · o = 1 · all units✕"
    expect(screen.stage.locator(".edit")).to_have_text([chip])
    expect(row.locator(".value")).to_have_text("1.00")
    expect(row).to_have_class(re.compile("held"))
    assert value_of(screen, "hidden state") != before
    expect(screen.page).to_have_url(re.compile("edits=.*layer"))
    screen.idle()
    screen.sentence.blur()
    screen.press("l")
    expect(shown(screen)).to_have_text("2")
    expect(row).not_to_have_class(re.compile("held"))
    expect(screen.page).not_to_have_url(re.compile("layer="))  # the address follows the key
    screen.press("l")
    expect(screen.page).to_have_url(re.compile("layer=1"))
    screen.idle()
    screen.page.reload()
    screen.ready()
    expect(screen.stage.locator(".edit")).to_have_text([chip])
    expect(shown(screen)).to_have_text("1")
    expect(row.locator(".value")).to_have_text("1.00")
    assert not screen.errors


def test_a_phone_and_a_model_of_one_layer(window):
    phone = window(390, 844, phone=True).open(**LINK, layer="1")
    phone.stage.get_by_role("button", name="layer 2 of 2").click()
    expect(shown(phone)).to_have_text("2")
    assert phone.overflow() == 0
    phone.open(model="dates")
    expect(phone.stage.locator(".layers")).to_be_hidden()
