"""The state, questions and answers of a class, as values that are stored and sent as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

Mode = Literal["follow", "explore", "look", "pause", "ended"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""follow: the screens follow the teacher; a student may go to the app. explore: everyone is sent to the app. look: like
follow, and students who have left are brought back. pause: the screens show nothing. ended: the answers remain."""

Kind = Literal["next", "look", "choice", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)


PAPERS = ("plan", "course")
"""The texts that a class has in addition: its plan, and the course of the lesson."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step of the teacher's stage."""

    at: str  # as in the address: "17", or "17.2" for a sub-step
    unit: int | None = None
    side: str | None = None  # the direction under the lens


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the class, with its `choices`; with `free`, students can also send their own text."""

    id: str
    kind: Kind
    text: str = ""  # of the teacher's own questions; the screens have the text of the others
    output: int | None = None  # which output the question is about, from 0
    choices: tuple[str, ...] = ()
    free: bool = False
    model: tuple[float, ...] = ()  # the model's own numbers for the choices; secret until they are shown
    right: int | None = None  # the choice of the model; secret too
    shown: bool = False  # whether the class sees the answers
    closed: bool = False  # whether answers are no longer taken
    about: str = ""  # the sentence on the stage, for the first two kinds


@dataclass(frozen=True, slots=True)
class InPlan:
    """The place of a class in its plan."""

    name: str  # the plan's name
    at: int | None = None  # the step, from 0; None before the first one
    asked: bool = False  # whether the question of the step has been asked


@dataclass(frozen=True, slots=True)
class State:
    """The state of a class. `link` has the parameters of the app's address, `page` is its path below the app."""

    version: int = 1
    mode: Mode = "follow"
    page: str = ""
    link: Mapping[str, str] = field(default_factory=dict)
    step: Step | None = None
    question: Question | None = None
    handing: bool = False  # whether students can hand in sentences of their own
    plan: InPlan | None = None
    brought: int = 0  # how often a command has moved the teacher's own screen; see `bring`

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
        """The state with a new place that does not come from the teacher's screen, so that this screen follows too."""
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
    """One student: the hash of a secret, a number, and a name if the student gave one."""

    student: str
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One student's answer to one question: a choice, or a text. The student's browser makes the `id`."""

    question: str
    student: str
    id: str
    choice: int | None = None  # its number, from 0
    text: str = ""  # the words of the choice, or the student's own text
    asked: str = ""  # the words of the question
    at: float = 0.0  # when it was stored


@dataclass(frozen=True, slots=True)
class Handed:
    """One sentence that a student handed in, and the model's output. The student's browser makes the `id`."""

    student: str
    id: str
    name: str  # its name on the wall: random, so that it does not show the student
    link: Mapping[str, str]  # parameters of the app's address, with the model and the sentence
    text: str  # the sentence on one line
    answer: str  # the whole output, as people write it
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
