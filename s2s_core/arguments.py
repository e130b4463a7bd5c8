"""Checks of arguments of the Python API. An error says in one sentence what was given and what is possible.

A check returns the argument as a plain Python value (a NumPy number becomes an int), or raises InvalidConfig.
"""

import math
from collections.abc import Iterable, Mapping, Set
from numbers import Integral, Real
from typing import NoReturn

from s2s_core.errors import InvalidConfig, quoted

SEEDS = 2**63 - 1


def text(name: str, given: object) -> str:
    """A text."""
    if not isinstance(given, str):
        _refuse(name, given, "a text (str)")
    return str(given)


def texts(name: str, given: object) -> list[str]:
    """A list of texts. A single text is an error: it would be read as a list of letters."""
    if isinstance(given, str):
        _refuse(name, given, f"a list of texts, such as [{quoted(given)}]")
    if not isinstance(given, Iterable) or isinstance(given, bytes | bytearray | Mapping | Set):
        _refuse(name, given, "a list of texts")
    try:
        several = list(given)
    except TypeError:  # such as an array or a tensor with one element
        _refuse(name, given, "a list of texts")
    return [text(f"{name}[{place}]", one) for place, one in enumerate(several)]


def whole(name: str, given: object, least: int, most: int) -> int:
    """A whole number from ``least`` to ``most``; True and False are not numbers here."""
    if isinstance(given, bool) or not isinstance(given, Integral) or not least <= (value := int(given)) <= most:
        _refuse(name, given, f"a whole number from {least} to {most}")
    return value


def number(name: str, given: object, least: float, most: float) -> float:
    """A number from ``least`` to ``most``, not NaN."""
    value = _real(given)
    if value is None or not least <= value <= most:
        _refuse(name, given, f"a number from {least:g} to {most:g}")
    return value


def above_zero(name: str, given: object) -> float:
    """A finite number above 0."""
    value = _real(given)
    if value is None or not 0 < value < math.inf:
        _refuse(name, given, "a number above 0")
    return value


def seed(given: object) -> int:
    """A seed for a random generator."""
    return whole("seed", given, 0, SEEDS)


def edit(given: object) -> None:
    """An edit (a function of a site, a step and a value) or None."""
    if given is not None and not callable(given):
        _refuse("edit", given, "a function edit(site, t, value), such as those of s2s_core.edits")


def _real(given: object) -> float | None:
    """The value as a float; None if it is not a number, or too large for a float."""
    if isinstance(given, bool) or not isinstance(given, Real):
        return None
    try:
        return float(given)
    except OverflowError:
        return None


def _refuse(name: str, given: object, wanted: str) -> NoReturn:
    raise InvalidConfig(f"{name} is {quoted(given)}, must be {wanted}")
