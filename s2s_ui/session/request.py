"""What a page asks to see of a model and a text, and what it gets."""

from dataclasses import dataclass

from s2s_core import Trace
from s2s_core.edits import Edits
from s2s_core.errors import S2SError


@dataclass(frozen=True, slots=True)
class Request:
    """What a page asks to see.

    `forced` reads `reference`; where that is empty, the model's own answer, or with `slip` that answer with its
    likeliest slip in it. Of the tokens a share of `ratio` is fed from the reference, drawn by `seed`.
    """

    model: str
    text: str
    peepholes: bool = True
    forced: bool = False
    reference: str = ""
    edits: Edits | None = None
    slip: bool = False
    ratio: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Runs:
    """The trace to show; beside it the free run if the first is teacher forced, and what it was before the edits."""

    shown: Trace
    free: Trace | None = None
    original: Trace | None = None


class BadReference(S2SError):
    """The reference cannot be used; `cause` says why."""

    def __init__(self, cause: S2SError) -> None:
        super().__init__(cause)
        self.cause = cause
