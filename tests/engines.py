"""Programs that a test starts beside the app, the real ones: a store (Valkey or Redis) and a proxy (Caddy).

If one is not installed, its tests are skipped with a message; with CI=true they fail instead.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.servers import PATIENCE

ROOT = Path(__file__).parents[1]


def installed(*names: str) -> str:
    """The first of these programs that is installed; `.ci/run` installs what is missing."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = f"no {' or '.join(names)} on the PATH (on Debian: apt-get install {names[-1]})"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A program that listens to a port, for the length of the block: its process."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not _listens(port):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)  # a program that does not listen yet says nothing
            yield process.pid
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def store(folder: Path, port: int | None = None) -> Iterator[str]:
    """An empty store that keeps nothing on the disk: its address."""
    program, port = installed("valkey-server", "redis-server"), port or free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with running(command, port, folder / "store.txt"):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def proxy(folder: Path, replicas: Sequence[str]) -> Iterator[str]:
    """The proxy of compose.yaml, with its very Caddyfile, before these "host:port": its own "host:port"."""
    program, port = installed("caddy"), free_port()
    environment = {
        "S2S_ADDRESS": f"http://127.0.0.1:{port}",
        "S2S_REPLICAS": " ".join(replicas),
        "S2S_COOKIE_SECRET": "secret of this test",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [program, "run", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    with running(command, port, folder / "proxy.txt", environment):
        yield f"127.0.0.1:{port}"
