"""The keys belong to the stage again after whatever was done with the mouse; a clicker's keys always do."""

import re

import pytest
from playwright.sync_api import expect

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
    screen.page.locator(".st-key-page_row_ a").click()
    assert screen.ready().step == step
    screen.theme.click()
    screen.ready()
    assert screen.step == step


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
