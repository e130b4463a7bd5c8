"""The frame in a browser: bands, languages, themes, sizes."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

SIZES = {"laptop": (1280, 800), "projector": (1920, 1080), "small laptop": (1366, 768), "tablet": (820, 1180)}


def box(screen, selector: str) -> dict[str, float]:
    found = screen.page.locator(selector).first.bounding_box()
    assert found, selector
    return found


def test_the_bands_are_where_the_design_has_them(window):
    screen = window().open(step="1")
    nav, band, stage = box(screen, ".st-key-nav"), box(screen, ".st-key-band_input"), box(screen, ".s2s")
    assert (nav["x"], nav["y"], nav["width"], nav["height"]) == (40, 0, 1200, 44)
    assert (band["y"], band["height"]) == (44, 56)
    assert (stage["y"], stage["y"] + stage["height"]) == (100, 800)
    for control in ("model [role=group]", "text input", "run button", "examples button"):
        place = box(screen, f".st-key-{control}")
        assert place["y"] + place["height"] / 2 == pytest.approx(72, abs=1.5), control


def test_a_projector_sees_the_same_one_third_larger(window):
    screen = window(1920, 1080).open(step="1")
    nav, stage = box(screen, ".st-key-nav"), box(screen, ".s2s")
    assert nav["height"] == pytest.approx(44 * 1.35, abs=0.5)
    assert stage["y"] == pytest.approx(135, abs=0.5)
    assert stage["y"] + stage["height"] == pytest.approx(1080, abs=1)
    size = screen.page.locator(".st-key-run p").evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size == pytest.approx(14 * 1.35, abs=0.1)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_wider_than_the_window(window, size, language):
    screen = window(*size).open(step="3", lang=language, forcing="1")
    assert screen.overflow() == 0


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_wider_than_a_phone(window, language):
    screen = window(390, 844, phone=True).open(step="3", lang=language)
    assert screen.overflow() == 0
    assert box(screen, ".st-key-text input")["y"] < box(screen, ".st-key-model")["y"]
    expect(screen.page.locator(".st-key-examples")).to_be_hidden()
    screen.page.locator(".st-key-more button").tap()
    expect(screen.page.get_by_role("switch", name=re.compile("Teacher forcing|교사 강요"))).to_be_visible()


def test_nothing_moves_once_it_is_seen(window):
    """Until the style sheet is there, the body is one pixel high and nothing in it is seen."""
    screen = window()
    screen.page.add_init_script(
        """window.moved = 0;
        const seen = ({ node, previousRect }) =>
            node && previousRect.height > 1 && node.parentElement.closest(".st-key-body");
        new PerformanceObserver((list) => list.getEntries()
            .filter((shift) => shift.sources.some(seen))
            .forEach((shift) => { window.moved += shift.value; })
        ).observe({ type: "layout-shift", buffered: true });"""
    )
    screen.open(step="1")
    assert screen.page.evaluate("window.moved") < 0.01


@pytest.mark.parametrize(("locale", "run"), [("ko-KR", "실행"), ("en-GB", "Run"), ("fr-FR", "Run")])
def test_the_browser_s_language_is_the_first_choice(window, locale, run):
    screen = window(locale=locale).open(step="1")
    expect(screen.page.locator(".st-key-run button")).to_have_text(run)
    expect(screen.page.locator("html")).to_have_attribute("lang", "ko" if run == "실행" else "en")


def test_another_language_keeps_sentence_step_and_stage(window):
    screen = window().open(text="8 mars 2025", step="4")
    screen.stage.evaluate("element => { element.marked = true; }")
    screen.sentence.fill("9 mars 2025")
    screen.page.get_by_role("radio", name="한국어").click()
    expect(screen.page.locator(".st-key-run button")).to_have_text("실행")
    expect(screen.sentence).to_have_value("9 mars 2025")
    expect(screen.caption).to_contain_text("출력")
    expect(screen.page).to_have_url(re.compile("lang=ko"))
    assert screen.stage.evaluate("element => element.marked") is True


def test_korean_is_drawn_with_the_font_that_is_shipped(window):
    screen = window().open(lang="ko", step="1")
    loaded = screen.page.evaluate(
        "document.fonts.ready.then((fonts) => [...fonts].filter((f) => f.status === 'loaded').map((f) => f.family))"
    )
    assert "Noto Sans KR" in " ".join(loaded)
    assert screen.page.evaluate("""document.fonts.check('14px "Noto Sans KR"', '관찰')""")


def background(screen) -> str:
    return screen.page.locator(".stApp").evaluate("element => getComputedStyle(element).backgroundColor")


LIGHT, DARK = "rgb(255, 255, 255)", "rgb(15, 20, 27)"


@pytest.mark.parametrize(("dark", "colour"), [(False, LIGHT), (True, DARK)], ids=["light", "dark"])
def test_the_system_s_theme_is_the_first_choice(window, dark, colour):
    screen = window(dark=dark).open(step="1")
    assert background(screen) == colour
    expect(screen.stage).to_have_attribute("data-theme", "dark" if dark else "light")


@pytest.mark.parametrize("dark", [False, True], ids=["from light", "from dark"])
def test_the_theme_switch_keeps_what_was_typed_and_is_remembered(window, dark):
    screen = window(dark=dark).open(text="8 mars 2025", step="4")
    screen.sentence.fill("9 avril 2025")
    screen.theme.click()
    in_the_other(screen, dark)
    expect(screen.stage).to_have_attribute("data-theme", "light" if dark else "dark")
    expect(screen.sentence).to_have_value("9 avril 2025")
    screen.page.reload()
    in_the_other(screen, dark)
    screen.theme.click()
    expect(screen.stage).to_have_attribute("data-theme", "dark" if dark else "light")


def in_the_other(screen, dark: bool) -> None:
    """Wait for the page in the theme that the system has not.

    The stage alone does not tell: as long as its style is not there, it takes itself for light.
    """
    expect(screen.page.locator(".stApp")).to_have_css("background-color", LIGHT if dark else DARK)
    screen.ready()
    assert background(screen) == (LIGHT if dark else DARK)


def test_the_theme_switch_keeps_the_step(window):
    screen = window().open(text="8 mars 2025", step="7")
    screen.press("ArrowRight")
    screen.page.wait_for_url(re.compile(r"[?&]step=8\b"))
    screen.theme.click()
    expect(screen.stage).to_have_attribute("data-theme", "dark")
    expect(screen.stage).to_have_attribute("data-step", "8")


def test_every_control_is_reached_and_used_by_keyboard(window):
    screen = window().open(step="1")
    reached = set()
    screen.page.locator("body").focus()
    for _ in range(25):
        screen.press("Tab")
        names = screen.page.evaluate("[document.activeElement.ariaLabel, document.activeElement.innerText]")
        reached |= {name.split("\n")[0] for name in names if name}
    wanted = {"Watch", "Model", "Sentence", "Run", "Examples", "Peepholes", "Teacher forcing", "Dark theme"}
    assert wanted <= reached, reached


def test_another_language_chooses_nothing_and_back_brings_the_first_one_back(window):
    screen = window().open_page("gates", model="dates-gru")
    screen.page.get_by_text("한국어").click()
    expect(screen.page).to_have_url(re.compile("lang=ko"))
    screen.idle()
    screen.page.locator(".st-key-option-order button").first.click()
    expect(screen.page).to_have_url(re.compile("order=number"))
    screen.idle()
    assert screen.page.url.endswith("/gates?model=dates-gru&order=number&lang=ko")
    screen.page.go_back()
    screen.page.go_back()
    expect(screen.page).to_have_url(re.compile(r"/gates\?model=dates-gru$"))
    screen.idle()
    expect(screen.page.locator(".st-key-model input")).to_have_value(re.compile("GRU"))
    assert not screen.page.locator(".stException").count() and not screen.errors


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [601, 800, 999, 1000, 1280])
def test_nothing_in_the_bar_covers_anything_else(window, width, language):
    screen = window(width, 800).open(lang=language)
    parts = ".st-key-nav .s2s-name, .st-key-nav a, .st-key-nav .st-key-pages_menu button, .st-key-nav [role=radiogroup]"
    boxes = [box for part in screen.page.locator(f"{parts}, .s2s-theme").all() if (box := part.bounding_box())]
    ends = sorted((box["x"], box["x"] + box["width"]) for box in boxes)
    assert len(ends) >= 4 and all(right <= left for (_, right), (left, _) in pairwise(ends))
    assert screen.overflow() <= 0
