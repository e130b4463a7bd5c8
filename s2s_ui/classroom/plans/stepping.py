"""Go through a plan with a class: to a step, and to its question."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from s2s_ui.classroom import commands
from s2s_ui.classroom.plans import Plan, PlanStep, name_of
from s2s_ui.classroom.state import InPlan, Question, State, Step

KINDS = {"where": "look"}
"""Kinds of questions: name in a plan -> name in a state, if it is different."""


def begin(text: str) -> Callable[[State], State]:
    """Load a plan; the class stays where it is."""
    return lambda state: replace(state, plan=InPlan(name_of(text)))


def leave(state: State) -> State:
    """Remove the plan; the class stays where it is."""
    return replace(state, plan=None)


def go(plan: Plan, at: object) -> Callable[[State], State]:
    """Go to a step (from 0); an open question is removed.

    Raises:
        ValueError: if the plan has no such step.
    """
    number, step = find(plan, at)
    return lambda state: state.bring(
        page=step.page,
        link=dict(step.link),
        step=Step(step.at) if step.at and not step.page else None,
        question=None,
        plan=replace(state.plan, at=number, asked=False) if state.plan else None,
    )


def ask(plan: Plan, at: object, language: str, lesson: commands.Lesson) -> Callable[[State], State]:
    """Go to a step and ask its question.

    Raises:
        ValueError: if the plan has no such step, or it has no question.
        NoQuestion: if it cannot be asked now.
    """
    _, step = find(plan, at)
    if step.wish is None:
        raise ValueError("this step asks nothing")
    asked, stand = question(step, language, lesson)
    there = go(plan, at)

    def change(state: State) -> State:
        after = there(state)
        within = replace(after.plan, asked=True) if after.plan else None
        return replace(after, step=Step(stand) if stand else after.step, question=asked, plan=within)

    return change


def question(step: PlanStep, language: str, lesson: commands.Lesson) -> tuple[Question, str | None]:
    """The question of a step, and the stage's step for it.

    Raises:
        NoQuestion: if it cannot be asked.
    """
    wish: dict[str, Any] = dict(step.wish or {})
    wish["kind"] = KINDS.get(wish["kind"], wish["kind"])
    if wish["kind"] in ("next", "look"):
        wish["output"] -= 1
    if wish["kind"] == "choice" and "right" in wish:
        wish["right"] -= 1
    asked = commands.question_about(wish, step.link, language, lesson)
    return asked, commands.stand(asked, step.link)


def told(plan: Plan) -> dict[str, Any]:
    """A plan for the teacher's bar."""
    return {"title": plan.title, "language": plan.language, "steps": [_told(step) for step in plan.steps]}


def _told(step: PlanStep) -> dict[str, Any]:
    wish: Mapping[str, object] = step.wish or {}
    return {
        "title": step.title,
        "page": step.page,
        "link": dict(step.link),
        "at": step.at,
        "minutes": step.minutes,
        "note": step.note,
        "asks": wish.get("kind"),
        "words": wish.get("text"),
    }


def find(plan: Plan, at: object) -> tuple[int, PlanStep]:
    """A step of a plan with its number, from 0.

    Raises:
        ValueError: if it has none.
    """
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < len(plan.steps):
        raise ValueError("the plan has no such step")
    return at, plan.steps[at]
