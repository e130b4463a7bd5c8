"""Several tabs, pages turned while it plays, and markup as a sentence: every reader keeps what is theirs."""

import re

import markup
import pytest
from playwright.sync_api import expect


def test_two_tabs_keep_each_its_own_model_sentence_and_step(window):
    one = window().open(model="dates", text="8 mars 2025", step="4")
    two = one.tab().open(model="dates-last", text="9 mai 2024", step="7", peepholes="0")
    one.turn_to("gates")
    two.turn_to("compare").turn_to("")
    one.turn_to("")
    for tab, model, text, step in ((one, "dates", "8 mars 2025", "4"), (two, "dates-last", "9 mai 2024", "7")):
        expect(tab.sentence).to_have_value(text)
        expect(tab.stage).to_have_attribute("data-step", step)
        expect(tab.page).to_have_url(re.compile(rf"model={model}&.*step={step}$"))
    expect(one.page.get_by_role("switch", name="Peepholes")).to_be_checked()
    expect(two.page.get_by_role("switch", name="Peepholes")).not_to_be_checked()
    assert not one.errors and not two.errors


def test_a_page_turned_in_mid_play_and_back_loses_nothing(window):
    edits = '[{"edit":"clamp","quantities":["forget_gate"],"value":0.0,"part":"decoder","units":[3]}]'
    screen = window().open(text="8 mars 2025", edits=edits, step="1", unit="9")
    screen.press("Space")
    expect(screen.stage).to_have_attribute("data-playing", "true")
    expect(screen.stage).to_have_attribute("data-step", re.compile(r"^([3-9]|\d\d)"))  # a busy browser leaves some out
    screen.turn_to("gates")
    expect(screen.page.get_by_role("spinbutton", name="unit")).to_have_value("9")
    screen.turn_to("").ready()
    assert int(screen.step) >= 3
    expect(screen.stage).to_have_attribute("data-playing", "false")
    expect(screen.stage.locator(".edit")).to_have_count(1)
    expect(screen.sentence).to_have_value("8 mars 2025")
    expect(screen.page).to_have_url(re.compile(r"edits=.*unit=9.*step=([3-9]|\d\d)"))
    assert not screen.errors


def test_panels_opened_in_haste_change_nothing(window):
    """A panel that closes while the next one opens may report its switches once more, unturned."""
    screen = window().open(text="8 mars 2025", step="16")
    link, panel = screen.page.url, screen.page.get_by_test_id("stPopoverBody")
    for _ in range(4):
        for tool, part in ((1, ".stCheckbox"), (2, ".s2s-save")):
            screen.page.locator(f".st-key-tool_{tool} button").first.click()
            expect(panel.locator(part).first).to_be_visible()
            screen.idle().press("Escape")
            expect(panel).to_have_count(0)
    screen.idle()
    assert screen.page.url == link
    assert not screen.errors


DEEP_TEXT = """() => {
    const texts = (root) => [...root.querySelectorAll("*")].map((element) =>
        [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("")
        + (element.shadowRoot ? texts(element.shadowRoot) : "")).join(" ");
    return texts(document.body);
}"""


def assert_harmless(page, literal):
    """No script ran, no tag became an element, and the markup can be read."""
    assert page.evaluate("window.pwned") is None
    for tag in ("img[src=x]", "a[href^=javascript]", "b:text-is('bold')", "tspan[style*='bold']:text-is('bold')"):
        assert page.locator(tag).count() == 0, tag
    assert literal in page.evaluate(DEEP_TEXT)


def test_markup_is_shown_as_text_on_every_page_and_in_what_is_taken_away(window, tmp_path):
    screen = window()
    screen.page.on("dialog", lambda dialog: pytest.fail(f"the text ran as a script: {dialog.message}"))
    bold = markup.WORDS[3]
    forced = '[{"edit":"replace","part":"output","quantity":"token","step":0,"values":[5],"layer":0}]'
    link = {"model": markup.NAME, "text": markup.SENTENCE, "reference": bold, "edits": forced}
    screen.open(**link, lang="ko", step="36", components="3", cell="decoder", other_text="<b>8</b>", output="0")
    assert_harmless(screen.page, bold)
    screen.page.locator(".st-key-tool_0 button").first.click()
    expect(screen.page.locator(".st-key-figure_beam svg.marks")).to_be_visible()
    expect(
        screen.page.get_by_test_id("stPopoverBody").get_by_role("button", name=re.compile("bold")).first
    ).to_be_visible()
    assert_harmless(screen.page, bold)
    screen.press("Escape")
    expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    screen.idle()
    screen.stage.locator(".aids button").first.press("Enter")
    expect(screen.page.get_by_role("dialog")).to_contain_text(bold)
    assert_harmless(screen.page, bold)
    screen.press("Escape")
    for name in ("svg", "html"):
        expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)  # it closes after a choice
        screen.page.locator(".st-key-tool_2 button").first.click()
        expect(screen.page.locator(".s2s-save").first).to_be_visible()  # its program closes the list
        screen.idle()  # what a list had when it was open before, it shows again until the server has filled it
        button = "button:has-text('SVG')" if name == "svg" else f".st-key-save-{name} button"
        with screen.page.expect_download() as download:
            screen.page.get_by_test_id("stPopoverBody").locator(button).click()
        taken = tmp_path / f"stage.{name}"
        download.value.save_as(taken)
        with screen.page.context.expect_page() as opened:
            screen.page.evaluate("window.open('about:blank')")
        opened.value.goto(taken.as_uri())
        if name == "html":
            expect(opened.value.locator(".caption")).not_to_be_empty()
        assert opened.value.evaluate("window.pwned") is None
        assert opened.value.locator("img").count() == 0
        opened.value.close()
    picture = (tmp_path / "stage.svg").read_text()
    assert "&lt;" in picture and not re.search("<(b|img|a|script)[ >]", picture)
    expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    for name in screen.of_a_sentence[1:]:
        screen.turn_to(name)
        assert_harmless(screen.page, bold[:5])
    assert not screen.errors
