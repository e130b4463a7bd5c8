"""Compress Streamlit's own files. Streamlit sends its 3 MB of scripts uncompressed, to save processor time.

Their names change with their content, so each file is compressed only once and cached.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUDGET = 16_000_000  # bytes of compressed files; all of Streamlit's scripts are about a half of it
WORTH = 1_000  # bytes: a smaller file is one packet anyway
KINDS = ("text/", "application/javascript", "application/json", "image/svg")


@dataclass(frozen=True, slots=True)
class _Packed:
    content: bytes
    headers: Mapping[str, str]


class Compressed:
    """Compresses text files below a path, for browsers that accept gzip."""

    def __init__(self, app: ASGIApp, *, below: str) -> None:
        self.app, self.below = app, below
        self._packed: dict[str, _Packed] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._concerns(scope):
            await self.app(scope, receive, send)
            return
        found = self._packed.get(scope["path"])
        if found is None:
            answer = _Answer(send)
            await self.app(scope, receive, answer.take)
            if not answer.held:
                return
            found = await run_in_threadpool(_pack, answer)
            if sum(len(packed.content) for packed in self._packed.values()) + len(found.content) <= BUDGET:
                self._packed[scope["path"]] = found
        await Response(found.content, headers=found.headers)(scope, receive, send)

    def _concerns(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self.below):
            return False
        asked = Headers(scope=scope)
        return "gzip" in asked.get("accept-encoding", "") and "range" not in asked


class _Answer:
    """A response. A complete text file is held back for compression; anything else is passed on at once."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.held = False
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            lasting = "immutable" in headers.get("cache-control", "")  # except the page that is sent for unknown names
            large = lasting and int(headers.get("content-length", 0)) >= WORTH
            text = headers.get("content-type", "").startswith(KINDS) and "content-encoding" not in headers
            self.held = message["status"] == 200 and text and large
            self.headers = dict(headers)
        elif self.held:
            self.body += message.get("body", b"")
        if not self.held:
            await self.send(message)


def _pack(answer: _Answer) -> _Packed:
    kept = {name: value for name, value in answer.headers.items() if name not in ("content-length", "etag")}
    headers = {**kept, "content-encoding": "gzip", "vary": "Accept-Encoding"}
    return _Packed(gzip.compress(bytes(answer.body), 9, mtime=0), headers)
