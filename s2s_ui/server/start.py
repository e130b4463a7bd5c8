"""The start of the server: it prints its address, for a class also as a QR code, and opens the browser."""

import io
import os
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

import segno
import streamlit as st
from starlette.requests import Request

from s2s_ui import kept, store
from s2s_ui.classroom import serving
from s2s_ui.session import caches

EVERYWHERE = (None, "", "0.0.0.0", "::")  # bound to all interfaces
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Runs while the server serves. A server that cannot reach its store does not start."""
    try:
        if store.client():
            caches.workshop()  # from now on it takes over trainings of replicas that have ended
    except store.StoreAway as away:
        sys.stderr.write(f"Seq2Scope: {away}\n")
        sys.stderr.flush()
        os._exit(1)  # an error here would be shown with 60 lines of a traceback
    kept.serve()
    own, local = address("localhost"), st.get_option("server.address")
    here = own if local in EVERYWHERE else address(local)
    lines = [f"Seq2Scope: {here}"]
    if local in EVERYWHERE and (outer := local_network()):
        lines += [f"For the class, in the same network: {address(outer)}", qr_code(address(outer), _encoding())]
    sys.stdout.write("\n" + "\n".join(lines) + "\n\n")
    sys.stdout.flush()
    if not st.get_option("server.headless"):
        Thread(target=webbrowser.open, args=(here,), daemon=True).start()  # a browser in the terminal would block
    with serving.classes():
        yield
    kept.serve(False)


def invitation(request: Request) -> str:
    """The address of the app for other people, from a request; for this computer, its address in the network."""
    host = request.url.hostname or "localhost"
    bound = st.get_option("server.address")
    if host in THIS_COMPUTER and bound in EVERYWHERE and (outer := local_network()):
        return address(outer)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{request.url.scheme}://{request.url.netloc}" + (f"/{base}" if base else "")


def address(host: str) -> str:
    """The address of the app on a host."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{st.get_option('server.port')}" + (f"/{base}" if base else "")


def local_network() -> str | None:
    """The address of this machine in the local network; None if it is in none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an unused address: this only chooses the interface
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") or found == "0.0.0.0" else found


def qr_code(text: str, encoding: str) -> str:
    """A QR code made of half blocks, for a dark terminal; empty if the encoding does not have these characters."""
    drawn = io.StringIO()
    segno.make(text, micro=False).terminal(drawn, compact=True)
    try:
        drawn.getvalue().encode(encoding)
    except UnicodeError:
        return ""
    return drawn.getvalue()


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "ascii"
