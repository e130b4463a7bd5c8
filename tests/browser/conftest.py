"""The app in Chromium: one server and one browser for each process of a run, one fresh context per test.

Without Chromium the tests are skipped with a message; with CI=true they fail instead.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import layered
import markup
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from benchmarks.servers import serving

# The headless shell first: the same engine without the program around it, in half the processor time
BROWSERS = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
COLD_MS = 240_000  # the first page that a server shows loads its models, and other work may share the cores
SETTLED_S = 30  # on a busy machine, a page that is still being painted has wrong colours for some seconds
DRAWN = {
    "": ".st-key-stage .s2s",
    "gates": ".st-key-figure_maps svg.marks",
    "directions": ".st-key-figure_states svg.marks",
    "attention": ".st-key-figure_matrices svg.marks",
    "why": ".st-key-figure_reasons svg.marks",
    "gradient": ".st-key-figure_way svg.marks",
    "forcing": ".st-key-figure_forcing svg.marks",
    "compare": ".st-key-stage_right .s2s",
    "train": ".st-key-train button",
    "lesson": ".st-key-watching .s2s",
    "classroom": ".st-key-lobby .lobby section:first-child",
}
"""An element in the first view of each page, by the page's path."""

STILL = """Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime < Infinity)
    .map(each => each.finished))"""

expect.set_options(timeout=120_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    if CHROMIUM is None:
        reason = "no Chromium on the PATH (on Debian: apt-get install chromium-headless-shell fonts-noto-cjk)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return CHROMIUM


@pytest.fixture(scope="session")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served on a free port from now on; it has the models of markup.py and layered.py too."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    checkpoints = tmp_path_factory.mktemp("checkpoints")
    markup.save(checkpoints)
    layered.save(checkpoints)
    with serving(log, {"S2S_CHECKPOINTS": str(checkpoints)}) as (address, _):
        yield f"http://{address}"
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield launch(playwright, chromium)


def launch(playwright: Playwright, executable: str) -> Browser:
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


# Streamlit gathers what a script sends for 10 ms; what was gathered then comes before the second frame from now
_PAINTED = """
() => new Promise((painted) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(painted)), 20))
"""


class Screen:
    """One browser window with the app, with methods for a reader's actions."""

    pages = tuple(DRAWN)
    of_a_sentence = tuple(name for name in DRAWN if name not in ("train", "lesson", "classroom"))

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.frames_sent: list[object] = []
        self.errors: list[str] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.frames_sent.append(frame)))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.stage = page.locator(".s2s")
        self.caption = page.locator(".s2s .caption")
        self.sentence = page.locator(".st-key-text input")
        self.notice = page.locator(".s2s-notice")
        self.theme = page.get_by_test_id("theme")

    def tab(self) -> "Screen":
        """Another tab of the same browser."""
        return Screen(self.page.context.new_page(), self.address)

    def open(self, path: str = "/", **parameters: str) -> "Screen":
        self.page.goto(f"{self.address}{path}?{urlencode(parameters)}")
        return self.ready()

    def open_page(self, name: str, **parameters: str) -> "Screen":
        """Open a page by its address and wait until its figures are drawn."""
        self.page.goto(f"{self.address}/{name}?{urlencode(parameters)}")
        return self.drawn(name)

    def turn_to(self, name: str) -> "Screen":
        """Turn to another page by its link in the navigation."""
        self.page.locator(f".st-key-page_row_{name} a").click()
        return self.drawn(name)

    def drawn(self, name: str) -> "Screen":
        """Wait until a page shows its figures and no script runs."""
        expect(self.page.locator(DRAWN[name])).to_be_visible(timeout=COLD_MS)
        return self.idle()

    def ready(self) -> "Screen":
        """Wait until a trace is on the stage, the controls are there and no script runs."""
        expect(self.caption).not_to_be_empty(timeout=COLD_MS)
        expect(self.sentence).to_be_visible()
        expect(self.page.get_by_role("switch").first).to_be_visible()
        return self.idle()

    def idle(self) -> "Screen":
        """Wait until the server has finished, and the page has painted its last messages."""
        app = self.page.locator('.stApp[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]')
        expect(app).to_have_count(1)
        self.page.evaluate(_PAINTED)
        return self

    def type(self, text: str) -> None:
        """Type a sentence and press Enter; wait until the stage has it at its end."""
        self.sentence.fill(text)
        self.sentence.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def step(self) -> str:
        return self.stage.get_attribute("data-step") or ""

    def output(self) -> str:
        """The model's output, read from the captions of its steps up to the end mark."""
        self.sentence.blur()
        self.press("End")
        written: list[str] = []
        while match := re.search(r"writes “(.*?)”", self.caption.inner_text()):
            written.append(match[1])
            before = self.step
            self.press("ArrowLeft")
            if self.step == before:
                break
        return "".join(reversed(written[1:]))

    def hindrances(self) -> list[str]:
        """The accessibility problems that axe-core finds, in words. A page that still changes is checked again."""
        until = time.monotonic() + SETTLED_S
        while True:
            if self.page.locator(".stApp").count():  # a class's pages are not Streamlit's
                self.idle()
            self.page.evaluate(STILL)  # elements have wrong colours while they fade in
            found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
            serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
            if not serious or time.monotonic() > until:
                break
            self.page.wait_for_timeout(500)
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in serious
            for node in violation["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        widths = self.page.evaluate(
            "[...document.querySelectorAll('.stMain, html')].map(e => [e.scrollWidth, e.clientWidth])"
        )
        return max(scroll - client for scroll, client in widths)


Window = Callable[..., Screen]


class Contexts:
    """Contexts of the browser by their options. Several tests use one context in turn; it is emptied in between.

    So a page finds the program of the front end in the context's memory, as a reader's second page does. That halves
    what the browser has to compute for a page.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.idle: dict[str, list[BrowserContext]] = {}

    def take(self, key: str, options: dict[str, object]) -> BrowserContext:
        waiting = self.idle.setdefault(key, [])
        return waiting.pop() if waiting else self.browser.new_context(**options)

    def give_back(self, key: str, context: BrowserContext) -> None:
        for page in context.pages:
            page.close()
        context.clear_cookies()
        page = context.new_page()
        page.goto(f"{self.address}/_stcore/health")  # of the same origin, and no app
        page.evaluate("localStorage.clear()")
        page.close()
        self.idle[key].append(context)


@pytest.fixture(scope="session")
def contexts(browser: Browser, server: str) -> Contexts:
    return Contexts(browser, server)


@pytest.fixture
def window(contexts: Contexts) -> Iterator[Window]:
    """A window of a size, colour scheme and language of the reader's choice."""
    taken: list[tuple[str, BrowserContext]] = []

    def open_window(
        width: int = 1280,
        height: int = 800,
        *,
        dark: bool = False,
        locale: str = "en-US",
        phone: bool = False,
        **options: object,
    ) -> Screen:
        options |= {
            "viewport": {"width": width, "height": height},
            "color_scheme": "dark" if dark else "light",
            "locale": locale,
            "has_touch": phone,
            "is_mobile": phone,
            "reduced_motion": options.get("reduced_motion", "reduce"),
        }
        key = repr(sorted(options.items()))
        context = contexts.take(key, options)
        context.set_default_timeout(COLD_MS)
        taken.append((key, context))
        return Screen(context.new_page(), contexts.address)

    yield open_window
    for key, context in taken:
        contexts.give_back(key, context)


@pytest.fixture
def own_window(browser: Browser) -> Iterator[Window]:
    """A window on a server that a test starts itself, at its address; each has cookies of its own."""
    with ExitStack() as opened:

        def open_window(
            address: str, width: int = 1280, height: int = 800, *, phone: bool = False, **options: object
        ) -> Screen:
            usual = {"locale": "en-US", "reduced_motion": "reduce", "is_mobile": phone, "has_touch": phone}
            context = browser.new_context(viewport={"width": width, "height": height}, **(usual | options))
            opened.callback(context.close)
            context.set_default_timeout(COLD_MS)
            return Screen(context.new_page(), address)

        yield open_window
