"""Hand-ins: students' own sentences with the model's output.

A browser sends a sentence, or a link of the app. The output is computed here, with the model that the class uses or the
link's model, so that it is the same as in the app. The teacher sees hand-ins on a wall, without names unless the
teacher asks for them. A hand-in is shown to the class as a link, which has no name.
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

ON_THE_WALL = 300  # the most hand-ins on a wall, the newest; the table has all


class Refused(Exception):
    """The app cannot read the sentence; the message is the app's."""


def place(told: Mapping[str, Any], now: State) -> View:
    """The view that is handed in: a link of the app, or a sentence for the model that the class uses."""
    if isinstance(link := told.get("link"), Mapping):
        return parse(read_link(link))[0]
    at, _, _ = parse(now.link)
    return View(model=at.model, peepholes=at.peepholes, text=bounded(told.get("text"), MAX_LINK_TEXT + 1))


def computed(view: View, language: str, *, student: str, id: str) -> Handed:
    """The hand-in with the model's free output.

    Raises:
        Refused: if the app would refuse it, with the app's sentence in this language.
        StoreAway: if the servers share a store and it does not answer.
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
    """A function that applies a teacher's command about hand-ins to the state; None if the command is a different one.

    Raises:
        ValueError: if the hand-in is not on the wall.
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
    """Show a hand-in to the class, on the stage at its last step.

    Students who explore are brought back. A question about another sentence would cover the stage, so it is removed.
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
    """A hand-in as the student who made it sees it."""
    return {"id": handed.id, "text": handed.text, "answer": handed.answer, "p": handed.p}


def wall(handed: Sequence[Handed], seats: Sequence[Seat], *, names: bool) -> dict[str, Any]:
    """The wall, the newest first, without hand-ins that were taken off; with ``names`` also the students' names."""
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
