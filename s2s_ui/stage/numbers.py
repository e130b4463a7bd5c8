"""Numbers made small for the stage, so that they print the two decimals of what the network computed.

Ties (0.125) are avoided, because Python rounds them to even and JavaScript upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
_UP = np.float16(np.inf)


def exact(values: Any) -> NDArray[np.float32]:
    """The values as they are."""
    return np.asarray(values, np.float32)


def compact(values: FloatArray) -> NDArray[Any]:
    """The values as float16 that print the same two decimals; where halves are too coarse, as int16 hundredths.

    Halves do up to 8 at least; float32 stays where even hundredths are too large.
    """
    number, wanted = _hundredths(values)
    with np.errstate(over="ignore"):
        half = number.astype(np.float16)
        fits = _moved(half, wanted, lambda near: (np.nextafter(near, _UP), np.nextafter(near, -_UP)))
    if fits:
        return half
    return wanted.astype(np.int16) if np.abs(wanted).max() <= np.iinfo(np.int16).max else exact(number)


def levels(values: FloatArray) -> NDArray[Any]:
    """Values from 0 to 1 as bytes, the nearest of 255 levels that prints the same two decimals; else as `compact`."""
    return _levels(values, 0, np.dtype(np.uint8))


def signed_levels(values: FloatArray) -> NDArray[Any]:
    """Values from -1 to 1 as signed bytes, likewise: 127 levels on either side of zero."""
    return _levels(values, -1, np.dtype(np.int8))


def _levels(values: FloatArray, lowest: int, kind: np.dtype[Any]) -> NDArray[Any]:
    number, wanted = _hundredths(values)
    if not np.all((number >= lowest) & (number <= 1)):
        return compact(values)
    most = np.iinfo(kind).max
    level = np.rint(number * most)
    _moved(level, wanted, lambda near: (near + 1, near - 1), unit=most)
    return level.astype(kind)


def _moved(near: NDArray[Any], wanted: FloatArray, neighbours: Callable[[Any], tuple[Any, Any]], unit: int = 1) -> bool:
    """Moves the few numbers that do not print what is wanted to a neighbour that does; whether all do then."""
    wrong = ~_prints(near / unit if unit > 1 else near, wanted)
    if not wrong.any():
        return True
    above, below = neighbours(near[wrong])
    wished = wanted[wrong]
    chosen = np.where(_prints(above / unit, wished), above, below)
    near[wrong] = chosen
    return bool(_prints(chosen / unit, wished).all())


def corrections(sums: FloatArray, terms: Sequence[NDArray[Any]]) -> NDArray[np.uint8]:
    """By how many hundredths the sum of what `compact` made of the terms prints differently from the sum itself.

    Two to a byte, the first in its lower half, from -8 to 7: a term is off by half a hundredth at most.
    """
    total = sum((_widened(term) for term in terms), np.zeros(sums.shape))
    with np.errstate(invalid="ignore"):
        off = np.nan_to_num(_hundredths(sums)[1] - np.floor(total * 100 + 0.5))
    half = np.zeros((len(off), off.shape[1] + off.shape[1] % 2), np.uint8)
    half[:, : off.shape[1]] = np.clip(off, -8, 7).astype(np.int8).view(np.uint8) & 15
    return (half[:, ::2] | half[:, 1::2] << 4).astype(np.uint8)


def _widened(sent: NDArray[Any]) -> NDArray[np.float64]:
    return sent.astype(np.float64) / (100 if sent.dtype == np.int16 else 1)


def _hundredths(values: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The values, and as how many hundredths each is printed. Exact: 24 bits times 100 fit into 53."""
    number = exact(values).astype(np.float64)
    return number, np.rint(number * 100)


def _prints(sent: FloatArray, wanted: FloatArray) -> NDArray[np.bool_]:
    """Where a number prints the wanted number of hundredths, in Python and in JavaScript alike."""
    hundredths = sent.astype(np.float64) * 100
    tie = np.abs(hundredths - np.trunc(hundredths)) == 0.5
    return np.asarray((np.rint(hundredths) == wanted) & ~tie)
