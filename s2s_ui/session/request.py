"""The request of a page for a model and a text, and the traces that it gets."""

from dataclasses import dataclass

from s2s_core import Trace
from s2s_core.edits import Edits
from s2s_core.errors import S2SError


@dataclass(frozen=True, slots=True)
class Request:
    """The request of a page.

    With ``forced``, the run is teacher forced with ``reference``. If that is empty, the model's own output is used, or
    with ``slip`` this output with its most probable error. Each token is fed from the reference with probability
    ``ratio``; ``seed`` is the seed of this choice. With ``calibrated`` the probabilities of the output tokens are those
    at the temperature that is stored for the model, if there is one.
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
    calibrated: bool = False


@dataclass(frozen=True, slots=True)
class Runs:
    """The trace to show, the free run if that one is teacher forced, and the run before the changes, if any."""

    shown: Trace
    free: Trace | None = None
    original: Trace | None = None


class BadReference(S2SError):
    """The reference cannot be used; `cause` says why."""

    def __init__(self, cause: S2SError) -> None:
        super().__init__(cause)
        self.cause = cause
