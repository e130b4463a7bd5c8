"""On paper: light, whole, and without what is pressed; and the picture that is kept has its title."""

import re
import struct
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

AXES = (("x", "width"), ("y", "height"))
A4 = {"width": 718, "height": 1047}  # pixels within margins of 10 mm
WHITE, INK = "rgb(255, 255, 255)", "rgb(20, 24, 31)"


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_stage_is_one_sheet_of_light_paper(window, dark):
    screen = window(dark=dark).open(text="8 mars 2025", step="16")
    assert sheets(screen.page.pdf(format="A4")) == sheets(screen.page.pdf(format="A4", landscape=True)) == 1
    screen.page.set_viewport_size(A4)
    screen.page.emulate_media(media="print")
    picture, canvas = screen.stage.locator(".paper svg"), screen.stage.locator("canvas").first
    expect(picture).to_be_visible()
    expect(canvas).to_be_hidden()
    expect(screen.stage).to_have_attribute("data-theme", "light")
    expect(screen.stage).to_have_css("background-color", WHITE)
    for pressed in (".st-key-run", ".st-key-examples", ".s2s .buttons", ".s2s .scrubber", ".st-key-pages"):
        expect(screen.page.locator(pressed).first).to_be_hidden()
    parts = [screen.caption, picture, screen.stage.locator(".inspector > header"), screen.stage.locator(".legend")]
    boxes = [part.bounding_box() for part in parts]
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(boxes))
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= A4["width"] + 1 for box in boxes)
    expect(screen.sentence).to_have_css("color", INK)
    screen.page.emulate_media(media="screen")
    expect(picture).to_have_count(0)
    expect(screen.stage).to_have_attribute("data-theme", "dark" if dark else "light")


# Pieces of text with too little contrast to the nearest colour behind them, or on a dark one; through shadow roots too
FAINT = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = parts(colour).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
            const { backgroundColor } = getComputedStyle(at);
            if (/^rgb/.test(backgroundColor) && (parts(backgroundColor)[3] ?? 1) > 0.5) return backgroundColor;
        }
        return "rgb(255, 255, 255)";
    };
    const all = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
        each.shadowRoot ? [each, ...all(each.shadowRoot)] : [each]);
    return all(document).filter((each) => each instanceof HTMLElement && each.checkVisibility({ checkOpacity: true,
            checkVisibilityCSS: true }) && each.offsetWidth > 1 && each.offsetHeight > 1 && !each.closest(":disabled")
            && [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
        .map((each) => [each.textContent.trim().slice(0, 60), getComputedStyle(each).color, behind(each),
            each.closest("button") !== null])
        .filter(([, text, ground, pressed]) => {
            const [one, other] = [light(text), light(ground)].sort((a, b) => b - a);
            return (one + 0.05) / (other + 0.05) < 3 || (!pressed && light(ground) < 0.5);
        });
}"""


@pytest.mark.parametrize(
    "name",
    [
        "",
        *["gates", "directions", "attention", "why", "gradient", "forcing", "compare", "train", "lesson", "classroom"],
    ],
)
def test_every_word_of_a_dark_page_is_dark_on_light_paper(window, name):
    screen = window(dark=True).open_page(name)
    screen.page.emulate_media(media="print")
    screen.page.set_viewport_size(A4)
    screen.page.wait_for_timeout(500)
    assert not screen.page.evaluate(FAINT)


@pytest.mark.parametrize("step", ["4", "16", "16.3"])
def test_nothing_beside_the_stage_is_printed_over_anything_else(window, step):
    screen = window(dark=True).open(text="8 mars 2025", step=step)
    screen.page.emulate_media(media="print")
    screen.page.set_viewport_size(A4)
    expect(screen.stage.locator(".paper svg")).to_be_visible()
    blocks = screen.stage.locator(".inspector .strip, .inspector .equation").all()
    boxes = [box for block in blocks if (box := block.bounding_box()) and box["width"] and box["height"]]
    assert len(boxes) >= 6
    over = [(one, other) for one, other in combinations(boxes, 2) if _meet(one, other)]
    assert not over


def _meet(one, other):
    return all(min(one[at] + one[size], other[at] + other[size]) - max(one[at], other[at]) > 2 for at, size in AXES)


@pytest.mark.parametrize("name", ["compare", "attention", "lesson"])
def test_figures_follow_each_other_on_paper(window, name):
    screen = window(dark=True).open_page(name)
    screen.page.set_viewport_size(A4)
    screen.page.emulate_media(media="print")
    blocks = screen.page.locator(".s2s .figure, [class*='st-key-figure_'], h3, .s2s .caption")
    expect(blocks.filter(visible=True).first).to_be_visible()  # the stage has taken the size of the paper
    boxes = sorted((box for block in blocks.all() if (box := block.bounding_box())), key=lambda box: box["y"])
    assert boxes and all(box["x"] + box["width"] <= A4["width"] + 2 for box in boxes)
    covered = [
        (one, other)
        for one, other in pairwise(boxes)
        if one["y"] + one["height"] > other["y"] + 2 and one["x"] + one["width"] > other["x"] + 2
    ]
    assert not covered


def test_a_heading_and_its_switches_stay_with_their_figure(window):
    """A browser breaks nothing after what says so; headings and switches stand in boxes of their own."""
    screen = window().open_page("why")
    screen.page.emulate_media(media="print")
    for inside in ("h3", ".stButtonGroup"):
        boxes = screen.page.locator(f".stElementContainer:has({inside}):visible")
        assert boxes.count() >= 2
        for box in boxes.all():
            expect(box).to_have_css("break-after", "avoid")
    figure = screen.page.locator(".stElementContainer:has(svg.marks):visible").first
    expect(figure).to_have_css("break-after", "auto")


def test_a_png_is_twice_as_large_and_has_title_model_and_caption(window, tmp_path):
    screen = window().open(text="8 mars 2025", step="16")
    screen.page.evaluate(
        """() => {
            window.written = [];
            const write = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
                if (!this.canvas.isConnected) window.written.push(text);
                return write.call(this, text, ...rest);
            };
        }"""
    )
    screen.page.locator(".st-key-tool_2 button").first.click()
    with screen.page.expect_download() as kept:
        screen.page.get_by_role("button", name="Picture (PNG)").click()
    width, height = struct.unpack(">II", Path(kept.value.path()).read_bytes()[16:24])
    canvas = screen.stage.locator("canvas").first.bounding_box()
    assert width == pytest.approx(2 * (canvas["width"] + 40), abs=4) and height > 2 * canvas["height"] + 100
    written = screen.page.evaluate("window.written")
    for words in ("8 mars 2025 → 2025-03-08", "Date → ISO", screen.caption.inner_text()):
        assert words in written
    vectors = screen.page.get_by_role("button", name="Picture (SVG)")
    if not vectors.is_visible():  # the choice has closed the list
        screen.page.locator(".st-key-tool_2 button").first.click()
    with screen.page.expect_download() as kept:
        vectors.click()
    saved = Path(kept.value.path()).read_text("utf-8")
    assert "<title>8 mars 2025 → 2025-03-08 · Date → ISO · p = 0." in saved
    assert ">8 mars 2025 → 2025-03-08</text>" in saved


PAINTS = """() => [...document.querySelectorAll('.st-key-figure_matrices .stVegaLiteChart svg.marks *')]
    .filter((element) => element.__data__?.mark && element.__data__.mark.marktype !== 'group')
    .map((element) => [getComputedStyle(element).fill, getComputedStyle(element).stroke].join(' '))"""


def test_a_chart_of_the_dark_theme_is_printed_in_the_colours_of_the_light_one(window):
    printed, shown = {}, {}
    for dark in (False, True):
        screen = window(dark=dark).open_page("attention", text="8 mars 2025")
        expect(screen.page.locator(".st-key-figure_matrices .s2s-save").first).to_be_visible()  # its program has begun
        shown[dark] = screen.page.evaluate(PAINTS)
        screen.page.emulate_media(media="print")
        if dark:
            screen.page.wait_for_function(f"before => String(({PAINTS})()) !== before", arg=",".join(shown[dark]))
        printed[dark] = [[int(part) for part in re.findall(r"\d+", paint)] for paint in screen.page.evaluate(PAINTS)]
        screen.page.emulate_media(media="screen")
        screen.page.wait_for_function(f"before => String(({PAINTS})()) === before", arg=",".join(shown[dark]))
    assert shown[True] != shown[False] and len(printed[False]) > 100
    for light, other in zip(printed[False], printed[True], strict=True):
        assert len(light) == len(other)
        apart = [abs(one - two) for one, two in zip(light, other, strict=True)]
        assert max(apart, default=0) <= 8, (light, other)  # no weight is white, and panels' colour in the dark
