"""A class goes through its plan by one key, and the teacher saves the course of the lesson."""

import re

from playwright.sync_api import expect

from benchmarks.servers import serving
from s2s_ui.classroom.plans import reading

PLAN = """
title = "A <b>short</b> plan"
[[steps]]
title = "Reading"
link = "/?model=dates&text=March+8%2C+2025&step=17"
minutes = 4
note = "Say nothing."
[steps.question]
kind = "where"
output = 4
[[steps]]
title = "Gates"
link = "/gates?model=dates&text=March+8%2C+2025&unit=3"
[[steps]]
title = "Again"
link = "/?model=dates&text=8+mars+2025&peepholes=0&step=12"
[steps.question]
kind = "change"
right = "answer"
"""

WARNING = "rgb(180, 35, 24)"  # --s2s-warn in the light theme


def test_a_class_goes_through_its_plan_by_one_key(own_window, tmp_path):
    with serving(tmp_path / "log.txt", {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}) as (host, _):
        address = f"http://{host}"
        teacher = own_window(address)
        teacher.open(text="8 mars 2025", step="3")
        teacher.page.locator(".st-key-tool_1 button").first.click()
        teacher.page.locator(".s2s-start-class").click()
        bar = teacher.page.locator(".class-bar")
        named = lambda name: bar.locator(f"[data-name='{name}']")  # noqa: E731
        code = named("code").inner_text().replace(" ", "")
        student = own_window(address, 390, 844, phone=True).page
        student.goto(f"{address}/class/{code}")
        student.locator("form.join button").click()
        followed = student.locator(".s2s")
        expect(followed).to_have_attribute("data-step", "3")

        # A plan that is wrong, then one that is not
        named("plan").click()
        assert not teacher.idle().hindrances()
        for content, seen in (
            (PLAN.replace("gates?", "gate?"), bar.locator(".problem")),
            (PLAN, bar.locator(".steps li")),
        ):
            with teacher.page.expect_file_chooser() as chooser:
                named("plan file").click()
            chooser.value.set_files({"name": "plan.toml", "mimeType": "text/plain", "buffer": content.encode()})
            expect(seen.first).to_be_visible()
            if content != PLAN:
                expect(seen).to_contain_text("Step 2: the link")
                expect(seen).to_have_css("color", WARNING)
        expect(bar.locator(".below h2")).to_have_text("A <b>short</b> plan")
        named("plan").click()
        named("ask").click()
        named("text").fill("half a que")  # a question that the plan interrupts
        named("ask").click()
        teacher.page.evaluate("window.kept = true")

        # The first step, its question, its answers; the charts as a link; the stage again, at another text
        teacher.page.locator(".s2s .figure").first.focus()
        teacher.press("n")
        expect(followed).to_have_attribute("data-step", "17")
        expect(teacher.stage).to_have_attribute("data-step", "17")
        expect(named("plan")).to_contain_text("1/3")
        named("plan").click()
        expect(bar.locator(".note")).not_to_contain_text("Say nothing.")  # the class may see this screen
        named("note").click()
        expect(bar.locator(".note")).to_contain_text("Say nothing.")
        named("plan").click()
        named("plan").click()
        expect(bar.locator(".note")).not_to_contain_text("Say nothing.")
        named("plan").click()
        teacher.press("n")
        expect(student.locator("button.choice")).to_have_count(14)
        student.locator("button.choice").nth(12).click()
        expect(bar.locator(".below .count")).to_have_text("Answers: 1")
        teacher.press("n")
        expect(student.locator(".histogram")).to_be_visible()
        teacher.press("n")
        teacher.drawn("gates")
        expect(student.locator(".banner a")).to_be_visible()
        teacher.press("n")
        expect(followed).to_have_attribute("data-step", "12")
        teacher.ready()
        expect(teacher.stage).to_have_attribute("data-step", "12")
        expect(teacher.sentence).to_have_value("8 mars 2025")
        expect(teacher.page.get_by_role("switch", name="Peepholes")).not_to_be_checked()
        teacher.press("Shift+N")
        teacher.drawn("gates")
        expect(named("plan")).to_contain_text("2/3")
        teacher.press("n")
        teacher.ready().press("n")
        expect(student.locator("button.choice")).to_have_count(3)
        assert not teacher.idle().hindrances()

        # What is left of it
        named("plan").click()
        with teacher.page.expect_download() as saved:
            bar.locator("a", has_text="Save the plan").click()
        assert saved.value.path().read_text("utf-8") == PLAN
        named("end").click()
        with teacher.page.expect_download() as saved:
            bar.locator("a", has_text="Course").click()
        course = reading.read(saved.value.path().read_bytes())
        assert [step.page for step in course.steps] == ["", "", "", "gates", "", "gates", "", ""]
        assert [step.wish["kind"] for step in course.steps if step.wish] == ["where", "choice"]
        with teacher.page.expect_download() as saved:
            bar.locator("a", has_text="Answers (CSV)").click()
        assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 2

        # The teacher's own window: the app follows what is done there, and nothing is loaded anew
        named("plan").click()
        with teacher.page.context.expect_page() as opened:
            named("desk").click()
        desk = type(teacher)(opened.value, address)
        own = lambda name: desk.page.locator(f".desk [data-name='{name}']")  # noqa: E731
        expect(bar.locator(".below.of-plan")).to_have_count(0)
        expect(desk.page.locator(".asked .histogram tr")).to_have_count(3)
        expect(desk.page.locator(".asked .histogram tr").last).to_contain_text("✓")  # before the class sees it
        assert not desk.hindrances()
        own("plan 0").click()
        expect(desk.page.locator(".note")).to_contain_text("Say nothing.")
        expect(followed).to_have_attribute("data-step", "17")
        expect(teacher.sentence).to_have_value("March 8, 2025")
        expect(teacher.stage).to_have_attribute("data-step", "17")
        teacher.idle()
        desk.page.keyboard.press("n")
        expect(student.locator("button.choice")).to_have_count(14)
        desk.page.keyboard.press("n")
        expect(followed).to_have_attribute("data-step", "18.2")
        expect(teacher.stage).to_have_attribute("data-step", "18.2")
        own("done").click()
        own("take").click()
        student.locator(".hand-in input").fill("May 5, 1999")
        student.locator(".hand-in input").press("Enter")
        own("plan 1").click()
        teacher.drawn("gates")
        desk.page.locator(".wall li").get_by_role("button", name="Show to all").click()
        expect(followed).to_have_attribute("data-step", "23")
        teacher.ready()
        expect(teacher.sentence).to_have_value("May 5, 1999")
        expect(teacher.stage).to_have_attribute("data-step", "23")
        desk.page.reload()
        expect(desk.page.locator(".wall li")).to_have_count(1)
        own("plan 2").click()
        expect(followed).to_have_attribute("data-step", "12")
        desk.page.keyboard.press("n")
        expect(student.locator("button.choice")).to_have_count(3)
        teacher.ready()
        expect(teacher.sentence).to_have_value("8 mars 2025")
        desk.page.close()
        named("ask").click()
        expect(named("text")).to_have_value("half a que")
        named("ask").click()
        assert teacher.page.evaluate("window.kept")

        # The page of classes shows the same class, and the students stay where they were
        teacher.turn_to("classroom")
        lobby = teacher.page.locator(".lobby")
        expect(lobby.locator(".large")).to_have_text(f"{code[:3]} {code[3:]}")
        expect(lobby.locator(".steps [aria-current]")).to_have_text("Again")
        assert not teacher.idle().hindrances()
        expect(followed).to_have_attribute("data-step", "12")
        expect(student.locator(".banner")).to_be_hidden()
        named("done").click()
        lobby.locator("[data-name='end class']").click()
        expect(student.locator(".over")).to_be_visible()
        expect(lobby.locator("[data-name=start]")).to_be_visible()
        assert not teacher.errors


def test_whoever_types_the_address_joins_or_starts_on_the_page_of_classes(window):
    screen = window(390, 844, phone=True, locale="ko-KR").open_page("classroom", text="8 mars 2025")
    assert not screen.hindrances()
    lobby = screen.page.locator(".lobby")
    lobby.locator("input.code").fill("acd efh")
    screen.page.keyboard.press("Enter")
    expect(screen.page).to_have_url(f"{screen.address}/class/ACDEFH")
    expect(screen.page.locator("form.join .problem")).to_be_visible()
    screen.open_page("classroom", text="8 mars 2025")
    lobby.locator("[data-name=start]").click()
    expect(lobby.locator(".large")).to_be_visible()
    screen.page.locator(".class-bar [data-name=end]").click()
    screen.page.locator(".class-bar .below [data-name='end class']").click()
    screen.page.locator(".class-bar [data-name=delete]").click()
    expect(lobby.locator("[data-name=start]")).to_be_visible()


def test_a_class_begins_on_the_page_where_it_is_started(own_window, server):
    screen = own_window(server).open_page("gates", text="8 mars 2025")
    screen.page.locator(".st-key-tool_0 button").first.click()
    screen.page.locator(".s2s-start-class").click()
    code = screen.page.locator(".class-bar [data-name=code]").inner_text().replace(" ", "")
    student = own_window(server, 390, 844, phone=True).page
    student.goto(f"{server}/class/{code}")
    student.locator("form.join button").click()
    expect(student.locator(".banner a")).to_have_attribute("href", re.compile("/gates.*text=8"))
    screen.page.locator(".class-bar [data-name=end]").click()
    screen.page.locator(".class-bar .below [data-name='end class']").click()
    screen.page.locator(".class-bar [data-name=delete]").click()
    expect(screen.page.locator(".class-bar")).to_be_hidden()
