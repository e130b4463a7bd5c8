"""Arguments as they come from outside: each is what it has to be, or one sentence says what came and what would do.

A check returns the argument as the plain Python value it stands for (a NumPy number as an int), and raises
InvalidConfig.
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
    """Several texts, in an order: one text alone is most likely a slip, and would be read letter by letter."""
    if isinstance(given, str):
        _refuse(name, given, f"a list of texts, such as [{quoted(given)}]")
    if not isinstance(given, Iterable) or isinstance(given, bytes | bytearray | Mapping | Set):
        _refuse(name, given, "a list of texts")
    try:
        several = list(given)
    except TypeError:  # an array or a tensor of one number
        _refuse(name, given, "a list of texts")
    return [text(f"{name}[{place}]", one) for place, one in enumerate(several)]


def whole(name: str, given: object, least: int, most: int) -> int:
    """A whole number within bounds; True and False are none."""
    if isinstance(given, bool) or not isinstance(given, Integral) or not least <= (value := int(given)) <= most:
        _refuse(name, given, f"a whole number from {least} to {most}")
    return value


def number(name: str, given: object, least: float, most: float) -> float:
    """A number within bounds, nan being within none."""
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
    """The seed of a generator."""
    return whole("seed", given, 0, SEEDS)


def edit(given: object) -> None:
    """An edit, a function of a site, a step and a value; or none."""
    if given is not None and not callable(given):
        _refuse("edit", given, "a function edit(site, t, value), such as those of s2s_core.edits")


def _real(given: object) -> float | None:
    """A number as a float; None for what is none, or too large to be one."""
    if isinstance(given, bool) or not isinstance(given, Real):
        return None
    try:
        return float(given)
    except OverflowError:
        return None


def _refuse(name: str, given: object, wanted: str) -> NoReturn:
    raise InvalidConfig(f"{name} is {quoted(given)}, must be {wanted}")
