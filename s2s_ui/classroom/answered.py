"""Who answered what, for the teacher's own window, which can show names; and all answers as a table."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from s2s_ui.classroom import guard, table
from s2s_ui.classroom.state import Answer, Question, Seat
from s2s_ui.classroom.store import Store

NOT_KEPT = {"Cache-Control": "no-store"}


def by_answer(asked: Question, answers: Sequence[Answer], seats: Sequence[Seat]) -> list[dict[str, Any]]:
    """The answers in the order of the histogram: the choices in their order, then texts, the most frequent first.

    Each has the number of its choice (from 0; None for a text), its words, and the ``students`` who gave it: their
    numbers and their names, or "".
    """
    known = {seat.student: seat for seat in seats}
    groups: dict[tuple[int | None, str], list[Seat]] = {}
    for answer in answers:
        label = answer.text if answer.choice is None else asked.choices[answer.choice]
        groups.setdefault((answer.choice, label), []).append(known.get(answer.student, Seat(answer.student, 0)))

    def place(group: tuple[tuple[int | None, str], list[Seat]]) -> tuple[int, int]:
        (choice, _), students = group
        return (len(asked.choices), -len(students)) if choice is None else (choice, 0)

    return [
        {
            "choice": choice,
            "answer": label,
            "students": [
                {"number": seat.number, "who": seat.name} for seat in sorted(students, key=lambda seat: seat.number)
            ],
        }
        for (choice, label), students in sorted(groups.items(), key=place)
    ]


class AnsweredRoutes:
    """The routes for answers; only the teacher can use them.

    Args:
        store: a function that returns the store of the classes.
        do: runs a function that uses the store in a thread, and turns its errors into HTTP responses.
    """

    def __init__(self, store: Callable[[], Store], do: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
        self._store, self._do = store, do

    def routes(self, one: str) -> list[Route]:
        """The routes below the address of ``one`` class."""
        return [
            Route(f"{one}/answered", self.answered, methods=["GET"]),
            Route(f"{one}/answers.csv", self.csv, methods=["GET"]),
        ]

    async def answered(self, request: Request) -> Response:
        """Who answered what to the current question. Events do not have it: the bar that gets them is projected."""
        store = self._store()

        def look() -> dict[str, Any]:
            room = guard.led(request, store)
            asked = room.state.question
            if asked is None:
                return {"question": None, "answers": []}
            answers = store.answers(room.code, asked.id)
            return {"question": asked.id, "answers": by_answer(asked, answers, store.seats(room.code))}

        return JSONResponse(await self._do(look), headers=NOT_KEPT)

    async def csv(self, request: Request) -> Response:
        """All answers, one row per student and question, and all sentences that were handed in."""
        store, named = self._store(), request.query_params.get("names") == "1"

        def written() -> tuple[str, str]:
            of = guard.led(request, store).code
            return of, table.written(store.seats(of), store.answers(of), store.handed(of), names=named)

        code, content = await self._do(written)
        name = f'attachment; filename="seq2scope-{code}.csv"'
        return Response(content, headers={**NOT_KEPT, "Content-Disposition": name}, media_type="text/csv")
