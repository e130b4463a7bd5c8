"""Siblings differ from their base in what they say and in nothing else; every member gives the same family."""

import random
from dataclasses import fields
from pathlib import Path

import pytest

from s2s_core import checkpoint
from s2s_core.checkpoint import store
from s2s_core.config import ModelConfig
from s2s_core.recipes import RECIPES, VARIATIONS, Recipe, in_order, siblings_of
from s2s_core.seq2seq import Seq2Seq

PROSE = {"name", "title", "summary", "weaknesses"}
COMPARED = {"base", "findings", "remarks"}  # what a card says of base and sibling, and of the base's other seeds
KEPT = {"snapshots", "specimens"}  # what is kept of a run; it changes nothing that is learnt


def differing(one: object, other: object) -> set[str]:
    """The fields of two dataclasses of one kind that are not equal."""
    return {field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name)}  # type: ignore[arg-type]


def config(recipe: Recipe) -> ModelConfig:
    return ModelConfig(src_vocab_size=80, tgt_vocab_size=20, **recipe.model)


def parameters(recipe: Recipe) -> int:
    return sum(parameter.numel() for parameter in Seq2Seq(config(recipe)).parameters())


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_sibling_differs_from_its_base_in_what_it_says_and_in_nothing_else(name: str) -> None:
    variation, recipe, base = VARIATIONS[name], RECIPES[name](), RECIPES[VARIATIONS[name].base]()
    assert differing(config(base), config(recipe)) == variation.model.keys()
    assert differing(base.train, recipe.train) - KEPT == variation.train.keys()
    assert variation.model or variation.train
    assert differing(base, recipe) <= PROSE | COMPARED | {"task", "model", "train", "half", "parent"}
    assert (type(recipe.task), vars(recipe.task)) == (type(base.task), vars(base.task))
    assert {**base.model, **variation.model} == recipe.model


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_sibling_has_its_own_words_and_the_title_of_its_base(name: str) -> None:
    recipe, base = RECIPES[name](), RECIPES[VARIATIONS[name].base]()
    assert differing(base, recipe) >= PROSE
    assert recipe.title == f"{base.title}, {VARIATIONS[name].title}"
    assert sum(RECIPES[other]().summary == recipe.summary for other in VARIATIONS) == 1


@pytest.mark.parametrize(
    "name", [name for name, variation in VARIATIONS.items() if "encoder_hidden" in variation.model]
)
def test_where_a_change_takes_other_widths_another_of_the_family_has_the_same_size(name: str) -> None:
    base = VARIATIONS[name].base
    family = [base, *(other for other, variation in VARIATIONS.items() if variation.base == base)]
    sizes = [parameters(RECIPES[other]()) for other in family if other != name]
    assert any(parameters(RECIPES[name]()) == pytest.approx(size, rel=0.07) for size in sizes)


@pytest.mark.parametrize("name", RECIPES)
def test_every_member_of_a_family_gives_the_family_its_base_first(name: str) -> None:
    family = siblings_of(name)
    assert all(siblings_of(member.name) == family for member in family)
    assert [member.kind for member in family].count("") == (1 if family else 0)
    assert len({member.kind for member in family}) == len({member.title for member in family}) == len(family)
    if family:
        assert family[0].kind == "" and {member.base for member in family} == {family[0].name}
    assert (name in [member.name for member in family]) == (name in checkpoint.names())


def test_a_model_that_no_recipe_makes_has_no_family(tmp_path: Path) -> None:
    assert siblings_of("nosuch") == siblings_of(str(tmp_path)) == ()


def test_a_sibling_without_a_checkpoint_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dates-last").mkdir()
    (tmp_path / "dates-last" / "manifest.json").touch()
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    assert [sibling.name for sibling in siblings_of("dates")] == ["dates-last"]


def test_every_shipped_recipe_has_a_checkpoint_and_every_checkpoint_a_recipe() -> None:
    shipped = {name for name in RECIPES if RECIPES[name]().shipped}
    assert shipped == {manifest.parent.name for manifest in checkpoint.SHIPPED.glob("[!.]*/manifest.json")}


def test_a_menu_lists_families_together_however_the_names_come() -> None:
    names = [*RECIPES, "one-of-my-own", "another"]
    shuffled = random.Random(1).sample(names, k=len(names))
    order = in_order(shuffled)
    assert order == in_order(names) and sorted(order) == sorted(names)
    assert order[0] == "dates" and order[-2:] == ["another", "one-of-my-own"]
    bases = [VARIATIONS[name].base if name in VARIATIONS else name for name in order]
    assert len({*bases}) == sum(one != other for one, other in zip(["", *bases], bases, strict=False))
    assert all(order.index(base) <= place for place, base in enumerate(bases))
