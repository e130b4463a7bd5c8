"""Beartype and jaxtyping as the tests use them on every function of s2s_core (see conftest.py)."""

import dataclasses
import inspect
import typing
from collections.abc import Callable
from functools import wraps
from typing import Any, Self

import jaxtyping
from beartype import BeartypeConf, FrozenDict, beartype

# Each method is decorated by itself, where beartype cannot know which class `Self` is.
CONF = BeartypeConf(hint_overrides=FrozenDict({Self: Any}), violation_type=jaxtyping.TypeCheckError)

checked = beartype(conf=CONF)
_thorough = jaxtyping.jaxtyped
_sizes = _thorough("context")  # within it one name is one size; it may be entered again within itself


def install(package: str) -> None:
    """Check each annotation of a package at every call; has to come before the package is imported."""
    jaxtyping.install_import_hook(package, "typechecker.checked")
    jaxtyping.jaxtyped = _jaxtyped  # what the hook writes over every function and class


def _jaxtyped(*, typechecker: Callable[..., Any]) -> Callable[[Any], Any]:
    """As jaxtyping's own, in half the time: it binds the arguments anew and checks them twice, for its messages.

    One check of the arguments, the call, and one of the result, all within one set of axis sizes.
    """

    def decorated(made: Any) -> Any:
        if inspect.isclass(made):
            if dataclasses.is_dataclass(made) and not hasattr(made.__init__, "is_checked"):
                made.__init__ = _once(made.__init__)  # type: ignore[misc]
            return made
        if inspect.isgeneratorfunction(made):  # beartype would check what it yields, after the sizes are forgotten
            return _thorough(made, typechecker=typechecker)
        return _once(made)

    return decorated


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    written = function.__annotations__
    function.__annotations__ = {name: _known(hint, function) for name, hint in written.items()}
    try:
        checking = checked(function)
    finally:
        function.__annotations__ = written

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if jaxtyping.config.jaxtyping_disable:
            return function(*args, **kwargs)
        with _sizes:
            return checking(*args, **kwargs)

    call.is_checked = True  # type: ignore[attr-defined]
    return call


def _known(hint: Any, function: Callable[..., Any]) -> Any:
    """A hint without names in quotes; `Any` where such a name is known to the type checker alone, as in jaxtyping."""

    def stand_in() -> None: ...

    stand_in.__annotations__ = {"hint": hint}
    try:
        return typing.get_type_hints(stand_in, function.__globals__, include_extras=True)["hint"]
    except Exception:
        return Any
