"""What a step on the stage costs: from a key press to the painted step, and the frames of a playing stage.

20 source and 20 output tokens at hidden 256, in headless Chromium; no checkpoint is needed. While it steps and plays
the page must not say a word to the server.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, sync_playwright

import s2s_core as s2s
from benchmarks.measuring import Row
from s2s_core.registry import TOKENIZERS
from s2s_ui.stage.payload import pack

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip
PRESSES = 120
PLAYED_MS = 5000
KEY_TO_PAINT_MS = 40
FRAMES_A_SECOND = 55
LETTERS, DIGITS = "abcdefghijklmnopqrst", "0123456789-"
SENTENCE, REFERENCE = LETTERS[:19], "2025-03-08-01-02-03"

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from s2s_core import Trace
from s2s_ui.stage.stage import stage
st.set_page_config(layout="wide")
stage(Trace.load({trace!r}), language="en", key="stage")
"""

# The time from a key event to the frame that shows it: a task posted from an animation frame runs after the painting.
LISTEN = """() => {
  const root = document.querySelector('.s2s') ?? [...document.querySelectorAll('*')]
    .map((element) => element.shadowRoot?.querySelector('.s2s')).find(Boolean);
  window.painted = [];
  window.addEventListener('keydown', (event) => {
    const before = root.dataset.step;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        window.painted.push([performance.now() - event.timeStamp, root.dataset.step !== before]);
      };
      channel.port2.postMessage(null);
    });
  }, true);
}"""
FRAMES = """(length) => new Promise((done) => {
  const times = [];
  const next = (now) => {
    times.push(now);
    if (now - times[0] < length) requestAnimationFrame(next); else done(times);
  };
  requestAnimationFrame(next);
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on the PATH (on Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("stage")
    trace = sentence()
    trace.save(folder / "trace.npz")
    (folder / "page.py").write_text(SCRIPT.format(root=str(ROOT), trace=str(folder / "trace.npz")))
    with serve(folder / "page.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.sent = []  # type: ignore[attr-defined]
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: page.sent.append(frame)))
        page.goto(address)
        page.locator(".s2s[data-step]").wait_for()
        page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
        yield page
        browser.close()


def sentence() -> s2s.Trace:
    """A sentence of 20 tokens forced onto a reference of 20, through a random model of hidden size 256."""
    return random_model().trace(SENTENCE, reference=REFERENCE)


def random_model() -> s2s.Translator:
    """A model of hidden size 256 that has learnt nothing."""
    torch.manual_seed(0)
    tokenizers = [TOKENIZERS["characters"].train([letters]) for letters in (LETTERS, DIGITS)]
    config = s2s.ModelConfig(
        src_vocab_size=tokenizers[0].vocab_size,
        tgt_vocab_size=tokenizers[1].vocab_size,
        encoder_hidden=256,
        decoder_hidden=256,
    )
    return s2s.Translator(net=s2s.Seq2Seq(config), src_tokenizer=tokenizers[0], tgt_tokenizer=tokenizers[1])


class serve:  # noqa: N801 - reads as a verb
    """A Streamlit server for one script, for as long as the block lasts."""

    def __init__(self, script: Path) -> None:
        self.script = script

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), f"--server.port={port}"]
        command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
        self.process = subprocess.Popen(
            command,
            cwd=self.script.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                return address
            except OSError:
                time.sleep(0.1)  # nothing says when a server that does not listen yet will
        self.__exit__()
        raise TimeoutError("the server did not start within 60 s")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def test_the_payload_of_20_times_20_tokens(table: list[Row]) -> None:
    what = "what the stage receives for 20 × 20 tokens at hidden 256"
    table.append(Row(what=what, value=len(pack(sentence())) / 1000, unit="kB"))


def test_a_key_press_is_painted_within_40_ms(table: list[Row], page: Page) -> None:
    page.keyboard.press("Home")
    page.evaluate(LISTEN)
    said = len(page.sent)  # type: ignore[attr-defined]
    for number in range(PRESSES):
        page.keyboard.press("ArrowRight" if number % 60 < 30 else "ArrowLeft")
        page.wait_for_function(f"window.painted.length > {number}")
        page.wait_for_timeout(30)  # a quick hand: the motion of the last step still runs
    painted = page.evaluate("window.painted")
    assert all(moved for _, moved in painted)
    times = sorted(time for time, _ in painted)
    middle, late = statistics.median(times), times[int(len(times) * 0.95)]
    table.append(Row(what="key press to painted step, median", value=middle, unit="ms"))
    table.append(
        Row(
            what="key press to painted step, 95th percentile",
            value=late,
            unit="ms",
            target=f"at most {KEY_TO_PAINT_MS}",
        )
    )
    assert len(page.sent) == said  # type: ignore[attr-defined]
    assert late <= KEY_TO_PAINT_MS


def test_a_playing_stage_keeps_55_frames_a_second(table: list[Row], page: Page) -> None:
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    said = len(page.sent)  # type: ignore[attr-defined]
    page.keyboard.press("Space")
    times = page.evaluate(FRAMES, PLAYED_MS)
    assert page.locator(".s2s").get_attribute("data-playing") == "true"
    rate = (len(times) - 1) / (times[-1] - times[0]) * 1000
    longest = max(after - before for before, after in pairwise(times))
    table.append(Row(what="playing", value=rate, unit="frames/s", target=f"at least {FRAMES_A_SECOND}"))
    table.append(Row(what="playing, the longest frame", value=longest, unit="ms"))
    assert len(page.sent) == said  # type: ignore[attr-defined]
    assert rate >= FRAMES_A_SECOND
