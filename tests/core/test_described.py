"""No record of the core prints a wall: whatever it holds, its line is short, and says how much there is."""

import dataclasses
import importlib
import inspect
import pkgutil

import numpy as np
import pytest
import torch
from small_models import small_translator

import s2s_core
from s2s_core.described import ROOM, short
from s2s_core.edits import set_context


@dataclasses.dataclass(frozen=True)
class Holder:
    """A record of somebody else's."""

    numbers: tuple[int, ...]


LARGE = {
    "array": np.zeros((300, 400), np.float32),
    "tensor": torch.zeros(300, 400),
    "tuple": tuple(range(10_000)),
    "list of lists": [[0.5] * 100] * 100,
    "mapping of arrays": {f"name {n}": np.zeros((50, 50)) for n in range(50)},
    "text": "long " * 2000,
    "network": torch.nn.Sequential(*(torch.nn.Linear(3, 3) for _ in range(50))),
    "records": (Holder(tuple(range(500))),) * 500,
}


def records() -> list[type]:
    """Every public dataclass of the core that holds more than a few plain values."""
    found = {}
    for module in pkgutil.walk_packages(s2s_core.__path__, "s2s_core."):
        if ".cuda" in module.name or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(value) and dataclasses.is_dataclass(value) and not name.startswith("_"):
                found[value.__module__, name] = value
    plain = {int, float, bool, str, str | None, int | None, float | None}
    own = (
        "s2s_core.trace",
        "s2s_core.trace_parts",
        "s2s_core.display",
    )  # which say it in words of their own, see below
    found = {place: kind for place, kind in found.items() if kind.__module__ not in own}
    return [kind for kind in found.values() if {field.type for field in dataclasses.fields(kind)} - plain]


@pytest.mark.parametrize(
    "kind", records(), ids=lambda kind: f"{kind.__module__.removeprefix('s2s_core.')}.{kind.__name__}"
)
def test_a_record_prints_a_short_line_whatever_it_holds(kind):
    fields = dataclasses.fields(kind)
    for large in LARGE.values():
        record = object.__new__(kind)
        for field in fields:
            object.__setattr__(record, field.name, large)
        assert len(repr(record)) < 100 + len(fields) * 3 * ROOM
        assert "\n" not in repr(record)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (np.zeros((11, 64), np.float32), "float32 [11, 64]"),
        (torch.zeros(2, 3, dtype=torch.bfloat16), "bfloat16 [2, 3]"),
        ((1, 2), "(1, 2)"),
        ((1,), "(1,)"),
        ([], "[]"),
        ({"a": (None, True)}, "{'a': (None, True)}"),
        (-8.391981828026474e-05, "-8.391981828026474e-05"),
        (10**5000, "int of thousands of digits"),
        ("ab\ncd", r"'ab\ncd'"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_value_is_told_as_it_is(value, line):
    assert short(value) == line


def test_what_is_left_out_is_counted():
    assert short(tuple(range(1000))).endswith(", … 1000 in all)")
    assert "… 128 in all" in repr(set_context(0, tuple(n / 128 for n in range(128))))


def test_values_that_a_reader_prints_are_short():
    translator = small_translator(encoder_layers=2, decoder_layers=2)
    trace = translator.trace("abcadge")
    printed = {
        "translator": translator,
        "search": translator.search("abcadge", beam_size=5),
        "answers": translator.answers(["abc", "gfe"]),
        "score": translator.score("abc", "01234"),
        "encoding": translator.encode("abcadgeabcadge"),
        "cell": trace.encoder.forward,
        "encoder": trace.encoder,
        "decoder": trace.decoder,
        "attention": trace.attention,
        "quantities": trace.decoder.quantities(),
        "terms": trace.decoder.terms("forget_gate"),
    }
    for name, value in printed.items():
        assert len(repr(value)) < 600, name
        assert "\n" not in repr(value), name
