"""Several stages in one notebook: each has its own keys and styles, and takes the theme of the notebook."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from small_models import small_translator

import s2s_core as s2s
from s2s_core.edits import clamp

MODEL = small_translator(max_src_len=80)
TEXT = "abcadge"
SCRIPT = "</script></iframe><script>alert(1)</script>'\"&amp;"
FREE = MODEL.trace(TEXT)
FORCED = MODEL.trace(TEXT, reference="0123")
EDITED = MODEL.trace(TEXT, edit=clamp("forget_gate", 0.0, part="decoder"))
PAGE = """<!doctype html><meta charset="utf-8">
<style>body {{ background: {background}; }} button, .edits, .figure {{ display: none; }} canvas {{ opacity: 0.01; }}
#own {{ display: block; }}</style>
<button id="own">Run</button>{outputs}
<script>window.heard = []; addEventListener("keydown", ({{ key }}) => heard.push(key));</script>"""
Notebook = Callable[..., Page]


@pytest.fixture
def notebook(browser: Browser) -> Iterator[Notebook]:
    """A page with the outputs of some cells; asks for nothing and complains about nothing."""
    contexts = []
    faults: list[str] = []

    def open_notebook(*values: object, background: str = "#ffffff", width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 1500},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: faults.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        outputs = "".join(f'<div class="output">{value._repr_html_()}</div>' for value in values)
        page.set_content(PAGE.format(background=background, outputs=outputs))
        return page

    yield open_notebook
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if not fault.startswith("about:")]


def stage(page: Page, number: int) -> FrameLocator:
    """The inside of one output, once its stage is drawn."""
    page.locator("iframe").nth(number).scroll_into_view_if_needed()
    frame = page.frame_locator("iframe").nth(number)
    expect(frame.locator(".s2s .caption")).not_to_be_empty()
    return frame


def step(frame: FrameLocator) -> str:
    return frame.locator(".s2s").get_attribute("data-step") or ""


def test_keys_move_the_stage_that_was_clicked_and_nothing_else(notebook: Notebook) -> None:
    page = notebook(FREE, FREE, s2s.show(FREE))
    frames = [stage(page, number) for number in range(3)]
    before = [step(frame) for frame in frames]
    frames[1].locator(".figure").click(position={"x": 5, "y": 5})
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    expect(frames[1].locator(".s2s")).not_to_have_attribute("data-step", before[1])
    assert [step(frames[0]), step(frames[2])] == [before[0], before[2]]
    assert page.evaluate("heard") == []
    page.locator("#own").scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # until Chromium knows which frame lies where after scrolling; it tells nobody
    page.locator("#own").click()
    now = step(frames[1])
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("heard") == ["ArrowLeft"]
    assert [step(frame) for frame in frames] == [before[0], now, before[2]]


def test_a_stage_plays(notebook: Notebook) -> None:
    frame = stage(notebook(s2s.show(FREE, step=1)), 0)
    assert step(frame) == "1"
    frame.get_by_role("button", name="Play").click()
    expect(frame.locator(".s2s")).not_to_have_attribute("data-step", "1")


def test_styles_stay_on_their_side(notebook: Notebook) -> None:
    page = notebook(FREE, EDITED)
    plain = page.evaluate("getComputedStyle(document.querySelector('#own')).cssText")
    frame = stage(page, 1)
    assert frame.locator("canvas").first.evaluate("at => getComputedStyle(at).opacity") == "1"
    expect(frame.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#own')).cssText") == plain
    assert page.evaluate("document.styleSheets.length") == 1


@pytest.mark.parametrize(
    ("background", "dark", "theme"),
    [
        ("#ffffff", True, "light"),
        ("#111111", False, "dark"),
        ("rgb(30 30 30)", True, "dark"),
        ("#fdf6e3", True, "light"),
    ],
)
def test_a_stage_takes_the_theme_of_the_notebook(notebook: Notebook, background: str, dark: bool, theme: str) -> None:
    page = notebook(FREE, background=background, dark=dark)
    root = stage(page, 0).locator(".s2s")
    expect(root).to_have_attribute("data-theme", theme)
    other = {"light": "#000000", "dark": "#ffffff"}[theme]
    page.evaluate(f"document.body.style.background = '{other}'")
    expect(root).not_to_have_attribute("data-theme", theme)


def test_the_reader_sees_what_is_beside(notebook: Notebook) -> None:
    page = notebook(s2s.show(FORCED, beside=FREE, language="ko"), s2s.show(EDITED, beside=FREE))
    expect(stage(page, 0).locator(".s2s .caption")).to_contain_text("출력")
    edited = stage(page, 1)
    expect(edited.locator(".edit")).to_have_count(1)
    expect(edited.locator(".edit button")).to_have_count(0)


@pytest.mark.parametrize("width", [380, 820, 1600])
def test_a_stage_fits_the_width_of_its_cell(notebook: Notebook, width: int) -> None:
    frame = stage(notebook(FREE, width=width), 0)
    expect(frame.get_by_role("button", name="Play")).to_be_in_viewport()
    assert frame.locator("html").evaluate("at => at.scrollWidth - at.clientWidth") == 0


def test_what_was_typed_is_text(notebook: Notebook) -> None:
    page = notebook(MODEL.trace(SCRIPT), FREE)
    stage(page, 1)
    expect(stage(page, 0).locator(".s2s")).to_have_count(1)
    assert page.locator("iframe").count() == 2
    assert page.locator("iframe").first.get_attribute("title") == f"{SCRIPT} · Seq2Scope"


def test_a_notebook_that_is_not_trusted_shows_the_words(browser: Browser) -> None:
    """What remains when frames, scripts and styles are taken out."""
    kept = re.sub(
        r'<iframe.*?</iframe>|<script>.*?</script>| style=".*?"', "", FREE._repr_html_() or "", flags=re.DOTALL
    )
    page = browser.new_page()
    page.set_content(kept)
    assert page.inner_text("pre") == repr(FREE)
    page.close()
