"""The settings of a recipe, except its seed, that decide the weights: with equal settings, equal models are trained."""

import hashlib
import json
from typing import Any

from s2s_core.recipes.recipe import Recipe

_SHOWN = {"seed", "device", "probe", "probe_every", "snapshots", "specimens"}  # fields of a run that change no weight


def identity(recipe: Recipe) -> dict[str, Any]:
    """Plain data for JSON: the model, the run, the task and the sizes."""
    train = {name: value for name, value in recipe.train.to_json().items() if name not in _SHOWN}
    sizes = ("train_size", "dev_size", "test_size", "src_tokenizer", "tgt_tokenizer", "vocab_size", "half")
    model = json.loads(json.dumps(dict(recipe.model)))
    sides = {"inherits": list(recipe.inherits), "cut": list(recipe.cut)}
    start = {"parent": recipe.parent} | sides if recipe.parent else {}
    return {"task": recipe.task.name} | model | train | {name: getattr(recipe, name) for name in sizes} | start


def digest(recipe: Recipe) -> str:
    """A hash of `identity` in twelve letters, for a line of a table."""
    return hashlib.sha256(json.dumps(identity(recipe), sort_keys=True).encode()).hexdigest()[:12]
