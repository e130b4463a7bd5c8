"""The server around the screens: Streamlit's routes and ours, in one process and on one port.

app.py puts it together with the screens. What is served beside the screens: the files that a browser
keeps (`assets`), `health`, `metrics`, live classes. What every answer passes through: `headers`, `compressed`,
`discreet`.
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
    """What is served beside the screens."""
    return [
        Route(below("/kept/{file}"), assets.answer),
        Route(below("/healthz"), health.answer),
        Route(below("/metrics"), metrics.answer),
        *serving.routes(below, invitation, for_class.question),
    ]


def middleware(script: Path) -> list[Middleware]:
    """What every request and answer passes through, the outermost first; ``script`` is what shows the screens."""
    return [
        Middleware(Headers),
        Middleware(metrics.Sessions, path=below("/_stcore/stream")),
        Middleware(Discreet, script=script),
        Middleware(Compressed, below=below("/static/")),
    ]
