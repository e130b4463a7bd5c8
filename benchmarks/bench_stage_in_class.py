"""What leading a class costs the teacher's own stage: key to paint with a class and without one, in turn.

Two windows of one headless Chromium on the real app show the same 20 × 20 tokens at hidden 256. One of them leads a
class with followers, so each of its steps is told to the server; neither may say a word to Streamlit.

    make bench ARGS="-k in_class"
    python -m benchmarks.bench_stage_in_class --rounds 12
"""

import argparse
import json
import statistics
import tempfile
import threading
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import s2s_core as s2s
from benchmarks.bench_stage import ARGUMENTS, CHROMIUM, LISTEN, REFERENCE, SENTENCE, random_model
from benchmarks.measuring import Row, ratio
from benchmarks.servers import serving

NAME = "random"
PRESSES = 20  # of one round in one window
FOLLOWERS = 5
PATIENCE_MS = 120_000


@dataclass(slots=True)
class Window:
    """The app in a window of its own."""

    page: Page
    said: list[object] = field(default_factory=list)  # to Streamlit
    waits: list[float] = field(default_factory=list)  # milliseconds from a key to the painted step
    medians: list[float] = field(default_factory=list)  # of each round

    def round(self) -> None:
        """Steps forwards and back."""
        before, said = len(self.waits), len(self.said)
        for number in range(PRESSES):
            painted = self.page.evaluate("window.painted.length")
            self.page.keyboard.press("ArrowRight" if number < PRESSES / 2 else "ArrowLeft")
            self.page.wait_for_function(f"window.painted.length > {painted}")
            self.page.wait_for_timeout(30)  # a quick hand, as in bench_stage
            wait, moved = self.page.evaluate("window.painted.at(-1)")
            assert moved
            self.waits.append(wait)
        self.medians.append(statistics.median(self.waits[before:]))
        assert len(self.said) == said, "a step has run a script"

    @property
    def p95(self) -> float:
        return sorted(self.waits)[int(0.95 * len(self.waits))]


def opened(browser: Browser, address: str) -> Window:
    window = Window(browser.new_page(viewport={"width": 1280, "height": 800}))
    window.page.set_default_timeout(PATIENCE_MS)
    window.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: window.said.append(frame)))
    place = {"model": NAME, "text": SENTENCE, "reference": REFERENCE, "forcing": "1", "step": "1"}
    window.page.goto(f"{address}/?{urlencode(place)}")
    window.page.locator(".s2s[data-step]").wait_for()
    window.page.locator('.stApp[data-test-script-state="notRunning"] .st-key-text').wait_for()
    return window


def lead(window: Window, address: str, followers: int) -> None:
    """Start a class in a window, and let others follow it."""
    window.page.get_by_role("button", name="Class").first.click()
    window.page.locator(".s2s-start-class").click()
    code = window.page.locator(".class-bar [data-name=code]").inner_text().replace(" ", "")
    for _ in range(followers):
        threading.Thread(target=follow, args=(f"{address}/class/{code}",), daemon=True).start()
    window.page.locator(".class-bar .here", has_text=f"{followers} here").wait_for()
    window.page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()


def follow(place: str) -> None:
    """One event stream, read until it ends."""
    asked = urllib.request.Request(f"{place}/join", json.dumps({}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as joined:
        cookie = joined.headers["Set-Cookie"].partition(";")[0]
    with urllib.request.urlopen(urllib.request.Request(f"{place}/stream", headers={"Cookie": cookie})) as stream:
        while stream.readline():
            pass


def measured(rounds: int) -> tuple[Window, Window]:
    """The window without a class and the one that leads, after so many rounds in turn."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        model = random_model()
        model = replace(model, info=replace(model.info, name=NAME, title=NAME, examples=(SENTENCE,)))
        s2s.save(Path(folder) / "models" / NAME, model, card="# random\n")
        environment = {"S2S_RUNS": folder, "S2S_STORE": "", "S2S_CHECKPOINTS": str(Path(folder) / "models")}
        with serving(Path(folder) / "server.log", environment) as (host, _):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            alone, leading = (opened(browser, f"http://{host}") for _ in range(2))
            lead(leading, f"http://{host}", FOLLOWERS)
            for window in (alone, leading):
                window.page.locator(".s2s .figure").first.focus()
                window.page.keyboard.press("Home")
                window.page.evaluate(LISTEN)
            for _ in range(rounds):
                alone.round()
                leading.round()
            browser.close()
    return alone, leading


def rows(alone: Window, leading: Window) -> list[Row]:
    step = "key press to painted step in the app"
    return [
        Row(what=f"{step}, 95th percentile", value=alone.p95, unit="ms"),
        Row(what=f"{step}, 95th percentile, while a class follows", value=leading.p95, unit="ms"),
        ratio(f"{step}, with a class over without", leading.medians, alone.medians, target="at most 1.1"),
    ]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (on Debian: apt-get install chromium)")
def test_a_step_in_a_class(table: list[Row]) -> None:
    table.extend(rows(*measured(12)))


def main() -> None:
    say = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    say.add_argument("--rounds", type=int, default=12)
    alone, leading = measured(say.parse_args().rounds)
    for name, window in (("without a class", alone), (f"with a class of {FOLLOWERS}", leading)):
        print(f"{name}: median {statistics.median(window.waits):.1f} ms, p95 {window.p95:.1f} ms")
    print(rows(alone, leading)[-1])


if __name__ == "__main__":
    main()
