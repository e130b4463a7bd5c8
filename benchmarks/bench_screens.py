"""How long a reader waits: for the first view of a page opened from another, and for the picture after a keystroke.

Models and traces are warm for the pages, as in a lesson; every sentence that is typed is new to the server.
"""

import statistics
import time

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.measuring import CHROMIUM, Row

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
ROUNDS = 5
PAGES = {
    "gates": ("Gates", ".st-key-figure_maps svg.marks"),
    "directions": ("Both directions", ".st-key-figure_states svg.marks"),
    "attention": ("Attention", ".st-key-figure_matrices svg.marks"),
    "forcing": ("Teacher forcing", ".st-key-figure_forcing svg.marks"),
    "compare": ("Compare", ".st-key-stage_right .s2s"),
    "": ("Watch", ".st-key-stage .s2s"),
}
PATIENCE_MS = 60_000
PAGE_SECONDS, PICTURE_MS = 2.0, 300
WATCH_FOR_A_TRACE = """(stage) => {
    addEventListener("keydown", () => { window.pressed = performance.now(); }, { once: true, capture: true });
    window.waited = new Promise((resolve) => {
        const seen = () => requestAnimationFrame(() => resolve(performance.now() - window.pressed));
        new MutationObserver(seen).observe(stage, { attributeFilter: ["data-trace"] });
    });
}"""


def spread(what: str, figures: list[float], *, unit: str, target: str) -> Row:
    low, middle, high = statistics.quantiles(figures, n=4)
    return Row(what=what, value=middle, low=low, high=high, rounds=len(figures), unit=unit, target=target)


def opened(address: str, page: Page) -> None:
    page.goto(f"{address}/?text=March+8%2C+2025&step=1")
    expect(page.locator(".s2s .caption")).not_to_be_empty(timeout=PATIENCE_MS)
    idle(page)


def idle(page: Page) -> None:
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)


def test_pages(table: list[Row], server: tuple[str, int]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened(server[0], page)
        for number in range(-1, ROUNDS):
            for name, (_, first_view) in PAGES.items():
                began = time.perf_counter()
                page.locator(f".st-key-page_row_{name} a").click()
                page.locator(first_view).first.wait_for(timeout=PATIENCE_MS)
                if number >= 0:
                    seconds[name].append(time.perf_counter() - began)
                idle(page)
        browser.close()
    for name, (title, _) in PAGES.items():
        target = f"at most {PAGE_SECONDS:g}"
        table.append(spread(f"{title}, opened from another page", seconds[name], unit="s", target=target))


def test_live_typing(table: list[Row], server: tuple[str, int]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened(server[0], page)
        waited = []
        stage, field = page.locator(".s2s"), page.locator(".st-key-text input")
        for day in range(10, 30):
            stage.evaluate(WATCH_FOR_A_TRACE)
            field.fill(f"March {day}, 202")
            page.evaluate("window.waited")
            idle(page)
            stage.evaluate(WATCH_FOR_A_TRACE)
            page.keyboard.press("4")  # fourteen characters and the end mark
            waited.append(page.evaluate("window.waited"))
            idle(page)
        browser.close()
    table.append(spread("last key to new picture, 15 tokens", waited, unit="ms", target=f"at most {PICTURE_MS}"))
