"""The first visit: one line says what this is, three buttons go on from there, and attention is soon seen."""

import re

import pytest
from playwright.sync_api import expect

FOUR_SECONDS = 4000


@pytest.fixture
def newcomer(window):
    """A window that has never seen the app, at its first address."""
    screen = window()
    screen.page.goto(screen.address)
    return screen.ready()


def intro(screen):
    return screen.stage.locator(".intro")


def test_one_line_says_what_this_network_does_with_this_sentence(newcomer):
    expect(intro(newcomer)).to_contain_text("This network writes dates in ISO form. It reads “March 8, 2025”")
    expect(intro(newcomer)).to_contain_text("writes “2025-03-08”")
    expect(newcomer.page.get_by_role("dialog")).to_have_count(0)
    assert not newcomer.hindrances()
    newcomer.sentence.fill("8 mars 2025")
    newcomer.sentence.press("Enter")
    expect(intro(newcomer)).to_contain_text("It reads “8 mars 2025”")
    newcomer.idle()
    below = newcomer.stage.locator(".main").bounding_box()["y"]
    intro(newcomer).get_by_role("button", name="To the writing").click()
    expect(newcomer.stage).to_have_attribute("data-step", "13")  # twelve are read, the thirteenth is written
    expect(newcomer.stage).to_have_attribute("data-playing", "false")
    expect(intro(newcomer)).to_be_hidden()
    assert newcomer.stage.locator(".main").bounding_box()["y"] < below
    again = newcomer.tab()
    again.page.goto(again.address)
    again.ready()
    expect(intro(again)).to_be_hidden()


def test_change_the_sentence_goes_to_its_field(newcomer):
    intro(newcomer).get_by_role("button", name="Change the sentence").click()
    newcomer.page.wait_for_timeout(200)  # whoever gives keys back to the stage after a click has done so
    expect(newcomer.sentence).to_be_focused()
    expect(intro(newcomer)).to_be_hidden()


def test_the_walk_is_gone_through_with_the_clicker_and_left_with_escape(newcomer):
    intro(newcomer).get_by_role("button", name="Explain (60 s)").click()
    card = newcomer.stage.locator(".walk-card")
    expect(card).to_be_visible()
    expect(newcomer.stage).to_have_attribute("data-playing", "false")
    stops, said = [], set()
    for _ in range(20):
        stops.append(card.get_attribute("data-stop"))
        said.add(card.locator(".walk-text").inner_text())
        here, ring = card.bounding_box(), newcomer.stage.locator(".walk-ring").bounding_box()
        apart = here["y"] >= ring["y"] + ring["height"] or here["y"] + here["height"] <= ring["y"]
        assert apart or here["x"] >= ring["x"] + ring["width"] or here["x"] + here["width"] <= ring["x"]
        newcomer.press("PageDown" if len(stops) % 2 else "ArrowRight")
        if not card.is_visible():
            break
    assert stops == ["reading", "cell", "joined", "row", "strands", "written", "output"]
    assert len(said) == len(stops) and all(re.search(r"\d", sentence) for sentence in said)
    newcomer.press("?")
    newcomer.page.get_by_role("button", name="Explain (60 s)").click()  # it is found again where the keys are listed
    newcomer.press("ArrowRight", "PageUp")
    expect(card).to_have_attribute("data-stop", "reading")
    assert not newcomer.hindrances()
    newcomer.press("Escape")
    expect(card).to_be_hidden()
    newcomer.press("Home", "ArrowRight")
    assert newcomer.step == "2"  # the keys step again


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (360, 740), (667, 375)], ids=str)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_phone_shows_the_line_and_the_whole_stage(window, size, language):
    screen = window(*size, phone=True)
    screen.page.goto(f"{screen.address}/?lang={language}")
    screen.ready()
    line, canvas = intro(screen).bounding_box(), screen.stage.locator("canvas").first.bounding_box()
    transport = screen.stage.locator(".transport").bounding_box()
    title = screen.page.locator(".st-key-nav").bounding_box()
    assert line["y"] >= title["y"] + title["height"] - 4  # it lies over the rule under the title, not over the title
    assert line["y"] >= 0 and transport["y"] + transport["height"] <= size[1] + 1
    foot = canvas["y"] + canvas["height"]
    assert foot <= transport["y"] + 1
    assert foot <= line["y"] + 1 or line["y"] + line["height"] <= canvas["y"] + 1
    model, more = (screen.page.locator(place).bounding_box() for place in (".st-key-model", ".st-key-more"))
    assert abs(model["y"] - more["y"]) <= 4  # all controls in one row
    assert not screen.hindrances()
    intro(screen).get_by_role("button").nth(1).tap()
    expect(screen.sentence).to_be_focused()
    expect(screen.stage.locator(".inspector")).to_be_visible()
    assert screen.overflow() == 0


@pytest.mark.parametrize("link", [{"step": "4"}, {"lock": "1"}, {"predict": "1"}, {"hide": "pages"}], ids=str)
def test_a_link_that_says_what_to_see_has_no_line(window, link):
    screen = window().open(**link)
    expect(intro(screen)).to_be_hidden()


def test_the_lesson_has_no_line(window):
    screen = window()
    screen.open_page("lesson")
    expect(intro(screen)).to_be_hidden()


def test_the_line_outlives_the_theme_and_speaks_korean(window):
    screen = window(locale="ko-KR")
    screen.page.goto(screen.address)
    screen.ready()
    expect(intro(screen)).to_contain_text("날짜를 ISO 형식으로 씁니다. “March 8, 2025”를")
    screen.theme.click()
    expect(screen.stage).to_have_attribute("data-theme", "dark")
    screen.ready()
    expect(intro(screen)).to_contain_text("날짜를")
    intro(screen).get_by_role("button", name="다시 보지 않기").click()
    expect(intro(screen)).to_be_hidden()


@pytest.mark.alone
def test_the_first_play_of_a_first_visit_shows_attention_within_four_seconds(window):
    screen = window().open(step="1")
    screen.page.evaluate(
        """() => {
            const found = (root) => [...root.querySelectorAll("*")].flatMap((e) =>
                e.matches(".s2s") ? [e] : e.shadowRoot ? found(e.shadowRoot) : []);
            const [root] = found(document);
            window.took = null;
            addEventListener("keydown", () => {
                const pressed = performance.now();
                new MutationObserver(() => {
                    if (root.dataset.step === "15.3") window.took ??= performance.now() - pressed;
                }).observe(root, { attributes: true });
            }, { once: true });
        }"""
    )
    screen.press("Space")
    screen.page.wait_for_function("window.took !== null")
    assert screen.page.evaluate("window.took") < FOUR_SECONDS
    screen.page.wait_for_function("(localStorage.getItem('s2s-seen') ?? '').includes('played')")
    screen.press("Home", "Space")
    screen.page.wait_for_timeout(1500)
    assert screen.step in {"2", "3"}  # from now on reading takes its time
