"""A first visit by the numbers: `python -m benchmarks.first_visit http://localhost:8501`, with a browser that is empty.

Seconds from the opening of the address until the sentence that says what this is, and until the first strand of
attention of the example that plays by itself; and how many bytes had come over the network by then, as they were sent.
"""

import argparse
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.measuring import CHROMIUM

WIDTHS = {"laptop": (1280, 800), "phone": (390, 844)}
PATIENCE_MS = 120_000
ATTENDING = r"\d+\.3"  # the sub-step in which the strands rise


class Bytes:
    """What comes over the network, of files and of the socket."""

    def __init__(self, page: Page) -> None:
        self.files = self.messages = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.dataReceived", self._file)
        page.on("websocket", lambda socket: socket.on("framereceived", self._message))

    def _file(self, event: dict[str, int]) -> None:
        self.files += event["encodedDataLength"]

    def _message(self, frame: str | bytes) -> None:
        self.messages += len(frame)

    def __str__(self) -> str:
        return f"{self.files / 1e6:.2f} MB of files, {self.messages / 1e6:.2f} MB of messages"


def visit(page: Page, address: str) -> list[tuple[str, float, str]]:
    """What happened, after how many seconds, with how many bytes until then."""
    came, began = Bytes(page), time.perf_counter()

    def now(what: str) -> tuple[str, float, str]:
        return what, time.perf_counter() - began, str(came)

    page.goto(address)
    page.locator(".s2s .intro").wait_for(timeout=PATIENCE_MS)
    rows = [now("the sentence that says what this is")]
    page.wait_for_function(
        """(step) => {
            const all = (root) => [...root.querySelectorAll("*")].flatMap((e) =>
                e.matches(".s2s") ? [e] : e.shadowRoot ? all(e.shadowRoot) : []);
            return all(document).some((stage) => new RegExp(`^${step}$`).test(stage.dataset.step));
        }""",
        arg=ATTENDING,
        timeout=PATIENCE_MS,
    )
    return [*rows, now("the first strand of attention")]


def main() -> None:
    """The table, for a laptop and a phone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://localhost:8501")
    address = parser.parse_args().address
    print(f"| {'window':8} | {'until':36} | seconds | bytes until then |\n| --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for name, (width, height) in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
            for what, seconds, came in visit(context.new_page(), address):
                print(f"| {name:8} | {what:36} | {seconds:7.1f} | {came} |")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
