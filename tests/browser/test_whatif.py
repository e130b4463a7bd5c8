"""What if, by hand: the gesture on the stage, the changed run beside the original, and the way back."""

import re

from playwright.sync_api import expect

TEXT = "8 mars 2025"
OUTPUT_4 = "16"  # eleven source tokens and the end mark, then the outputs


def edits(screen):
    return screen.stage.locator(".edit")


def test_a_click_on_a_probability_forces_the_token_and_escape_frees_it(window):
    screen = window().open(text=TEXT, step=OUTPUT_4)
    second = screen.stage.locator(".body .distribution .row").nth(1)
    token = second.locator(".word").inner_text()
    second.click()
    expect(edits(screen)).to_have_text([f"output 4 is “{token}”✕"])
    expect(screen.caption).to_contain_text(f"forced to “{token}”")
    expect(screen.page).to_have_url(re.compile("edits="))
    screen.idle()
    assert screen.step == OUTPUT_4
    screen.stage.locator(".figure").focus()
    screen.press("Escape")
    expect(edits(screen)).to_have_count(0)
    expect(screen.caption).to_contain_text("writes")
    assert not screen.errors


def test_a_gate_is_held_from_its_menu_with_the_keyboard_and_taken_back_at_its_chip(window):
    screen = window().open(text=TEXT, step=OUTPUT_4)
    row = screen.stage.locator(".equation", has_text="forget gate")
    row.locator("button.name").press("Enter")
    expect(screen.page.get_by_role("menuitemradio").first).to_be_focused()
    screen.press("ArrowDown", "ArrowDown", "Enter")
    expect(edits(screen)).to_have_text(["decoder · f = 0 · all units✕"])
    expect(row.locator(".value")).to_have_text("0.00")
    screen.page.get_by_role("button", name="Take back: decoder").click()
    expect(edits(screen)).to_have_count(0)


def test_a_weight_of_the_loom_is_dragged_or_chosen(window):
    screen = window().open(text=TEXT, step=OUTPUT_4)
    box = screen.stage.locator(".figure canvas").bounding_box()
    score = screen.page.get_by_text("score", exact=True)
    assert score.count() == 0  # the loom is a picture: its place follows from the layout
    x, y = box["x"] + 92 + 340, box["y"] + 636 - 194 - 3 * 17 - 30
    screen.page.mouse.move(x, y)
    screen.page.mouse.down()
    screen.page.mouse.move(x, y - 60, steps=4)
    screen.page.mouse.up()
    expect(edits(screen)).to_have_text(["attention of output 4 by hand✕"])
    screen.idle()
    screen.page.get_by_role("button", name="Reset").click()
    expect(edits(screen)).to_have_count(0)
    screen.idle()
    screen.page.mouse.click(x, y)
    screen.page.get_by_role("menuitemradio", name="all alike").click()
    expect(edits(screen)).to_have_text(["output 4 looks at all alike✕"])


def test_the_context_of_another_sentence_is_taken_and_a_bad_one_is_said(window):
    screen = window().open(text=TEXT, step=OUTPUT_4)
    for sentence in ("1" * 300, "2. Mai 1999"):
        screen.stage.locator(".alignment button.name").click()
        screen.page.get_by_role("menuitemradio", name="context of another sentence").click()
        screen.page.get_by_role("textbox", name="Another sentence").fill(sentence)
        screen.page.get_by_role("button", name="Take it").click()
        if sentence[1] == "1":
            expect(screen.notice).to_contain_text("The text has 300 characters")
    expect(edits(screen)).to_have_text(["context of output 4 from another sentence✕"])


def test_the_picture_follows_the_keyboard_and_the_last_keystroke_wins(window):
    screen = window().open(text=TEXT, step="4")
    screen.sentence.fill("")
    screen.page.keyboard.type("3 May 2021", delay=20)
    expect(screen.stage.locator(".chip").first).to_contain_text("end")
    expect(screen.caption).to_contain_text("writes")
    expect(screen.sentence).to_have_value("3 May 2021")
    assert "May" not in screen.page.url
    screen.idle()
    assert screen.step == "22"
