"""The reader's answers. They are in the address, so that a reload or a bookmark keeps them.

An answer is written "7.3" (question, answer), or "7.1.3" if it was changed: question, first answer, last answer. The
first answer counts for the score. The name of a question is its chapter's number in links; the second question of a
chapter has a b: "4b".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from s2s_ui.lesson.chapter import LINKED
from s2s_ui.session import state

OPTION = "answers"
_ENTRY = re.compile(r"([0-9]{1,2}b?)\.([0-9]{1,3})(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Given:
    """The first and the last answer to a question, by their numbers."""

    first: int
    last: int


def name(chapter: int, second: bool = False) -> str:
    """The name of a question."""
    return f"{LINKED[chapter]}{'b' if second else ''}"


def read(text: str) -> dict[str, Given]:
    """The answers in an address."""
    found = (_ENTRY.fullmatch(entry) for entry in text.split("_"))
    known = (match for match in found if match and match[1].removesuffix("b") in LINKED)
    return {match[1]: Given(int(match[2]), int(match[3] or match[2])) for match in known}


def write(given: Mapping[str, Given]) -> str | None:
    """The answers in the form of the address; None if there are none."""
    entries = (
        f"{question}.{answer.first}" + (f".{answer.last}" if answer.last != answer.first else "")
        for question, answer in sorted(given.items(), key=lambda item: (int(item[0].rstrip("b")), item[0]))
    )
    return "_".join(entries) or None


def given() -> dict[str, Given]:
    """The answers of this session."""
    return read(state.option(OPTION) or "")


def take(question: str, answer: int) -> None:
    """Store an answer."""
    before = given()
    first = before[question].first if question in before else answer
    state.choose(answers=write(before | {question: Given(first, answer)}))


def forget() -> None:
    """Remove all answers."""
    state.choose(answers=None)
