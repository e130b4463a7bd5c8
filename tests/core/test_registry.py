"""Registries answer by name and list what they know; errors keep their facts."""

import copy
import pickle

import pytest

from s2s_core import errors, registry
from s2s_core.registry import Registry


def test_a_registered_class_is_found_under_its_name_and_unchanged() -> None:
    shapes: Registry[type] = Registry("shape")

    @shapes.register("round")
    class Round:
        pass

    assert shapes["round"] is Round
    assert shapes.names() == ("round",)
    assert "round" in shapes and "square" not in shapes
    assert list(shapes) == ["round"] and len(shapes) == 1


def test_an_unknown_name_lists_the_known_ones() -> None:
    shapes: Registry[type] = Registry("shape")
    shapes.register("round")(int)
    shapes.register("square")(str)
    with pytest.raises(errors.UnknownName) as caught:
        shapes["oval"]
    assert str(caught.value) == "unknown shape 'oval': known are round, square"
    assert (caught.value.kind, caught.value.name, caught.value.known) == (
        "shape",
        "oval",
        ("round", "square"),
    )


def test_a_variant_has_the_label_it_was_registered_with_or_its_name() -> None:
    shapes: Registry[type] = Registry("shape")
    shapes.register("round", label="a circle")(int)
    shapes.register("very_square")(str)
    assert (shapes.label("round"), shapes.label("very_square")) == ("a circle", "very square")
    with pytest.raises(errors.UnknownName, match="unknown shape 'oval'"):
        shapes.label("oval")


def test_a_name_is_given_only_once() -> None:
    shapes: Registry[type] = Registry("shape")
    shapes.register("round")(int)
    with pytest.raises(RuntimeError, match="shape 'round' is registered already"):
        shapes.register("round")(str)


@pytest.mark.parametrize("name", ["CELLS", "ATTENTIONS", "INITS", "TOKENIZERS", "TASKS", "SEARCHES"])
def test_every_registry_refuses_an_unknown_name(name: str) -> None:
    with pytest.raises(errors.UnknownName, match="no such thing"):
        getattr(registry, name)["no such thing"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errors.EmptyText(), "the text is empty: type at least one character"),
        (errors.TextTooLong(93, 64, "tokens"), "the text has 93 tokens, and the model takes at most 64"),
        (errors.UnknownName("cell", "x", ()), "unknown cell 'x': known are none"),
        (errors.InvalidConfig("peephole needs an LSTM"), "peephole needs an LSTM"),
        (errors.CheckpointError("a/b", "no config.json"), "cannot load a/b: no config.json"),
        (errors.TrainingError("the loss is not a number"), "the loss is not a number"),
        (errors.DataError("the file is empty"), "the file is empty"),
    ],
)
def test_an_error_is_one_sentence_and_survives_a_copy(error: errors.S2SError, sentence: str) -> None:
    assert str(error) == sentence
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert str(twin) == sentence and vars(twin) == vars(error)
