"""A table of a trace's arrays (except those of cells), for saving, loading, checking and `to_frame`.

To add an array, add a field to the trace and a row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class TraceArray:
    """One array of a trace."""

    name: str  # its name in a file and, as quantity, in a frame
    owner: str  # the trace's field that has it, or "" for the trace; arrays of one owner are adjacent
    axes: tuple[str, ...]  # what each axis counts: "src" or "tgt" tokens, the "vocabulary", or "units"
    part: str | None  # its part in a frame; None: not in a frame

    __repr__ = described

    def of(self, trace: object) -> np.ndarray | None:
        """The array of this trace, or None if the trace has no such owner."""
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
    """The required shape of each array by name; `names` are the arrays that exist.

    `lengths` is the length of each axis (None: any length). An optional owner has all its arrays or none.
    """
    present = {array.owner for array in ARRAYS if array.name in names}
    wanted = (array for array in ARRAYS if array.owner not in OPTIONAL or array.owner in present)
    return {array.name: tuple(lengths[axis] for axis in array.axes) for array in wanted}
