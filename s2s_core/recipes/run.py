"""From a recipe to a checkpoint with its card: train, score on held-out pairs, write down what came out."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from s2s_core import checkpoint
from s2s_core.evaluation import Evaluation, evaluate
from s2s_core.recipes.card import render
from s2s_core.recipes.recipe import Recipe, start
from s2s_core.training import TrainEvent, is_first, train


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The finished model was scored on held-out pairs, and its card written."""

    evaluation: Evaluation
    folder: Path


def run(
    recipe: Recipe, folder: Path, *, command: str, resume: bool = False
) -> Generator[TrainEvent | Evaluated, None, None]:
    """Every event of the training, then, if it finished, one `Evaluated`. Checkpoint and card lie in ``folder``.

    In a group of processes the first one alone scores the model and writes its card. `Enough`, thrown into it while it
    trains, ends the training, and what there is is scored.

    ``command`` is what the card names as the way to make the checkpoint again.

    Raises:
        S2SError: where the recipe cannot be followed, see `start` and `train`.
    """
    experiment = start(recipe)
    finished = yield from train(
        experiment.translator,
        recipe.task,
        recipe.train,
        train_pairs=experiment.train_pairs,
        dev_pairs=experiment.dev_pairs,
        folder=folder,
        resume=resume,
    )
    if finished is None or not is_first():
        return
    log = (folder / checkpoint.LOG).read_text(encoding="utf-8")
    if recipe.half:
        kept = checkpoint.snapshots(folder)
        checkpoint.save(folder, experiment.translator, card="", log=log, half=True, snapshots=kept)
    translator = checkpoint.load(folder, device=recipe.train.device)  # what is scored is what lies on the disk
    evaluation = evaluate(translator, recipe.task, recipe.task.pairs("test", size=recipe.test_size))
    card = render(
        recipe,
        translator,
        evaluation,
        command=command,
        pairs=len(experiment.train_pairs),
        finished=finished,
        log=log,
    )
    (folder / checkpoint.CARD).write_text(card, encoding="utf-8")
    yield Evaluated(evaluation=evaluation, folder=folder)
