"""The pictures of the documentation: one of each page, the stage projected and on a phone, a class's wall.

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


DRAWN = ".st-key-figure_{} .stVegaLiteChart svg"
PICTURES = {
    "watch": Picture("/?text=March+8%2C+2025&lang=en&step=24", ('.s2s[data-step="24"]', ".st-key-forcing label")),
    "gates": Picture("/gates?text=March+8%2C+2025&lang=en", (DRAWN.format("maps"), DRAWN.format("outputs"))),
    "directions": Picture("/directions?text=March+8%2C+2025&lang=en", (DRAWN.format("alone"), DRAWN.format("nearest"))),
    "attention": Picture(
        "/attention?text=March+8%2C+2025&lang=en", (DRAWN.format("matrices"), DRAWN.format("context"))
    ),
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
        f"/?text=March+8%2C+2025&lang={language}&step=24", (".wall li:nth-child(6)",), (1920, 1080), handed=SENTENCES
    )
    for name, language in (("class-wall", "en"), ("class-wall-ko", "ko"))
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
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(server + picture.address)
    if picture.press:
        page.locator(picture.press).click()
    for part in FRAME if picture.band else ():
        page.locator(part).first.wait_for()
    students = hand_in(browser, server, page, picture.handed) if picture.handed else []
    for part in picture.parts:
        page.locator(part).first.wait_for()
    page.evaluate("document.fonts.ready")
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    for each in (*students, page):
        each.close()
    return path


def hand_in(browser: Browser, server: str, page: Page, sentences: tuple[str, ...]) -> list[Page]:
    """Start a class on a page and open its wall; as many students as there are sentences hand in one each."""
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    page.locator(".st-key-tool_1 button").first.click()
    page.locator(".s2s-start-class").click()
    code = page.locator(".class-bar [data-name=code]").inner_text().replace(" ", "")
    page.locator(".class-bar [data-name=wall]").click()
    page.locator(".class-bar [data-name=take]").click()
    students = []
    for sentence in sentences:
        student = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        student.set_default_timeout(PATIENCE_MS)
        student.goto(f"{server}/class/{code}")
        student.locator("form.join button").click()
        student.locator(".hand-in input").fill(sentence)
        student.keyboard.press("Enter")
        student.locator(".hand-in .answer").wait_for()
        students.append(student)
    return students


def answers(address: str) -> bool:
    """Whether something listens there."""
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
