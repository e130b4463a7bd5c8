"""What students hand in: a sentence of their own, and what the model makes of it.

A browser says which sentence, or which link of the app; the answer is computed here, with the model that the class is
at or the one of the link, so that sentence, answer and probability are those of the app. On the wall, which the teacher
sees, it has no name unless the teacher asks for names; whatever is shown to the class is a link, which has none.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from s2s_core.errors import S2SError, TextTooLong
from s2s_ui.classroom.commands import read_link
from s2s_ui.classroom.questions import bounded
from s2s_ui.classroom.secret import new_secret
from s2s_ui.classroom.state import Handed, Seat, State, Step
from s2s_ui.classroom.store import Store
from s2s_ui.session import caches, messages
from s2s_ui.session.address import MAX_LINK_TEXT, View, describe, parse
from s2s_ui.session.asked import asked
from s2s_ui.session.state import in_language
from s2s_ui.stage import printed
from s2s_ui.store import StoreAway

ON_THE_WALL = 300  # of the newest that a wall shows; the table has all


class Refused(Exception):
    """The app reads no such sentence: why not, as the app says it."""


def place(told: Mapping[str, Any], now: State) -> View:
    """What somebody hands in: a link of the app, or a sentence for the model that the class is at."""
    if isinstance(link := told.get("link"), Mapping):
        return parse(read_link(link))[0]
    at, _, _ = parse(now.link)
    return View(model=at.model, peepholes=at.peepholes, text=bounded(told.get("text"), MAX_LINK_TEXT + 1))


def computed(view: View, language: str, *, student: str, id: str) -> Handed:
    """What is handed in, with what the model writes of its own accord.

    Raises:
        Refused: if the app would refuse this, with its own sentence in this language.
        StoreAway: if there is a store for several servers that cannot be asked.
    """
    with in_language(language):
        try:
            request = asked(view)
            if len(request.text) > MAX_LINK_TEXT:
                raise TextTooLong(len(request.text), MAX_LINK_TEXT, "characters")
            trace = caches.runs(replace(request, forced=False)).shown
        except StoreAway:
            raise
        except S2SError as error:
            raise Refused(messages.sentence(error)) from error
    return Handed(
        student,
        id,
        new_secret()[:12],
        describe(replace(view, model=request.model, text=request.text), None),
        bounded(request.text, MAX_LINK_TEXT),
        bounded(printed.answer(trace.output), MAX_LINK_TEXT),
        float(f"{math.exp(trace.log_prob):.6g}"),
        len(trace.src_tokens) + len(trace.tgt_tokens),
    )


def command(told: Mapping[str, Any], code: str, store: Store) -> Callable[[State], State] | None:
    """What a command of the teacher about hand-ins does to the state; None if it is none of these.

    Raises:
        ValueError: if it is about something that is not on the wall.
    """
    match told.get("do"):
        case "handing":
            return lambda state: replace(state, handing=told.get("open") is True)
        case "put":
            found = _on_the_wall(told, code, store)
            return lambda state: _shown(state, found)
        case "off":
            store.take_off(code, _on_the_wall(told, code, store).name)
            return lambda state: state
    return None


def _on_the_wall(told: Mapping[str, Any], code: str, store: Store) -> Handed:
    found = next((handed for handed in store.handed(code) if handed.name == told.get("handed")), None)
    if found is None:
        raise ValueError("this is not on the wall")
    return found


def _shown(state: State, handed: Handed) -> State:
    """The class looks at what somebody handed in: at the stage, with all of the answer written.

    Whoever explores is brought back. A question about another sentence would cover this one, so it is put away.
    """
    about_the_stage = state.question is not None and state.question.output is not None
    return state.bring(
        mode="look",
        page="",
        link=handed.link,
        step=Step(str(handed.steps)),
        question=None if about_the_stage else state.question,
    )


def own(handed: Handed) -> dict[str, Any]:
    """What a student sees of their own."""
    return {"id": handed.id, "text": handed.text, "answer": handed.answer, "p": handed.p}


def wall(handed: Sequence[Handed], seats: Sequence[Seat], *, names: bool) -> dict[str, Any]:
    """The wall, the newest first; with ``names`` also whose each is. What was taken off is not on it."""
    known = {seat.student: seat for seat in seats}

    def line(entry: Handed) -> dict[str, Any]:
        view, _, _ = parse(entry.link)
        told = {
            "name": entry.name,
            "link": dict(entry.link),
            "text": entry.text,
            "answer": entry.answer,
            "p": entry.p,
            "step": str(entry.steps),
            "model": view.model,
            "changed": view.edits is not None or not view.peepholes,
        }
        seat = known.get(entry.student)
        return told | {"number": seat.number, "who": seat.name} if names and seat else told

    up = [entry for entry in reversed(handed) if not entry.off]
    return {"count": len(up), "handed": [line(entry) for entry in up[:ON_THE_WALL]]}
