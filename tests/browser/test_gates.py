"""Gates in a browser: pointing at a cell of one map shows its unit in all of them, a click chooses it."""

import re

from playwright.sync_api import expect

from s2s_core.analysis.gates import shown
from s2s_core.analysis.units import contrasts, telling_span
from s2s_core.checkpoint import load
from s2s_ui.charts.gate_sheet import LEFT, MAP, TOP, WIDTH

TEXT = "8 mars 2025"


def test_pointing_shows_a_unit_in_all_maps_and_a_click_chooses_it(window):
    cell = load("dates", device="cpu").trace(TEXT).encoder.forward
    telling = contrasts(cell.hidden, telling_span([*TEXT, "</s>"]))[0].unit
    units = shown(cell.hidden, "similarity", count=48, always=telling)
    row, position = 20, 3
    screen = window()
    screen.page.goto(f"{screen.address}/gates?text={TEXT.replace(' ', '+')}")
    picture = screen.page.locator(".st-key-figure_maps .stVegaLiteChart svg")
    expect(picture.get_by_text(f"Unit {telling} along the sentence")).to_be_visible()
    screen.idle()
    box = picture.bounding_box()
    across = LEFT + WIDTH * (position + 0.5) / len(cell.hidden)
    screen.page.mouse.move(box["x"] + box["width"] * across, box["y"] + TOP + MAP * (row + 0.5) / len(units))
    expect(picture.get_by_text(f"Unit {units[row]} along the sentence")).to_be_visible()
    for values in cell.quantities().values():
        number = f"{values[position, units[row]]:.2f}".replace("-", "−")
        expect(picture.get_by_text(number, exact=True).first).to_be_visible()
    screen.page.mouse.down()
    screen.page.mouse.up()
    screen.page.wait_for_url(re.compile(rf"position={position}&.*unit={units[row]}\b"))
    expect(screen.page.get_by_role("spinbutton", name="unit")).to_have_value(str(units[row]))
    screen.page.mouse.move(1, 1)
    expect(picture.get_by_text(f"Unit {units[row]} along the sentence")).to_be_visible()
    assert not screen.errors


def test_a_figure_is_saved_as_picture_and_numbers_and_shown_as_a_table(window):
    screen = window(locale="ko-KR")
    screen.page.goto(f"{screen.address}/gates?text=2025년+3월+8일")
    tools = screen.page.locator(".st-key-tools_openness")
    expect(screen.page.locator(".st-key-figure_openness .stVegaLiteChart svg")).to_be_visible()
    screen.idle()
    heads = {"SVG": b"<svg", "PNG": b"\x89PNG", "CSV": b"\xef\xbb\xbfgate,"}
    for name, head in heads.items():
        with screen.page.expect_download() as download:
            tools.get_by_text(name, exact=True).click()
        assert download.value.suggested_filename == f"openness.{name.lower()}"
        assert download.value.path().read_bytes().startswith(head)
    tools.get_by_role("button", name="표로 보기").click()
    expect(screen.page.get_by_test_id("stDataFrame")).to_be_visible()
    assert not screen.errors
