"""Why in a browser: another output, and why this token rather than that, with the numbers of the core."""

import re
from urllib.parse import urlencode

from playwright.sync_api import expect

from s2s_core.analysis.why import reason, rivals
from s2s_core.checkpoint import load
from s2s_ui.charts.causal import as_percent
from s2s_ui.panels.reasons import probability

COLD = 240_000  # milliseconds: the first page that a server shows loads its models, and the cores may be shared


def test_another_output_and_another_token_are_explained_with_the_numbers_of_the_core(window):
    model = load("dates", device="cpu")
    screen = window()
    screen.page.goto(f"{screen.address}/why")
    expect(screen.page.locator(".st-key-figure_reasons svg.marks")).to_be_visible(timeout=COLD)
    screen.idle()
    screen.page.locator(".st-key-option-output input").click()
    screen.page.get_by_role("option", name="4 · 5").click()
    screen.page.wait_for_url(re.compile("output=3"))
    expect(screen.page.get_by_text("The answer's “5” comes from")).to_be_visible()
    screen.idle()
    screen.page.locator(".st-key-option-rather input").click()
    other = model.vocabulary[rivals(model.trace("March 8, 2025"), 3)[0]]
    screen.page.get_by_role("option", name=other, exact=True).click()
    screen.page.wait_for_url(re.compile(f"rather={model.vocabulary.index(other)}"))
    found = model.attribute("March 8, 2025", step=3, rather=other)
    answer = reason(found)
    begins = f"“5” rather than “{other}” because of" if answer.carries else f"decides between “5” and “{other}”"
    said = screen.page.locator(".st-key-page p", has_text=begins)
    expect(said).to_contain_text(f"“{found.src_tokens[answer.position]}”")
    expect(said).to_contain_text(f"(token {answer.position + 1})")
    expect(said).to_contain_text(f"from {probability(answer.p)} to {probability(answer.without)}")
    number = f"{found.row('drop').source[answer.position]:.2f}"
    expect(screen.page.locator(".st-key-figure_reasons svg.marks").get_by_text(number, exact=True)).to_be_visible()
    assert not screen.errors and not screen.hindrances()


def test_a_click_on_the_map_puts_a_state_of_the_other_sentence_in_and_the_stage_shows_it(window):
    receiver, donor = "March 8, 2025", "March 3, 2025"
    patching = load("dates", device="cpu").patch(receiver, donor)
    number, cell = next(
        (number, cell) for number, cell in enumerate(patching.cells) if (cell.part, cell.place) == ("backward", 6)
    )
    screen = window(1280, 1600)
    screen.page.goto(f"{screen.address}/why?{urlencode({'text': receiver, 'donor': donor})}")
    boxes = screen.page.locator(".st-key-figure_causal svg.marks .mark-rect > path")
    expect(boxes.nth(number)).to_be_visible(timeout=COLD)
    screen.idle()
    boxes.nth(number).click()
    screen.page.wait_for_url(re.compile(r"patched=backward\.6"))
    said = screen.page.locator(".st-key-page strong", has_text="Put into this run, ←h of")
    expect(said).to_be_visible()
    screen.idle()
    read = said.inner_text().replace("\u2060", "")  # which keeps what is typed from being read as markup
    assert f"turns {patching.receiver.output} into {cell.output}: {as_percent(cell.share)} of the way" in read
    screen.page.get_by_role("button", name="See it on the stage").click()
    screen.ready()
    expect(screen.page).to_have_url(re.compile("edits="))
    expect(screen.page.locator(".s2s .answer").first).to_contain_text("2025-03-03")
    assert not screen.errors


def test_the_page_fits_a_phone_and_explains_its_marks(window):
    screen = window(390, 844, phone=True)
    screen.page.goto(f"{screen.address}/why?lang=ko")
    expect(screen.page.locator(".st-key-figure_reasons svg.marks")).to_be_visible(timeout=COLD)
    screen.idle()
    assert screen.overflow() <= 0 and not screen.hindrances()


def test_all_pages_stand_in_one_row_on_a_projector(window):
    screen = window(1024, 768)
    screen.page.goto(f"{screen.address}/why")
    expect(screen.page.locator(".st-key-figure_reasons svg.marks")).to_be_visible(timeout=COLD)
    last = screen.page.locator(".st-key-pages a").last.bounding_box()
    language = screen.page.locator(".st-key-nav [role=radiogroup]").bounding_box()
    assert last["x"] + last["width"] < language["x"]
