"""Every label, symbol and mark of the stage answers hover, focus and tap with a sentence of present numbers."""

import re

import pytest
from playwright.sync_api import expect

TEXT = "8 mars 2025"
NUMBER = re.compile(r"\d")
INSPECTED = (
    ".equation .number, .equation .letter, .equation .name, .equation .sum, .equation .value, .equation .term, "
    ".equation .none, .alignment .number, .alignment .name, .alignment .sum, .alignment .titles span, "
    ".alignment .row > *, .distribution .number, .distribution .row, .course .title, .course .letter, .course .value, "
    ".legend .scale, .chip, .title, .note, .group-name, .subs button, .scrubber, .speed-box"
)


@pytest.fixture
def explained(window):
    """The box with the explanation on a stage."""

    def open_stage(**link):
        screen = window(**link.pop("how", {})).open(text=TEXT, **link)
        screen.box = screen.stage.locator(".explanation")
        return screen

    return open_stage


def on_canvas(screen, x: float, y: float) -> dict[str, float]:
    corner = screen.stage.locator(".figure canvas").bounding_box()
    return {"x": corner["x"] + x, "y": corner["y"] + y}


def test_the_peephole_says_what_it_adds_here_and_leads_to_the_lesson(explained):
    screen = explained(step="14")
    gate = screen.stage.locator(".equation", has_text="forget gate")
    gate.locator(".term", has_text="peephole").hover()
    amount = gate.locator(".term", has_text="peephole").locator(".amount").inner_text()
    total = re.search(r"\((.*)\)", gate.locator(".sum").inner_text())[1]
    expect(screen.box).to_contain_text(f"peephole: the gate reads the cell state; {amount} of {total} here.")
    expect(screen.box.get_by_role("link")).to_have_attribute("href", "./lesson?chapter=1")
    screen.press("ArrowRight")  # the keys are the stage's, and the sentence gets the numbers of the next step
    assert screen.step == "15"
    amount = gate.locator(".term", has_text="peephole").locator(".amount").inner_text()
    expect(screen.box).to_contain_text(f"{amount} of")
    screen.box.get_by_role("link").hover()
    screen.page.wait_for_timeout(400)
    expect(screen.box).to_be_visible()  # the way to the link does not hide it
    screen.press("Escape")
    expect(screen.box).to_be_hidden()
    assert not screen.errors


@pytest.mark.parametrize("step", ["4", "16"])
def test_every_number_and_name_around_the_picture_has_its_sentence_at_focus(explained, step):
    screen = explained(step=step)
    for element in screen.stage.locator(INSPECTED).all():
        if not element.is_visible() or not (element.text_content() or "").strip():
            continue
        element.focus()
        name = element.evaluate("element => `${element.className.baseVal ?? element.className} ${element.textContent}`")
        assert screen.box.is_visible(), name
        assert NUMBER.search(screen.box.inner_text()), name
        assert element.get_attribute("aria-describedby") == "s2s-explanation", name
    assert not screen.errors


@pytest.mark.parametrize("link", [{"step": "4"}, {"step": "16"}, {"step": "16", "model": "dates-last"},
                                  {"step": "17", "forcing": "1", "reference": "2025-12-08"}], ids=str)  # fmt: skip
def test_in_its_mode_the_picture_is_outlined_and_reached_with_tab(explained, link):
    screen = explained(**link)
    button = screen.page.get_by_role("button", name="Explain the picture")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(screen.box).to_contain_text("Point at anything outlined")
    spots = screen.stage.locator(".spot")
    said = spots.evaluate_all("spots => spots.map((spot) => [spot.dataset.group, spot.ariaLabel])")
    groups = {group.split()[0] for group, _ in said}
    assert {"lane_forward", "lane_decoder", "lane_context", "source", "cell", "state_arrow"} <= groups
    if link["step"] == "4":
        assert {"belt", "node_add", "peephole_old", "peephole_new", "tanh", "lens_x", "quantity"} <= groups
    elif "model" in link:
        assert {"fixed", "token", "bar"} <= groups
    else:
        assert {"strand", "weight", "alpha", "score", "row", "context", "feed"} <= groups
    assert all(NUMBER.search(sentence) for _, sentence in said), said
    spots.first.focus()
    expect(screen.box).to_be_visible()
    screen.press("Tab")
    expect(screen.stage.locator(".spot:focus")).to_have_count(1)
    assert not screen.hindrances()
    step = screen.step
    screen.press("ArrowRight")
    assert screen.step == str(int(step) + 1)  # the mode takes no key
    screen.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(spots.first).to_be_hidden()
    screen.press("e")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_lanes_and_strands_answer_the_pointer_and_a_click_does_what_it_did(explained):
    screen = explained(step="14")
    screen.page.mouse.move(*on_canvas(screen, 30, 82).values())
    expect(screen.box).to_contain_text("Decoder: a state s of 64 numbers for each output; 2 of 11 are computed.")
    context = screen.stage.locator(".spot")
    expect(context).to_have_count(0)  # outside of the mode nothing lies over the picture
    screen.page.mouse.move(*on_canvas(screen, 30, 200).values())
    expect(screen.box).to_be_hidden()
    unit = screen.stage.locator(".chip.unit").inner_text()
    screen.page.mouse.click(*on_canvas(screen, 104, 66).values())
    expect(screen.stage.locator(".chip.unit")).not_to_have_text(unit)


def test_on_a_phone_a_tap_explains(explained):
    screen = explained(step="14", how={"width": 390, "height": 844, "phone": True})
    corner = screen.stage.locator(".figure canvas").bounding_box()
    screen.page.touchscreen.tap(corner["x"] + 20, corner["y"] + 46)
    expect(screen.box).to_contain_text("Decoder: a state s")
    box = screen.box.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert not screen.hindrances()
    screen.page.get_by_role("button", name="Explain the picture").tap()
    expect(screen.box).to_contain_text("tap it")
    assert screen.overflow() == 0


def test_explanations_speak_korean_and_a_class_without_pages_has_no_link(explained):
    screen = explained(step="14", lang="ko", hide="pages")
    screen.stage.locator(".legend .scale").first.hover()
    expect(screen.box).to_contain_text("상태의 색")
    expect(screen.box.get_by_role("link")).to_be_hidden()
