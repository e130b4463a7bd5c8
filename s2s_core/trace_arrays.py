"""The arrays of a trace beside those of its cells, as one table: saving, loading, checking and `to_frame` read it.

A new array is a field of the trace and a row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class TraceArray:
    """One array of a trace."""

    name: str  # in a file, and the quantity of its rows in a frame
    owner: str  # the field of the trace that has it, or "" for the trace itself; the arrays of an owner come together
    axes: tuple[str, ...]  # of each axis what it counts: "src" or "tgt" tokens, tokens of the "vocabulary", or "units"
    part: str | None  # the part under which a frame has it; None: a frame leaves it out

    __repr__ = described

    def of(self, trace: object) -> np.ndarray | None:
        """The array of this trace, or None where the trace has no such owner."""
        owner = getattr(trace, self.owner) if self.owner else trace
        array: np.ndarray | None = None if owner is None else getattr(owner, self.name)
        return array


ARRAYS = (
    TraceArray("joined", "encoder", ("src", "units"), "encoder"),
    TraceArray("scores", "attention", ("tgt", "src"), "attention"),
    TraceArray("weights", "attention", ("tgt", "src"), "attention"),
    TraceArray("context", "", ("tgt", "units"), "attention"),
    TraceArray("log_probs", "", ("tgt", "vocabulary"), "output"),
    TraceArray("token_log_probs", "", ("tgt",), None),
)
OPTIONAL = ("attention",)  # owners that a trace may lack


def shapes(lengths: Mapping[str, int | None], names: Mapping[str, object]) -> dict[str, tuple[int | None, ...]]:
    """The shape that each array has to have, by name, where `names` are those that are there.

    `lengths` says how much each axis counts (None: any number). An owner that a trace may lack has all its arrays or
    none.
    """
    present = {array.owner for array in ARRAYS if array.name in names}
    wanted = (array for array in ARRAYS if array.owner not in OPTIONAL or array.owner in present)
    return {array.name: tuple(lengths[axis] for axis in array.axes) for array in wanted}
