"""The security headers of every response, about frames, types of files and addresses."""

import os

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES = "S2S_FRAMES"
"""The variable with the sites that may show the app in a frame: "https://moodle.example", or "*" for all."""


class Headers:
    """Forbids other sites to show the app in a frame, except those in S2S_FRAMES.

    The address of a page contains what a reader typed, so it is not sent to other sites.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        others = os.environ.get(FRAMES, "").replace(",", " ").split()
        allowed = ["*"] if "*" in others else ["'self'", *others]
        self.headers = {
            "Content-Security-Policy": f"frame-ancestors {' '.join(allowed)}",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        if not others:  # for older browsers; this header cannot name several sites
            self.headers["X-Frame-Options"] = "SAMEORIGIN"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)
