"""What a server costs: the time of the very first visit, and the memory once every model was looked at.

A fresh server and headless Chromium; the memory is the resident set of the server's process (Linux).
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

import s2s_core as s2s
from benchmarks.measuring import Row

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MEMORY_MB = 700
PATIENCE_MS = 60_000


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """The address of a fresh server and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as it:
        try:
            while it.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)  # there is no event to wait for: a server that does not listen yet says nothing
            yield f"http://127.0.0.1:{port}", it.pid
        finally:
            it.terminate()


def resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


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
