"""The README's picture: the screen Watch while the model writes. `python docs/screenshot.py`

Starts the app, opens it in Chromium (on the PATH) and saves docs/watch.png.
"""

import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
ADDRESS = "/?text=March+8%2C+2025&lang=en&step=24"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Write docs/watch.png."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no Chromium on the PATH")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light", locale="en-GB")
            while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
                page.wait_for_timeout(100)
            page.goto(f"http://127.0.0.1:{port}{ADDRESS}")
            for part in ('.s2s[data-step="24"]', ".st-key-text input", ".st-key-run button", ".st-key-forcing label"):
                page.locator(part).first.wait_for()
            page.evaluate("document.fonts.ready")
            page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
            page.screenshot(path=ROOT / "docs" / "watch.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def answers(address: str) -> bool:
    """Whether something listens there."""
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
