"""The server around the screens: Streamlit's routes and ours, in one process and on one port.

app.py combines it with the screens. The routes in addition to the screens are: files that a browser caches (`assets`),
`health`, `metrics`, and live classes. Every response passes through `headers`, `compressed` and `discreet`.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from s2s_ui.classroom import serving
from s2s_ui.lesson import for_class
from s2s_ui.server import assets, health, metrics
from s2s_ui.server.compressed import Compressed
from s2s_ui.server.discreet import Discreet
from s2s_ui.server.headers import Headers
from s2s_ui.server.start import invitation, lifespan

__all__ = ["lifespan", "middleware", "routes"]


def below(path: str) -> str:
    """A path below the base path of this server."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def routes() -> list[Route]:
    """The routes in addition to the screens."""
    return [
        Route(below("/kept/{file}"), assets.answer),
        Route(below("/healthz"), health.answer),
        Route(below("/metrics"), metrics.answer),
        *serving.routes(below, invitation, for_class.question),
    ]


def middleware(script: Path) -> list[Middleware]:
    """The middleware of all requests, the outermost first; ``script`` is the script of the screens."""
    return [
        Middleware(Headers),
        Middleware(metrics.Sessions, path=below("/_stcore/stream")),
        Middleware(Discreet, script=script),
        Middleware(Compressed, below=below("/static/")),
    ]
