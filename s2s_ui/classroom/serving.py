"""The classes of this process: one store and one hub, from the start of the server to its end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

from starlette.requests import Request
from starlette.routing import Route

from s2s_ui.classroom.commands import Lesson
from s2s_ui.classroom.hub import Hub
from s2s_ui.classroom.routes import Routes
from s2s_ui.classroom.store import open_store
from s2s_ui.store import client

ENDS = (signal.SIGTERM, signal.SIGINT)


@cache
def hub() -> Hub:
    """The hub of this process.

    Raises:
        StoreAway: if there is a store for several servers that cannot be used.
    """
    return Hub(open_store(client()))


def routes(below: Callable[[str], str], invitation: Callable[[Request], str], lesson: Lesson) -> list[Route]:
    """The routes of classes; see `Routes`."""
    return Routes(hub, below, invitation, lesson).routes()


@contextmanager
def classes() -> Iterator[None]:
    """Run the hub during this block, inside the server's event loop."""
    hub().begin()
    with _told_of_the_end(hub().end):
        yield
    hub().end()


@contextmanager
def _told_of_the_end(end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` when the server is asked to stop: it waits for open streams, which never end by themselves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDS}

    def stop(number: int, frame: FrameType | None) -> None:
        end()
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in ENDS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
