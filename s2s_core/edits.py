"""Interventions: change one quantity where it is computed, and let everything after it follow.

An edit is any callable ``edit(site, t, value) -> value``. It is called inside the step at the moment the quantity
exists, so a clamped forget gate is the gate that equation (4) uses. The classes below are edits as plain data: they
compare, hash, and travel in a link as JSON.

Sites. part ``encoder.forward`` | ``encoder.backward`` | ``decoder``: the quantities of the cell, and the peephole
terms ``forget_peephole``, ``input_peephole``, ``output_peephole`` before they are added; part ``attention``:
``scores``, ``weights``, ``context``; part ``output``: ``token``, the chosen token of a step (tracing).
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from numbers import Integral
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2s_core.arrays import Array, as_numpy, as_tensor, is_tensor
from s2s_core.described import described
from s2s_core.errors import DataError, UnknownName, quoted
from s2s_core.registry import CELLS

PARTS = ("encoder.forward", "encoder.backward", "decoder", "attention", "output")
LARGEST = torch.finfo(torch.float32).max
LARGEST_TOKEN = 1 << 24  # up to here float32 tells whole numbers apart
LONGEST = 1 << 16  # entries of one list of an edit, and steps, units and layers that it may name: no model has more
MOST = 256  # edits in one list
PEEPHOLES = ("forget_peephole", "input_peephole", "output_peephole")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a value is computed, for example ``Site("decoder", 0, "forget_gate")``."""

    part: str
    layer: int
    quantity: str


Edit = Callable[[Site, int, Tensor], Tensor]
BoundEdit = Callable[[str, Array], Array]


def unchanged(quantity: str, value: Array) -> Array:
    """The edit that edits nothing."""
    return value


def bind(edit: Edit | None, part: str, layer: int, t: int) -> BoundEdit:
    """``edit`` as one step sees it: a function of the quantity's name and its value, which an edit sees as a tensor.

    That function raises DataError where the edit does not give a tensor of the shape it was given.
    """
    if edit is None:
        return unchanged
    named = _named(edit, part, layer, t)
    if named is not None and not named:
        return unchanged

    def bound(quantity: str, value: Array) -> Array:
        if named is not None and quantity not in named:
            return value
        before = as_tensor(value)
        edited: Any = edit(Site(part, layer, quantity), t, before.clone())  # which it may write into
        if not isinstance(edited, Tensor) or edited.shape != before.shape:
            given = f"one of {list(edited.shape)}" if isinstance(edited, Tensor) else type(edited).__name__
            raise DataError(
                f"the edit of {quantity} at step {t} must give a tensor of {list(before.shape)}, not {given}"
            )
        edited = edited.to(before).contiguous()
        if torch.equal(edited, before):
            return value
        return edited if is_tensor(value) else as_numpy(edited)

    return bound


def _named(edit: Edit, part: str, layer: int, t: int) -> tuple[str, ...] | None:
    """The quantities that an edit may change in one step; None where only a call can tell."""
    if type(edit) is not Edits or any(type(one) not in (Clamp, Replace) for one in edit.edits):
        return None
    return tuple(name for one in edit.edits if one.reaches(part, layer, t) for name in one.names)


def _check(part: object, names: object, indices: tuple[object, ...], numbers: tuple[Any, ...]) -> None:
    """An edit may come from a link, where nothing has been checked yet."""
    if max(len(indices), len(numbers), len(names) if isinstance(names, tuple) else 0) > LONGEST:
        raise DataError(f"an edit has at most {LONGEST} units, steps or values")
    if part is not None and (not isinstance(part, str) or part not in PARTS):
        raise UnknownName("part", part if isinstance(part, str) else quoted(part), PARTS)
    if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
        raise DataError(f"an edit's quantities must be names, not {quoted(names)}")
    cells = (quantity for cell in CELLS for quantity in CELLS[cell].quantities)
    known = (*dict.fromkeys(cells), *PEEPHOLES, "scores", "weights", "context", "token")
    for name in names:  # what another kind of cell has edits nothing; what none has is a slip of the pen
        if name not in known:
            raise UnknownName("quantity", name, known)
    if not all(type(index) is int and 0 <= index < LONGEST for index in indices):
        raise DataError(f"an edit's layer, units and steps must be whole numbers from 0, not {quoted(indices)}")
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= LARGEST for n in numbers):
        raise DataError(f"an edit's values must be numbers that float32 can hold, not {quoted(numbers)}")
    if "token" in names and not all(0 <= n < LARGEST_TOKEN and n == int(n) for n in numbers):
        raise DataError(f"a token is a whole number from 0 to {LARGEST_TOKEN - 1:,}, not {quoted(numbers[0])}")


def _several(name: str, given: object) -> tuple[Any, ...]:
    """The entries of a list, NumPy's whole numbers as Python's."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise DataError(f"an edit's {name} must be a list of numbers, not {quoted(given)}")
    try:
        entries = tuple(given)
    except TypeError:  # a tensor of one number
        raise DataError(f"an edit's {name} must be a list of numbers, not {quoted(given)}") from None
    return tuple(int(entry) if isinstance(entry, np.integer) else entry for entry in entries)


def _as_floats(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_as_floats(item) for item in value)
    return float(value) if type(value) is int and abs(value) <= LARGEST else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamp:
    """Set quantities to a constant: ``Clamp(quantities=("forget_gate",), value=0.0)`` forgets everything.

    ``part``, ``layer``, ``units`` and ``steps`` narrow it down; None means all of them.

    Raises:
        UnknownName: for a part or a quantity that no model has.
        DataError: where names are no names and numbers no numbers, and for a unit that the quantity does not have.
    """

    quantities: tuple[str, ...]
    value: float
    part: str | None = None
    layer: int | None = None
    units: tuple[int, ...] | None = None
    steps: tuple[int, ...] | None = None

    __repr__ = described

    def __post_init__(self) -> None:
        for name in ("units", "steps"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, _several(name, given))
        layers = () if self.layer is None else (self.layer,)
        _check(self.part, self.quantities, (*layers, *(self.units or ()), *(self.steps or ())), (self.value,))

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities it changes."""
        return self.quantities

    def reaches(self, part: str, layer: int, t: int) -> bool:
        """Whether it changes anything in this step of this part."""
        return self.part in (None, part) and self.layer in (None, layer) and (self.steps is None or t in self.steps)

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        if site.quantity not in self.names or not self.reaches(site.part, site.layer, t):
            return value
        if self.units is None:
            return torch.full_like(value, self.value)
        if max(self.units, default=0) >= value.shape[-1]:
            raise DataError(f"the edit of {site.quantity} names unit {max(self.units)}, of {value.shape[-1]} from 0")
        edited = value.clone()
        edited[..., list(self.units)] = self.value
        return edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Put given numbers in the place of one step's: an attention row, a context vector, a chosen token.

    Raises:
        UnknownName: for a part or a quantity that no model has.
        DataError: where names are no names and numbers no numbers, or not as many as the quantity has; for a
            token that is no whole number from 0.
    """

    part: str
    quantity: str
    step: int
    values: tuple[float, ...]
    layer: int = 0

    __repr__ = described

    def __post_init__(self) -> None:
        values = _several("values", self.values)
        _check(self.part, (self.quantity,), (self.layer, self.step), values)

    @property
    def names(self) -> tuple[str, ...]:
        """The quantity it changes."""
        return (self.quantity,)

    def reaches(self, part: str, layer: int, t: int) -> bool:
        """Whether it changes anything in this step of this part."""
        return (part, layer, t) == (self.part, self.layer, self.step)

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        if site.quantity not in self.names or not self.reaches(site.part, site.layer, t):
            return value
        if value.shape[-1] != len(self.values):
            raise DataError(
                f"the edit of {self.quantity} at step {self.step} has {len(self.values)} numbers, "
                f"the {self.quantity} there {value.shape[-1]}"
            )
        edited = torch.tensor(self.values, device=value.device)
        if not (value.is_floating_point() or torch.equal(edited, edited.round())):
            raise DataError(
                f"the edit of {self.quantity} at step {self.step} must be a whole number, not {self.values}"
            )
        return edited.to(value.dtype).expand_as(value)


@dataclass(frozen=True, slots=True)
class Edits:
    """Several edits, applied in order."""

    edits: tuple[Clamp | Replace, ...]

    __repr__ = described

    def __post_init__(self) -> None:
        given: object = self.edits
        if not isinstance(given, tuple | list) or not all(isinstance(one, Clamp | Replace) for one in given):
            raise DataError(f"edits must be a tuple of Clamp and Replace, not {quoted(given)}")
        object.__setattr__(self, "edits", tuple(given))

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        for edit in self.edits:
            value = edit(site, t, value)
        return value

    def to_json(self) -> list[dict[str, object]]:
        """Plain data for a link or a file; `from_json` reads it back."""
        return [{"edit": type(edit).__name__.lower(), **asdict(edit)} for edit in self.edits]

    @classmethod
    def from_json(cls, data: object) -> "Edits":
        """Read what `to_json` wrote.

        Raises:
            DataError: where an entry is no edit of a known kind, or there are more than MOST.
        """
        kinds: dict[object, type[Clamp] | type[Replace]] = {"clamp": Clamp, "replace": Replace}
        if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
            raise DataError(f"edits must be a list of objects, not {quoted(data)}")
        if len(data) > MOST:
            raise DataError(f"there are {len(data)} edits, and at most {MOST} are applied")
        edits = []
        for entry in data:
            fields = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
            for name in fields.keys() & {"value", "values"}:  # JSON may write 1.0 as 1
                fields[name] = _as_floats(fields[name])
            kind = fields.pop("edit", None)
            if kind not in list(kinds):
                raise DataError(f"an edit must be one of {', '.join(map(str, kinds))}, not {quoted(entry)}")
            try:
                edit = kinds[kind](**fields)  # type: ignore[arg-type]
            except TypeError as error:
                raise DataError(f"not an edit: {quoted(entry)} ({error})") from error
            edits.append(edit)
        return cls(tuple(edits))


def without_peepholes() -> Edits:
    """Peephole terms read 0 everywhere: the weights as trained, the wires cut (not a model trained without)."""
    return Edits((Clamp(quantities=PEEPHOLES, value=0.0),))


def without_direction(direction: str) -> Edits:
    """One direction of the encoder, "forward" or "backward", reads 0 at every position, cell state and hidden state.

    So attention finds zeros in its half of h_j, and the decoder starts without its last state.

    Raises:
        UnknownName: for another direction.
    """
    if direction not in ["forward", "backward"]:
        raise UnknownName("direction", quoted(direction), ("forward", "backward"))
    return Edits((Clamp(quantities=("cell", "hidden"), value=0.0, part=f"encoder.{direction}"),))


def clamp(quantity: str, value: float, *, part: str | None = None, units: tuple[int, ...] | None = None) -> Edits:
    """Hold one quantity at ``value``, for all units or some, at every step."""
    return Edits((Clamp(quantities=(quantity,), value=value, part=part, units=units),))


def set_weights(step: int, weights: tuple[float, ...]) -> Edits:
    """Replace the attention row of one output step (counted from 0)."""
    return Edits((Replace(part="attention", quantity="weights", step=step, values=weights),))


def set_context(step: int, context: tuple[float, ...]) -> Edits:
    """Replace the context vector of one output step, for example by another sentence's."""
    return Edits((Replace(part="attention", quantity="context", step=step, values=context),))


def force_token(step: int, token_id: int) -> Edits:
    """Make the output of one step this token, whatever the model preferred, and decode on from it."""
    if isinstance(token_id, bool) or not isinstance(token_id, Integral) or not 0 <= token_id < LARGEST_TOKEN:
        raise DataError(f"a token is a whole number from 0 to {LARGEST_TOKEN - 1:,}, not {quoted(token_id)}")
    return Edits((Replace(part="output", quantity="token", step=step, values=(float(token_id),)),))


def combine(*edits: Edits) -> Edits:
    """All of the edits, in order.

    Raises:
        DataError: for anything else than `Edits`.
    """
    for several in edits:
        if not isinstance(several, Edits):
            raise DataError(f"edits to combine must be Edits, not {quoted(several)}")
    return Edits(tuple(single for several in edits for single in several.edits))
