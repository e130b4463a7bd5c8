"""The course of a lesson as a plan: every place where the class has been, and every question."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from s2s_ui.classroom.plans import in_quotes
from s2s_ui.classroom.plans.reading import LARGEST, LONGEST_TITLE, MOST_MINUTES, MOST_STEPS
from s2s_ui.classroom.questions import bounded
from s2s_ui.classroom.state import Question, State
from s2s_ui.classroom.words import words
from s2s_ui.locales import translations

MOST = MOST_STEPS  # places of a course


def entry(before: State, after: State, at: float) -> str | None:
    """The entry that a change adds to the course: a new page, link or question. None if there is none.

    ``at`` is the time in seconds since 1970.
    """
    known = before.question.id if before.question else None
    asked = after.question if after.question and after.question.id != known else None
    if (before.page, before.link) == (after.page, after.link) and asked is None:
        return None
    step = after.step.at if after.step and not after.page else None
    told = {"at": round(at), "page": after.page, "link": dict(after.link), "step": step, "asked": _asked(asked)}
    return json.dumps(told, ensure_ascii=False)


def first(state: State, at: float) -> str:
    """The place where a class begins."""
    found = {"at": round(at), "page": state.page, "link": dict(state.link)}
    return json.dumps(found | {"step": state.step.at if state.step else None, "asked": None}, ensure_ascii=False)


def _asked(question: Question | None) -> dict[str, Any] | None:
    """A question in the form of a plan."""
    match question:
        case None:
            return None
        case Question(kind="next" | "look" as kind, output=output):
            return {"kind": "where" if kind == "look" else kind, "output": (output or 0) + 1}
        case Question(kind="text", text=text):
            return {"kind": "text", "text": text}
        case Question(text=text, choices=choices, right=right):
            found: dict[str, Any] = {"kind": "choice", "text": text, "choices": list(choices)}
            return found if right is None else found | {"right": right + 1}


def toml(entries: Sequence[str], code: str, language: str, ended: float) -> str:
    """The course as a plan in TOML, with its last places if a plan cannot have all of them. ``ended`` is its end."""
    _ = translations(language).gettext
    places = [json.loads(entry) for entry in entries[-MOST:]]
    ends = [place["at"] for place in places[1:]] + [ended]
    steps = [_step(place, end, language) for place, end in zip(places, ends, strict=True)]
    title = _("Course of the class {code}").format(code=code)
    head = f"title = {in_quotes(title)}\nlanguage = {in_quotes(language)}\n"
    while steps and len((head + "".join(steps)).encode()) > 1000 * LARGEST:
        steps.pop(0)
    return head + "".join(steps)


def _step(place: Mapping[str, Any], end: float, language: str) -> str:
    _ = translations(language).gettext
    named = words(_)[f"page_{place['page']}"]
    title = bounded(": ".join(filter(None, (named, place["link"].get("text", "")))), LONGEST_TITLE)
    parameters = dict(place["link"]) | ({"step": place["step"]} if place["step"] else {})
    written = "&".join(f"{name}={_in_a_link(value)}" for name, value in parameters.items())
    link = f"/{place['page']}" + (f"?{written}" if written else "")
    minutes = min(max(round((end - place["at"]) / 60, 1), 0.1), MOST_MINUTES)
    lines = ["", "[[steps]]", f"title = {in_quotes(title)}", f"link = {in_quotes(link)}", f"minutes = {minutes:g}"]
    if place["asked"]:
        lines += ["", "[steps.question]"]
        lines += [f"{name} = {_value(value)}" for name, value in place["asked"].items()]
    return "\n".join(lines) + "\n"


def _in_a_link(value: str) -> str:
    """A value in readable form: letters of any script are not escaped."""
    return "".join(
        "+" if char == " " else char if char.isalnum() or char in "-._,:/" else quote(char) for char in value
    )


def _value(value: object) -> str:
    if isinstance(value, str):
        return in_quotes(value)
    return "[" + ", ".join(map(in_quotes, value)) + "]" if isinstance(value, list) else str(value)
