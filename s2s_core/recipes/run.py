"""From a recipe to a checkpoint with its card: train, score on held-out pairs, write the card."""

from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch

from s2s_core import checkpoint
from s2s_core.described import described
from s2s_core.evaluation import Evaluation, evaluate
from s2s_core.recipes.card import render
from s2s_core.recipes.recipe import Recipe, start
from s2s_core.recipes.rules import by_rule
from s2s_core.training import TrainEvent, is_first, train
from s2s_core.translator import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The finished model was scored on held-out pairs, and its card was written."""

    evaluation: Evaluation
    folder: Path

    __repr__ = described


def run(
    recipe: Recipe, folder: Path, *, command: str, resume: bool = False, parent: Translator | None = None
) -> Generator[TrainEvent | Evaluated, None, None]:
    """Every event of the training, then, if it finished, one `Evaluated`. Checkpoint and card lie in ``folder``.

    In a group of processes, only the first one scores the model and writes its card. If `Enough` is thrown into the
    generator while it trains, the training ends and the model is scored. ``resume`` continues a run that was stopped
    before its card was written.

    ``command`` is the command line on the card that makes the checkpoint again. The training starts from the weights
    of ``parent``, see `start`.

    Raises:
        S2SError: see `start` and `train`; also, before any work, if the folder cannot be written or another training
            uses it.
    """
    if resume:
        checkpoint.require_unfinished(folder)
    with checkpoint.reserved(folder) if is_first() else nullcontext():
        yield from _followed(recipe, folder, command=command, resume=resume, parent=parent)


def _followed(
    recipe: Recipe, folder: Path, *, command: str, resume: bool, parent: Translator | None
) -> Generator[TrainEvent | Evaluated, None, None]:
    experiment = start(recipe, parent)
    translator = experiment.translator
    finished = yield from train(
        translator,
        recipe.task,
        recipe.train,
        train_pairs=experiment.train_pairs,
        dev_pairs=experiment.dev_pairs,
        folder=folder,
        resume=resume,
        keep_state=True,
    )
    if finished is None or not is_first():
        return
    if recipe.half:
        with torch.no_grad():
            for parameter in translator.net.parameters():  # score the weights as they are stored
                parameter.copy_(parameter.half())
    evaluation = evaluate(translator, recipe.task, recipe.task.pairs("test", size=recipe.test_size))
    log, kept = checkpoint.read_text(folder, checkpoint.LOG), checkpoint.snapshots(folder)
    card = render(
        recipe,
        translator,
        evaluation,
        command=command,
        pairs=len(experiment.train_pairs),
        finished=finished,
        log=log,
        rules=by_rule(translator, recipe.task),
    )
    checkpoint.save(folder, translator, card=card, log=log, half=recipe.half, snapshots=kept)
    yield Evaluated(evaluation=evaluation, folder=folder)
