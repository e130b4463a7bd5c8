"""The routes of a class: its page, state and event stream, the students' answers and the teacher's commands."""

import time
from collections.abc import Callable
from typing import Any

import segno
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from s2s_ui.classroom import commands, guard, handing, questions, told
from s2s_ui.classroom.answered import AnsweredRoutes
from s2s_ui.classroom.errors import Closed, Gone
from s2s_ui.classroom.followed import followed, packed
from s2s_ui.classroom.handing_routes import HandingRoutes
from s2s_ui.classroom.hub import Hub
from s2s_ui.classroom.limits import SENTENCES
from s2s_ui.classroom.page import page
from s2s_ui.classroom.plans import course
from s2s_ui.classroom.plans.routes import PlanRoutes
from s2s_ui.classroom.secret import hashed, new_code, new_secret
from s2s_ui.classroom.state import Answer, Room, Seat, State
from s2s_ui.classroom.store import Store, hours
from s2s_ui.store import StoreAway

MOST_STUDENTS = 1500  # of a class
MOST_CLASSES = 300  # of a server
NOT_KEPT = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Routes:
    """The routes of classes.

    Args:
        hub: a function that returns the hub; it is called after the server has started.
        below: a function that puts a path below the base path of this server.
        invitation: a function from a teacher's request to the address of the app for students.
        lesson: the questions of the lesson's chapters.
    """

    def __init__(
        self,
        hub: Callable[[], Hub],
        below: Callable[[str], str],
        invitation: Callable[[Request], str],
        lesson: commands.Lesson,
    ) -> None:
        self._hub, self.below, self.invitation, self.lesson = hub, below, invitation, lesson

    @property
    def hub(self) -> Hub:
        return self._hub()

    @property
    def store(self) -> Store:
        return self.hub.store

    def routes(self) -> list[Route]:
        """All routes."""
        here, one = self.below("/class"), self.below("/class/{code}")
        return [
            Route(here, self.page, methods=["GET"]),
            Route(here, self.start, methods=["POST"]),
            Route(one, self.page, methods=["GET"]),
            Route(f"{one}/join", self.join, methods=["POST"]),
            Route(f"{one}/state", self.state, methods=["GET"]),
            Route(f"{one}/stream", self.stream, methods=["GET"]),
            Route(f"{one}/answer", self.answer, methods=["POST"]),
            Route(f"{one}/trace/{{name}}", self.trace, methods=["GET"]),
            *HandingRoutes(self._hub, self.do).routes(one),
            Route(f"{one}/desk", self.desk, methods=["GET"]),
            Route(f"{one}/lead", self.lead_stream, methods=["GET"]),
            Route(f"{one}/lead", self.lead, methods=["POST"]),
            Route(f"{one}/qr.svg", self.qr, methods=["GET"]),
            *AnsweredRoutes(lambda: self.store, self.do).routes(one),
            *PlanRoutes(self).routes(one),
        ]

    # ------------------------------------------------------------------------------------------------- everyone
    def page(self, request: Request) -> Response:
        """The student's page. It is the same for every code, so it does not show which codes exist."""
        up = "../" if "code" in request.path_params else "./"
        return HTMLResponse(page(up, request.headers.get("accept-language", "")), headers=NOT_KEPT)

    async def join(self, request: Request) -> Response:
        """Take a seat, or change the name of one's seat."""
        asked = await guard.told(request)
        name = questions.bounded(asked.get("name"), questions.LONGEST_NAME)

        def sit() -> tuple[Room, Seat, str]:
            room = guard.found(request, self.store)
            if room.state.mode == "ended":
                raise HTTPException(410, "this class is over")
            secret = request.cookies.get(guard.SITS, "")
            if guard.seat(request, room, self.store) is None:
                secret = new_secret()
            seat = self.store.seat(room.code, hashed(secret), name, most=MOST_STUDENTS)
            if seat is None:
                raise HTTPException(409, "this class is full")
            return room, seat, secret

        room, seat, secret = await self.do(sit)
        self.hub.heard(room.code)
        answer = JSONResponse(await self.do(lambda: self._told(room, seat)), headers=NOT_KEPT)
        lasts = max(0.0, room.ends - time.time())
        below = self.below(f"/class/{room.code}")
        guard.give(answer, request, guard.SITS, secret, below=below, seconds=lasts)
        return answer

    async def state(self, request: Request) -> Response:
        """The current state for a student, and the student's own answers."""
        found = await self.do(lambda: self._told(*guard.seated(request, self.store)))
        return JSONResponse(found, headers=NOT_KEPT)

    async def stream(self, request: Request) -> Response:
        """The events of a class, for a student."""
        room, seat = await self.do(lambda: guard.seated(request, self.store))
        return self._events(request, room.code, seat.student)

    async def answer(self, request: Request) -> Response:
        """Store an answer, then acknowledge it. An answer that is sent again is acknowledged again."""
        asked = await guard.told(request)

        def put() -> tuple[Room, Answer]:
            room, seat = guard.seated(request, self.store)
            name, question = asked.get("id"), room.state.question
            if not isinstance(name, str) or not 8 <= len(name) <= 64 or not name.isascii():
                raise HTTPException(400, "an answer has an id of 8 to 64 characters")
            if question is None or question.id != asked.get("question"):
                raise HTTPException(409, "this is not asked now")
            given = questions.read_answer(question, asked)
            if given is None:
                raise HTTPException(400, "this is no answer to the question")
            choice, text = given
            about = questions.in_a_table(question)
            return room, self.store.answer(room.code, Answer(question.id, seat.student, name, choice, text, about))

        room, stored = await self.do(put)
        self.hub.heard(room.code)
        return JSONResponse(_own(stored), 200 if stored.id == asked["id"] else 409, headers=NOT_KEPT)

    async def trace(self, request: Request) -> Response:
        """The message for the stage, by its name. The name is a hash, so only somebody who was sent it knows it."""

        def find() -> bytes | None:
            name = request.path_params["name"]
            room = guard.found(request, self.store)
            return packed(name, room.state.link)

        content = await self.do(find)
        if content is None:
            raise HTTPException(404, "this is not shown any more")
        return Response(content, headers={**KEPT, "Content-Encoding": "gzip"}, media_type="application/octet-stream")

    # ----------------------------------------------------------------------------------------------- the teacher
    async def start(self, request: Request) -> Response:
        """Start a class; the sender becomes its teacher."""
        asked = await guard.told(request)
        address = request.client.host if request.client else ""
        if guard.CLASSES.reached(address):
            raise HTTPException(429, "too many classes were started here: try again in some minutes")

        def make() -> tuple[Room, str]:
            if self.store.count() >= MOST_CLASSES:
                raise HTTPException(503, "this server has as many classes as it keeps")
            now, key = time.time(), new_secret()
            state = commands.show(State(), asked)
            while True:
                room = Room(new_code(), hashed(key), now, now + 3600 * hours(), state)
                if self.store.create(room):
                    self.store.write(room.code, "course", course.first(state, now), most=course.MOST)
                    return room, key

        room, key = await self.do(make)
        guard.CLASSES.count(address)
        answer = JSONResponse({"code": room.code, "address": self._address(request, room.code)}, headers=NOT_KEPT)
        below = self.below(f"/class/{room.code}")
        guard.give(answer, request, guard.LEADS, key, below=below, seconds=3600 * hours())
        return answer

    def desk(self, request: Request) -> Response:
        """The teacher's own window. It is the same for every code, like the student's page."""
        wished = request.query_params.get("lang") or request.headers.get("accept-language", "")
        return HTMLResponse(page("../../", wished, desk=True), headers=NOT_KEPT)

    async def lead(self, request: Request) -> Response:
        """Execute a command of the teacher, then acknowledge it."""
        asked = await guard.told(request)
        room = await self.do(lambda: guard.led(request, self.store))
        if asked.get("do") == "delete":
            await self.do(lambda: self.store.delete(room.code))
            await self.hub.tell(room.code)
            return JSONResponse({}, headers=NOT_KEPT)

        def change() -> State:
            try:
                handed = handing.command(asked, room.code, self.store)
                return self.change(room.code, handed or commands.read(asked, room.state, self.lesson))
            except questions.NoQuestion as reason:
                raise HTTPException(400, f"this cannot be asked: {reason}") from reason
            except ValueError as reason:
                raise HTTPException(400, str(reason)) from reason

        state = await self.do(change)
        await self.hub.tell(room.code)
        return JSONResponse({"version": state.version}, headers=NOT_KEPT)

    async def lead_stream(self, request: Request) -> Response:
        """The events of a class for the teacher; if JSON is asked for, the address for students."""
        room = await self.do(lambda: guard.led(request, self.store))
        if "text/event-stream" not in request.headers.get("accept", ""):
            found = {"code": room.code, "address": self._address(request, room.code), "mode": room.state.mode}
            return JSONResponse(found, headers=NOT_KEPT)
        return self._events(request, room.code, None)

    async def qr(self, request: Request) -> Response:
        """The address of the class's page as a QR code."""
        room = await self.do(lambda: guard.led(request, self.store))
        drawn = segno.make(self._address(request, room.code), micro=False).svg_inline(
            scale=1, border=3, omitsize=True, light="#fff", dark="#000"
        )
        drawn = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return Response(drawn, headers=NOT_KEPT, media_type="image/svg+xml")

    # -------------------------------------------------------------------------------------------------------------
    def change(self, code: str, changed: Callable[[State], State]) -> State:
        """Change the state of a class; a new place is added to the course."""
        before = State()

        def heard(state: State) -> State:
            nonlocal before
            before = state
            return changed(state)

        after = self.store.change(code, heard)
        if (entry := course.entry(before, after, time.time())) is not None:
            self.store.write(code, "course", entry, most=course.MOST)
        return after

    def _told(self, room: Room, seat: Seat) -> dict[str, Any]:
        asked, traces = room.state.question, self.hub.traces(room.code)
        if not traces and (found := followed(room.state.link)):
            traces = dict(found.names)
        given = questions.tally(asked, self.store.answers(room.code, asked.id)) if asked and asked.shown else None
        own = [answer for answer in self.store.answers(room.code) if answer.student == seat.student]
        handed = self.store.own(room.code, seat.student, most=SENTENCES)
        return {
            "state": told.to_students(room.state, given, traces),
            "seat": {"number": seat.number, "name": seat.name},
            "answers": {answer.question: _own(answer) for answer in own},
            "handed": [handing.own(entry) for entry in handed],
            "sentences": SENTENCES,
        }

    def _events(self, request: Request, code: str, seat: str | None) -> Response:
        seen = request.headers.get("last-event-id", "")[:64]
        headers = {**NOT_KEPT, "X-Accel-Buffering": "no"}
        return StreamingResponse(self.hub.stream(code, seat, seen), headers=headers, media_type="text/event-stream")

    def _address(self, request: Request, code: str) -> str:
        return f"{self.invitation(request)}/class/{code}"

    async def do(self, work: Callable[[], Any]) -> Any:
        """Run ``work`` in a thread and return its result; errors of the store become HTTP responses."""

        def reaching() -> Any:
            with self.store.reaching():
                return work()

        try:
            return await run_in_threadpool(reaching)
        except StoreAway as away:
            raise HTTPException(503, "the store of the classes does not answer: try again in a moment") from away
        except Gone as gone:
            raise HTTPException(404, "there is no such class") from gone
        except Closed as closed:
            raise HTTPException(409, "this is not asked now") from closed


def _own(answer: Answer) -> dict[str, Any]:
    return {"id": answer.id, "question": answer.question, "choice": answer.choice, "text": answer.text}
