"""Interventions: change one quantity where it is computed, and let everything after it follow.

An edit is any callable ``edit(site, t, value) -> value``. It is called inside the step at the moment the quantity
exists, so a clamped forget gate is the gate that equation (4) uses. The classes below are edits as plain data: they
compare, hash, and travel in a link as JSON.

Sites. part ``encoder.forward`` | ``encoder.backward`` | ``decoder``: the quantities of the cell, and the peephole
terms ``forget_peephole``, ``input_peephole``, ``output_peephole`` before they are added; part ``attention``:
``scores``, ``weights``, ``context``; part ``memory``: ``joined``, the state h_j (11) that attention and a pooled
context read; part ``output``: ``token``, the chosen token of a step (tracing).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from numbers import Integral
from typing import Any

import torch
from torch import Tensor

from s2s_core.arrays import Array, as_numpy, as_tensor, is_tensor
from s2s_core.described import described
from s2s_core.edit_kinds import (
    LARGEST_TOKEN,
    LONGEST,
    MOST,
    PARTS,
    PEEPHOLES,
    Clamp,
    Replace,
    Site,
    as_floats,
)
from s2s_core.errors import DataError, UnknownName, quoted

__all__ = [
    "LONGEST",
    "MOST",
    "PARTS",
    "PEEPHOLES",
    "BoundEdit",
    "ByRow",
    "Clamp",
    "Edit",
    "Edits",
    "Replace",
    "Site",
    "bind",
    "clamp",
    "combine",
    "force_token",
    "holds_everywhere",
    "set_context",
    "set_weights",
    "unchanged",
    "without_direction",
    "without_peepholes",
]


Edit = Callable[[Site, int, Tensor], Tensor]
BoundEdit = Callable[[str, Array], Array]


def unchanged(quantity: str, value: Array) -> Array:
    """The edit that edits nothing."""
    return value


def bind(edit: Edit | None, part: str, layer: int, t: int) -> BoundEdit:
    """``edit`` for one step: a function of a quantity's name and its value. The edit always gets the value as a tensor.

    The function raises DataError if the edit does not return a tensor of the same shape.
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
        edited: Any = edit(Site(part, layer, quantity), t, before.clone())  # a copy, which the edit may change
        if not isinstance(edited, Tensor) or edited.shape != before.shape:
            given = f"one of {list(edited.shape)}" if isinstance(edited, Tensor) else type(edited).__name__
            raise DataError(
                f"the edit of {quantity} at step {t} must give a tensor of {list(before.shape)}, not {given}"
            )
        edited = edited.to(before).contiguous()
        if torch.equal(edited, before) and not before.requires_grad:  # keep the gradient; a changed value has none
            return value
        return edited if is_tensor(value) else as_numpy(edited)

    return bound


def _named(edit: Edit, part: str, layer: int, t: int) -> tuple[str, ...] | None:
    """The quantities that an edit may change in one step; None if that is not known without a call."""
    if type(edit) is ByRow:
        return tuple({name for row in edit.at(part, layer, t) for name in edit.rows[row].named(part, layer, t)})
    if type(edit) is not Edits or any(type(one) not in (Clamp, Replace) for one in edit.edits):
        return None
    return edit.named(part, layer, t)


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

    def named(self, part: str, layer: int, t: int) -> tuple[str, ...]:
        """The quantities that they change in this step of this part."""
        return tuple(name for one in self.edits if one.reaches(part, layer, t) for name in one.names)

    def to_json(self) -> list[dict[str, object]]:
        """Plain data for a link or a file; `from_json` reads it back."""
        entries: list[dict[str, object]] = [
            {"edit": type(edit).__name__.lower(), **asdict(edit)} for edit in self.edits
        ]
        for entry in entries:
            if entry["edit"] == "replace" and entry["units"] is None:  # the form of older links, which have no units
                del entry["units"]
        return entries

    @classmethod
    def from_json(cls, data: object) -> "Edits":
        """Read what `to_json` wrote.

        Raises:
            DataError: if an entry is not an edit of a known kind, or there are more than MOST.
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
                fields[name] = as_floats(fields[name])
            kind = fields.pop("edit", None)
            if kind not in list(kinds):
                raise DataError(f"an edit must be one of {', '.join(map(str, kinds))}, not {quoted(entry)}")
            try:
                edit = kinds[kind](**fields)  # type: ignore[arg-type]
            except TypeError as error:
                raise DataError(f"not an edit: {quoted(entry)} ({error})") from error
            edits.append(edit)
        return cls(tuple(edits))


@dataclass(frozen=True)
class ByRow:
    """Different edits for each sentence of a batch: ``rows[0]`` for its first row, and so on.

    With them, many changed runs of one sentence are computed at once. The batch must have as many rows.
    """

    rows: tuple[Edits, ...]

    __repr__ = described

    def __call__(self, site: Site, t: int, value: Tensor) -> Tensor:
        if len(value) != len(self.rows):
            raise DataError(f"there are edits for {len(self.rows)} sentences, and the batch has {len(value)}")
        edited = value.clone()
        for row in self.at(site.part, site.layer, t):
            edited[row : row + 1] = self.rows[row](site, t, value[row : row + 1])
        return edited

    def at(self, part: str, layer: int, t: int) -> tuple[int, ...]:
        """The rows whose edits may change something in this step of this part, in order."""
        return tuple(dict.fromkeys((*self._anywhere, *self._places.get((part, layer, t), ()))))

    @cached_property
    def _places(self) -> dict[tuple[str, int, int], list[int]]:
        """For each place, the rows with an edit there. Most rows have edits of only one place."""
        places: dict[tuple[str, int, int], list[int]] = {}
        for row, edits in enumerate(self.rows):
            for one in edits.edits:
                if isinstance(one, Replace):
                    places.setdefault((one.part, one.layer, one.step), []).append(row)
        return places

    @cached_property
    def _anywhere(self) -> tuple[int, ...]:
        """The rows with edits of more than one place."""
        return tuple(row for row, edits in enumerate(self.rows) if any(isinstance(one, Clamp) for one in edits.edits))

    def select(self, rows: Sequence[int]) -> "ByRow":
        """The edits of the given rows, in the given order."""
        return ByRow(tuple(self.rows[row] for row in rows))


def without_peepholes() -> Edits:
    """Set all peephole terms to 0. The other weights stay as trained, unlike in a model trained without peepholes."""
    return Edits((Clamp(quantities=PEEPHOLES, value=0.0),))


def without_direction(direction: str) -> Edits:
    """Set the cell and hidden states of one direction of the encoder, "forward" or "backward", to 0 at every position.

    So attention reads zeros in this half of h_j, and the decoder starts without this direction's last state.

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


def holds_everywhere(edit: Edit | None) -> bool:
    """Whether an edit does the same at every position, so that it can also be applied to a text of another length."""
    if edit is None:
        return True
    singles = edit.edits if isinstance(edit, Edits) else (edit,)
    return all(isinstance(single, Clamp) and single.steps is None for single in singles)


def combine(*edits: Edits) -> Edits:
    """All of the edits, in order.

    Raises:
        DataError: for anything else than `Edits`.
    """
    for several in edits:
        if not isinstance(several, Edits):
            raise DataError(f"edits to combine must be Edits, not {quoted(several)}")
    return Edits(tuple(single for several in edits for single in several.edits))
