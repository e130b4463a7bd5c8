"""The routes of hand-ins: students hand in sentences, the teacher sees the wall."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from s2s_ui.classroom import commands, guard, handing
from s2s_ui.classroom.errors import Closed, Full
from s2s_ui.classroom.hub import Hub
from s2s_ui.classroom.limits import SENTENCES
from s2s_ui.classroom.state import Handed, Room
from s2s_ui.locales import N_, translations

AT_ONCE = 4  # computations; more would block the threads that answers need
NOT_KEPT = {"Cache-Control": "no-store"}
CLOSED = N_("Nothing can be handed in now.")
FULL = N_("You have handed in {most} already, as many as the class takes from one.")
SLOWER = N_("That was very often. Wait a moment, then try again.")


class HandingRoutes:
    """The routes of hand-ins.

    Args:
        hub: a function that returns the hub.
        do: runs a function that uses the store in a thread, and turns its errors into HTTP responses.
    """

    def __init__(self, hub: Callable[[], Hub], do: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
        self._hub, self._do = hub, do
        self._computing = asyncio.Semaphore(AT_ONCE)

    def routes(self, one: str) -> list[Route]:
        """The routes below the address of ``one`` class."""
        return [
            Route(f"{one}/hand-in", self.hand_in, methods=["POST"]),
            Route(f"{one}/wall", self.wall, methods=["GET"]),
        ]

    async def hand_in(self, request: Request) -> Response:
        """Hand in a sentence, or a link of the app. The response, with the model's output, comes after it is stored.

        If it is refused, the response has a sentence for the student.
        """
        told = await guard.told(request)
        name, store = told.get("id"), self._hub().store
        if not isinstance(name, str) or not 8 <= len(name) <= 64 or not name.isascii():
            raise HTTPException(400, "a hand-in has an id of 8 to 64 characters")

        language = commands.language_of(told)
        say = translations(language).gettext

        def refused(status: int, reason: str) -> Response:
            return JSONResponse({"reason": reason}, status, headers=NOT_KEPT)

        def put() -> tuple[Room, Handed] | Response:
            room, seat = guard.seated(request, store)
            own = store.own(room.code, seat.student, most=SENTENCES)
            if known := next((handed for handed in own if handed.id == name), None):
                return room, known
            try:
                # Checked before the computation; the store checks again
                if not room.state.takes_sentences:
                    raise Closed
                if len(own) >= SENTENCES:
                    raise Full
                if guard.REFUSALS.reached(seat.student):
                    return refused(429, say(SLOWER))
                view = handing.place(told, room.state)
                handed = handing.computed(view, language, student=seat.student, id=name)
                return room, store.hand_in(room.code, handed, most=SENTENCES)
            except Closed:
                return refused(409, say(CLOSED))
            except Full:
                return refused(409, say(FULL).format(most=SENTENCES))
            except handing.Refused as reason:
                guard.REFUSALS.count(seat.student)
                return refused(422, str(reason))

        async with self._computing:
            found = await self._do(put)
        if isinstance(found, Response):
            return found
        room, stored = found
        self._hub().heard(room.code)
        return JSONResponse(handing.own(stored), headers=NOT_KEPT)

    async def wall(self, request: Request) -> Response:
        """The wall for the teacher, the newest first, without names unless they are asked for."""
        store, names = self._hub().store, request.query_params.get("names") == "1"

        def look() -> dict[str, Any]:
            room = guard.led(request, store)
            seats = store.seats(room.code) if names else []
            return handing.wall(store.handed(room.code), seats, names=names)

        return JSONResponse(await self._do(look), headers=NOT_KEPT)
