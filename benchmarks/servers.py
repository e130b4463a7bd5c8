"""A server of its own for a benchmark or a test: the app of this checkout or of another one, on a free port."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for what takes a few: other work may share the cores


@contextmanager
def serving(
    log: Path,
    environment: Mapping[str, str] | None = None,
    app: str = "app.py",
    *,
    tree: Path = ROOT,
    host: str = "127.0.0.1",
    below: str = "",
    port: int | None = None,
    options: Sequence[str] = (),
) -> Iterator[tuple[str, int]]:
    """A fresh server on a free port, for the length of the block: its "host:port" and its process.

    ``tree`` is the checkout whose app it runs, ``host`` is whom it listens to, ``below`` the base path, ``port`` one
    that was free before, and ``options`` are further options of Streamlit.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", app, f"--server.port={port}"]
    command += [f"--server.address={host}", "--server.headless=true", f"--server.baseUrlPath={below}", *options]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=tree, stdout=output, stderr=subprocess.STDOUT, env=variables)
        try:
            until_it_listens(f"http://127.0.0.1:{port}{below}/_stcore/health", process, log)
            yield f"127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody listens to at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_listens(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)  # there is no event to wait for: a server that does not listen yet says nothing
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


def resident_mb(pid: int) -> float:
    """The memory that a process occupies, in MB of 2**20 bytes (Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def processor_seconds(pid: int) -> float:
    """The processor seconds that all threads of a process have used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
