"""A variation: a recipe with one change, so that every difference in the results is due to this change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from s2s_core.described import described
from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """The changes to the recipe called ``base``. Data, seed, updates and every other field are those of the base."""

    name: str  # of the new checkpoint, "dates-last"
    base: str  # a name of RECIPES, "dates"
    kind: str  # "last": the same word for the same change in every family
    title: str  # the difference, for a menu: "no attention (last)"
    summary: str  # the card's first paragraph
    findings: str = ""  # the results compared with the base, from one training of each
    weaknesses: tuple[str, ...]
    model: Mapping[str, Any] = field(default_factory=dict)  # the fields of ModelConfig that differ
    train: Mapping[str, Any] = field(default_factory=dict)  # the fields of TrainConfig that differ

    __repr__ = described

    def recipe(self) -> Recipe:
        """The base's recipe with the changes, weights stored in half precision, and no snapshots."""
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
