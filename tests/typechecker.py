"""Check types with beartype and jaxtyping in every function of s2s_core during tests (see conftest.py).

The result of a check depends only on the kinds of arguments and results: their types and, for arrays, dtype and shape.
So kinds that passed are remembered, and a call with the same kinds is not checked again. If a thousand calls of a
function in a row had known kinds, only one call of sixteen is examined, until a new kind comes.
"""

import dataclasses
import enum
import inspect
import random
import typing
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from types import CodeType
from typing import Any, Self

import jaxtyping
import numpy as np
from beartype import BeartypeConf, FrozenDict, beartype
from torch import Tensor

# Each method is decorated by itself, where beartype cannot know which class `Self` is.
CONF = BeartypeConf(hint_overrides=FrozenDict({Self: Any}), violation_type=jaxtyping.TypeCheckError)

checked = beartype(conf=CONF)
_thorough = jaxtyping.jaxtyped
_sizes = _thorough("context")  # within it one name is one size; it may be entered again within itself

OFTEN = 1_000  # calls in a row with known kinds
SELDOM = 16  # after that, one call of so many is examined
MANY = 100  # the most arguments of a *args parameter
DEEP = 4  # nested containers that are examined
FEW = 8  # of a longer container only one random item is checked, as in beartype


def install(package: str) -> None:
    """Check each annotation of a package at every call; has to come before the package is imported."""
    jaxtyping.install_import_hook(package, "typechecker.checked")
    jaxtyping.jaxtyped = _jaxtyped  # what the hook writes over every function and class


def _jaxtyped(*, typechecker: Callable[..., Any]) -> Callable[[Any], Any]:
    """Like jaxtyping's own decorator, but faster: that one binds the arguments and checks them twice for its messages.

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
    check: _Check | None = None

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal check
        if jaxtyping.config.jaxtyping_disable:
            return function(*args, **kwargs)
        if check is None:
            check = _compiled(function)
        return check(function, args, kwargs)

    call.is_checked = True  # type: ignore[attr-defined]
    return call


def _compiled(function: Callable[..., Any]) -> "_Check":
    """The check of a function, made when the function is called for the first time."""
    code = function.__code__
    return _CHECKS.get(code) or _CHECKS.setdefault(code, _Check(function))


class _Check:
    """The check of one function's annotations, and the kinds that passed it. Closures of the same code share it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        written = function.__annotations__
        function.__annotations__ = {name: _known(hint, function) for name, hint in written.items()}
        literal = {name for name, hint in function.__annotations__.items() if "Literal[" in repr(hint)}
        self.by_value = literal - {"return"}  # the parameters whose values are looked at, not only their types
        self.returns_value = "return" in literal
        code = function.__code__
        self.names = code.co_varnames[: code.co_argcount]
        if code.co_flags & inspect.CO_VARARGS:
            self.names += (code.co_varnames[code.co_argcount + code.co_kwonlyargcount],) * MANY
        try:
            self.checking = checked(function)
        finally:
            function.__annotations__ = written
        self.nothing = self.checking is function  # to check
        self.passed: dict[Any, set[Any]] = {}
        self.known = 0  # calls in a row that brought no new kind

    def __call__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.known += 1
        if self.nothing or (self.known > OFTEN and self.known % SELDOM):
            return function(*args, **kwargs)
        given = self._given(args, kwargs)
        if given is None or given not in self.passed:
            result = self._checked(function, args, kwargs)
        else:
            result = function(*args, **kwargs)
            if kind((result,), self.returns_value) in self.passed[given]:
                return result
            self._checked(lambda *_, **__: result, args, kwargs)
        if given is not None and (came := kind((result,), self.returns_value)) is not None:
            self.passed.setdefault(given, set()).add(came)
        return result

    def _checked(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.known = 0
        with _sizes:  # the parameter is beartype's own: what it calls between its two checks
            return self.checking(*args, **kwargs, __beartype_func=function)

    def _given(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
        """The kind of the arguments."""
        if not self.by_value:
            given, named = kind(args, False), kind(kwargs.values(), False)
        else:
            if len(args) > len(self.names):
                return None
            each = [kind((value,), name in self.by_value) for name, value in zip(self.names, args, strict=False)]
            given = None if None in each else tuple(each)
            named = kind(kwargs.values(), True)
        if given is None or named is None:
            return None
        return (given, named, tuple(kwargs)) if kwargs else given


def kind(values: Collection[Any], by_value: bool, deep: int = DEEP) -> tuple[Any, ...] | None:
    """A value on which the check of these values depends, or None if they must be checked each time."""
    kinds: list[Any] = []
    for value in values:
        type_ = type(value)
        how = _HOW.get(type_) or _how(type_)
        if how == "array":
            kinds += (type_, value.dtype, value.shape)
        elif how == "type" or (how == "name" and not by_value):
            kinds.append(type_)
        elif how in ("name", "itself"):
            kinds += (type_, value)
        elif how == "items" and deep and (len(value) <= FEW or type_ is not dict):
            items = value if type_ is not dict else (*value, *value.values())
            if len(items) > FEW:
                items = (_CHANCE.choice(items),)
            if (inner := kind(items, by_value, deep - 1)) is None:
                return None
            kinds.append((type_, len(value) > FEW, inner))
        else:
            return None
    return tuple(kinds)


_CHECKS: dict[CodeType, _Check] = {}
_HOW: dict[type, str] = {}
_CHANCE = random.Random(0)


def _how(type_: type) -> str:
    """What of a value of this type a check depends on; of a name only where the annotation is a `Literal`."""
    if issubclass(type_, Tensor | np.ndarray):
        how = "array"
    elif issubclass(type_, tuple | list) or type_ is dict:
        how = "items"
    elif issubclass(type_, str | int | bytes | enum.Enum):
        how = "name"
    elif issubclass(type_, type):
        how = "itself"
    elif issubclass(type_, Collection | Iterator) and type_.__module__ in ("builtins", "collections", "types"):
        how = "anew"
    else:
        how = "type"
    return _HOW.setdefault(type_, how)


def _known(hint: Any, function: Callable[..., Any]) -> Any:
    """A hint without names in quotes; `Any` where such a name is known to the type checker alone, as in jaxtyping."""

    def stand_in() -> None: ...

    stand_in.__annotations__ = {"hint": hint}
    try:
        return typing.get_type_hints(stand_in, function.__globals__, include_extras=True)["hint"]
    except Exception:
        return Any
