"""Recipes: from a name to a trained, scored checkpoint with its card."""

from s2s_core.recipes.card import rescored, scores
from s2s_core.recipes.choice import (
    LAYERS,
    MOST_DROPOUT,
    OWN,
    RATES,
    SIZES,
    STEPS,
    TASKS_OFFERED,
    TOKENIZERS_OFFERED,
    USUAL_VOCABULARY,
    VOCABULARIES,
    Choice,
    context_label,
    contexts,
    usual,
)
from s2s_core.recipes.identity import digest, identity
from s2s_core.recipes.own import own_pairs
from s2s_core.recipes.reading import Facts, facts, gist
from s2s_core.recipes.recipe import Experiment, Recipe, require_model, start
from s2s_core.recipes.rules import Rules, by_rule
from s2s_core.recipes.run import Evaluated, run
from s2s_core.recipes.shipped import RECIPES
from s2s_core.recipes.siblings import Sibling, in_order, siblings_of
from s2s_core.recipes.summaries import synopsis
from s2s_core.recipes.translation import en_fr, ko_en
from s2s_core.recipes.variation import Variation
from s2s_core.recipes.variations import VARIATIONS

__all__ = [
    "LAYERS",
    "MOST_DROPOUT",
    "OWN",
    "RATES",
    "RECIPES",
    "SIZES",
    "STEPS",
    "TASKS_OFFERED",
    "TOKENIZERS_OFFERED",
    "USUAL_VOCABULARY",
    "VARIATIONS",
    "VOCABULARIES",
    "Choice",
    "Evaluated",
    "Experiment",
    "Facts",
    "Recipe",
    "Rules",
    "Sibling",
    "Variation",
    "by_rule",
    "context_label",
    "contexts",
    "digest",
    "en_fr",
    "facts",
    "gist",
    "identity",
    "in_order",
    "ko_en",
    "own_pairs",
    "require_model",
    "rescored",
    "run",
    "scores",
    "siblings_of",
    "start",
    "synopsis",
    "usual",
]
