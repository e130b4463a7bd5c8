"""The training loop: a generator of events that can be watched, stopped, closed and resumed.

It minimises (17) by Adam (Kingma & Ba 2015) on batches of pairs with similar length, with teacher forcing or a mixture,
(18).
"""

from collections.abc import Generator, Sequence
from pathlib import Path

from s2s_core.checkpoint import require_writable
from s2s_core.errors import TrainingError
from s2s_core.tasks import Pair, Task
from s2s_core.training.config import TrainConfig
from s2s_core.training.data import EncodedPairs
from s2s_core.training.events import Finished, Saved, Started, Stopped, TrainEvent
from s2s_core.training.processes import is_first
from s2s_core.training.resume import restore, room, save
from s2s_core.training.run import Diverged, Run
from s2s_core.translator import Translator

UNFINISHED = "# {title}\n\nThis model is being trained, or its training or scoring was interrupted.\n"


class Enough(Exception):
    """Throw this into the generator of a run to end it now, as if all its updates had been made."""


def train(
    translator: Translator,
    task: Task,
    config: TrainConfig,
    *,
    train_pairs: Sequence[Pair],
    dev_pairs: Sequence[Pair],
    folder: Path | None = None,
    resume: bool = False,
    keep_state: bool = False,
) -> Generator[TrainEvent, None, Finished | None]:
    """Train ``translator``'s network in place, reporting every update.

    A validation keeps the best weights and, with a ``folder``, saves a checkpoint there. Closing the generator (or
    abandoning it) saves one too. With ``resume`` the run continues from it; on the CPU, its numbers are then the same,
    to the last bit, as without the interruption. Throwing `Enough` into the generator ends the run after one more
    validation.

    After the last event the network has its best weights. The checkpoint then has no training state any more, unless
    ``keep_state`` is set because the caller has more work that may be interrupted. A finished run returns its last
    event. In a group of processes (see `processes`), all of them call this function, but only the first one writes
    files.

    Raises:
        TrainingError: if there are no pairs to train on, if the saved run is a different one, or if attention cannot be
            guided.
        CheckpointError: if there is nothing to resume.
        InvalidConfig: if the device cannot be used.
        CannotWrite: before the first update, if the folder cannot be written; later, if that fails then. The last
            checkpoint stays.
    """
    if config.guided:
        if translator.net.config.context != "attention":
            raise TrainingError("attention cannot be guided: the model has none")
        train_pairs = task.linked(train_pairs)
    train_data = EncodedPairs.of(translator, train_pairs, linked=bool(config.guided))
    dev_data = EncodedPairs.of(translator, dev_pairs)
    dropped = train_data.dropped + dev_data.dropped
    run = Run(translator, task, config, train=train_data, dev=dev_data)
    if resume:
        if folder is None:
            raise TrainingError("to go on with a run, its folder is needed")
        restore(run, folder)
    if not is_first():
        folder = None
    if folder is not None:
        require_writable(folder, size=room(run))
    card = UNFINISHED.format(title=translator.info.title)
    saved_at = run.step if resume else None
    diverged, stopped = "", False
    try:
        yield Started(
            step=run.step,
            steps=run.steps,
            pairs=len(train_data),
            dropped=dropped,
            parameters=sum(parameter.numel() for parameter in run.net.parameters()),
            device=run.device.type,
        )
        while not diverged:
            if run.validation_due:
                validated = run.validate()
                yield validated
                if folder is not None:
                    save(run, folder, card=card, finished=False)
                    saved_at = run.step
                    yield Saved(step=run.step, folder=folder, best=validated.best)
            if run.snapshot_due:
                run.take_snapshot()
            if run.step >= run.steps or run.out_of_patience:
                break
            try:
                yield run.update()
            except Diverged as error:
                diverged = str(error)
            else:
                if run.probe_due and (attention := run.probe()):
                    yield attention
    except Enough:
        stopped = True
    except GeneratorExit:
        if folder is not None and saved_at != run.step:
            save(run, folder, card=card, finished=False)
        raise
    if stopped:
        if not run.history or run.history[-1].step < run.step:
            yield run.validate()
        if run.snapshots and run.snapshots[-1].step < run.step:
            run.take_snapshot()
    run.keep_best()
    if folder is not None:
        save(run, folder, card=card, finished=not diverged and not keep_state)
        yield Saved(step=run.step, folder=folder, best=run.best_step == run.step)
    if diverged:
        kept = f"the weights after update {run.best_step} are kept"
        yield Stopped(step=run.step, best_step=run.best_step, reason=f"{diverged}: {kept}")
        return None
    reason = (
        "all updates are made"
        if run.step >= run.steps
        else f"it was ended before the {run.steps:,} updates that were planned"
        if stopped
        else f"{config.patience} validations in a row brought nothing better"
    )
    finished = Finished(step=run.step, best_step=run.best_step, reason=reason, seconds=run.seconds, dropped=dropped)
    yield finished
    return finished
