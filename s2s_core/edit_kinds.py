"""The kinds of edits, as plain data: `Clamp` holds quantities at a value, `Replace` puts numbers into one step.

An edit may come from a link, where nothing has been checked yet; so it is checked when it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2s_core.described import described
from s2s_core.errors import DataError, UnknownName, quoted
from s2s_core.registry import CELLS

PARTS = ("encoder.forward", "encoder.backward", "memory", "decoder", "attention", "output")
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


def _check_units(units: tuple[int, ...], quantity: str, value: Tensor) -> None:
    if max(units, default=0) >= value.shape[-1]:
        raise DataError(f"the edit of {quantity} names unit {max(units)}, of {value.shape[-1]} from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamp:
    """Set quantities to a constant: ``Clamp(quantities=("forget_gate",), value=0.0)`` forgets everything.

    ``part``, ``layer``, ``units`` and ``steps`` narrow it down; None means all of them.

    Raises:
        UnknownName: for a part or a quantity that no model has.
        DataError: if a name or a number has the wrong type, or the quantity has no such unit.
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
        _check_units(self.units, site.quantity, value)
        edited = value.clone()
        edited[..., list(self.units)] = self.value
        return edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Replace a quantity of one step by given numbers: a state, an attention row, a context vector, a chosen token.

    With ``units``, only these units are replaced, in this order; all others stay as computed.

    Raises:
        UnknownName: for a part or a quantity that no model has.
        DataError: if a name or a number has the wrong type, if there are not as many numbers as units, if a token is
            not a whole number from 0, or if the quantity has no such unit.
    """

    part: str
    quantity: str
    step: int
    values: tuple[float, ...]
    layer: int = 0
    units: tuple[int, ...] | None = None

    __repr__ = described

    def __post_init__(self) -> None:
        values = _several("values", self.values)
        if self.units is not None:
            object.__setattr__(self, "units", _several("units", self.units))
        _check(self.part, (self.quantity,), (self.layer, self.step, *(self.units or ())), values)
        if self.units is not None and len(self.units) != len(values):
            raise DataError(f"the edit of {self.quantity} has {len(values)} numbers for {len(self.units)} units")

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
        if self.units is not None:
            _check_units(self.units, self.quantity, value)
            edited = value.clone()
            edited[..., list(self.units)] = torch.tensor(self.values, dtype=value.dtype, device=value.device)
            return edited
        if value.shape[-1] != len(self.values):
            raise DataError(
                f"the edit of {self.quantity} at step {self.step} has {len(self.values)} numbers, "
                f"the {self.quantity} there {value.shape[-1]}"
            )
        edited = torch.tensor(self.values, dtype=torch.float64, device=value.device)
        if not (value.is_floating_point() or torch.equal(edited, edited.round())):
            raise DataError(
                f"the edit of {self.quantity} at step {self.step} must be a whole number, not {self.values}"
            )
        return edited.to(value.dtype).expand_as(value)


def _check(part: object, names: object, indices: tuple[object, ...], numbers: tuple[Any, ...]) -> None:
    """Check what an edit names.

    Raises:
        UnknownName: for a part or a quantity that no model has.
        DataError: if a name or a number has the wrong type, or there are too many.
    """
    if max(len(indices), len(numbers), len(names) if isinstance(names, tuple) else 0) > LONGEST:
        raise DataError(f"an edit has at most {LONGEST} units, steps or values")
    if part is not None and (not isinstance(part, str) or part not in PARTS):
        raise UnknownName("part", part if isinstance(part, str) else quoted(part), PARTS)
    if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
        raise DataError(f"an edit's quantities must be names, not {quoted(names)}")
    cells = (quantity for cell in CELLS for quantity in CELLS[cell].quantities)
    known = (*dict.fromkeys(cells), *PEEPHOLES, "joined", "scores", "weights", "context", "token")
    for name in names:  # a quantity of another kind of cell has no effect; a quantity of no cell is a typing error
        if name not in known:
            raise UnknownName("quantity", name, known)
    if not all(type(index) is int and 0 <= index < LONGEST for index in indices):
        raise DataError(f"an edit's layer, units and steps must be whole numbers from 0, not {quoted(indices)}")
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= LARGEST for n in numbers):
        raise DataError(f"an edit's values must be numbers that float32 can hold, not {quoted(numbers)}")
    if "token" in names and not all(0 <= n < LARGEST_TOKEN and n == int(n) for n in numbers):
        raise DataError(f"a token is a whole number from 0 to {LARGEST_TOKEN - 1:,}, not {quoted(numbers[0])}")


def _several(name: str, given: object) -> tuple[Any, ...]:
    """The entries of a list, with NumPy's integers converted to Python's.

    Raises:
        DataError: for what is no list.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise DataError(f"an edit's {name} must be a list of numbers, not {quoted(given)}")
    try:
        entries = tuple(given)
    except TypeError:  # a tensor of one number
        raise DataError(f"an edit's {name} must be a list of numbers, not {quoted(given)}") from None
    return tuple(int(entry) if isinstance(entry, np.integer) else entry for entry in entries)


def as_floats(value: object) -> object:
    """The whole numbers of a value, or of the lists in it, as floats: JSON may write 1.0 as 1."""
    if isinstance(value, tuple):
        return tuple(as_floats(item) for item in value)
    return float(value) if type(value) is int and abs(value) <= LARGEST else value
