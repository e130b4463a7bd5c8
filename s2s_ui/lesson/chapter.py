"""The definition of a chapter, and functions that give the step of its stage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from s2s_ui.lesson.questions import Ask
from s2s_ui.session.request import Request, Runs

LINKED = (*map(str, range(10)), "11", "12", "10")
"""The numbers of the chapters in links, in order. The last one is "10", because two chapters were added before it."""

Marks = Callable[[Runs], Mapping[str, Sequence[int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter; its texts are translated when they are shown."""

    title: str
    paragraphs: tuple[str, ...]
    todo: str
    request: Request
    lanes: tuple[str, ...]  # of js/data/shown.js
    at: Callable[[Runs], str]  # the step of the stage, in the address's form
    ask: Ask
    until: Callable[[Runs], str] | None = None  # the step before an answer, if `at` would show it
    then: Ask | None = None  # the second question
    unit: Callable[[Runs], int] | None = None  # the unit in question
    marked: Marks = lambda runs: {}  # the tokens in question: "source" and "output" -> positions
    beside: bool = False  # whether the free run is shown together with the forced one
    page: str = ""  # the page with the full screen: "" is Watch
    options: Callable[[Runs], dict[str, str]] = lambda runs: {}  # further options on that page
    code: tuple[Callable[..., object], ...] = ()

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The one or two questions, in order."""
        return (self.ask,) if self.then is None else (self.ask, self.then)


def numbered(number: int, title: str) -> str:
    """The name of a chapter in a menu. The first one is the opening and has no number."""
    return f"{number} · {title}" if number else title


def reading(position: int) -> Callable[[Runs], str]:
    """A step of the encoder, counted from 1."""
    return lambda runs: str(position)


def writing(step: int, part: str = "") -> Callable[[Runs], str]:
    """A step of the decoder, from 0; negative numbers count from the end."""

    def at(runs: Runs) -> str:
        steps = len(runs.shown.tgt_tokens)
        return f"{len(runs.shown.src_tokens) + 1 + step % steps}{part}"

    return at
