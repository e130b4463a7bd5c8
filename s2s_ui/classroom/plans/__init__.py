"""Class plans: the steps of a lesson in order. Each has a place in the app, a note, its minutes and maybe a question.

A plan is a file of TOML that a teacher writes, loads and shares:

    title = "From one vector to attention"
    language = "en"

    [[steps]]
    title = "One sequence becomes another"
    link = "/?model=dates&text=March+8%2C+2025&step=1"
    minutes = 4
    note = "Let them guess before you press play."

    [steps.question]
    kind = "next"
    output = 1

`link` is the path and the parameters of the app's address; the rest of a complete address is ignored. The kinds of
questions are `next` and `where` (with their output, from 1), `change`, `choice`, `text`, and `lesson`, which asks the
question of the link's chapter.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from s2s_ui.locales import LANGUAGES

SHIPPED = tuple(LANGUAGES)
"""The languages of the plans that come with the program."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step. `page`, `link` and `at` are its place. `wish` is its question; None if there is none.

    ``wish`` has the names of the file: kind, output (from 1), text, choices, right (from 1, or what changes), second.
    """

    title: str
    page: str
    link: Mapping[str, str]
    at: str | None = None  # the step of the stage
    minutes: float | None = None
    note: str = ""
    wish: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `language` is the language of its texts."""

    title: str
    steps: tuple[PlanStep, ...] = field(default_factory=tuple)
    language: str | None = None


def shipped(language: str) -> str:
    """The text of the plan that comes with the program, in a language of SHIPPED."""
    return files(__package__).joinpath(f"{language}.toml").read_text("utf-8")


def name_of(text: str) -> str:
    """A short name of a plan's text: a hash."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


@lru_cache(maxsize=64)
def known(text: str) -> Plan:
    """The plan of a text that was read before without errors."""
    from s2s_ui.classroom.plans.reading import read

    return read(text)


def in_quotes(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
