"""The ways of a class that go wrong elsewhere: an address as it is read aloud, a tab in the background, a lost line."""

import re

import pytest
from playwright.sync_api import expect

HIDE = """
Object.defineProperty(document, "hidden", { get: () => Boolean(window.away) });
window.leaves = (away) => {
  window.away = away;
  document.dispatchEvent(new Event("visibilitychange"));
};
"""


ANSWER = 40  # pixels at the upper end of the stage that the whole answer takes


def bar(screen, name: str):
    """A button of the bar."""
    return screen.page.locator(f".class-bar [data-name={name!r}]")


@pytest.fixture
def teacher(window):
    """A teacher with a class, at step 17; in the end it is deleted."""
    screen = window(color_scheme="light")
    screen.page.add_init_script(HIDE)
    screen.open(text="March 8, 2025", step="17")
    start(screen)
    yield screen
    screen.page.keyboard.press("Escape")
    if bar(screen, "end").is_visible():
        bar(screen, "end").click()
        bar(screen, "end class").click()
    if bar(screen, "delete").is_visible():
        bar(screen, "delete").click()
        expect(screen.page.locator(".class-bar")).to_be_hidden()


def start(screen) -> None:
    screen.page.locator(".st-key-tool_1 button").first.click()
    screen.page.locator(".s2s-start-class").click()
    expect(bar(screen, "code")).to_be_visible()


def code(screen) -> str:
    return bar(screen, "code").inner_text().replace(" ", "")


@pytest.fixture
def student(window, teacher):
    """A phone that has joined the teacher's class, and is where it is."""
    screen = window(390, 844, phone=True)
    screen.page.goto(f"{screen.address}/class/{code(teacher)}")
    screen.page.locator("form.join button").click()
    expect(screen.stage).to_have_attribute("data-step", "17")
    return screen


def test_the_code_in_an_address_is_read_as_people_type_it(window, teacher):
    found = code(teacher)
    for number, typed in enumerate((f"{found[:3]} {found[3:]}", f"{found[:3]}-{found[3:]}".lower())):
        screen = window(390 + number, 844, phone=True)
        screen.page.goto(f"{screen.address}/class/{typed}")
        screen.page.locator("form.join button").click()
        expect(screen.stage).to_have_attribute("data-step", "17")


def test_what_was_shown_while_the_tab_was_in_the_background_is_told_when_it_is_seen(teacher, student):
    teacher.page.evaluate("leaves(true)")
    teacher.page.locator(".s2s .figure").first.focus()
    teacher.press("ArrowRight")
    expect(teacher.stage).to_have_attribute("data-step", "18")
    teacher.page.evaluate("leaves(false)")
    expect(student.stage).to_have_attribute("data-step", "18")


@pytest.mark.parametrize("step", ["19", "21.2"])
def test_a_link_that_the_teacher_opens_in_mid_class_brings_the_class_to_its_step(teacher, student, step):
    teacher.open(text="8. März 2025", step=step).ready()
    expect(student.stage).to_have_attribute("data-step", step)
    expect(student.page.locator(".s2s .answer")).to_contain_text("2025-03-08")


AGAIN = """async () => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const address = loaded.find((name) => /[/]lead[.][0-9a-f]+[.]js$/.test(name));
  const [before, after] = [await import(address), await import(`${address}?again`)];
  const { data, parent } = before.led();
  await after.default({ data, parentElement: parent });
}"""


def test_a_server_that_comes_back_with_a_newer_program_leaves_one_bar(teacher, student):
    teacher.page.evaluate(AGAIN)  # as Streamlit does with code that it does not know yet
    expect(bar(teacher, "code")).to_have_count(1)
    teacher.page.locator(".s2s .figure").first.focus()
    teacher.press("ArrowRight")
    expect(student.stage).to_have_attribute("data-step", "18")
    assert not teacher.errors


def test_a_page_of_charts_can_be_opened_while_everyone_is_to_look(teacher, student):
    bar(teacher, "look").click()
    teacher.turn_to("gates")
    student.page.locator(".banner a").click()
    expect(student.page.locator(".class-bar")).to_contain_text("goes on")
    student.drawn("gates")
    assert "/gates" in student.page.url
    teacher.turn_to("")  # what is shown elsewhere brings them along
    expect(student.page).to_have_url(re.compile(f"/class/{code(teacher)}$"))


def test_an_app_rests_with_the_class_and_hears_of_its_questions(teacher, student):
    bar(teacher, "explore").click()
    student.page.locator(".banner a").click()
    strip = student.page.locator(".class-bar")
    expect(strip).to_contain_text("goes on")
    student.ready().type("8 mars 2025")
    bar(teacher, "ask").click()
    bar(teacher, "change").click()
    expect(strip).to_contain_text("asked a question")
    bar(teacher, "pause").click()
    rest = student.page.locator("dialog.rest")
    expect(rest).to_be_visible()
    step = student.step
    student.press("Escape", "Escape", "ArrowRight")
    expect(rest).to_be_visible()
    assert student.step == step
    assert not student.hindrances()
    bar(teacher, "explore").click()
    expect(rest).to_have_count(0)
    expect(student.sentence).to_have_value("8 mars 2025")  # and what was done there is still there


@pytest.mark.parametrize("last", ["end class", "delete"])
def test_whoever_explores_is_told_that_the_class_is_over(teacher, student, last):
    bar(teacher, "explore").click()
    student.page.locator(".banner a").click()
    strip = student.page.locator(".class-bar")
    expect(strip).to_contain_text("goes on")
    student.ready()
    bar(teacher, "end").click()
    bar(teacher, "end class").click()
    expect(strip).to_contain_text("The class is over. Thank you!")
    expect(strip.locator("a")).to_have_count(0)
    assert not student.hindrances()
    if last == "delete":
        bar(teacher, "delete").click()
        expect(teacher.page.locator(".class-bar")).to_be_hidden()
    else:
        bar(teacher, "go on").click()
        expect(strip).to_contain_text("goes on")  # nobody has to join again
        bar(teacher, "end").click()
        bar(teacher, "end class").click()
    expect(strip).to_contain_text("The class is over. Thank you!")
    bar(student, "close").click()
    expect(strip).to_be_hidden()
    student.page.reload()
    student.ready()
    expect(strip).to_be_hidden()


def test_a_keyboard_and_a_screen_reader_answer(teacher, student):
    news = student.page.locator(".news")
    bar(teacher, "ask").click()
    bar(teacher, "change").click()
    expect(news).to_have_text("What will change?")
    expect(student.page.locator("div.choices")).to_have_css("border-top-width", "0px")  # each choice has its own
    student.page.locator("button.choice").nth(2).focus()
    student.press("Enter")
    expect(student.page.locator(".given")).to_have_text("Sent: The answer")
    expect(student.page.locator(".given")).to_be_focused()
    expect(news).to_have_text("What will change? Sent: The answer")
    bar(teacher, "reveal").click()
    expect(news).to_contain_text("Answers: 1")
    bar(teacher, "done").click()
    bar(teacher, "ask").click()
    bar(teacher, "where").click()
    expect(news).to_contain_text("Which source token")
    student.page.locator(".s2s .asks button.place").first.focus()  # on the stage itself
    student.press("Enter")
    expect(student.page.locator(".given")).to_be_focused()
    bar(teacher, "reveal").click()
    expect(news).to_contain_text("Answers: 1 On “5”: class 0%, model 0.")
    bar(teacher, "done").click()
    bar(teacher, "pause").click()
    expect(news).to_contain_text("Eyes to the front")
    bar(teacher, "follow").click()
    expect(news).to_have_text("")


def test_a_line_that_is_cut_without_a_word_is_said_and_made_anew_once(window, teacher):
    student = window(390, 844, phone=True)
    student.page.clock.install()
    student.page.goto(f"{student.address}/class/{code(teacher)}")
    student.page.locator("form.join button").click()
    expect(student.stage).to_have_attribute("data-step", "17")
    asked = []
    student.page.route("**/state", lambda route: (asked.append(1), route.abort()))
    student.page.route("**/stream", lambda route: None)  # nothing comes
    student.page.clock.run_for(120_000)  # a closed lid, say
    expect(student.page.locator(".status")).to_have_text("The connection is lost. It comes back by itself.")
    asked.clear()
    student.page.clock.run_for(60_000)
    assert 1 < len(asked) < 60  # one try after the other
    student.page.unroute_all()
    student.page.clock.run_for(3_000)
    expect(student.page.locator(".status")).to_have_text("")
    teacher.page.locator(".s2s .figure").first.focus()
    teacher.press("ArrowRight")
    expect(student.stage).to_have_attribute("data-step", "18")


def test_a_teacher_hears_that_the_line_is_cut(teacher, student):
    teacher.page.clock.install()
    teacher.page.reload()
    teacher.ready()
    expect(teacher.page.locator(".class-bar .here")).to_have_text("1 here")
    teacher.page.route("**/lead", lambda route: None)
    with teacher.page.expect_request("**/lead"):  # a new line
        teacher.page.clock.fast_forward(40_000)
    expect(teacher.page.locator(".class-bar .problem")).to_contain_text("The connection is lost")
    teacher.page.unroute_all()
    teacher.page.clock.fast_forward(40_000)
    expect(teacher.page.locator(".class-bar .problem")).to_have_count(0)
    expect(teacher.page.locator(".class-bar .here")).to_have_text("1 here")


def test_on_a_small_projector_a_question_about_the_source_covers_none_of_it(window, teacher):
    student = window(1024, 768)
    student.page.goto(f"{student.address}/class/{code(teacher)}")
    student.page.locator("form.join button").click()
    teacher.page.set_viewport_size({"width": 1024, "height": 768})
    bar(teacher, "ask").click()
    bar(teacher, "where").click()
    asked, source = student.page.locator(".question"), student.page.locator(".s2s .asks .place")
    expect(source.first).to_be_visible()
    expect(asked.locator("button.choice").first).to_be_hidden()
    line, picture = teacher.page.locator(".class-bar .asked"), ".s2s .figure"

    def free() -> bool:
        """Whether the students see all of the stage, and the room all but the line of the answer."""
        ends = [at["y"] + at["height"] for at in (asked.bounding_box(), line.bounding_box())]
        tops = [screen.page.locator(picture).bounding_box()["y"] for screen in (student, teacher)]
        return ends[0] <= tops[0] and ends[1] <= tops[1] + ANSWER

    assert free() and source.last.bounding_box()["y"] < student.page.locator(".s2s .transport").bounding_box()["y"] - 24
    source.nth(3).click()
    expect(asked.locator(".given")).to_have_text("Sent: c")
    bar(teacher, "reveal").click()
    expect(asked.locator(".count")).to_contain_text("Answers: 1")
    assert free() and not student.hindrances() and not teacher.hindrances()

    bar(teacher, "ask").click()
    bar(teacher, "next").click()
    expect(line.locator("h2")).to_have_text("What comes next?")
    expect(asked.locator("button.choice").first).to_be_visible()
    box, stage = asked.bounding_box(), student.page.locator(picture).bounding_box()
    assert stage["y"] - ANSWER < box["y"] + box["height"] <= stage["y"] + ANSWER
    asked.locator("button.choice").first.click()
    expect(asked.locator(".given")).to_contain_text("Sent")
    assert (
        line.bounding_box()["y"] + line.bounding_box()["height"]
        <= teacher.page.locator(picture).bounding_box()["y"] + ANSWER
    )


def test_a_class_goes_on_after_its_end_and_another_one_does_not_take_its_place(teacher, student):
    first = code(teacher)
    teacher.page.locator(".st-key-tool_1 button").first.click()
    teacher.page.locator(".s2s-start-class").click()
    expect(teacher.page.locator(".s2s-start-class")).to_contain_text(f"You lead the class {first[:3]} {first[3:]}")
    assert code(teacher) == first
    teacher.press("Escape")
    bar(teacher, "end").click()
    bar(teacher, "end class").click()
    expect(student.page.locator(".over")).to_contain_text("over")
    bar(teacher, "go on").click()
    expect(student.stage).to_have_attribute("data-step", "17")
    bar(teacher, "end").click()
    bar(teacher, "end class").click()
    bar(teacher, "close").click()
    expect(teacher.page.locator(".class-bar")).to_be_hidden()
    start(teacher)
    second = code(teacher)
    assert second != first
    bar(teacher, "end").click()
    bar(teacher, "end class").click()
    bar(teacher, "close").click()

    # The answers of both are still there, and both can be deleted
    teacher.turn_to("classroom")
    own = teacher.page.locator(".lobby [data-name^='own ']")
    expect(own).to_have_count(2)
    assert not teacher.hindrances()
    for left in (1, 0):
        own.first.click()
        expect(bar(teacher, "delete")).to_be_visible()
        bar(teacher, "delete").click()
        expect(own).to_have_count(left)


def test_the_own_window_says_who_answered_what_and_no_screen_that_is_seen_does(window, teacher):
    student = window(390, 844, phone=True)
    student.page.goto(f"{student.address}/class/{code(teacher)}")
    student.page.locator("form.join input[name=name]").fill("Mina")
    student.page.locator("form.join button").click()
    bar(teacher, "ask").click()
    bar(teacher, "change").click()
    student.page.locator("button.choice").nth(2).click()
    expect(student.page.locator(".given")).to_have_text("Sent: The answer")

    desk = teacher.tab()
    desk.page.goto(f"{desk.address}/class/{code(teacher)}/desk?lang=en")
    names = desk.page.locator("[data-name=answered]")
    listed = desk.page.locator(".answered")
    expect(desk.page.locator(".asked .histogram")).to_be_visible()
    expect(desk.page.locator("body")).not_to_contain_text("Mina")
    names.focus()
    desk.press("Enter")
    expect(listed.locator("dt")).to_have_text(["The answer"])
    expect(listed.locator("li")).to_have_text(["1 · Mina"])
    expect(names).to_be_focused()
    assert not desk.hindrances()

    other = window(391, 844, phone=True)  # who answers later is added, without a further click
    other.page.goto(f"{other.address}/class/{code(teacher)}")
    other.page.locator("form.join button").click()
    other.page.locator("button.choice").first.click()
    expect(listed.locator("li")).to_have_text(["number 2", "1 · Mina"])

    bar(teacher, "answers").click()
    bar(teacher, "reveal").click()
    expect(student.page.locator(".histogram")).to_be_visible()
    expect(listed).to_be_visible()
    expect(teacher.page.locator(".class-bar .asked .histogram")).to_be_visible()
    for seen in (teacher, other):  # a student's own screen greets them by the name that they gave
        expect(seen.page.locator("body")).not_to_contain_text("Mina")
    bar(teacher, "again").click()
    expect(names).to_have_attribute("aria-pressed", "false")
    expect(listed).to_have_count(0)
    names.click()
    expect(desk.page.locator(".asked")).to_contain_text("Nobody has answered yet.")
    desk.page.close()
