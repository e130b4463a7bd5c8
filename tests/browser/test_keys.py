"""The keys belong to the stage again after whatever was done with the mouse; a clicker's keys always do."""

import json
import re

import pytest
from playwright.sync_api import expect

OPEN = ":is([aria-haspopup=dialog], [role=combobox])[aria-expanded=true]"
LESSON_RADIO = ".st-key-lesson [role=radiogroup] label"


def switched(screen):
    screen.page.locator(".st-key-peepholes label").click()


def another_model(screen):
    screen.page.locator(".st-key-model [role=combobox]").click()
    screen.page.get_by_role("option", name="Date → ISO, no peepholes").click()


def an_example(screen):
    screen.page.locator(".st-key-examples button").first.click()
    screen.page.locator(".st-key-example-2 button").click()
    expect(screen.page.locator(".st-key-example-2 button")).to_have_count(0)  # the list is closed


def entered(screen):
    screen.sentence.fill("8 mars 1999")
    screen.sentence.press("Enter")
    expect(screen.page).to_have_url(re.compile("1999"))


def another_language(screen):
    screen.page.get_by_role("radio", name="한국어").click()


def ran(screen):
    screen.page.locator(".st-key-run button").click()


def stepped_with_the_mouse(screen):
    screen.page.locator(".s2s .buttons button").nth(1).click()


ACTIONS = [switched, another_model, an_example, entered, another_language, ran, stepped_with_the_mouse]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_after_the_mouse_the_keys_are_the_stage_s(window, action):
    screen = window().open(text="8 mars 2025", step="5")
    action(screen)
    screen.idle()
    screen.page.wait_for_timeout(300)  # what a control does when it closes is over
    screen.press("Home")
    assert screen.step == "1"
    screen.press("ArrowRight")
    assert screen.step == "2"
    screen.press("PageDown")
    assert screen.step == "3"
    screen.press("Space")
    expect(screen.stage).to_have_attribute("data-playing", "true")


def opened_and_left(screen, place, leave):
    screen.page.locator(place).first.click()
    expect(screen.page.locator(OPEN)).not_to_have_count(0)
    if "combobox" not in place:  # the server fills it; what is closed before that Streamlit opens again
        expect(screen.page.get_by_test_id("stPopoverBody").locator("button, label").first).to_be_visible()
    screen.idle()
    leave(screen)
    expect(screen.page.locator(OPEN)).to_have_count(0)


def with_escape(screen):
    screen.press("Escape")


def chosen_with_keys(screen):
    screen.press("ArrowDown", "Enter")


def by_the_same_button(screen):
    screen.page.locator(OPEN).first.click()


LEFT = [
    (".st-key-model [role=combobox]", with_escape),
    (".st-key-model [role=combobox]", chosen_with_keys),
    (".st-key-examples button", with_escape),
    (".st-key-models button", by_the_same_button),
    (".st-key-tool_1 button", with_escape),
]


def keys_are_the_stage_s(screen):
    """Home, the arrow and Space act on the stage; it stands still afterwards."""
    screen.idle()
    screen.page.wait_for_timeout(300)  # what a control does when it closes is over
    screen.press("Home", "ArrowRight")
    assert screen.step == "2"
    screen.press("Space")
    expect(screen.stage).to_have_attribute("data-playing", "true")
    screen.press("Space")


def test_a_list_that_the_mouse_opened_gives_the_keys_back_however_it_closes(window):
    screen = window().open(text="8 mars 2025", step="5", forcing="1")
    for place, leave in LEFT:
        opened_and_left(screen, place, leave)
        keys_are_the_stage_s(screen)
    screen.page.locator(".st-key-tool_0 button").first.click()
    keys_are_the_stage_s(screen)  # while the list stands open
    expect(screen.page.locator(OPEN)).to_have_count(1)
    screen.press("Escape")
    expect(screen.page.locator(OPEN)).to_have_count(0)


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_a_field_that_was_entered_or_left_gives_the_keys_back(window, key):
    screen = window().open(text="8 mars 2025", step="5", forcing="1")
    for place, text in ((".st-key-reference input", "2025-03-09"), (".st-key-text input", "8 mars 1999")):
        screen.page.locator(place).click()
        screen.page.locator(place).fill(text)
        screen.press(key)
        expect(screen.page).to_have_url(re.compile(text.replace(" ", r"\+")))  # what was typed is not lost
        screen.idle()
        keys_are_the_stage_s(screen)


def test_a_chart_that_was_clicked_gives_the_keys_back(window):
    screen = window().open_page("compare", text="8 mars 2025", other="dates-sink")
    screen.page.locator(".st-key-figure_difference_attention svg.marks").click()
    screen.idle()
    screen.page.wait_for_timeout(300)
    screen.press("Home", "ArrowRight")
    assert screen.stage.first.get_attribute("data-step") == "2"


def test_after_an_answer_in_the_lesson_the_keys_are_the_stage_s(window):
    screen = window()
    screen.open_page("lesson", chapter="1")
    screen.page.locator(LESSON_RADIO).nth(1).click()
    screen.idle()
    screen.page.wait_for_timeout(300)
    screen.press("Home", "ArrowRight")
    assert screen.step == "2"


@pytest.mark.parametrize("place", [".st-key-text input", ".st-key-model [role=combobox]", ".st-key-peepholes input"])
def test_a_clicker_steps_from_everywhere(window, place):
    screen = window().open(text="8 mars 2025", step="5")
    screen.page.locator(place).focus()
    screen.press("PageDown", "PageDown", "PageUp")
    assert screen.step == "6"


def test_who_came_with_the_tab_key_stays_at_the_control(window):
    screen = window().open(text="8 mars 2025", step="5")
    control = screen.page.get_by_role("switch", name="Peepholes")
    control.focus()
    screen.press("Space")
    screen.idle()
    screen.page.wait_for_timeout(300)
    expect(control).to_be_focused()


@pytest.mark.parametrize("step", ["16", "17.2"])
def test_the_step_survives_language_class_page_and_theme(window, step):
    screen = window().open(text="8 mars 2025", step=step)
    another_language(screen)
    expect(screen.caption).to_contain_text("출력")
    assert screen.idle().step == step
    screen.page.locator(".st-key-tool_1 button").first.click()
    screen.page.locator(".st-key-class-lock label").click()
    screen.idle()
    expect(screen.page).to_have_url(re.compile(rf"[?&]step={re.escape(step)}(&|$)"))
    expect(screen.page).to_have_url(re.compile("lock=1"))
    screen.press("Escape")
    screen.turn_to("gates")
    with screen.page.expect_event("domcontentloaded"):  # a page without a stage, loaded again
        screen.theme.click()
    screen.drawn("gates")
    screen.page.locator(".st-key-page_row_ a").click()
    assert screen.ready().step == step
    with screen.page.expect_event("domcontentloaded"):  # the page is loaded again in its new theme
        screen.theme.click()
    screen.ready()
    assert screen.step == step


def test_the_browser_s_back_and_forward_bring_the_step_of_each_text(window):
    screen = window().open(text="8 mars 2025", step="5")
    entered(screen)
    expect(screen.stage).to_have_attribute("data-step", "23")
    screen.press("Home", "ArrowRight", "ArrowRight")
    expect(screen.page).to_have_url(re.compile(r"1999.*[?&]step=3(&|$)"))
    screen.page.go_back()
    expect(screen.stage).to_have_attribute("data-step", "5")
    expect(screen.sentence).to_have_value("8 mars 2025")
    screen.page.go_forward()
    expect(screen.sentence).to_have_value("8 mars 1999")
    expect(screen.stage).to_have_attribute("data-step", "3")
    screen.sentence.press_sequentially("9")
    expect(screen.stage).not_to_have_attribute("data-step", "3")  # a text that is being typed has no step of its own


def test_the_unit_and_the_play_survive_the_theme(window):
    screen = window(dark=False).open(text="8 mars 2025", step="2")
    screen.press("ArrowDown", "ArrowDown")
    unit = screen.page.locator(".s2s .chip.unit").inner_text()
    screen.theme.click()
    expect(screen.stage).to_have_attribute("data-theme", "dark")  # the page has loaded again
    screen.ready()
    expect(screen.page.locator(".s2s .chip.unit")).to_have_text(unit)
    screen.press("[", "[", "Space")
    screen.theme.click()
    expect(screen.stage).to_have_attribute("data-theme", "light")
    expect(screen.stage).to_have_attribute("data-playing", "true")


def test_a_unit_that_is_chosen_on_another_page_is_the_stage_s_until_the_reader_moves_on(window):
    screen = window().open(text="8 mars 2025", step="2")
    screen.press("ArrowDown")  # the stage has been used before
    unit = screen.page.locator(".s2s .chip.unit")
    expect(unit).to_have_text("unit 18")
    screen.turn_to("gates")
    screen.page.locator(".st-key-option-unit-telling label").nth(2).click()
    expect(screen.page).to_have_url(re.compile(r"[?&]unit=\d+"))
    chosen = re.search(r"[?&]unit=(\d+)", screen.page.url)[1]
    screen.idle().turn_to("")
    expect(unit).to_have_text(f"unit {chosen}")
    screen.press("ArrowDown")
    moved = unit.inner_text()
    assert moved != f"unit {chosen}"
    screen.turn_to("gates").turn_to("")
    expect(unit).to_have_text(moved)


def test_the_context_of_another_sentence_survives_the_theme(window):
    values = [round((n % 19 - 9) / 10 + n / 7000, 3) for n in range(512)]  # as many as en-fr's context has
    edit = {"edit": "replace", "part": "attention", "quantity": "context", "step": 1, "values": values}
    screen = window().open(model="en-fr", text="I am cold.", step="7", edits=json.dumps([edit]))
    changed = screen.stage.locator(".edits button", has_text="✕")
    expect(changed).to_have_count(1)
    another_language(screen)
    screen.idle()
    with screen.page.expect_event("domcontentloaded"):
        screen.theme.click()
    screen.ready()
    expect(changed).to_have_count(1)


FOCUSED = """
() => {
  let held = document.activeElement;
  while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  return held;
}
"""
HELD_IN_A_LIST = f"() => Boolean(({FOCUSED})()?.closest('[data-testid=stPopoverBody]'))"


@pytest.mark.parametrize(
    ("name", "first"),
    [("examples", "button"), ("tool_0", "input"), ("tool_1", "label"), ("tool_2", ".s2s-save")],
)
def test_tab_leads_into_a_list_that_the_keyboard_opened_and_out_of_it_again(window, name, first):
    screen = window().open(text="8 mars 2025", step="5")
    opener = screen.page.locator(f".st-key-{name} button").first
    opener.focus()
    screen.press("Enter")
    expect(screen.page.get_by_test_id("stPopoverBody").locator(first).first).to_be_attached()
    screen.idle()
    screen.press("Tab")
    assert screen.page.evaluate(HELD_IN_A_LIST)
    screen.press("Shift+Tab")
    expect(opener).to_be_focused()
    stops = 0
    while screen.page.evaluate(HELD_IN_A_LIST) or not stops:
        screen.press("Tab")
        stops += 1
        assert stops < 60
    assert stops > 1  # into it, and at the end out of it: to what comes after the button
    after = screen.page.evaluate_handle(FOCUSED).as_element()
    assert opener.evaluate("(a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING)", after)
    assert after.evaluate("(each) => !each.matches('body')")
    screen.press("Shift+Tab")
    assert screen.page.evaluate(HELD_IN_A_LIST)
    screen.press("Escape")
    expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
