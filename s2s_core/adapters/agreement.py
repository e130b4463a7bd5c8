"""Compare our network with the other model, step by step. If they differ, one sentence says where they first do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2s_core.adapters.assembly import Order
from s2s_core.decoder import teacher_forced
from s2s_core.described import described
from s2s_core.errors import AdapterError, shown
from s2s_core.seq2seq import Seq2Seq

TOLERANCE = 1e-5

Reference = Callable[[list[int], list[int]], Any] | Sequence[Any]

# The quantities that a reference may give, in the order in which a model computes them
QUANTITIES = {
    "states": "encoder states",
    "start": "initial state",
    "weights": "attention weights",
    "logits": "log-probabilities",
}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One text with the other model's ids and numbers."""

    number: int
    text: str
    source: tuple[int, ...]  # as the encoder reads them, marks included
    fed: tuple[int, ...]  # what each step is fed: the begin mark first
    expected: Mapping[str, np.ndarray]  # of QUANTITIES; "logits" as log-probabilities [steps, vocabulary]

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Parting:
    """The first place where the two models differ, and by how much."""

    case: Case
    quantity: str
    step: int
    by: float

    __repr__ = described

    def __str__(self) -> str:
        place = "position" if self.quantity == "states" else "layer" if self.quantity == "start" else "step"
        return (
            f"in text {self.case.number} ({shown(repr(self.case.text))}), {place} {self.step + 1}, their "
            f"{QUANTITIES[self.quantity]} differ by {self.by:.2g}, where at most {TOLERANCE:g} was expected"
        )


def case(
    number: int, text: str, source: Sequence[int], fed: Sequence[int], reference: Reference, *, tokens: int
) -> Case:
    """The numbers that the reference computes for one text, checked.

    Args:
        number: of the text, from 1.
        text: as it was given.
        source: the other model's ids as its encoder reads them.
        fed: the other model's ids as its decoder is fed them.
        reference: a function of both that gives logits or log-probabilities [steps, target vocabulary], or a mapping
            with "logits" and any of "states" [source, memory], "start" [layers, hidden], "weights" [steps, source]; or
            a list of what it gives.
        tokens: the size of the target vocabulary.

    Raises:
        AdapterError: if an array has the wrong shape, or a number that is not finite.
    """
    if callable(reference):
        with torch.inference_mode():
            given = reference(list(source), list(fed))
    else:
        given = reference[number - 1]
    if not isinstance(given, Mapping):
        given = {"logits": given}
    if unknown := sorted(map(str, given.keys() - QUANTITIES.keys())):
        raise AdapterError(f"the reference gives {shown(', '.join(unknown))}: known are {', '.join(QUANTITIES)}")
    if "logits" not in given:
        raise AdapterError("the reference gives no logits: they are needed to compare the outputs")
    wanted = {"logits": (len(fed), tokens), "weights": (len(fed), len(source)), "states": (len(source), -1)}
    expected = {name: _matrix(number, name, value, wanted.get(name, (-1, -1))) for name, value in given.items()}
    logits = expected["logits"]
    top = logits.max(axis=1, keepdims=True)
    expected["logits"] = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    return Case(number, text, tuple(source), tuple(fed), expected)


def _matrix(number: int, name: str, given: object, shape: tuple[int, int]) -> np.ndarray:
    """``given`` as a matrix of this shape (-1: any size); extra dimensions of size 1 are removed."""
    try:
        value: Any = given.detach() if isinstance(given, Tensor) else np.asarray(given)
        if value.is_complex() if isinstance(value, Tensor) else value.dtype.kind not in "fiub":
            raise TypeError  # converting a complex number would drop its imaginary part
        came = list(value.shape)
        while value.ndim > 2 and 1 in value.shape:
            value = value.squeeze(list(value.shape).index(1))
        if value.ndim == 1:
            value = value[None]
        fits = value.ndim == 2 and all(size in (-1, found) for size, found in zip(shape, value.shape, strict=True))
        if fits:
            value = value.double().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value, np.float64)
    except (TypeError, ValueError, RuntimeError):
        raise AdapterError(f"the reference gives {name} that are not numbers, for text {number}") from None
    if not fits:
        wanted = ", ".join("any" if size == -1 else str(size) for size in shape)
        raise AdapterError(f"the reference gives {name} of shape {came} for text {number}, must be [{wanted}]")
    finite = np.isfinite(value)
    masked = name == "logits" and (value < np.inf).all() and finite.any(axis=1).all()  # -inf: never written
    if not finite.all() and not masked:
        raise AdapterError(f"the reference gives {name} that are not finite, for text {number}")
    return value


@torch.no_grad()
def computed(net: Seq2Seq, source: Sequence[int], fed: Sequence[int]) -> dict[str, np.ndarray]:
    """Our numbers for one text: all QUANTITIES, in the order of our ids. "logits" are not normalised."""
    src, tgt = torch.tensor([list(source)]), torch.tensor([list(fed)])
    memory = net.encode(src, torch.ones_like(src, dtype=torch.bool))
    start = net.decoder.start(memory)
    steps = list(net.decoder.steps(memory, teacher_forced(tgt), length=len(fed), start=start))
    weights = [step.attention.weights for step in steps if step.attention.weights is not None]
    found = {
        "states": memory.states[0],
        "start": torch.cat([cell.hidden for cell in start.cells]),
        "logits": torch.cat([step.logits for step in steps]),
    }
    if weights:
        found["weights"] = torch.cat(weights)
    return {name: tensor.double().numpy() for name, tensor in found.items()}


def parting(net: Seq2Seq, case: Case, source: Order, target: Order) -> Parting | None:
    """The first place where our network and the reference differ on one text; None if they agree."""
    ours = computed(net, _our(case.source, source), _our(case.fed, target))
    logits = torch.from_numpy(ours["logits"]).log_softmax(dim=-1).numpy()
    ours["logits"] = np.empty_like(case.expected["logits"])
    for id, other in enumerate(target):
        if other is not None:
            ours["logits"][:, other] = logits[:, id]
    for quantity in QUANTITIES:
        if quantity in case.expected and quantity in ours:
            difference = _difference(ours[quantity], case.expected[quantity])
            if difference is None:
                continue
            rows = difference.max(axis=1)
            if not (rows <= TOLERANCE).all():
                step = int(np.argmax(~(rows <= TOLERANCE)))
                return Parting(case, quantity, step, float(rows[step]))
    return None


def _our(ids: Sequence[int], order: Order) -> list[int]:
    ours = {other: id for id, other in enumerate(order)}
    return [ours[id] for id in ids]


def _difference(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray | None:
    """The absolute differences; None if the shapes differ, as for a state of another number of layers."""
    if ours.shape != theirs.shape and ours.shape == (len(theirs), 2 * theirs.shape[1]):
        ours = ours[:, : theirs.shape[1]] + ours[:, theirs.shape[1] :]  # the other model adds up its directions
    if ours.shape != theirs.shape:
        return None
    same = (ours == theirs) | ((theirs < -1000) & (ours < -1000))
    return np.where(same, 0.0, np.abs(ours - np.maximum(theirs, -1e300)))
