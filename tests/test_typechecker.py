"""Annotations are checked at every call: types, numbers, shapes, and that one name is one size."""

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

import jaxtyping
import pytest
import torch
import typechecker
from jaxtyping import Float, Int
from torch import Tensor

from s2s_core.attention import AdditiveAttention
from s2s_core.config import ModelConfig

checked = jaxtyping.jaxtyped(typechecker=typechecker.checked)


@checked
def product(one: Float[Tensor, "rows inner"], other: Float[Tensor, "inner columns"]) -> Float[Tensor, "rows columns"]:
    return one @ other if one.shape[0] != 5 else other


@checked
def drawn(one: Float[Tensor, " n"], count: int = 1, *more: int, name: str = "") -> list[Float[Tensor, " n"]]:
    return [one] * count if count < 9 else [one, one[1:]][1:]


@checked
def each(one: Float[Tensor, "rows n"]) -> Iterator[Float[Tensor, " n"]]:
    yield from one


@checked
@dataclasses.dataclass(frozen=True)
class Pair:
    one: Float[Tensor, " n"]
    other: Int[Tensor, " n"]
    later: "Pair | None" = None
    unknown: "NobodyKnows | None" = None  # noqa: F821 - the checker has to live with it


@checked
def swayed(one: Float[Tensor, " n"], by: list[Any]) -> Float[Tensor, " n"]:
    return by[0]


@checked
def in_a_way(one: Float[Tensor, " n"], way: Literal["up", "down"], sizes: dict[str, int]) -> int:
    return len(one)


def zeros(*sizes: int) -> Tensor:
    return torch.zeros(*sizes)


pytestmark = pytest.mark.usefixtures("thorough")


@pytest.fixture
def seldom(thorough, monkeypatch):
    monkeypatch.setattr(typechecker, "OFTEN", 10)


def test_what_fits_goes_through():
    assert product(zeros(2, 3), zeros(3, 4)).shape == (2, 4)
    assert len(drawn(zeros(3), 2, 3, name="x")) == 2
    assert len(list(each(zeros(2, 3)))) == 2
    pair = Pair(zeros(2), zeros(2).int())
    assert Pair(zeros(3), zeros(3).int(), pair).later is pair


WRONG = {
    "another number of axes": lambda: product(zeros(3), zeros(3, 4)),
    "another kind of number": lambda: product(zeros(2, 3).int(), zeros(3, 4)),
    "two sizes of one name": lambda: product(zeros(2, 3), zeros(4, 4)),
    "a result of another shape": lambda: product(zeros(5, 3), zeros(3, 4)),
    "a type": lambda: drawn(zeros(3), "2"),
    "a type of the rest": lambda: drawn(zeros(3), 2, "3"),
    "a type by name": lambda: drawn(zeros(3), name=5),
    "a part of the result": lambda: drawn(zeros(3), 9),
    "no argument": lambda: drawn(),
    "what a generator reads": lambda: each(zeros(2)),
    "two sizes in a record": lambda: Pair(zeros(2), zeros(3).int()),
    "a method of the program": lambda: AdditiveAttention(5),
    "a record of the program": lambda: ModelConfig(src_vocab_size="x", tgt_vocab_size=5),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_said(name):
    with pytest.raises(TypeError):
        WRONG[name]()


def test_the_sizes_of_one_call_bind_no_other():
    @checked
    def outer(one: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        product(zeros(7, 3), zeros(3, 4))
        drawn(zeros(5))
        return one

    assert outer(zeros(2)).shape == (2,)
    with pytest.raises(TypeError):
        outer(zeros(2, 2))
    assert outer(zeros(3)).shape == (3,)


# What fitted once is remembered: what differs from it in one thing has to be looked at all the same.
FITTED = {
    "a result of another shape": (lambda: swayed(zeros(2), [zeros(2)]), lambda: swayed(zeros(2), [zeros(3)])),
    "a result of another type": (lambda: swayed(zeros(2), [zeros(2)]), lambda: swayed(zeros(2), [None])),
    "a result of other numbers": (lambda: swayed(zeros(2), [zeros(2)]), lambda: swayed(zeros(2), [zeros(2).int()])),
    "another value of a choice": (lambda: in_a_way(zeros(2), "up", {}), lambda: in_a_way(zeros(2), "left", {})),
    "another item of a mapping": (
        lambda: in_a_way(zeros(2), "up", {"a": 1}),
        lambda: in_a_way(zeros(2), "up", {"a": "1"}),
    ),
    "another name of an argument": (lambda: drawn(zeros(2), name="x"), lambda: drawn(zeros(2), count="x")),
    "another array": (lambda: product(zeros(2, 3), zeros(3, 4)), lambda: product(zeros(2, 3), zeros(4, 4))),
}


@pytest.mark.parametrize("name", FITTED)
def test_what_fitted_before_lets_nothing_else_through(name):
    right, wrong = FITTED[name]
    right()
    right()
    for _ in range(2):
        with pytest.raises(TypeError):
            wrong()
    right()


def test_functions_made_by_one_function_keep_what_they_hold():
    def made(held: object) -> Any:
        @checked
        def give(one: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
            return held

        return give

    first, second, wrong = zeros(2), zeros(2), zeros(3)
    assert made(first)(zeros(2)) is first
    assert made(second)(zeros(2)) is second
    with pytest.raises(TypeError):
        made(wrong)(zeros(2))


@pytest.mark.usefixtures("unchecked")
def test_what_comes_from_outside_is_not_checked():
    assert drawn("abc") == ["abc"]
    assert Pair("x", "y").one == "x"


def test_the_program_is_checked():
    assert AdditiveAttention.forward.is_checked and AdditiveAttention.__init__.is_checked


@pytest.mark.usefixtures("seldom")
def test_what_is_called_often_is_looked_at_now_and_then_and_after_anything_new_at_once():
    @checked
    def length(text: str, *more: str) -> int:
        return len(text) if text != "wrong" else text

    assert {length("right") for _ in range(100)} == {5}
    told = 0
    for _ in range(typechecker.SELDOM):
        try:
            length("wrong")
        except TypeError:
            told += 1
    assert told >= 1  # a result of another type is new: from then on each call is looked at
    with pytest.raises(TypeError):
        length("wrong")
    assert length("right", "more") == 5
