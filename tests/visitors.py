"""A server of its own for a test, and visitors without a browser: they speak Streamlit's websocket as its page does."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for what takes a few: other work may share the cores


@contextmanager
def serving(
    log: Path,
    environment: Mapping[str, str] | None = None,
    app: str = "app.py",
    *,
    host: str = "127.0.0.1",
    below: str = "",
) -> Iterator[tuple[str, int]]:
    """A fresh server on a free port, for the length of the block: its "host:port" and its process.

    `host` is whom it listens to, `below` the base path of its addresses.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", app, f"--server.port={port}"]
    command += [f"--server.address={host}", "--server.headless=true", f"--server.baseUrlPath={below}"]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=variables)
        try:
            until_it_listens(f"http://127.0.0.1:{port}{below}/_stcore/health", process, log)
            yield f"127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)


def until_it_listens(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)  # there is no event to wait for: a server that does not listen yet says nothing
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


@dataclass(frozen=True)
class Visit:
    """What the server sent for one run of a page."""

    messages: tuple[ForwardMsg, ...]
    seconds: float  # from the asking to the end of the script

    @property
    def _elements(self) -> list:
        deltas = [message.delta for message in self.messages if message.WhichOneof("type") == "delta"]
        return [delta.new_element for delta in deltas if delta.WhichOneof("type") == "new_element"]

    @property
    def problems(self) -> list[str]:
        """Exceptions, our own words for them, and whatever else ended the script before its time."""
        found = [str(element.exception) for element in self._elements if element.WhichOneof("type") == "exception"]
        bodies = [element.html.body for element in self._elements if element.WhichOneof("type") == "html"]
        found += [match[1] for body in bodies if (match := re.search(r"s2s-error[^>]*>(.*)</p>", body))]
        found += [str(message) for message in self.messages if message.WhichOneof("type") == "page_not_found"]
        if (end := self.messages[-1].script_finished) != ForwardMsg.FINISHED_SUCCESSFULLY:
            found.append(f"the script ended with {ForwardMsg.ScriptFinishedStatus.Name(end)}")
        return found

    @property
    def shown(self) -> list[str]:
        """The kinds of the elements: "arrow_vega_lite_chart", "bidi_component" ..."""
        return [element.WhichOneof("type") for element in self._elements]


def visit(address: str, page: str = "", query: str = "") -> Visit:
    """Open a page as a new visitor and wait until its script has ended. `address` may have a base path."""
    began = time.monotonic()
    with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_name = page
        line.send(asked.SerializeToString())
        messages: list[ForwardMsg] = []
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(ForwardMsg.FromString(line.recv(PATIENCE)))
    return Visit(tuple(messages), time.monotonic() - began)
