"""Families of models: a base and its variations, for a screen to offer "the same model without ..."."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from s2s_core import checkpoint
from s2s_core.recipes.shipped import RECIPES
from s2s_core.recipes.variations import VARIATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A member of a family that has a checkpoint."""

    name: str  # of the checkpoint
    base: str  # the name of the family's base
    kind: str  # "" for the base itself
    title: str  # what differs; for the base, its own title


def siblings_of(name: str, there: Collection[str] | None = None) -> tuple[Sibling, ...]:
    """The family of a model, its base first. It is the same for every member, and empty for a model without a recipe.

    ``there`` are the names of the existing checkpoints; None: look for them.
    """
    if name not in RECIPES:
        return ()
    base = _base(name)
    family = [Sibling(name=base, base=base, kind="", title=RECIPES[base]().title)]
    family += [
        Sibling(name=member, base=base, kind=variation.kind, title=variation.title)
        for member, variation in VARIATIONS.items()
        if variation.base == base
    ]
    there = checkpoint.folders() if there is None else there
    return tuple(sibling for sibling in family if sibling.name in there)


def in_order(names: Iterable[str]) -> list[str]:
    """Names of models as a menu lists them: in the order of the recipes, each base followed by its siblings."""
    place = {name: number for number, name in enumerate(RECIPES)}
    return sorted(names, key=lambda name: (place.get(_base(name), len(place)), place.get(name, len(place)), name))


def _base(name: str) -> str:
    return VARIATIONS[name].base if name in VARIATIONS else name
