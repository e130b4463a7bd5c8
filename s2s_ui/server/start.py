"""What happens when the server starts: it says where it is, for a class with a QR code, and opens the browser."""

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
    """The time in which the server serves. One that cannot reach its store does not begin."""
    try:
        if store.client():
            caches.workshop()  # from now on it goes on with what a replica that ends leaves
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
        Thread(target=webbrowser.open, args=(here,), daemon=True).start()  # one in the terminal stays open
    with serving.classes():
        yield
    kept.serve(False)


def invitation(request: Request) -> str:
    """The address of the app for others, as whoever asks knows it: of this computer, by its name in the network."""
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
    """The address of this machine in the local network; None where it is in none. Nothing is sent for that."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of nobody: the system only chooses the interface
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") or found == "0.0.0.0" else found


def qr_code(text: str, encoding: str) -> str:
    """A QR code in half blocks, light ones drawn, as a dark terminal needs them; empty where the encoding has none."""
    drawn = io.StringIO()
    segno.make(text, micro=False).terminal(drawn, compact=True)
    try:
        drawn.getvalue().encode(encoding)
    except UnicodeError:
        return ""
    return drawn.getvalue()


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "ascii"
