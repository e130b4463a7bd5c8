"""What has to be in view at which size, what a finger hits, and that nothing stays open over the stage."""

import json
import re
from contextlib import suppress
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, TimeoutError, expect

FORGET = json.dumps([{"edit": "clamp", "quantities": ["forget_gate"], "value": 0, "part": "decoder"}])
LONG_DATE = "Donnerstag, 1. Februar 1968"
NOT_TRACED = "1" * 500


def edges(part: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a part takes of the window."""
    box = part.bounding_box()
    assert box, part
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def top(part: Locator) -> float:
    return edges(part)[1]


def bottom(part: Locator) -> float:
    return edges(part)[3]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_projector_of_1024_pixels_shows_a_whole_date_and_says_that_more_lies_below(window, language):
    screen = window(1024, 768).open(text=LONG_DATE, step="16", lang=language)
    assert screen.sentence.evaluate("field => field.scrollWidth <= field.clientWidth")
    assert screen.overflow() == 0
    foot = top(screen.stage.locator(".transport"))
    legend, cue = screen.stage.locator(".legend"), screen.stage.locator(".open")
    assert bottom(screen.stage.locator("canvas").first) <= top(legend) and bottom(legend) <= foot
    assert bottom(cue) <= foot
    cue.click()
    expect(screen.stage.locator(".equation").first).to_be_in_viewport()
    expect(screen.stage).to_have_class("s2s stacked below")
    cue.click()
    expect(screen.stage).not_to_have_class("s2s stacked below")
    screen.page.locator(".st-key-more button").click()
    for tool in (".st-key-more_tool_0", ".st-key-forcing-more"):
        expect(screen.page.get_by_test_id("stPopoverBody").locator(tool)).to_be_visible()
    expect(screen.page.locator(".st-key-example-0-more")).to_be_hidden()  # Examples has them


def test_the_menu_of_pages_is_made_for_fingers_and_closes_after_a_choice(window):
    screen = window(390, 844, phone=True).open(step="16")
    screen.page.locator(".st-key-pages_menu button").tap()
    links = screen.page.get_by_test_id("stPopoverBody").get_by_role("link")
    expect(links).to_have_count(len(screen.pages))
    places = [edges(link) for link in links.all()]
    assert all(foot - head >= 44 for _, head, _, foot in places)
    assert all(before[3] <= after[1] for before, after in pairwise(places))
    links.nth(1).tap()
    expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    screen.drawn("gates")


def test_a_phone_has_the_handle_of_the_training_in_the_window_and_an_arrow_where_a_figure_goes_on(window):
    screen = window(390, 844, phone=True).open_page("attention")
    figure = screen.page.locator(".st-key-figure_born")
    slider = figure.locator("input[type=range]")
    left, _, right, _ = edges(slider)
    assert left >= 0 and right <= 390  # the handle stands at either end, or between them
    expect(figure).to_have_attribute("data-more", "right")
    arrow = figure.evaluate("figure => getComputedStyle(figure, '::after').content")
    assert "→" in arrow and screen.overflow() == 0
    figure.evaluate("figure => [figure, ...figure.querySelectorAll('*')].forEach((part) => part.scrollBy(2000, 0))")
    expect(figure).to_have_attribute("data-more", "left")
    assert edges(slider)[0] >= 0


@pytest.mark.parametrize(
    "link",
    [{}, {"model": "en-fr", "lang": "ko"}, {"edits": FORGET}, {"hide": "inspector"}],
    ids=["plain", "words", "edited", "without equations"],
)
def test_a_phone_held_sideways_shows_the_whole_stage(window, link):
    screen = window(844, 390, phone=True).open(step="16", **link)
    canvas = screen.stage.locator("canvas").first
    band, transport = screen.page.locator(".st-key-band_input"), screen.stage.locator(".transport")
    assert bottom(transport) <= 390 + 1 and screen.overflow() == 0
    if not link.get("edits"):  # their list takes a line
        assert bottom(band) <= top(canvas) + 1 and bottom(canvas) <= top(transport) + 1


@pytest.mark.parametrize("link", [{}, {"hide": "inspector"}], ids=["equations", "no equations"])
def test_the_sentence_that_says_what_happens_is_whole(window, link):
    screen = window().open(text="8 mars 2025", step="3", **link)  # the line does not change from step to step
    for width, height in ((1280, 800), (1366, 768), (1100, 700), (1024, 768), (820, 1180), (844, 390)):
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.wait_for_function("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100, true)))")
        screen.press("End")
        assert "end" in screen.caption.inner_text()  # attention is spread: this takes the most words
        cut = screen.caption.evaluate("caption => caption.scrollWidth - caption.clientWidth")
        assert cut <= 0, f"{cut} pixels are cut off at {width} x {height}"
        assert bottom(screen.stage.locator("canvas").first) <= top(screen.stage.locator(".transport")) + 1
        screen.press("Home")


@pytest.mark.parametrize("model", ["dates", "en-fr"])
def test_a_phone_shows_the_source_beside_an_edit(window, model):
    screen = window(390, 844, phone=True).open(model=model, step="12", edits=FORGET)
    assert bottom(screen.stage.locator("canvas").first) <= top(screen.stage.locator(".inspector")) + 12


SIZES = [(1280, 800), (1024, 768), (1100, 700), (1366, 768), (1920, 1080), (820, 1180), (390, 844), (844, 390)]


@pytest.mark.parametrize("text", [NOT_TRACED, "8 漢 2025"], ids=["not traced", "unknown"])
def test_what_is_said_of_a_text_covers_nothing(window, text):
    screen = window(*SIZES[0]).open(text="8 mars 2025", step="16")
    screen.type(text)
    expect(screen.notice).to_be_visible()
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.wait_for_function("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100, true)))")
        left, head, right, foot = edges(screen.notice)
        for part in ("canvas", ".inspector", ".transport", ".caption"):
            x, y, end, low = edges(screen.stage.locator(part).first)
            apart = foot <= y + 2 or head >= low - 2 or right <= x or left >= end
            assert apart, f"it covers {part} at {width} x {height}"
        assert screen.overflow() == 0


def test_a_list_closes_after_a_choice(window):
    screen = window().open(text="8 mars 2025", step="16")
    body = screen.page.get_by_test_id("stPopoverBody")
    for opener, choice in (
        (".st-key-examples", ".st-key-example-1 button"),
        (".st-key-tool_0", ".st-key-hypothesis-1 button"),
        (".st-key-tool_2", ".stDownloadButton button"),
        (".st-key-tool_2", ".s2s-save"),
    ):
        screen.page.locator(f"{opener} button").first.click()
        with_file = "example" not in choice and "hypothesis" not in choice
        if with_file:
            expect(body.locator(".s2s-save").first).to_be_visible()  # its program closes the list
            with screen.page.expect_download():
                body.locator(choice).first.click()
        else:
            body.locator(choice).first.click()
        expect(body).to_have_count(0)
        screen.idle()


def test_more_closes_after_a_choice_on_a_phone(window):
    screen = window(390, 844, phone=True).open(text="8 mars 2025", step="16")
    screen.page.locator(".st-key-more button").tap()
    screen.page.locator(".st-key-forcing-more label").tap()
    expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect(screen.page).to_have_url(re.compile("forcing=1"))


# Words of a chart that lie over others, those aslant left out
OVER = """() => [...document.querySelectorAll('.stVegaLiteChart svg')].flatMap((svg) => {
    const words = [...svg.querySelectorAll('text')]
        .filter((each) => each.textContent.trim() && !/rotate\\((?!0\\))/.test(each.getAttribute('transform')))
        .map((each) => [each.textContent, each.getBoundingClientRect()]);
    return words.flatMap(([one, a], at) => words.slice(at + 1)
        .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.45 * Math.min(a.height, b.height))
        .map(([other]) => [one, other]));
})"""


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", {"text": LONG_DATE}),
        ("ko", {"text": "8/3"}),
        ("en", {"model": "en-fr", "text": "We did not go to school because it was snowing."}),
    ],
    ids=["long", "short", "words"],
)
def test_no_word_of_gates_lies_over_another(window, language, asked):
    screen = window().open_page("gates", lang=language, **asked)
    for width, height in ((1280, 800), (1024, 768)):
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.wait_for_timeout(800)  # the charts take the new width, on a busy machine later
        with suppress(TimeoutError):
            screen.page.wait_for_function(f"() => !({OVER})().length", timeout=30_000)
        assert screen.page.evaluate(OVER) == [], width
