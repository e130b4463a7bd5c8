"""What a server costs: the time of the very first visit, and the memory once every model was looked at.

A fresh server and headless Chromium; the memory is the resident set of the server's process (Linux).
"""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

import s2s_core as s2s
from benchmarks.measuring import CHROMIUM, Row
from benchmarks.servers import resident_mb

MEMORY_MB = 700
PATIENCE_MS = 60_000


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_a_server_with_every_model_loaded_stays_small(table: list[Row], server: tuple[str, int]) -> None:
    address, pid = server
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        seconds = []
        for name in ["dates", *s2s.names()]:
            began = time.perf_counter()
            page.goto(f"{address}/?model={name}")
            expect(page.locator(".s2s .caption")).not_to_be_empty(timeout=PATIENCE_MS)
            seconds.append(time.perf_counter() - began)
            if len(seconds) == 1:
                table.append(Row(what="the first visit of a fresh server", value=seconds[0], unit="s"))
                table.append(Row(what="a server's memory after it", value=resident_mb(pid), unit="MB"))
        browser.close()
    memory = resident_mb(pid)
    what = f"a server's memory with {len(s2s.names())} models looked at"
    table.append(Row(what=what, value=memory, unit="MB", target=f"at most {MEMORY_MB}"))
    assert memory < MEMORY_MB
