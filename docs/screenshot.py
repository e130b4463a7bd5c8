"""The pictures of the documentation: one of each page, the stage projected and on a phone, a live class.

`python docs/screenshot.py [NAME...]` starts the app, opens the pages of PICTURES in Chromium (on the PATH) and saves
docs/NAME.png. The browser tests take one of them; with PICTURES=all in the environment they take all.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
PATIENCE_MS = 300_000  # other work may share the cores, and one picture waits for a training
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a page stands, what has to be on it before it is taken, and the window it is taken in."""

    address: str
    parts: tuple[str, ...]
    size: tuple[int, int] = (1280, 800)
    dark: bool = False
    band: bool = True  # whether the page is about a sentence
    press: str = ""  # a button, before the parts can come
    handed: tuple[str, ...] = ()  # the sentences that students of a class hand in, before the parts can come
    guessed: tuple[int, ...] = ()  # where students of a class think that the network will look, and it is revealed
    of_student: bool = False  # taken of the first student's screen, before anybody answers


DRAWN = ".st-key-figure_{} .stVegaLiteChart svg"
PICTURES = {
    "watch": Picture("/?text=March+8%2C+2025&lang=en&step=24", ('.s2s[data-step="24"]', ".st-key-forcing label")),
    "gates": Picture("/gates?text=March+8%2C+2025&lang=en", (DRAWN.format("maps"), DRAWN.format("outputs"))),
    "directions": Picture("/directions?text=March+8%2C+2025&lang=en", (DRAWN.format("alone"), DRAWN.format("nearest"))),
    "attention": Picture(
        "/attention?text=March+8%2C+2025&lang=en", (DRAWN.format("matrices"), DRAWN.format("context"))
    ),
    "why": Picture("/why?text=March+8%2C+2025&lang=en&output=9", (DRAWN.format("reasons"), DRAWN.format("heldout"))),
    "gradient": Picture("/gradient?text=March+8%2C+2025&lang=en", (DRAWN.format("way"), DRAWN.format("decay"))),
    "forcing": Picture("/forcing?text=March+8%2C+2025&lang=en", (DRAWN.format("forcing"), DRAWN.format("after"))),
    "compare": Picture(
        "/compare?text=March+8%2C+2025&lang=en&step=20", (".st-key-stage_right .s2s", DRAWN.format("length"))
    ),
    "train": Picture(
        "/train?new_task=reverse&new_size=32&new_steps=1000&lang=en",
        ('[data-testid="stProgress"]:has-text("Done")', DRAWN.format("scores"), DRAWN.format("probe")),
        band=False,
        press=".st-key-train button",
    ),
    "lesson": Picture(
        "/lesson?chapter=7&lang=en",
        (".st-key-watching .s2s", "text=Right."),
        band=False,
        press=".asks button[data-at='6']",
    ),
}
PICTURES |= {
    "projector": Picture("/?text=March+8%2C+2025&lang=ko&step=24", PICTURES["watch"].parts, (1920, 1080), dark=True),
    "phone": Picture("/?text=March+8%2C+2025&lang=ko&step=24", PICTURES["watch"].parts[:1], (390, 844)),
}
SENTENCES = (
    "2025년 3월 8일", "le 14 juillet 1789", "Christmas 2020", "8. März 2025", "the day after tomorrow", "31 April 1999",
)  # fmt: skip
PICTURES |= {
    name: Picture(
        f"/?text=March+8%2C+2025&lang={language}&step=24",
        (".wall li:nth-child(6)", ".class-bar [data-name=wall]:has-text('6')", ".s2s[data-step='24']"),
        (1920, 1080),
        handed=SENTENCES,
    )
    for name, language in (("class-wall", "en"), ("class-wall-ko", "ko"))
}
GUESSES = (6, 6, 12, 6, 9, 6, 6, 0, 6, 7, 6, 12)
PICTURES |= {
    f"class{suffix}": Picture(
        f"/?text=March+8%2C+2025&lang={language}&step=23",
        (".class-bar [data-name=again]", ".s2s[data-step='24.2']"),
        (1920, 1080),
        guessed=GUESSES,
    )
    for suffix, language in (("", "en"), ("-ko", "ko"))
}
PICTURES |= {
    f"class-phone{suffix}": Picture(
        f"/?text=March+8%2C+2025&lang={language}&step=23", (), (390, 844), guessed=(0,), of_student=True
    )
    for suffix, language in (("", "en"), ("-ko", "ko"))
}
FRAME = (".st-key-text input", ".st-key-run button")


def main(names: list[str]) -> None:
    """Write docs/NAME.png for each name, or for all."""
    if unknown := set(names) - PICTURES.keys():
        sys.exit(f"no picture {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no Chromium on the PATH")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    runs = tempfile.TemporaryDirectory()
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "S2S_RUNS": runs.name},
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
                time.sleep(0.1)  # there is no event to wait for: a server that does not listen yet says nothing
            for name in names or PICTURES:
                take(browser, f"http://127.0.0.1:{port}", name, ROOT / "docs")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
        runs.cleanup()


def take(browser: Browser, server: str, name: str, folder: Path) -> Path:
    """Save FOLDER/NAME.png once everything is drawn."""
    picture = PICTURES[name]
    width, height = picture.size
    scheme = "dark" if picture.dark else "light"
    wide = {"width": 1280, "height": 800} if picture.of_student else {"width": width, "height": height}
    page = browser.new_page(viewport=wide, color_scheme=scheme, locale="en-GB")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(server + picture.address)
    if picture.press:
        page.locator(picture.press).click()
    for part in FRAME if picture.band else ():
        page.locator(part).first.wait_for()
    students: list[Page] = []
    if seats := len(picture.handed or picture.guessed):
        students = join(browser, server, page, seats, "ko-KR" if "lang=ko" in picture.address else "en-GB")
        if picture.handed:
            hand_in(page, students, picture.handed)
        else:
            guess(page, students, () if picture.of_student else picture.guessed)
    for part in picture.parts:
        page.locator(part).first.wait_for()
    page.evaluate("document.fonts.ready")
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    path = folder / f"{name}.png"
    (students[0] if picture.of_student else page).screenshot(path=path)
    for each in (*students, page):
        each.close()
    return path


def join(browser: Browser, server: str, page: Page, seats: int, locale: str) -> list[Page]:
    """Start a class on a page; so many students join it with their phones."""
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    page.locator(".st-key-tool_1 button").first.click()
    page.locator(".s2s-start-class").click()
    code = page.locator(".class-bar [data-name=code]").inner_text().replace(" ", "")
    students = []
    for _ in range(seats):
        student = browser.new_page(viewport={"width": 390, "height": 844}, locale=locale)
        student.set_default_timeout(PATIENCE_MS)
        student.goto(f"{server}/class/{code}")
        student.locator("form.join button").click()
        students.append(student)
    return students


def hand_in(page: Page, students: list[Page], sentences: tuple[str, ...]) -> None:
    """Open the class's wall; each student hands in a sentence."""
    page.locator(".class-bar [data-name=wall]").click()
    page.locator(".class-bar [data-name=take]").click()
    for student, sentence in zip(students, sentences, strict=True):
        student.locator(".hand-in input").fill(sentence)
        student.keyboard.press("Enter")
        student.locator(".hand-in .answer").wait_for()


def guess(page: Page, students: list[Page], places: tuple[int, ...]) -> None:
    """Ask where the network will look; each student answers with a place, then it is revealed. Without places it is
    only asked.
    """
    page.locator(".class-bar [data-name=ask]").click()
    page.locator(".class-bar [data-name=where]").click()
    for student in students:
        student.locator("button.choice").first.wait_for()
    for student, place in zip(students, places, strict=False):
        student.locator("button.choice").nth(place).click()
        student.locator(".given").wait_for()
    if places:
        page.locator(".class-bar [data-name=reveal]").click()


def answers(address: str) -> bool:
    """Whether something listens there."""
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
