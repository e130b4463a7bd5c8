"""A variation: a recipe of which one thing is changed, so that whatever comes out differently follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from s2s_core.described import described
from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What is changed in the recipe called ``base``: data, seed, updates and every field not named here are its own."""

    name: str  # of the checkpoint that comes out, "dates-last"
    base: str  # a name of RECIPES, "dates"
    kind: str  # "last": the same word for the same change in every family
    title: str  # what differs, as a menu says it: "no attention (last)"
    summary: str  # the card's first paragraph
    findings: str = ""  # what came out, compared with the base, of one training each; the card says of how many seeds
    weaknesses: tuple[str, ...]
    model: Mapping[str, Any] = field(default_factory=dict)  # the fields of ModelConfig that differ
    train: Mapping[str, Any] = field(default_factory=dict)  # the fields of TrainConfig that differ

    __repr__ = described

    def recipe(self) -> Recipe:
        """The base's recipe with this changed, its weights kept in half precision, and no snapshots."""
        base = RECIPES[self.base]()
        return replace(
            base,
            name=self.name,
            title=f"{base.title}, {self.title}",
            summary=self.summary,
            model={**base.model, **self.model},
            train=replace(base.train, snapshots=0, specimens=(), **self.train),
            weaknesses=self.weaknesses,
            remarks={},
            findings=self.findings,
            base=self.base,
            parent=base.parent and base.parent + self.name.removeprefix(self.base),
            half=True,
        )
