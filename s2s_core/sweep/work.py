"""The work for one cell, the same on this machine and on a cluster: train, score, store the result.

An unfinished cell continues from its last checkpoint. Its final weights are the same as without the interruption, to
the last bit.
"""

import platform
import time
from collections.abc import Callable, Generator
from pathlib import Path

import torch

from s2s_core import checkpoint, threads
from s2s_core.errors import CheckpointError, InvalidConfig, shown
from s2s_core.evaluation import Evaluation, evaluate
from s2s_core.files import telling
from s2s_core.locks import Taken, locked
from s2s_core.recipes import Evaluated, Recipe, digest, run
from s2s_core.seeds import DECIMALS
from s2s_core.sweep.folder import Folder, Result
from s2s_core.sweep.grid import Cell, Plan
from s2s_core.training import Started, StepDone, Stopped, TrainEvent

PATIENCE = 120.0  # seconds to wait for a worker that was lost and still holds its cell
EVERY = 1.0  # seconds between two reports

Tell = Callable[[int, int], object]  # called with the updates made, and all of them


def work(
    plan: Plan, cell: Cell, folder: Folder, *, tell: Tell = lambda step, steps: None, wanted: Callable[[], bool]
) -> Result | None:
    """Finish one cell in the sweep's folder, and return its result; None if ``wanted`` returns false before.

    A recipe that goes on from another one is trained after that one, from the same seed and in the same folder.

    Raises:
        S2SError: as `recipes.run`, for example if nothing can be written.
        InvalidConfig: if the cell's checkpoint is damaged, or another process works on it.
    """
    threads.limit(1)
    place, parent = folder.checkpoint(cell), plan.parent(cell)
    if parent and not folder.finished(cell) and work(plan, parent, folder, tell=tell, wanted=wanted) is None:
        return None
    with telling(place):
        place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(place.with_name(f".{place.name}.cell"), seconds=PATIENCE):
            result = folder.finished(cell) or _worked(plan, cell, folder, tell, wanted)
            if result is not None:
                folder.finish(cell, result)
            return result
    except Taken:
        raise InvalidConfig(f"something else works on {cell}, in {shown(place)}: wait for its end") from None
    except CheckpointError as error:
        raise InvalidConfig(f"{error}: delete {shown(place)}, and the cell is done again") from error


def _worked(plan: Plan, cell: Cell, folder: Folder, tell: Tell, wanted: Callable[[], bool]) -> Result | None:
    recipe, place, before = plan.recipe(cell.name, cell.seed), folder.checkpoint(cell), plan.parent(cell)
    if checkpoint.is_checkpoint(place) and not checkpoint.is_unfinished(place):  # killed before its result was written
        pairs = recipe.task.pairs("test", size=recipe.test_size)
        return _result(cell, recipe, place, evaluate(checkpoint.load(place, device="cpu"), recipe.task, pairs))
    parent = checkpoint.load(folder.checkpoint(before), device="cpu") if before else None
    events = run(recipe, place, command=plan.command(cell), resume=checkpoint.is_unfinished(place), parent=parent)
    return _followed(events, cell, recipe, place, tell, wanted)


def _followed(
    events: Generator[TrainEvent | Evaluated, None, None],
    cell: Cell,
    recipe: Recipe,
    place: Path,
    tell: Tell,
    wanted: Callable[[], bool],
) -> Result | None:
    told, steps = 0.0, 0
    for event in events:
        match event:
            case Started(step=step, steps=steps):
                tell(step, steps)
            case StepDone(step=step) if time.monotonic() - told >= EVERY:
                told = time.monotonic()
                tell(step, steps)
            case Evaluated(evaluation=evaluation):
                return _result(cell, recipe, place, evaluation)
            case Stopped(reason=reason):
                return _result(cell, recipe, place, None, stopped=reason)
        if not wanted():
            events.close()  # this saves the state
            return None
    raise AssertionError("a run ends with its scores, or with the reason why it cannot go on")


def _result(cell: Cell, recipe: Recipe, place: Path, evaluation: Evaluation | None, *, stopped: str = "") -> Result:
    return Result(
        name=cell.name,
        seed=cell.seed,
        recipe=digest(recipe),
        fingerprint=checkpoint.describe(place).info.fingerprint,
        pairs=evaluation.pairs if evaluation else 0,
        measures=measures(evaluation) if evaluation else {},
        stopped=stopped,
        made_with=f"PyTorch {torch.__version__}, Python {platform.python_version()}, {platform.machine()}",
    )


def measures(evaluation: Evaluation) -> dict[str, float]:
    """The scores of all pairs, of greedy decoding and of the beam, and where the attention looked, by name."""
    found = {name: value for name, value in evaluation.scores.items() if "/" not in name}
    beam = {name: value for name, value in evaluation.beam_scores.items() if "/" not in name}
    found |= {f"{name}, beam {evaluation.beam_size}": value for name, value in beam.items()}
    if (looked := evaluation.alignment) is not None:
        field = f"meets {evaluation.aligner}" if evaluation.aligner else "in the field"
        rates = {field: looked.field, "on the character": looked.exact, "entropy": looked.entropy}
        found |= rates | {"on the end mark": 100 * looked.end_share}
    return {name: round(float(value), DECIMALS) for name, value in found.items() if value == value}  # without nan
