"""Watch in a browser: it plays, it steps without the server, it answers what is typed."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from s2s_core.analysis.temperature import at_temperature
from s2s_core.checkpoint import load
from s2s_core.recipes.confidence import temperature_of

FIRST_SCREEN_SECONDS = 6


@pytest.mark.alone
def test_the_first_screen_plays_an_example_by_itself(window):
    window().open()  # the server has its models from here on: how long that takes is the machine's affair
    screen = window()
    started = time.monotonic()
    screen.page.goto(screen.address)
    expect(screen.stage).to_have_attribute("data-playing", "true")
    took = time.monotonic() - started
    expect(screen.stage).not_to_have_attribute("data-step", "1")
    assert took < FIRST_SCREEN_SECONDS
    assert not screen.errors


@pytest.mark.parametrize("text", ["March 8, 2025", "2025년 3월 8일", "8. März 2025"])
def test_a_typed_date_is_written_as_iso(window, text):
    screen = window().open(text="1 mars 1999", step="1")
    assert screen.output() == "1999-03-01"
    screen.type(text)
    expect(screen.page).to_have_url(re.compile("text="))
    screen.idle()
    expect(screen.caption).to_contain_text("writes")
    assert screen.output() == "2025-03-08"


def test_stepping_and_playing_say_nothing_to_the_server(window):
    screen = window().open(text="8 mars 2025", step="1")
    screen.page.wait_for_url(re.compile("step=1"))
    screen.stage.locator(".figure").focus()
    said = len(screen.frames_sent)
    for number in range(2, 12):
        screen.press("ArrowRight")
        assert screen.step == str(number)  # at once: no round trip fits between the two lines
        assert screen.caption.inner_text().startswith(f"Step {number}:")
    screen.press("ArrowLeft", "Shift+ArrowRight", "ArrowDown", "d", "Home")
    assert screen.step == "1"
    screen.press("End", "ArrowLeft", "ArrowLeft", "Space")
    expect(screen.stage).to_have_attribute("data-playing", "true")
    expect(screen.stage).to_have_attribute("data-playing", "false")
    assert len(screen.frames_sent) == said
    assert not screen.errors


def test_keys_are_letters_while_somebody_types(window):
    screen = window().open(text="8 mars 2025", step="3")
    expect(screen.sentence).to_have_value("8 mars 2025")
    screen.press("/")
    expect(screen.sentence).to_be_focused()
    screen.sentence.fill("")
    screen.page.keyboard.type("8 t p d")
    expect(screen.sentence).to_have_value("8 t p d")
    assert screen.step == "3"


@pytest.mark.parametrize(("key", "switch"), [("p", "Peepholes"), ("t", "Teacher forcing")])
def test_the_keys_p_and_t_turn_the_switches_and_the_step_stays(window, key, switch):
    screen = window().open(text="8 mars 2025", step="5")
    control = screen.page.get_by_role("switch", name=switch)
    before = control.is_checked()
    screen.press(key)
    expect(control).to_be_checked(checked=not before)
    screen.idle()
    assert screen.step == "5"
    expect(screen.page).to_have_url(re.compile(r"[?&]step=5\b"))


def test_a_link_restores_everything(window):
    link = {
        "text": "8. März 2025",
        "reference": "2025-03-09",
        "peepholes": "0",
        "forcing": "1",
        "lang": "ko",
        "step": "19.3",
    }
    screen = window().open(**link)
    assert screen.step == "19.3"
    expect(screen.sentence).to_have_value(link["text"])
    expect(screen.page.locator(".st-key-reference input")).to_have_value(link["reference"])
    expect(screen.page.get_by_role("switch", name="핍홀")).not_to_be_checked()
    expect(screen.page.get_by_role("switch", name="교사 강요")).to_be_checked()
    expect(screen.stage).to_have_attribute("data-playing", "false")


def test_the_link_of_what_is_looked_at_opens_the_same_in_another_window(window):
    first = window().open()
    first.type("2025년 3월 8일")
    expect(first.page).to_have_url(re.compile("text="))
    first.idle()
    first.sentence.blur()
    first.press("Home", "ArrowRight", "ArrowRight")
    expect(first.page).to_have_url(re.compile(r"[?&]step=3\b"))
    second = window()
    second.page.goto(first.page.url)
    second.ready()
    assert (second.step, second.caption.inner_text()) == (first.step, first.caption.inner_text())


def test_back_brings_the_last_sentence_back(window):
    screen = window().open(text="8 mars 2025")
    screen.type("8 avril 2025")
    expect(screen.page).to_have_url(re.compile("avril"))
    screen.idle()
    screen.page.go_back()
    expect(screen.sentence).to_have_value("8 mars 2025")
    screen.idle()
    assert screen.output() == "2025-03-08"


def test_teacher_forcing_shows_the_reference_and_says_what_it_is(window):
    screen = window().open(text="8 mars 2025", step="12")
    screen.page.locator(".st-key-forcing label").click()
    field = screen.page.locator(".st-key-reference input")
    expect(field).to_have_attribute("placeholder", "2025-03-08 (the model's own answer)")
    field.fill("2025-12-08")
    field.press("Enter")
    screen.idle()
    field.blur()
    screen.press("End")
    expect(screen.caption).to_contain_text("reference")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read: type a sentence or choose an example."),
        ("1" * 500, "The text has 500 characters and the model reads at most "),
        ("8 漢 2025", "The model has never seen “漢”, so it reads an unknown mark there."),
    ],
    ids=["empty", "long", "unknown"],
)
def test_what_cannot_be_read_is_said_in_one_line_over_the_caption(window, text, sentence):
    screen = window().open(text="8 mars 2025", step="4")
    screen.type(text)
    expect(screen.notice).to_contain_text(sentence)
    line, caption = screen.notice.bounding_box(), screen.caption.bounding_box()
    assert line["y"] + line["height"] <= caption["y"] + 4
    assert 0 <= caption["y"] - line["y"] - line["height"] < 40
    expect(screen.page.get_by_test_id("stException")).to_have_count(0)


def test_an_error_leaves_the_stage_where_it_is(window):
    screen = window().open(text="8 mars 2025", step="4")
    screen.stage.evaluate("element => { element.marked = true; }")
    screen.type("")
    expect(screen.notice).to_be_visible()
    screen.idle()
    assert screen.step == "4"
    assert screen.stage.evaluate("element => element.marked") is True


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "**8** $x$ :red[a]"])
def test_markup_that_is_typed_is_text(window, text):
    screen = window()
    screen.page.on("dialog", lambda dialog: pytest.fail(f"the text ran as a script: {dialog.message}"))
    screen.open(text=text[:24], model=text, reference=text[:8], forcing="1")
    expect(screen.notice).to_contain_text(f"“{text[:10]}")
    expect(screen.sentence).to_have_value(text[:24])
    assert screen.page.locator("img[src=x]").count() == 0
    assert not screen.errors


def test_the_probabilities_are_calibrated_where_they_stand(window):
    """A click on the temperature beside (12), and another one takes it back; the keys stay the stage's."""
    model, text = "dates-last", "March 8, 2025"
    translator = load(model)
    plain = translator.trace(text)
    kept = at_temperature(plain, temperature_of(translator))
    screen = window().open(model=model, text=text, step=str(len(plain.src_tokens) + 3))
    button = screen.page.locator(".distribution .temperature:visible")
    first = screen.page.locator(".distribution .row:visible .p").first
    for trace, pressed in ((plain, "false"), (kept, "true"), (plain, "false")):
        expect(button).to_have_attribute("aria-pressed", pressed)
        expect(first).to_have_text(f"{float(np.exp(trace.log_probs[2].max())):.3f}")
        expect(screen.page).to_have_url(re.compile("calibrated=1" if pressed == "true" else "^(?!.*calibrated)"))
        button.click()
    screen.press("ArrowRight")
    expect(screen.page.locator(".s2s .inspector .chip").first).to_contain_text("4")
