"""For a lecture hall: type that the last row reads, a pen, a spotlight, captions in two languages."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import s2s_core
from s2s_core.edits import force_token

LEGIBLE = 28  # pixels at 1920 x 1080
SMALLEST = """(root) => [...root.querySelectorAll("*")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()) &&
    element.getBoundingClientRect().width > 1 && getComputedStyle(element).visibility !== "hidden" &&
    element.checkVisibility()
).map((element) => [parseFloat(getComputedStyle(element).fontSize), element.textContent])"""


def drawn_sizes(screen) -> list[float]:
    """How high the text of the picture is, in pixels: the picture says it where it is kept as SVG."""
    unit = float(screen.stage.evaluate("root => parseFloat(getComputedStyle(root).getPropertyValue('--u'))"))
    with screen.page.expect_download() as download:
        screen.page.evaluate("dispatchEvent(new CustomEvent('s2s-keep', { detail: { format: 'svg', titles: [] } }))")
    text = Path(download.value.path()).read_text("utf-8")
    return [unit * float(size) for size in re.findall(r"font:[^;]*?([\d.]+)px", text)]


@pytest.mark.parametrize("step", ["4", "16", "17.1"])
def test_at_twice_the_size_everything_is_legible_from_the_last_row(window, step):
    screen = window(1920, 1080).open(step=step)
    screen.press("S", "S")
    sizes = screen.stage.evaluate(SMALLEST)
    assert len(sizes) > 8
    assert not [found for found in sizes if found[0] < LEGIBLE]
    assert min(drawn_sizes(screen)) >= LEGIBLE
    box = screen.stage.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == pytest.approx((0, 0, 1920, 1080), abs=2)
    shown = screen.stage.locator(":is(.equation, .alignment, .inspector .body .distribution):visible")
    expect(shown).to_have_count(1)
    before = screen.stage.locator(".inspector").get_attribute("data-shown")
    screen.press("g")
    expect(shown).to_have_count(1)
    assert screen.stage.locator(".inspector").get_attribute("data-shown") != before
    transport = screen.stage.locator(".transport").bounding_box()
    assert transport["y"] + transport["height"] <= 1081
    assert not screen.errors


def test_at_twice_the_size_a_changed_run_has_room_for_its_strands(window):
    model = s2s_core.load("dates")
    forced = force_token(0, model.trace("2019").tgt_ids[3])
    screen = window(1920, 1080).open(text="March 8, 2025", step="20", edits=json.dumps(forced.to_json()))
    screen.press("S", "S")
    expect(screen.stage).to_have_class(re.compile(r"\bcrowded\b"))
    unit = float(screen.stage.evaluate("root => parseFloat(getComputedStyle(root).getPropertyValue('--u'))"))
    assert screen.stage.locator(".figure canvas").first.bounding_box()["height"] / unit >= 220  # see layout.test.mjs
    expect(screen.stage.locator(".edits")).to_be_visible()
    expect(screen.stage.locator(".distribution .row:visible")).to_have_count(1)


@pytest.mark.parametrize(
    ("link", "keys", "least"),
    [({"forcing": "1", "reference": "2025-03-09"}, "SS", 245), ({}, "SSC", 217)],
    ids=["reference", "two languages"],
)
def test_at_twice_the_size_what_else_stands_on_the_stage_leaves_the_strands_their_room(window, link, keys, least):
    screen = window(1920, 1080).open(text="8 mars 2025", step="20", **link)
    screen.press(*keys)
    expect(screen.stage).to_have_class(re.compile(r"\bcrowded\b"))
    unit = float(screen.stage.evaluate("root => parseFloat(getComputedStyle(root).getPropertyValue('--u'))"))
    assert screen.stage.locator(".figure canvas").first.bounding_box()["height"] / unit >= least  # see layout.test.mjs
    transport = screen.stage.locator(".transport").bounding_box()
    assert transport["y"] + transport["height"] <= 1081
    expect(screen.stage.locator(".distribution .row:visible")).to_have_count(1)


def test_the_size_is_kept_and_the_keys_go_on(window):
    screen = window(1366, 768).open(step="16")
    usual = screen.stage.locator(".figure canvas").bounding_box()
    screen.press("s")
    expect(screen.stage).to_have_class(re.compile(r"\blarge\b"))
    assert not screen.hindrances()
    screen.page.reload()
    screen.ready()
    expect(screen.stage).to_have_class(re.compile(r"\blarge\b"))
    screen.press("ArrowRight", "PageDown")
    assert screen.step == "18"
    screen.press("s", "s")
    expect(screen.stage).not_to_have_class(re.compile(r"\blarge\b"))
    assert screen.stage.locator(".figure canvas").bounding_box() == usual


def test_pen_and_spotlight_vanish_with_the_step(window):
    screen = window().open(step="16")
    over = screen.stage.locator(".over")
    inked = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    screen.press("w")
    screen.page.mouse.move(300, 300)
    screen.page.mouse.down()
    screen.page.mouse.move(500, 420, steps=4)
    screen.page.mouse.up()
    assert over.locator("canvas").evaluate(inked)
    screen.press("ArrowRight")
    assert screen.step == "17"
    expect(over).to_be_hidden()
    screen.press("w")
    assert not over.locator("canvas").evaluate(inked)
    screen.press("Escape")
    expect(over).to_be_hidden()
    screen.press("o")
    screen.page.mouse.move(400, 350)
    expect(over).to_have_attribute("data-tool", "spotlight")
    place = over.evaluate("element => [element.style.getPropertyValue('--x'), element.style.getPropertyValue('--y')]")
    assert place == ["360px", "250px"]  # from the corner of the stage
    screen.press("PageUp")
    expect(over).to_be_hidden()
    screen.press("?")
    for key in ("pen", "spotlight", "lecture hall", "two languages"):
        expect(screen.page.get_by_role("dialog").locator(".keys")).to_contain_text(key)


@pytest.mark.parametrize(("language", "here", "there"), [("en", "Output 2", "출력 2"), ("ko", "출력 2", "Output 2")])
def test_captions_stand_in_two_languages_if_wanted(window, language, here, there):
    screen = window().open(step="16", lang=language)
    other = screen.stage.locator(".caption-other")
    expect(other).to_be_hidden()
    screen.press("c")
    expect(screen.caption).to_contain_text(here)
    expect(other).to_contain_text(there)
    assert other.bounding_box()["y"] + other.bounding_box()["height"] <= 800
    screen.page.reload()
    screen.ready()
    expect(other).to_contain_text(there)


@pytest.mark.parametrize("changed", [False, True], ids=["as trained", "changed"])
def test_at_twice_the_size_the_token_that_is_looked_at_most_is_listed_and_its_numbers_are_named(window, changed):
    held = [{"edit": "clamp", "quantities": ["forget_gate"], "value": 0, "part": "decoder"}]
    asked = {"edits": json.dumps(held)} if changed else {}
    screen = window(1920, 1080).open(text="8 mars 2025", step="16.3", **asked)
    screen.press("S", "S")
    expect(screen.stage.locator(".inspector")).to_have_attribute("data-shown", "alignment")
    share, token = re.search(r"(\d+)% .*“(.+)”", screen.caption.inner_text()).groups()
    rows = screen.stage.locator(".alignment .row:visible")
    expect(rows).to_have_count(1 if changed else 2)
    expect(rows.filter(has=screen.page.locator(".word", has_text=token)).locator(".weight")).to_have_text(f"0.{share}")
    named = """row => getComputedStyle(row.querySelector('.weight'), '::before').content.includes('α')"""
    assert rows.first.evaluate(named) == changed
    expect(screen.stage.locator(".alignment .titles")).to_be_visible(visible=not changed)
