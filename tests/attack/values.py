"""Hostile values: for JSON, and for arguments of Python functions."""

import json
import math
from random import Random
from typing import Any

NUMBERS = (0, -1, 1, 2, 255, 2**31 - 1, 2**31, 2**63, 2**64, 10**30, 10**400, -(10**400), True, False)
NUMBERS += (0.5, -0.0, 1e-320, 1e308, -1e308, math.inf, -math.inf, math.nan)
NAMES = (
    "",
    " ",
    "\0",
    "a\0b",
    ".",
    "..",
    "/",
    "../outside",
    "/etc/passwd",
    "~nobody",
    "~",
    "con",
    "x" * 300,
    "é",
    "\ud800",
)
NAMES += (
    "../../outside/secret",
    "source\nvalue",
    "%2e%2e",
    "C:\\x",
    "//host/x",
    "a/b",
    "-",
    "--help",
    "[red]",
    "\x1b[31m",
)
DEEP = "[" * 100_000 + "]" * 100_000
RAW_JSON = (
    DEEP,
    '{"a":' * 50_000 + "1" + "}" * 50_000,
    "1" * 5000,
    "1e999999999",
    '"' + "\\ud800" + '"',
    "NaN",
    "",
    "null",
    "[1,",
    '{"a":1,"a":2}',
    "\ufeff{}",
    '"\\u0000"',
    "[" + "0," * 100_000 + "0]",
)


def value(rng: Random) -> Any:
    """Something that JSON can hold."""
    return rng.choice(
        (
            lambda: rng.choice(NUMBERS),
            lambda: rng.choice(NUMBERS),
            lambda: rng.choice(NAMES),
            lambda: None,
            list,
            dict,
            lambda: [None],
            lambda: {"": None},
            lambda: [rng.choice(NUMBERS)] * rng.choice((1, 2, 1000)),
            lambda: [rng.choice(NAMES)] * rng.choice((1, 2, 1000)),
            lambda: "x" * rng.choice((1000, 1_000_000)),
            lambda: json.loads("[" * 500 + "]" * 500),
        )
    )()


def replaced(rng: Random, content: Any) -> tuple[str, Any]:
    """Plain data with one of its values replaced, added, or taken away, and which it was."""
    places = list(_places(content))
    where = rng.choice(places)
    if not where:
        return "all of it", value(rng)
    copy = json.loads(json.dumps(content))
    inner = copy
    for step in where[:-1]:
        inner = inner[step]
    action = rng.choice(("replaced", "replaced", "replaced", "removed", "added"))
    if action == "removed":
        del inner[where[-1]]
    elif action == "added" and isinstance(inner, dict):
        inner[rng.choice(NAMES)] = value(rng)
    elif action == "added":
        inner.insert(where[-1], value(rng))
    else:
        inner[where[-1]] = value(rng)
        return f"{'.'.join(map(str, where))} = {inner[where[-1]]!r:.40}", copy
    return f"{'.'.join(map(str, where))} {action}", copy


def _places(content: Any, where: tuple[Any, ...] = ()) -> Any:
    yield where
    if isinstance(content, dict):
        for name, inner in content.items():
            yield from _places(inner, (*where, name))
    elif isinstance(content, list):
        for place, inner in enumerate(content[:20]):
            yield from _places(inner, (*where, place))


def writable(content: Any) -> bytes:
    """Hostile data as JSON, with lone surrogates escaped."""
    return json.dumps(content, ensure_ascii=True).encode()
