"""Read a plan's text as a `Plan`. Everything in it is checked; `PlanProblem` says what is wrong."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from s2s_ui.classroom.commands import FOLLOWED, LONGEST_LINK, NOT_FOLLOWED
from s2s_ui.classroom.plans import Plan, PlanStep
from s2s_ui.classroom.plans.problems import PlanProblem
from s2s_ui.classroom.questions import CHANGES, LONGEST_CHOICE, LONGEST_QUESTION, MOST_CHOICES, bounded
from s2s_ui.locales import LANGUAGES
from s2s_ui.session.address import NAMES, describe, parse

LARGEST = 64  # kB of UTF-8
MOST_STEPS = 100
LONGEST_TITLE, LONGEST_NOTE = 120, 4000  # characters
LONGEST_ADDRESS = 3 * LONGEST_LINK  # characters of a link; each may be written as %XX
MOST_MINUTES = 240
LINK = "/gates?model=dates&text=March+8%2C+2025"

OF_THE_PLAN = ("title", "language", "steps")
OF_A_STEP = ("title", "link", "minutes", "note", "question")
OF_A_QUESTION: Mapping[str, tuple[str, ...]] = {
    "next": ("kind", "output"),
    "where": ("kind", "output"),
    "change": ("kind", "text", "right"),
    "choice": ("kind", "text", "choices", "right"),
    "text": ("kind", "text"),
    "lesson": ("kind", "second"),
}
"""The kinds of questions, and the fields of each."""

NEEDS_PAGE = {"next": "", "where": "", "lesson": "lesson"}

EXAMPLES = {
    "title": 'title = "The cell"',
    "language": 'language = "en"',
    "steps": "[[steps]]",
    "link": f'link = "{LINK}"',
    "minutes": "minutes = 5",
    "note": 'note = "…"',
    "question": "[steps.question]",
    "kind": 'kind = "next"',
    "output": "output = 1",
    "text": 'text = "…"',
    "choices": 'choices = ["…", "…"]',
    "right": "right = 1",
    "second": "second = true",
}


def read(text: str | bytes) -> Plan:
    """A plan from its file.

    Raises:
        PlanProblem: if it is not a plan.
    """
    found = _toml(text)
    _only(found, OF_THE_PLAN, 0)
    title = _line(found, "title", 0, LONGEST_TITLE)
    language = found.get("language")
    if language is not None and language not in LANGUAGES:
        raise PlanProblem("language", 0, value=bounded(str(language), 20), known=", ".join(LANGUAGES))
    steps = found.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise _wrong("steps", 0)
    if not steps:
        raise PlanProblem("no steps")
    if len(steps) > MOST_STEPS:
        raise PlanProblem("many", count=len(steps), most=MOST_STEPS)
    return Plan(title, tuple(_step(step, number) for number, step in enumerate(steps, 1)), language)


def _toml(text: str | bytes) -> dict[str, Any]:
    if isinstance(text, bytes):
        if len(text) > 1000 * LARGEST:
            raise PlanProblem("size", most=LARGEST)
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise PlanProblem("encoding") from None
    if len(text.encode(errors="replace")) > 1000 * LARGEST:
        raise PlanProblem("size", most=LARGEST)
    if re.search("[\ud800-\udfff]", text):
        raise PlanProblem("encoding")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise PlanProblem("syntax", line=1) from None
    except ValueError as reason:  # TOMLDecodeError, or the error of an invalid date
        line = re.search(r"at line (\d+)", str(reason))
        raise PlanProblem("syntax", line=line[1] if line else text.count("\n") + 1) from None


def _step(told: Mapping[str, Any], number: int) -> PlanStep:
    _only(told, OF_A_STEP, number)
    title = _line(told, "title", number, LONGEST_TITLE)
    page, link, at = place(_line(told, "link", number, LONGEST_ADDRESS), number)
    minutes = told.get("minutes")
    if minutes is not None:
        if isinstance(minutes, bool) or not isinstance(minutes, int | float):
            raise _wrong("minutes", number)
        if not 0 < minutes <= MOST_MINUTES:
            raise PlanProblem("minutes", number, value=minutes, most=MOST_MINUTES)
    note = told.get("note", "")
    if not isinstance(note, str):
        raise _wrong("note", number)
    if len(note) > LONGEST_NOTE:
        raise PlanProblem("long", number, name="note", length=len(note), most=LONGEST_NOTE)
    note = "\n".join(bounded(line, LONGEST_NOTE) for line in note.strip().split("\n"))
    wish = _question(told["question"], page, number) if "question" in told else None
    return PlanStep(title, page, link, at, minutes, note, wish)


def place(link: str, number: int = 0) -> tuple[str, dict[str, str], str | None]:
    """The page, the parameters and the step of the stage in a link of the app.

    Parameters for only the teacher's screen (language, hidden parts) are left out. Of a complete address, the part
    before the page is left out too, because the plan is for any server.

    Raises:
        PlanProblem: if it is not a link of the app.
    """
    try:
        parts = urlsplit(link.strip())
        entries = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=len(NAMES), errors="strict")
    except ValueError:
        raise _no_place(link, number) from None
    page = parts.path.removeprefix("./").removeprefix("/")
    if parts.scheme in ("http", "https") and parts.netloc:
        page = page.rpartition("/")[2]
    elif parts.scheme or parts.netloc:
        raise _no_place(link, number)
    if page not in FOLLOWED or parts.fragment:
        raise _no_place(link, number)
    parameters: dict[str, str] = {}
    for name, value in entries:
        if name not in NAMES or name in parameters:
            raise PlanProblem("parameter", number, name=bounded(name, 40), value=bounded(value, 40))
        parameters[name] = value
    if (length := sum(len(name) + len(value) for name, value in parameters.items())) > LONGEST_LINK:
        raise PlanProblem("long", number, name="link", length=length, most=LONGEST_LINK)
    view, _, bad = parse(parameters)
    for wrong in bad:
        raise PlanProblem("parameter", number, name=wrong.name, value=bounded(wrong.value, 40))
    kept = describe(view, None)
    return page, {name: value for name, value in kept.items() if name not in NOT_FOLLOWED}, view.step


def _question(told: Any, page: str, number: int) -> dict[str, object]:
    if not isinstance(told, dict):
        raise _wrong("question", number)
    kind = told.get("kind")
    if kind is None:
        raise PlanProblem("missing", number, name="kind", example=EXAMPLES["kind"])
    if not isinstance(kind, str) or kind not in OF_A_QUESTION:
        raise PlanProblem("kind", number, kind=bounded(str(kind), 40), known=", ".join(OF_A_QUESTION))
    _only(told, OF_A_QUESTION[kind], number)
    if (needed := NEEDS_PAGE.get(kind, page)) != page:
        raise PlanProblem("page", number, kind=kind, example=f"/{needed}?")
    wish: dict[str, object] = {"kind": kind}
    if kind in ("next", "where"):
        wish["output"] = _output(told, number)
    if kind in ("choice", "text") or "text" in told:
        wish["text"] = _line(told, "text", number, LONGEST_QUESTION)
    if kind == "choice":
        wish["choices"] = _choices(told, number)
    if "right" in told:
        wish["right"] = _right(told["right"], wish, number)
    if "second" in told:
        if not isinstance(told["second"], bool):
            raise _wrong("second", number)
        wish["second"] = told["second"]
    return wish


def _output(told: Mapping[str, Any], number: int) -> int:
    if "output" not in told:
        raise PlanProblem("missing", number, name="output", example=EXAMPLES["output"])
    output = told["output"]
    if isinstance(output, bool) or not isinstance(output, int) or output < 1:
        raise _wrong("output", number)
    return output


def _choices(told: Mapping[str, Any], number: int) -> list[str]:
    if "choices" not in told:
        raise PlanProblem("missing", number, name="choices", example=EXAMPLES["choices"])
    given = told["choices"]
    if not isinstance(given, list) or not all(isinstance(choice, str) for choice in given):
        raise _wrong("choices", number)
    for choice in given:
        if len(choice) > LONGEST_CHOICE:
            raise PlanProblem("long", number, name="choices", length=len(choice), most=LONGEST_CHOICE)
    choices = list(dict.fromkeys(filter(None, (bounded(choice, LONGEST_CHOICE) for choice in given))))
    if len(choices) != len(given) or not 2 <= len(choices) <= MOST_CHOICES:
        raise PlanProblem("choices", number, count=len(choices), most=MOST_CHOICES)
    return choices


def _right(right: Any, wish: Mapping[str, Any], number: int) -> object:
    known: Sequence[object] = CHANGES if wish["kind"] == "change" else range(1, len(wish["choices"]) + 1)
    if isinstance(right, bool) or right not in known:
        raise PlanProblem("right", number, value=bounded(str(right), 40), known=", ".join(map(str, known)))
    return right


def _line(told: Mapping[str, Any], name: str, number: int, most: int) -> str:
    """A required text of one line."""
    if name not in told:
        raise PlanProblem("missing", number, name=name, example=EXAMPLES[name])
    value = told[name]
    if not isinstance(value, str):
        raise _wrong(name, number)
    if len(value) > most:
        raise PlanProblem("long", number, name=name, length=len(value), most=most)
    line = bounded(value, most)
    if not line:
        raise PlanProblem("missing", number, name=name, example=EXAMPLES[name])
    return line


def _only(told: Mapping[str, Any], known: Sequence[str], number: int) -> None:
    for name in told:
        if name not in known:
            raise PlanProblem("key", number, name=bounded(name, 40), known=", ".join(known))


def _wrong(name: str, number: int) -> PlanProblem:
    return PlanProblem("type", number, name=name, example=EXAMPLES[name])


def _no_place(link: str, number: int) -> PlanProblem:
    return PlanProblem("address", number, link=bounded(link, 60), example=LINK)
