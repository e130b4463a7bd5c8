"""The routes of a class's plan: load it, go through its steps, download it; and the course of the lesson as a plan."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from s2s_ui.classroom import commands, guard, questions
from s2s_ui.classroom.plans import SHIPPED, checking, course, known, reading, shipped, stepping
from s2s_ui.classroom.plans.problems import PlanProblem
from s2s_ui.classroom.state import Room, State
from s2s_ui.locales import translations

if TYPE_CHECKING:
    from s2s_ui.classroom.routes import Routes

LONGEST = 200_000  # bytes of a request; as JSON, a plan may be three times as long
NOT_KEPT = {"Cache-Control": "no-store"}


class PlanRoutes:
    """The routes of plans; ``base`` has the store of the classes."""

    def __init__(self, base: "Routes") -> None:
        self.base = base

    def routes(self, one: str) -> list[Route]:
        """The routes below the address of ``one`` class."""
        return [
            Route(f"{one}/plan", self.told, methods=["GET"]),
            Route(f"{one}/plan", self.command, methods=["POST"]),
            Route(f"{one}/plan.toml", self.file, methods=["GET"]),
            Route(f"{one}/course.toml", self.course, methods=["GET"]),
        ]

    async def told(self, request: Request) -> Response:
        """The plan, for the teacher's bar."""
        room = await self._led(request)
        text = await self.base.do(lambda: self._text(room))
        return JSONResponse(stepping.told(known(text)), headers=NOT_KEPT)

    async def command(self, request: Request) -> Response:
        """Load a plan, go to a step of it, ask the question of a step, or go on without it."""
        asked = await guard.told(request, LONGEST)
        room = await self._led(request)
        language = commands.language_of(asked)

        def change() -> State:
            try:
                return self.base.change(room.code, self._read(asked, room, language))
            except PlanProblem as problem:
                sentence = problem.sentence(translations(language).gettext)
                raise HTTPException(422, sentence) from problem
            except questions.NoQuestion as reason:
                raise HTTPException(400, f"this cannot be asked: {reason}") from reason
            except ValueError as reason:
                raise HTTPException(400, str(reason)) from reason

        state = await self.base.do(change)
        await self.base.hub.tell(room.code)
        step = {"at": state.step.at} if state.step else None
        told = {"version": state.version, "page": state.page, "link": dict(state.link), "step": step}
        return JSONResponse(told, headers=NOT_KEPT)

    async def file(self, request: Request) -> Response:
        """The plan as it was loaded."""
        room = await self._led(request)
        return _download(await self.base.do(lambda: self._text(room)), f"seq2scope-plan-{room.code}.toml")

    async def course(self, request: Request) -> Response:
        """The course of the lesson so far, as a plan."""
        room = await self._led(request)
        language = commands.language_of(request.query_params)
        entries = await self.base.do(lambda: self.base.store.written(room.code, "course"))
        return _download(course.toml(entries, room.code, language, time.time()), f"seq2scope-{room.code}.toml")

    def _read(self, asked: Any, room: Room, language: str) -> Callable[[State], State]:
        match asked.get("do"):
            case "load":
                text = shipped(asked["shipped"]) if asked.get("shipped") in SHIPPED else asked.get("text")
                if not isinstance(text, str):
                    raise ValueError("a plan is a text")
                checking.check(reading.read(text), self.base.lesson)
                self.base.store.write(room.code, "plan", text)
                return stepping.begin(text)
            case "go":
                return stepping.go(known(self._text(room)), asked.get("at"))
            case "ask":
                return stepping.ask(known(self._text(room)), asked.get("at"), language, self.base.lesson)
            case "leave":
                return stepping.leave
        raise ValueError("there is no such command")

    def _text(self, room: Room) -> str:
        found = self.base.store.written(room.code, "plan")
        if not found or room.state.plan is None:
            raise HTTPException(404, "this class has no plan")
        return found[-1]

    async def _led(self, request: Request) -> Room:
        room: Room = await self.base.do(lambda: guard.led(request, self.base.store))
        return room


def _download(content: str, name: str) -> Response:
    headers = {**NOT_KEPT, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/toml")
