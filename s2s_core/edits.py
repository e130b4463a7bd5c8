"""Interventions: change one quantity where it is computed, and let everything after it follow.

An edit is any callable ``edit(site, t, value) -> value``. It is called inside the step at the moment the quantity
exists, so a clamped forget gate is the gate that equation (4) uses. The classes below are edits as plain data: they
compare, hash, and travel in a link as JSON.

Sites. part ``encoder.forward`` | ``encoder.backward`` | ``decoder``: the quantities of the cell, and the peephole
terms ``forget_peephole``, ``input_peephole``, ``output_peephole`` before they are added; part ``attention``:
``scores``, ``weights``, ``context``; part ``output``: ``token``, the chosen token of a step (tracing).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from s2s_core.errors import DataError

PEEPHOLES = ("forget_peephole", "input_peephole", "output_peephole")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a value is computed, for example ``Site("decoder", 0, "forget_gate")``."""

    part: str
    layer: int
    quantity: str


Edit = Callable[[Site, int, Tensor], Tensor]
BoundEdit = Callable[[str, Tensor], Tensor]


def unchanged(quantity: str, value: Tensor) -> Tensor:
    """The edit that edits nothing."""
    return value


def bind(edit: Edit | None, part: str, layer: int, t: int) -> BoundEdit:
    """``edit`` as one step sees it: a function of the quantity's name and its value."""
    if edit is None:
        return unchanged
    return lambda quantity, value: edit(Site(part, layer, quantity), t, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamp:
    """Set quantities to a constant: ``Clamp(quantities=("forget_gate",), value=0.0)`` forgets everything.

    ``part``, ``layer``, ``units`` and ``steps`` narrow it down; None means all of them.
    """

    quantities: tuple[str, ...]
    value: float
    part: str | None = None
    layer: int | None = None
    units: tuple[int, ...] | None = None
    steps: tuple[int, ...] | None = None

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        here = (
            site.quantity in self.quantities
            and self.part in (None, site.part)
            and self.layer in (None, site.layer)
            and (self.steps is None or t in self.steps)
        )
        if not here:
            return value
        if self.units is None:
            return torch.full_like(value, self.value)
        edited = value.clone()
        edited[:, list(self.units)] = self.value
        return edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Put given numbers in the place of one step's: an attention row, a context vector, a chosen token.

    Raises:
        DataError: where the numbers are not as many as the quantity has.
    """

    part: str
    quantity: str
    step: int
    values: tuple[float, ...]
    layer: int = 0

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        if (site.part, site.quantity, site.layer, t) != (self.part, self.quantity, self.layer, self.step):
            return value
        if value.shape[-1] != len(self.values):
            raise DataError(
                f"the edit of {self.quantity} at step {self.step} has {len(self.values)} numbers, "
                f"the {self.quantity} there {value.shape[-1]}"
            )
        return torch.tensor(self.values, dtype=value.dtype, device=value.device).expand_as(value)


@dataclass(frozen=True, slots=True)
class Edits:
    """Several edits, applied in order."""

    edits: tuple[Clamp | Replace, ...]

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        for edit in self.edits:
            value = edit(site, t, value)
        return value

    def to_json(self) -> list[dict[str, object]]:
        """Plain data for a link or a file; `from_json` reads it back."""
        return [{"edit": type(edit).__name__.lower(), **asdict(edit)} for edit in self.edits]

    @classmethod
    def from_json(cls, data: list[dict[str, object]]) -> "Edits":
        """Read what `to_json` wrote.

        Raises:
            DataError: where an entry is no edit of a known kind.
        """
        kinds: dict[object, type[Clamp] | type[Replace]] = {"clamp": Clamp, "replace": Replace}
        edits = []
        for entry in data:
            fields = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
            kind = kinds.get(fields.pop("edit", None))
            if kind is None:
                raise DataError(f"an edit must be one of {', '.join(map(str, kinds))}, not {entry!r}")
            try:
                edits.append(kind(**fields))  # type: ignore[arg-type]
            except TypeError as error:
                raise DataError(f"not an edit: {entry!r} ({error})") from error
        return cls(tuple(edits))


def without_peepholes() -> Edits:
    """Peephole terms read 0 everywhere: the weights as trained, the wires cut (not a model trained without)."""
    return Edits((Clamp(quantities=PEEPHOLES, value=0.0),))


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
    return Edits((Replace(part="output", quantity="token", step=step, values=(float(token_id),)),))


def combine(*edits: Edits) -> Edits:
    """All of the edits, in order."""
    return Edits(tuple(single for several in edits for single in several.edits))
