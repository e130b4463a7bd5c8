"""One table for all benchmarks of a run: printed at its end, and kept in results/."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import RESULTS, Row, file_of, keep, machine

ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Where a benchmark puts its rows."""
    rows: list[Row] = []
    yield rows
    keep(rows)  # at once: a run may be cut off
    request.config.stash.setdefault(ROWS, []).extend(rows)


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """The address of a fresh server and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true"]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"}
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


def pytest_terminal_summary(config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    printed = Table("what", "figure", "quartiles", "rounds", "target")
    for row in rows:
        rounds = str(row.rounds) if row.spread else ""
        printed.add_row(row.what, f"{row.value:.2f} {row.unit}", row.spread, rounds, row.target)
    Console(width=140).print(printed, f"kept in {RESULTS.name}/{file_of(machine())}")
