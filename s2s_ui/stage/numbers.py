"""Store numbers in few bytes for the stage, so that their two printed decimals are those of the computed numbers.

Ties (0.125) are avoided, because Python rounds them to even and JavaScript rounds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
_UP = np.float16(np.inf)


def exact(values: Any) -> NDArray[np.float32]:
    """The values in float32."""
    return np.asarray(values, np.float32)


def compact(arrays: Sequence[FloatArray]) -> list[NDArray[Any]]:
    """Each array as float16 that prints the same two decimals; if float16 is too coarse, as int16 hundredths.

    float16 is enough at least up to 8; float32 is used if even hundredths are too large for int16.
    """
    return _together(arrays, _compacted)


def levels(arrays: Sequence[FloatArray]) -> list[NDArray[Any]]:
    """Values from 0 to 1 as bytes, the nearest of 255 levels that prints the same two decimals; else as `compact`."""
    return _together(arrays, partial(_leveled, lowest=0, kind=np.dtype(np.uint8)))


def signed_levels(arrays: Sequence[FloatArray]) -> list[NDArray[Any]]:
    """Values from -1 to 1 as signed bytes in the same way, with 127 levels on each side of zero."""
    return _together(arrays, partial(_leveled, lowest=-1, kind=np.dtype(np.int8)))


def corrections(sums: Sequence[FloatArray], terms: Sequence[Sequence[NDArray[Any]]]) -> list[NDArray[np.uint8]]:
    """The differences, in hundredths, between the printed sum of the compact terms and the printed sum itself.

    `sums` all have the shape [steps, units]. A byte has two differences from -8 to 7, the first in its lower half. They
    are this small because a term differs by at most half a hundredth.
    """
    if not sums:
        return []
    steps, units = sums[0].shape
    total = np.zeros((len(sums), steps, units))
    for mine, summands in zip(total, terms, strict=True):
        for term in summands:
            mine += _widened(term)
    with np.errstate(invalid="ignore"):
        off = np.nan_to_num(_hundredths(np.stack(sums))[1] - np.floor(total * 100 + 0.5))
    half = np.zeros((len(sums), steps, units + units % 2), np.uint8)
    half[..., :units] = np.clip(off, -8, 7).astype(np.int8).view(np.uint8) & 15
    return list((half[..., ::2] | half[..., 1::2] << 4).astype(np.uint8))


def _together(arrays: Sequence[FloatArray], small: Callable[[FloatArray], list[NDArray[Any]]]) -> list[NDArray[Any]]:
    """Apply `small` to the arrays, to all of one shape at once: the number of NumPy calls dominates the time."""
    places: dict[tuple[int, ...], list[int]] = {}
    for place, values in enumerate(arrays):
        places.setdefault(values.shape, []).append(place)
    made: dict[int, NDArray[Any]] = {}
    for alike in places.values():
        made |= zip(alike, small(np.stack([arrays[place] for place in alike])), strict=True)
    return [made[place] for place in range(len(arrays))]


def _compacted(stack: FloatArray) -> list[NDArray[Any]]:
    number, wanted = _hundredths(stack)
    with np.errstate(over="ignore"):
        half = number.astype(np.float16)
        fits = _moved(half, wanted, lambda near: (np.nextafter(near, _UP), np.nextafter(near, -_UP)))
    return [half[place] if fit else _coarse(number[place], wanted[place]) for place, fit in enumerate(fits)]


def _coarse(number: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[Any]:
    return wanted.astype(np.int16) if np.abs(wanted).max() <= np.iinfo(np.int16).max else exact(number)


def _leveled(stack: FloatArray, *, lowest: int, kind: np.dtype[Any]) -> list[NDArray[Any]]:
    number, wanted = _hundredths(stack)
    inside = _each((number >= lowest) & (number <= 1))
    most = np.iinfo(kind).max
    level = np.rint(number[inside] * most)
    _moved(level, wanted[inside], lambda near: (near + 1, near - 1), unit=most)
    within, beyond = iter(level.astype(kind)), iter(_compacted(stack[~inside]))
    return [next(within if fits else beyond) for fits in inside]


def _moved(
    near: NDArray[Any], wanted: FloatArray, neighbours: Callable[[Any], tuple[Any, Any]], unit: int = 1
) -> NDArray[np.bool_]:
    """Move numbers that print wrongly to a neighbour that prints right; for each array, whether all are right now."""
    wrong = ~_prints(near / unit if unit > 1 else near, wanted)
    above, below = neighbours(near[wrong])
    wished = wanted[wrong]
    chosen = np.where(_prints(above / unit, wished), above, below)
    near[wrong] = chosen
    wrong[wrong] = ~_prints(chosen / unit, wished)
    return _each(~wrong)


def _each(true: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each array of a stack, whether all its values are true."""
    return np.asarray(true.all(axis=tuple(range(1, true.ndim))))


def _widened(sent: NDArray[Any]) -> NDArray[np.float64]:
    return sent.astype(np.float64) / (100 if sent.dtype == np.int16 else 1)


def _hundredths(values: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The values in float64, and each as printed, in hundredths. This is exact: 24 bits times 100 fit into 53 bits."""
    number = exact(values).astype(np.float64)
    return number, np.rint(number * 100)


def _prints(sent: FloatArray, wanted: FloatArray) -> NDArray[np.bool_]:
    """Whether each number prints the wanted hundredths, in Python and in JavaScript."""
    hundredths = sent.astype(np.float64) * 100
    tie = np.abs(hundredths - np.trunc(hundredths)) == 0.5
    return np.asarray((np.rint(hundredths) == wanted) & ~tie)
