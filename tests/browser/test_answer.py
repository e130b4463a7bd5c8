"""The whole answer over the output: as people write it, at every step, and what a change in the network did to it."""

import re

from playwright.sync_api import expect

TEXT = "8 mars 2025"
RAW = re.compile(r"</?s>|<pad>|<unk>|<0x")


def answer(screen):
    return screen.stage.locator(".answer-text")


def same(screen, count=1):
    expect(answer(screen).locator(".same")).to_have_count(count)


def test_a_change_is_said_at_once_whatever_the_step(window):
    screen = window().open(text=TEXT, step="2", peepholes="0")
    expect(answer(screen)).to_contain_text(re.compile(r"2025-03-08 → \S+ *p = 0\.\d+ → \d\.\d+"))
    assert len(screen.stage.locator(".answer .differs").all()) == 2
    screen.press("p")
    expect(answer(screen)).not_to_contain_text("→")
    expect(answer(screen)).to_contain_text(re.compile(r"^2025-03-08 *p = 0\.\d+"))
    same(screen, 0)


def test_a_dragged_weight_tells_its_number_and_then_that_the_answer_is_the_same(window):
    screen = window().open(text=TEXT, step="16")
    box = screen.stage.locator(".figure canvas").bounding_box()
    x, y = box["x"] + 92 + 340, box["y"] + box["height"] - 194 - 3 * 17 - 30
    tooltip = screen.stage.locator(".tooltip")
    screen.page.mouse.move(x, y)
    expect(tooltip).to_contain_text("α 0.00")
    screen.page.mouse.down()
    told = set()
    for way in (20, 40):
        screen.page.mouse.move(x, y - way, steps=2)
        expect(tooltip).to_contain_text("α 0.00 → 0.")
        told.add(tooltip.inner_text())
    assert len(told) == 2
    screen.page.mouse.up()
    expect(screen.stage.locator(".edit")).to_have_count(1)
    expect(answer(screen)).to_contain_text(re.compile(r"the answer is the same *p = 0\.\d+ → 0\.\d+|→ \S+ *p = "))


def test_hangul_is_composed_at_every_step_and_no_mark_shows_its_label(window):
    screen = window(locale="ko-KR").open(model="ko-pronounce", text="국물", step="8.4")
    expect(answer(screen)).to_contain_text("궁물")
    expect(answer(screen).locator(".ahead").first).to_have_text("궁물")
    expect(screen.stage.locator(".distribution .name").last).not_to_contain_text("글자")
    screen.press("ArrowRight", "ArrowRight")
    expect(answer(screen).locator(".now")).to_have_text("궁")
    screen.press("End", "Home", "?")
    tables = screen.page.locator("dialog[open]")
    tables.get_by_role("button", name="표로 보기").click()
    expect(tables).to_contain_text("시작")
    assert not RAW.search(tables.inner_text())


def test_bytes_are_read_as_the_character_that_was_typed(window):
    screen = window().open(model="en-fr", text="I like 궁.", step="1")
    expect(answer(screen)).not_to_be_empty()
    screen.press("?")
    tables = screen.page.locator("dialog[open]")
    tables.get_by_role("button", name="Show as table").click()
    expect(tables).to_contain_text("궁₁")
    assert not RAW.search(tables.inner_text())


def test_what_is_to_be_guessed_is_not_told(window):
    screen = window().open(text=TEXT, step="16.4", predict="1")
    expect(answer(screen)).to_have_text("202")
