"""The listeners of each class. They get the current state from the store, as soon as it changes.

A listener gets only the current state, not all changes, so a slow listener does not delay others. Each event is made
once per change, for any number of listeners. All of this runs in the server's event loop; only `heard` may be called
from a thread.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from s2s_ui.classroom import questions, told
from s2s_ui.classroom.errors import Gone
from s2s_ui.classroom.followed import followed
from s2s_ui.classroom.limits import PRESENT
from s2s_ui.classroom.secret import new_secret
from s2s_ui.classroom.state import Room
from s2s_ui.classroom.store import Store
from s2s_ui.store import StoreAway

HEARTBEAT = 10.0  # seconds: keeps proxies from closing the stream, and shows a browser that it is alive
LOOK = 2.0  # seconds between checks of the store, because another server may have changed it
MOST = 6  # streams of one reader, who may have several tabs; the oldest are closed first
SWEEP = 600.0  # seconds between two searches for classes that are over
REST = 0.2  # seconds in which answers and arrivals are collected before they are sent


@dataclass(eq=False, slots=True)
class _Listener:
    seat: str | None  # None is the teacher
    over: bool = False  # whether a newer listener has replaced it
    news: asyncio.Event = field(default_factory=asyncio.Event)


class _Class:
    """One class that has listeners."""

    def __init__(self) -> None:
        self.listeners: dict[_Listener, None] = {}  # the oldest first
        self.version = 0
        self.events: dict[bool, tuple[str, bytes]] = {}  # for the teacher? -> the event's identity, and the event
        self.link: dict[str, str] | None = None
        self.traces: dict[str, str] = {}
        self.work = asyncio.Lock()
        self.soon: asyncio.TimerHandle | None = None
        self.told_here = -1  # the number of students here, as last written to the store, and the time
        self.told_at = 0.0
        self.present = 0  # the number of students on all servers

    @property
    def here(self) -> int:
        return len({listener.seat for listener in self.listeners if listener.seat})


class Hub:
    """The classes with listeners."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.place = new_secret()[:12]  # this server's name in the store
        self._classes: dict[str, _Class] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop: Callable[[], None] | None = None
        self._over = False

    def begin(self) -> None:
        """Start when the server starts, inside its event loop."""
        self._loop = asyncio.get_running_loop()
        self._stop = self.store.listen(self.heard)
        self._start(self._look_now_and_then())
        self._start(self._sweep_now_and_then())

    def end(self) -> None:
        """End all streams, so that the server can stop; from any thread, and from a signal's handler."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._ended)

    def _ended(self) -> None:
        if self._over:
            return
        self._over = True
        for live in self._classes.values():
            for listener in live.listeners:
                listener.news.set()
        for task in self._tasks:
            task.cancel()
        if self._stop is not None:
            self._stop()

    async def stream(self, code: str, seat: str | None, seen: str = "") -> AsyncIterator[bytes]:
        """The events of a class for one listener, until the class ends; ``seen`` is the last event that it has."""
        live = self._classes.setdefault(code, _Class())
        own = [other for other in live.listeners if other.seat == seat]
        for other in own[: max(0, len(own) + 1 - MOST)]:
            other.over = True
            other.news.set()
        listener = _Listener(seat)
        live.listeners[listener] = None
        try:
            yield b"retry: 1000\n\n"
            try:
                await self.refresh(code)
            except StoreAway:
                return  # the browser connects again after a second
            self._soon(code)  # another student is here
            while not self._over and not listener.over:
                identity, event = live.events.get(seat is None, ("", b""))
                if not event:
                    yield b"event: gone\ndata: {}\n\n"
                    return
                if identity != seen:
                    seen = identity
                    listener.news.clear()
                    yield event
                    continue
                listener.news.clear()
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await listener.news.wait()
                except TimeoutError:
                    yield b"event: here\ndata: {}\n\n"  # a page would not see a comment
        finally:
            live.listeners.pop(listener, None)
            if live.listeners:
                self._soon(code)
            else:
                self._classes.pop(code, None)

    def heard(self, code: str) -> None:
        """Report that a class has changed, in this process or another one; can be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the server ends
                self._loop.call_soon_threadsafe(self._soon, code)

    def traces(self, code: str) -> dict[str, str]:
        """The names of the messages for the class's stage, by language, if they are known."""
        live = self._classes.get(code)
        return live.traces if live else {}

    async def refresh(self, code: str) -> None:
        """Send the current state in the store to all listeners.

        Raises:
            StoreAway: if the store cannot be asked.
        """
        live = self._classes.get(code)
        if live is None:
            return
        async with live.work:
            events = await run_in_threadpool(self._made, code, live)
            before, live.events = live.events, events
            for listener in live.listeners:
                teacher = listener.seat is None
                if before.get(teacher) != events.get(teacher):
                    listener.news.set()

    def _made(self, code: str, live: _Class) -> dict[bool, tuple[str, bytes]]:
        with self.store.reaching(), suppress(Gone):  # it may be deleted meanwhile
            return self._made_of(self.store.find(code), code, live)
        return {}

    def _made_of(self, room: Room | None, code: str, live: _Class) -> dict[bool, tuple[str, bytes]]:
        if room is None:
            return {}
        state = room.state
        if live.link != state.link:
            found = followed(state.link)
            live.link, live.traces = dict(state.link), dict(found.names) if found else {}
        asked = state.question
        given = questions.tally(asked, self.store.answers(code, asked.id)) if asked else None
        here, seats = self._present(code, live), len(self.store.seats(code))
        handed = self.store.handed_count(code)
        of_answers = f"-{given['count']}" if given else ""
        student = f"{state.version}{of_answers if asked and asked.shown else ''}"
        teacher = f"{state.version}{of_answers}+{here}.{seats}+{handed[0]}.{handed[1]}"
        all_of_it = told.to_teacher(state, given, live.traces, here=here, seats=seats, handed=handed)
        return {
            False: (student, told.event(student, told.to_students(state, given, live.traces))),
            True: (teacher, told.event(teacher, all_of_it)),
        }

    def _present(self, code: str, live: _Class) -> int:
        """The number of students on all servers. This server's number is written when it changes, and at intervals."""
        now = time.monotonic()
        if live.here != live.told_here or now - live.told_at > PRESENT / 3:
            live.told_here, live.told_at = live.here, now
            live.present = self.store.present(code, self.place, live.told_here)
        return live.present

    def _soon(self, code: str) -> None:
        live = self._classes.get(code)
        if live is not None and live.soon is None and self._loop is not None:
            live.soon = self._loop.call_later(REST, self._now, code)

    def _now(self, code: str) -> None:
        if (live := self._classes.get(code)) is not None:
            live.soon = None
            self._start(self.tell(code))

    async def tell(self, code: str) -> None:
        """Send the current state to all listeners; if the store does not answer, the next check does it."""
        with suppress(StoreAway):
            await self.refresh(code)

    async def _look_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for code in list(self._classes):
                with suppress(Exception):  # the store may not answer for a moment
                    await self.refresh(code)

    async def _sweep_now_and_then(self) -> None:
        """Delete classes that are over from the store, also if nobody starts another class."""
        while True:
            with suppress(Exception):  # as above, or there is nothing yet
                await run_in_threadpool(self.store.sweep)
            await asyncio.sleep(SWEEP)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
