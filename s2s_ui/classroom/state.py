"""What a class shows, what it is asked and what it answers, as values that are stored and sent as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

Mode = Literal["follow", "explore", "look", "pause", "ended"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""follow: the screens go where the teacher goes; a student may leave for the app. explore: everyone is sent there.
look: as follow, and whoever had left is brought back. pause: the screens rest. ended: the answers are still there."""

Kind = Literal["next", "look", "choice", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)


PAPERS = ("plan", "course")
"""The texts that a class keeps besides: its plan, and the places where it has been."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where the teacher's stage stands."""

    at: str  # as the stage writes it: "17", or "17.2" for a sub-step
    unit: int | None = None
    side: str | None = None  # the direction under the lens


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the class. `choices` are what can be chosen; with `free`, a text of one's own can be sent too."""

    id: str
    kind: Kind
    text: str = ""  # of the teacher's own questions; the words of the others are the screens'
    output: int | None = None  # which output the question is about, from 0
    choices: tuple[str, ...] = ()
    free: bool = False
    model: tuple[float, ...] = ()  # the model's own numbers for the choices; secret until they are shown
    right: int | None = None  # the choice of the model; secret too
    shown: bool = False  # whether the class sees the answers
    closed: bool = False  # whether answers are no longer taken
    about: str = ""  # the sentence on the stage, of the first two kinds


@dataclass(frozen=True, slots=True)
class InPlan:
    """Where a class stands in its plan."""

    name: str  # of the plan's text
    at: int | None = None  # the step, from 0; None before the first one
    asked: bool = False  # whether the question of the step has been asked


@dataclass(frozen=True, slots=True)
class State:
    """What a class shows. `link` are the parameters of the app's address, `page` is its path below the app."""

    version: int = 1
    mode: Mode = "follow"
    page: str = ""
    link: Mapping[str, str] = field(default_factory=dict)
    step: Step | None = None
    question: Question | None = None
    handing: bool = False  # whether students can hand in sentences of their own
    plan: InPlan | None = None
    brought: int = 0  # how often a command has brought the teacher's own screen to another place; see `bring`

    def to_json(self) -> str:
        """The state as JSON, secrets of the question included."""
        return json.dumps({**asdict(self), "link": dict(self.link)}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "State":
        """The state that `to_json` wrote."""
        found: dict[str, Any] = json.loads(text)
        step, question, plan = found.pop("step"), found.pop("question"), found.pop("plan", None)
        if question:
            question = Question(**{**question, "choices": tuple(question["choices"]), "model": (*question["model"],)})
        within = InPlan(**plan) if plan else None
        return cls(**found, step=Step(**step) if step else None, question=question, plan=within)

    def bring(self, **changed: Any) -> "State":
        """The state with a place that the teacher's screen has not told: that screen follows too."""
        return replace(self, brought=self.brought + 1, **changed)

    @property
    def takes_sentences(self) -> bool:
        """Whether something can be handed in now."""
        return self.handing and self.mode != "ended"


@dataclass(frozen=True, slots=True)
class Room:
    """One class."""

    code: str
    key: str  # the hash of the teacher's key
    created: float  # seconds since 1970
    ends: float
    state: State = State()


@dataclass(frozen=True, slots=True)
class Seat:
    """One student: known by the hash of a secret, called by a number, and by a name if they gave one."""

    student: str
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One student's answer to one question: a choice, or a text. `id` is of the student's own making."""

    question: str
    student: str
    id: str
    choice: int | None = None  # its number, from 0
    text: str = ""  # the words of the choice, or one's own
    asked: str = ""  # the words of the question
    at: float = 0.0  # when it was stored


@dataclass(frozen=True, slots=True)
class Handed:
    """One sentence that a student handed in, and what the model wrote. `id` is of the student's own making."""

    student: str
    id: str
    name: str  # what the wall calls it: random, so that it tells nobody whose it is
    link: Mapping[str, str]  # the app's own, with the model and the sentence
    text: str  # the sentence on one line
    answer: str  # all of it, as people write it
    p: float  # p(Y|X), of the whole answer
    steps: int  # the last step of its stage
    at: float = 0.0  # when it was stored
    off: bool = False  # whether the teacher has taken it off the wall

    def to_json(self) -> str:
        """What is stored once and does not change: all but `off`."""
        told = {name: value for name, value in asdict(self).items() if name != "off"}
        return json.dumps({**told, "link": dict(self.link)}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes, *, off: bool = False) -> "Handed":
        """What `to_json` wrote."""
        return cls(**json.loads(text), off=off)
