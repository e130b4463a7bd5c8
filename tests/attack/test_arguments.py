"""Arguments of the Python API that are out of range: refused in one sentence, and never ignored.

Values of another type than the annotation's are the caller's type checker's; only those that Python lets pass for the
right one (a string for a list of strings) are here.
"""

from collections.abc import Callable
from functools import cache
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from attack.measure import Attack, Refused
from small_models import small_translator

from s2s_core import Translator, checkpoint
from s2s_core.checkpoint import resolve_device
from s2s_core.edits import Edits, clamp, force_token, set_weights
from s2s_core.errors import EmptyText
from s2s_core.recipes import Choice


@cache
def small() -> Translator:
    return small_translator()


HUGE = 10**30
NO_COUNT = (0, -1, -HUGE)
NO_NAMES = ("", ".", "..", "\0", "a\0b", "~nobody", "~nobody/x", "x" * 300, "no such model", "/dev/null")
NO_NAMES += ("/dev/zero", "/proc/self/mem", "/proc/self/environ", "../dates/config.json", "dates/../../x")

# name -> the call, and values that it has to refuse
REFUSED: dict[str, tuple[Callable[[Any], Any], tuple[Any, ...]]] = {
    "translate(texts)": (lambda v: small().translate(v), ("March 8, 2025", "abc", ["abc", ""], ["h" * 10**6])),
    "translate(max_len)": (lambda v: small().translate(["abc"], max_len=v), NO_COUNT),
    "translate(beam_size)": (lambda v: small().translate(["abc"], beam_size=v), NO_COUNT),
    "translate(length_penalty)": (
        lambda v: small().translate(["abc"], beam_size=2, length_penalty=v),
        (-1.0, inf, -inf, nan),
    ),
    "trace(max_len)": (lambda v: small().trace("abc", max_len=v), NO_COUNT),
    "trace(teacher_forcing)": (
        lambda v: small().trace("abc", reference="01", teacher_forcing=v),
        (-0.1, 1.1, inf, nan, HUGE),
    ),
    "trace(seed)": (lambda v: small().trace("abc", reference="01", teacher_forcing=0.5, seed=v), (HUGE, -HUGE)),
    "trace(forced token)": (
        lambda v: small().trace("abc", edit=force_token(0, v)),
        (-1, 9999, 2**24 + 1, 2**63, HUGE, 10**400),
    ),
    "trace(forced token of a link)": (
        lambda v: small().trace("abc", edit=Edits.from_json([{**TOKEN, "values": [v]}])),
        (-1, 9999, 1.5, 2**24 + 1, 2**63, -(2**63), 1e30, HUGE, 10**400, inf, nan, True, None, "3", [3]),
    ),
    "trace(weights)": (
        lambda v: small().trace("abc", edit=set_weights(0, v)),
        ((), (1.0,), (nan,) * 4, (inf,) * 4, (10**60,) * 4),
    ),
    "clamp(value)": (lambda v: small().trace("abc", edit=clamp("forget_gate", v)), (10**400, 1e308, nan, inf)),
    "clamp(units)": (
        lambda v: small().trace("abc", edit=clamp("forget_gate", 0.0, units=v)),
        ((4096,), (-1,), (2**63,), (HUGE,)),
    ),
    "clamp(quantity)": (lambda v: clamp(v, 0.0), ("", "gate")),
    "search(beam_size)": (lambda v: small().search("abc", beam_size=v), NO_COUNT),
    "search(n_best)": (lambda v: small().search("abc", n_best=v), (*NO_COUNT, 6, HUGE)),
    "search(max_len)": (lambda v: small().search("abc", max_len=v), NO_COUNT),
    "search(length_penalty)": (lambda v: small().search("abc", length_penalty=v), (-1.0, inf, -inf, nan)),
    "sample(temperature)": (lambda v: small().sample("abc", temperature=v), (0, -1, nan, -inf)),
    "sample(top_k)": (lambda v: small().sample("abc", top_k=v), NO_COUNT),
    "sample(top_p)": (lambda v: small().sample("abc", top_p=v), (0, -1, 1.5, inf, nan)),
    "sample(seed)": (lambda v: small().sample("abc", seed=v), (HUGE, -HUGE)),
    "load": (lambda v: checkpoint.load(v, device="cpu"), (*NO_NAMES, *map(Path, NO_NAMES), None)),
    "describe": (checkpoint.describe, (*NO_NAMES, *map(Path, NO_NAMES), None)),
    "snapshots": (checkpoint.snapshots, (*NO_NAMES, *map(Path, NO_NAMES), None)),
    "load(device)": (lambda v: checkpoint.load("dates", device=v), ("", "gpu", "cpu:7", "x" * 300)),
    "resolve_device": (resolve_device, ("", "gpu", "cpu:7", "x" * 300)),
    "Edits.from_json": (
        Edits.from_json,
        (None, 5, "x", {}, [5], [[]], [{}], [{"edit": []}], [{"edit": "clamp"}], [{"edit": "clamp", "quantities": 5}])
        + ([{"edit": "clamp", "quantities": "hidden", "value": 0}],),
    ),
    "Choice.from_json": (
        Choice.from_json,
        ({"size": 65}, {"size": "64"}, {"steps": 0}, {"steps": 10**6}, {"forcing": 2}, {"forcing": nan})
        + ({"task": "../dates"}, {"task": []}),
    ),
}
TOKEN = {"edit": "replace", "part": "output", "quantity": "token", "step": 0}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_argument_may_be_is_refused(attack: Attack, name: str) -> None:
    function, given = REFUSED[name]
    for value in given:
        what = f"{name} of {value!r:.60}"
        came = attack.call(what, lambda value=value: function(value), readable=("/dev", "/proc"))
        if came is not None and not isinstance(came, Refused):
            attack.fault(f"{what}: taken, and answered with {came!r:.100}")
        elif isinstance(came, Refused) and isinstance(came.error, EmptyText) and value and "" not in value:
            attack.fault(f"{what}: said to be empty")
    attack.verdict()


ANSWERED: dict[str, Callable[[], Any]] = {
    "a beam of thousands": lambda: small().search("abc", beam_size=5000),
    "a beam without end": lambda: small().search("abc", beam_size=HUGE),
    "many best": lambda: small().translate(["abc"], beam_size=HUGE),
    "a penalty without end": lambda: small().search("abc", length_penalty=1e308),
    "a sample as hot as can be": lambda: small().sample("abc", temperature=1e308),
    "a sample as cold as can be": lambda: small().sample("abc", temperature=5e-324),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_what_an_argument_may_be_is_answered_or_refused_in_time(attack: Attack, name: str) -> None:
    attack.call(name, ANSWERED[name])
    attack.verdict()
