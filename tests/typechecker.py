"""Beartype as the tests use it on every function of s2s_core (see conftest.py)."""

from typing import Any, Self

from beartype import BeartypeConf, FrozenDict, beartype

# Each method is decorated by itself, where beartype cannot know which class `Self` is.
checked = beartype(conf=BeartypeConf(hint_overrides=FrozenDict({Self: Any})))
