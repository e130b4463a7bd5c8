"""A live class: one teacher and five students on one real server, which is killed and started again in mid-question."""

import os
import re
import signal
import time

from playwright.sync_api import Page, expect

from benchmarks.servers import free_port, serving


class Student:
    """A student's page, in words of the class."""

    def __init__(self, screen) -> None:
        self.screen, self.page = screen, screen.page
        self.stage = self.page.locator(".s2s")
        self.buttons = self.page.locator("button.choice")
        self.given = self.page.locator(".given")

    def join(self, address: str, code: str, *, typed: bool = False) -> "Student":
        if typed:
            self.page.goto(f"{address}/class")
            self.page.locator("input.code").fill(f"{code[:3]}-{code[3:].lower()}")
            self.page.keyboard.press("Enter")
        else:
            self.page.goto(f"{address}/class/{code}")
        expect(self.page.locator("input[name=name]")).to_be_visible()
        self.page.locator("form.join button").click()
        return self

    def at(self, step: str) -> None:
        expect(self.stage).to_have_attribute("data-step", step)


def bar(page: Page, name: str):
    """A button of the teacher's bar."""
    return page.locator(f".class-bar [data-name={name!r}]")


def test_a_class_follows_answers_and_outlives_whatever_breaks(own_window, tmp_path):
    port, log = free_port(), tmp_path / "log.txt"
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}
    with serving(log, environment, port=port) as (host, pid):
        address = f"http://{host}"
        teacher = own_window(address)
        teacher.open(text="March 8, 2025", step="17")
        teacher.page.locator(".st-key-tool_1 button").first.click()
        teacher.page.locator(".s2s-start-class").click()
        shown = bar(teacher.page, "code")
        expect(shown).to_be_visible()
        code = shown.inner_text().replace(" ", "")
        frames = len(teacher.idle().frames_sent)

        phones = [
            own_window(address, 390, 844, phone=True, locale="ko-KR"),
            own_window(address, 390, 844, phone=True, color_scheme="dark"),
        ]
        students = [Student(screen) for screen in (*phones, *(own_window(address) for _ in range(3)))]
        for number, student in enumerate(students):
            student.join(address, code, typed=number == 0).at("17")
        expect(teacher.page.locator(".class-bar .here")).to_have_text("5 here")

        # Steps, sub-steps, another unit, playing: without a word to Streamlit
        teacher.page.locator(".s2s .figure").first.focus()
        teacher.press("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown")
        for student in students:
            student.at("19.2")
            assert student.page.locator(".s2s .caption").inner_text()
        expect(students[2].page.locator(".chip.unit")).to_contain_text("18")
        teacher.press("Space")
        expect(students[1].stage).to_have_attribute("data-step", re.compile("^2[0-5]"))
        teacher.press("ArrowLeft")
        for student in students:
            student.at(teacher.step)
        assert len(teacher.frames_sent) == frames
        students[3].page.keyboard.press("ArrowRight")  # the stage is the teacher's
        students[3].at(teacher.step)

        # An edit is followed: the same trace
        teacher.press("p")
        expect(teacher.page.get_by_role("switch", name="Peepholes")).not_to_be_checked()
        edited = teacher.idle().stage.get_attribute("data-trace") or ""
        for student in students[1:]:
            expect(student.stage).to_have_attribute("data-trace", edited)
        teacher.press("p")
        expect(teacher.page.get_by_role("switch", name="Peepholes")).to_be_checked()

        # Charts are followed as a link
        teacher.turn_to("gates")
        expect(students[1].page.locator(".banner a")).to_have_attribute("href", re.compile("/gates.*text=March"))
        teacher.turn_to("attention")
        expect(students[1].page.locator(".banner a")).to_have_attribute("href", re.compile("/attention.*text=March"))
        teacher.turn_to("").ready()
        expect(students[1].page.locator(".banner")).to_be_hidden()

        # Where will it look?
        teacher.page.locator(".s2s .figure").first.focus()
        teacher.press("Home", "End", *["ArrowLeft"] * 8)
        students[0].at("17")
        bar(teacher.page, "ask").click()
        bar(teacher.page, "where").click()
        for student in students:
            expect(student.buttons).to_have_count(14)
            expect(student.page.locator(".s2s .answer")).not_to_be_visible()
        assert not phones[0].hindrances() and not phones[1].hindrances()
        places = students[0].page.locator(".s2s .asks button.place")  # a source token on the stage itself
        places.and_(students[0].page.locator("[data-at='12']")).click()
        expect(students[0].given).to_have_text("보냈습니다: 5")
        expect(students[0].page.locator(".s2s .asks .mark")).to_have_count(1)
        expect(places).to_have_count(0)
        students[1].buttons.nth(12).click()
        expect(students[1].given).to_have_text("Sent: 5")
        students[2].buttons.nth(0).click()
        expect(students[2].given).to_have_text("Sent: M")
        students[2].page.reload()
        expect(students[2].given).to_have_text("Sent: M")
        students[2].at("17")
        students[3].page.context.set_offline(True)
        offline = time.monotonic()
        students[3].buttons.nth(6).click()
        expect(students[3].given).to_contain_text("on its way")
        os.kill(pid, signal.SIGKILL)
        expect(students[4].page.locator(".status")).to_be_visible()
        students[4].buttons.nth(6).click()
        expect(students[4].given).to_contain_text("on its way")

    with serving(log, environment, port=port):
        expect(students[4].given).to_have_text("Sent: 8")
        students[3].page.wait_for_timeout(max(0, 10_000 - 1_000 * (time.monotonic() - offline)))
        students[3].page.context.set_offline(False)
        expect(students[3].given).to_have_text("Sent: 8")
        expect(bar(teacher.page, "reveal")).to_be_visible()
        expect(teacher.page.locator(".below .count")).to_have_text("Answers: 5")
        expect(teacher.page.locator(".class-bar .here")).to_have_text("5 here")
        expect(students[0].page.locator(".histogram")).to_have_count(0)
        assert not teacher.idle().hindrances()

        bar(teacher.page, "reveal").click()
        expect(teacher.page.locator(".below .histogram tr").first).to_contain_text("M")
        for student in students:
            student.at("18.2")
            expect(student.page.locator(".histogram tr", has_text="✓")).to_contain_text("2")
        expect(students[1].page.locator(".question")).to_contain_text("class 40%")
        assert not phones[0].hindrances() and not teacher.hindrances()
        bar(teacher.page, "done").click()
        expect(students[1].page.locator(".question")).to_be_hidden()

        # What comes next?
        bar(teacher.page, "ask").click()
        bar(teacher.page, "next").click()
        students[1].at("18.4")
        students[1].page.locator(".own input").fill("zwei")
        students[1].page.locator(".own button").click()
        expect(students[1].given).to_have_text("Sent: zwei")
        bar(teacher.page, "reveal").click()
        students[1].at("18")
        expect(students[2].page.locator(".histogram")).to_contain_text("zwei")
        bar(teacher.page, "again").click()
        students[1].at("18.4")
        expect(students[1].page.locator(".own input")).to_have_value("")
        expect(teacher.stage).to_have_attribute("data-step", "18.4")

        # A question of one's own
        bar(teacher.page, "done").click()
        bar(teacher.page, "ask").click()
        bar(teacher.page, "text").fill("Which <b>gate</b>?")
        bar(teacher.page, "choices").fill("forget\ninput")
        bar(teacher.page, "ask it").click()
        expect(students[4].page.locator(".question h2")).to_have_text("Which <b>gate</b>?")
        students[4].buttons.nth(1).click()
        bar(teacher.page, "answers").click()
        expect(teacher.page.locator(".below .histogram tr").nth(1)).to_contain_text("1")

        # Explore, and come back
        bar(teacher.page, "explore").click()
        students[4].page.locator(".banner a").click()
        expect(students[4].page.locator(".class-bar")).to_contain_text("goes on")
        expect(students[4].stage).to_be_visible()
        bar(teacher.page, "look").click()
        expect(students[4].page).to_have_url(f"{address}/class/{code}")
        expect(students[4].given).to_have_text("Sent: input")

        # Hand in: from a phone without a network, and from the app
        bar(teacher.page, "done").click()
        bar(teacher.page, "wall").click()
        bar(teacher.page, "take").click()
        field, handed = students[0].page.locator(".hand-in input"), students[0].page.locator(".handed li")
        field.fill("5" * 99)
        field.press("Enter")
        expect(students[0].page.locator(".hand-in .problem")).to_contain_text("64")
        expect(field).to_have_value("5" * 99)
        students[0].page.context.set_offline(True)
        field.fill("<b>5</b> 1999")
        field.press("Enter")
        expect(handed).to_contain_text("보내는 중")
        students[0].page.context.set_offline(False)
        expect(handed).to_contain_text("<b>5</b> 1999 → 1999-")
        line = teacher.page.locator(".wall li")
        expect(line.locator(".said")).to_have_text(handed.inner_text())
        expect(teacher.page.locator(".wall .who")).to_have_count(0)
        assert not phones[0].hindrances() and not teacher.hindrances()
        bar(teacher.page, "names").click()
        expect(line.locator(".who")).to_have_text("number 1")
        teacher.page.evaluate("window.kept = true")
        line.get_by_role("button", name="Show to all").click()
        for student in students[1:]:
            student.at("25")  # the last one
            expect(student.page.locator(".s2s .answer")).to_contain_text("1999-")
            expect(student.page.locator(".handed li")).to_have_count(0)
        expect(teacher.sentence).to_have_value("<b>5</b> 1999")
        expect(teacher.stage).to_have_attribute("data-step", "25")
        expect(line).to_have_count(0)  # the wall has gone from the stage that it covered
        assert teacher.page.evaluate("window.kept")  # and nothing was loaded anew
        assert bar(teacher.page, "look").get_attribute("aria-pressed") == "true"
        bar(teacher.page, "explore").click()
        students[4].page.locator(".banner a").click()
        bar(students[4].page, "hand in").click()
        expect(students[4].page.locator(".class-bar .said")).to_contain_text("<b>5</b> 1999 → 1999-")
        bar(teacher.page, "wall").click()
        expect(line).to_have_count(2)
        expect(teacher.page.locator(".wall .who")).to_have_count(0)
        line.last.get_by_role("button", name="Take off").click()
        expect(line).to_have_count(1)
        bar(teacher.page, "wall").click()
        bar(teacher.page, "pause").click()
        expect(students[0].page.locator(".rest")).to_be_visible()

        bar(teacher.page, "end").click()
        bar(teacher.page, "end class").click()
        expect(students[1].page.locator(".over")).to_be_visible()
        with teacher.page.expect_download() as table:
            teacher.page.locator(".class-bar a", has_text="CSV").click()
        rows = table.value.path().read_text("utf-8-sig").splitlines()
        assert len(rows) == 1 + 5 + 1 + 1 + 2
        bar(teacher.page, "delete").click()
        expect(teacher.page.locator(".class-bar")).to_be_hidden()
        assert not teacher.errors and not any(student.screen.errors for student in students)
