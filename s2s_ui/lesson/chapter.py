"""What a chapter is, and how it says where its stage stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from s2s_ui.lesson.questions import Ask
from s2s_ui.session.request import Request, Runs

LINKED = (*map(str, range(10)), "11", "12", "10")
"""What links call the chapters, in their order: the last one was the tenth before there were two more."""

Marks = Callable[[Runs], Mapping[str, Sequence[int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One part of the subject; its words are translated where they are shown."""

    title: str
    paragraphs: tuple[str, ...]
    todo: str
    request: Request
    lanes: tuple[str, ...]  # of js/data/shown.js
    at: Callable[[Runs], str]  # the step that the stage is set to, as the address has it
    ask: Ask
    until: Callable[[Runs], str] | None = None  # the same as long as nobody has answered, where it would tell
    then: Ask | None = None  # the second question
    unit: Callable[[Runs], int] | None = None  # the unit in question
    marked: Marks = lambda runs: {}  # the tokens in question: "source" and "output" -> positions
    beside: bool = False  # whether the free run stands beside the forced one
    page: str = ""  # where the full screen is: "" is Watch
    options: Callable[[Runs], dict[str, str]] = lambda runs: {}  # what is chosen there besides
    code: tuple[Callable[..., object], ...] = ()

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The one or two questions, in their order."""
        return (self.ask,) if self.then is None else (self.ask, self.then)


def numbered(number: int, title: str) -> str:
    """A chapter as a menu calls it; the first one is the opening and has no number."""
    return f"{number} · {title}" if number else title


def reading(position: int) -> Callable[[Runs], str]:
    """A step of the encoder, counted from 1."""
    return lambda runs: str(position)


def writing(step: int, part: str = "") -> Callable[[Runs], str]:
    """A step of the decoder, counted from 0; from the end where it is negative."""

    def at(runs: Runs) -> str:
        steps = len(runs.shown.tgt_tokens)
        return f"{len(runs.shown.src_tokens) + 1 + step % steps}{part}"

    return at
