"""Visitors without a browser for tests: they use Streamlit's websocket like its page."""

import re
import time
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.servers import PATIENCE, ROOT, serving

__all__ = ["PATIENCE", "ROOT", "Visit", "serving", "visit"]


@dataclass(frozen=True)
class Visit:
    """The server's messages for one run of a page."""

    messages: tuple[ForwardMsg, ...]
    seconds: float  # from the request to the end of the script

    @property
    def _elements(self) -> list:
        deltas = [message.delta for message in self.messages if message.WhichOneof("type") == "delta"]
        return [delta.new_element for delta in deltas if delta.WhichOneof("type") == "new_element"]

    @property
    def problems(self) -> list[str]:
        """Exceptions, our messages for them, and other reasons why the script ended early."""
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
