"""The lesson: answered on the stage, given with a clicker alone, kept over a reload, on paper, and without network."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from s2s_ui.lesson.chapter import LINKED

LAST = len(LINKED) - 1


def at(screen, number):
    """Wait until a chapter and its stage are there."""
    expect(screen.page).to_have_url(re.compile(rf"[?&]chapter={LINKED[number]}(&|$)"))
    expect(screen.stage).to_have_attribute("data-chapter", str(number))
    return screen.idle()


def test_a_whole_lesson_is_given_with_the_keys_alone(window):
    """Every chapter is answered with a key; the clicker turns at the end of the stage, and back at its beginning."""
    screen = window().open_page("lesson", chapter="0")
    for number in range(LAST):
        screen.press("1")
        expect(screen.page.locator(f"[class*='st-key-verdict_'][class*='_{LINKED[number]}']").first).to_be_visible()
        screen.idle()
        screen.press("End")
        screen.press("PageDown")
        if number + 1 < LAST:  # the last one has no stage as long as there is no model
            at(screen, number + 1)
    expect(screen.page).to_have_url(re.compile(f"chapter={LINKED[LAST]}"))
    expect(screen.page.locator(".s2s-progress")).to_contain_text(f"of {LAST} right")
    expect(screen.page.locator(".st-key-figure_born svg.marks")).to_be_visible()
    screen.idle().press("PageUp")
    at(screen, LAST - 1)


def test_the_clicker_comes_back_to_where_it_came_from(window):
    screen = window().open_page("lesson", chapter="3")
    start = screen.step
    screen.press("PageUp")
    at(screen, 2)
    expect(screen.stage).to_have_attribute("data-step", "14")  # the end of what the chapter shows
    screen.press("PageUp", "PageDown", "PageDown")
    at(screen, 3)
    expect(screen.stage).to_have_attribute("data-step", start)
    screen.press("PageUp")
    at(screen, 2)
    screen.press("1")  # an answer brings the stage to what it is about
    expect(screen.stage).to_have_attribute("data-step", "3")


def test_a_question_is_answered_on_the_stage_and_the_answer_outlives_a_reload(window):
    screen = window().open_page("lesson", chapter="7")
    place = screen.page.locator(".asks button.place")
    place.nth(2).click()
    expect(screen.page.locator(".asks .wrong").first).to_have_text("✗")  # at once, before the page has heard
    expect(screen.page.locator("[class*='st-key-verdict_wrong'] strong")).to_have_text(re.compile("Not so"))
    expect(screen.page.locator("[class*='st-key-verdict_wrong']")).to_contain_text("α = 0.00. On “8”, at place 7: 0.98")
    screen.idle()
    expect(screen.page.locator(".asks .right")).to_have_attribute("data-at", "6")
    expect(screen.page.locator(".asks .right")).to_have_text("✓")
    screen.press("ArrowRight")
    step = screen.step
    screen.page.reload()
    screen.drawn("lesson")
    assert screen.step == step == "24"  # its chapter sets 24.2
    expect(screen.page.locator(".s2s-progress")).to_contain_text("0 of 1 right")
    expect(screen.page.locator(".asks .right")).to_have_attribute("data-at", "6")
    screen.press("PageDown", "End", "PageDown")
    at(screen, 8)


def test_a_place_is_answered_with_the_keyboard(window):
    screen = window(390, 844, phone=True, dark=True).open_page("lesson", chapter="9", lang="ko")
    lanes = screen.page.locator(".asks button.lane")
    expect(lanes).to_have_count(3)
    lanes.nth(1).focus()
    screen.press("Enter")
    expect(screen.page.locator("[class*='st-key-verdict_right'] strong")).to_have_text("맞습니다.")
    assert screen.overflow() == 0


def test_a_lane_is_not_there_before_its_chapter(window):
    """The first chapter closes the network; the cell's has no output to step to."""
    screen = window().open_page("lesson", chapter="1")
    expect(screen.page.locator(".group-name.decoder")).to_be_hidden()
    screen.press("End")
    assert screen.step == str(len("25 December 2025") + 1)  # the last source token is the end mark


def test_a_link_opens_watch_at_the_unit_that_it_names(window):
    screen = window().open(model="dates-forward", text="March 8, 2025", step="4", unit="32")
    expect(screen.page.locator(".inspector .chip.unit b")).to_have_text("32")
    assert screen.step == "4"


def test_on_paper_a_chapter_is_a_worksheet_with_its_answers_overleaf(window):
    screen = window(dark=True).open_page("lesson", chapter="7")
    page = screen.page
    answers = page.locator(".s2s-sheet .overleaf")
    expect(answers).to_be_hidden()
    assert "0.98 of it" not in page.content()  # nor is it there for whoever looks into the page
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
    page.emulate_media(media="print")
    expect(answers).to_contain_text("0.98 of it")
    expect(page.locator(".s2s-sheet .blank").first).to_be_visible()
    expect(page.locator(".s2s .paper svg")).to_be_visible()
    for pressed in (".st-key-nav", ".stRadio", ".s2s .transport", "[class*='st-key-controls_']"):
        expect(page.locator(pressed).first).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "chapter", "right", "wrong"),
    [("ko", "6 · 학습", "맞습니다.", "아닙니다"), ("en", "6 · Training", "Right.", "Not so")],
)
def test_the_lesson_as_a_zip_plays_without_a_network(window, tmp_path, browser, language, chapter, right, wrong):
    screen = window(locale="ko-KR").open_page("lesson", chapter="2", lang=language)
    with screen.page.expect_download() as download:
        screen.page.locator(".st-key-save-lesson button").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "index.html",
        "answers.html",
        *(f"chapter-{n}.html" for n in range(LAST)),
    }
    told = re.findall(r"<strong>(.*?)</strong></p><p>(.*?)</p></li>", (tmp_path / "answers.html").read_text("utf-8"))
    assert len(told) >= LAST
    handed_out = "".join(path.read_text("utf-8") for path in tmp_path.glob("chapter-*.html"))
    assert "answers.html" not in handed_out and not [why for _right, why in told if why in handed_out]
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name=chapter).click()
    expect(page.locator(".s2s")).to_have_attribute("data-step", re.compile(r"\d+"))
    page.keyboard.press("2")
    expect(page.locator(".told")).to_contain_text(right)
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile("chapter-7.html"))
    page.locator(".asks button[data-at='0']").click()
    expect(page.locator(".told")).to_contain_text(wrong)
    assert not errors
    context.close()


def test_a_clicker_pressed_in_a_hurry_turns_one_chapter_and_goes_on_in_it(window):
    screen = window()
    screen.open_page("lesson", chapter="1")
    for chapter in ("2", "3"):
        screen.press("End", *["PageDown"] * 6)
        expect(screen.stage).to_have_attribute("data-chapter", chapter)
        screen.idle()
        screen.page.wait_for_timeout(500)  # what was sent in the meantime has been answered
        expect(screen.stage).to_have_attribute("data-chapter", chapter)
        assert f"chapter={chapter}" in screen.page.url
