"""Recipes: from a name to a trained, scored checkpoint with its card."""

from s2s_core.recipes.own import own_pairs
from s2s_core.recipes.recipe import Experiment, Recipe, start
from s2s_core.recipes.run import Evaluated, run
from s2s_core.recipes.shipped import RECIPES

__all__ = ["RECIPES", "Evaluated", "Experiment", "Recipe", "own_pairs", "run", "start"]
