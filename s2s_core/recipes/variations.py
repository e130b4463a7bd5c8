"""The variations that come with the program, family by family, in the order of a menu."""

from dataclasses import replace

from s2s_core.recipes.dates_family import DATES_FAMILY
from s2s_core.recipes.en_fr_family import EN_FR_FAMILY
from s2s_core.recipes.ko_pronounce_family import KO_PRONOUNCE_FAMILY
from s2s_core.recipes.shipped import RECIPES

VARIATIONS = {variation.name: variation for variation in (*DATES_FAMILY, *KO_PRONOUNCE_FAMILY, *EN_FR_FAMILY)}

for _name, _variation in VARIATIONS.items():
    if _parent := RECIPES[_variation.base]().parent:  # the same variation of the base's parent
        _first = replace(_variation, name=_variation.recipe().parent, base=_parent)
        RECIPES.register(_first.name)(_first.recipe)
    RECIPES.register(_name)(_variation.recipe)
