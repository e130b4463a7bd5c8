"""The events of a class for students, without hidden answers, and for the teacher, with everything."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from s2s_ui.classroom.state import Question, State

SECRET = ("model", "right")
"""Fields of a question that are hidden from students until its answers are shown."""


def to_students(state: State, tally: Mapping[str, Any] | None, traces: Mapping[str, str]) -> dict[str, Any]:
    """The state of a class for students; ``traces`` are the names of the stage's messages, by language."""
    told = _state(state, traces)
    if state.question is not None:
        told["question"] = _shown(state.question, tally) if state.question.shown else _hidden(state.question)
    return told


def to_teacher(
    state: State,
    tally: Mapping[str, Any] | None,
    traces: Mapping[str, str],
    *,
    here: int,
    seats: int,
    handed: tuple[int, int],
) -> dict[str, Any]:
    """The same for the teacher, with the answers so far, and how many students are present and have joined.

    ``handed`` is the number of hand-ins, and how many of them were taken off the wall.
    """
    plan = asdict(state.plan) if state.plan else None
    told = _state(state, traces) | {"here": here, "seats": seats, "handed": handed, "plan": plan}
    told["brought"] = state.brought
    if state.question is not None:
        told["question"] = _shown(state.question, tally)
    return told


def event(identity: str, told: Mapping[str, Any]) -> bytes:
    """One event of a stream."""
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"id: {identity}\ndata: {data}\n\n".encode()


def _state(state: State, traces: Mapping[str, str]) -> dict[str, Any]:
    return {
        "version": state.version,
        "mode": state.mode,
        "page": state.page,
        "link": dict(state.link),
        "step": asdict(state.step) if state.step else None,
        "traces": dict(traces),
        "question": None,
        "handing": state.takes_sentences,
    }


def _hidden(question: Question) -> dict[str, Any]:
    return {name: value for name, value in asdict(question).items() if name not in SECRET}


def _shown(question: Question, tally: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**asdict(question), "tally": dict(tally or {})}
