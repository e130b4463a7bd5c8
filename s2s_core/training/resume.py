"""Writing a run down, whole, and going on with it: everything that its next step depends on.

The order of the pairs, dropout and sampling are functions of the seed and the step, so no generator is among it: the
weights of now, Adam's averages, the validations so far, and beside them, as the checkpoint's own weights, the best.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from s2s_core import checkpoint
from s2s_core.checkpoint import TrainingState
from s2s_core.errors import TrainingError
from s2s_core.training.events import Sample, Validated
from s2s_core.training.log import to_csv
from s2s_core.training.run import Run
from s2s_core.translator import Translator

# What may differ between a run and its continuation: where it computes and what it shows, not what it learns
RESUMABLE = {"device", "probe", "probe_every", "snapshots", "specimens"}


class BegunEarlier(TrainingError):
    """A run in `folder` that an earlier version of the program began, which split the pairs of a file another way."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"cannot go on with {folder}: an earlier version of this program began it, and held out other pairs of the "
            "file; begin it anew, with --overwrite or another --out"
        )
        self.args = (folder,)
        self.folder = folder

    def __str__(self) -> str:
        return self.message


def save(run: Run, folder: Path, *, card: str, finished: bool) -> None:
    """A whole checkpoint: the best weights, the log, and unless ``finished`` what is needed to go on."""
    if not run.history:  # nothing was compared yet: the best there is are the weights of now
        run.best.net.load_state_dict(run.net.state_dict())
        run.best_step = run.step
    state = None if finished else _state(run)
    log = to_csv(run.history)
    checkpoint.save(folder, run.best, card=card, log=log, snapshots=run.snapshots, training_state=state)


def restore(run: Run, folder: Path) -> None:
    """Put ``run``, which is new, where the run in ``folder`` was left.

    Raises:
        CheckpointError: where there is none, or it is damaged.
        TrainingError: where it was trained with another model, configuration or data.
    """
    saved = checkpoint.load(folder, device=run.device.type)
    state = checkpoint.load_training_state(folder)
    if saved.info.task == run.task.earlier and state.facts["data"] != _data_hash(run):
        raise BegunEarlier(str(folder))
    if difference := _difference(run, saved, state.facts):
        raise TrainingError(f"cannot go on with {folder}: {difference}")
    run.best.net.load_state_dict(saved.net.state_dict())
    with torch.no_grad():
        for name, parameter in run.net.named_parameters():
            parameter.copy_(state.tensors[f"weights/{name}"])
    for name, tensor in state.tensors.items():
        key, _, parameter_name = name.partition("/")
        if key != "weights":
            run.optimizer.state[run.net.get_parameter(parameter_name)][key] = tensor.to(run.device)
    run.step, run.best_step = state.facts["step"], state.facts["best_step"]
    run.seconds, run.losses = state.facts["seconds"], state.facts["losses"]
    run.history = [_validated(entry) for entry in state.facts["history"]]
    run.snapshots = list(checkpoint.snapshots(folder))


def _state(run: Run) -> TrainingState:
    tensors: dict[str, Tensor] = {}
    for name, parameter in run.net.named_parameters():
        tensors[f"weights/{name}"] = parameter.detach().cpu()
        tensors |= {f"{key}/{name}": value.cpu() for key, value in run.optimizer.state[parameter].items()}
    facts = {
        "step": run.step,
        "best_step": run.best_step,
        "seconds": run.seconds,
        "losses": run.losses,
        "history": [dataclasses.asdict(entry) for entry in run.history],
        "config": run.config.to_json(),
        "data": _data_hash(run),
    }
    return TrainingState(tensors=tensors, facts=facts)


def _difference(run: Run, saved: Translator, facts: Mapping[str, Any]) -> str:
    """Why this is not the run that was saved, as a clause; empty where it is."""
    then, now = facts["config"], run.config.to_json()
    for name in sorted(now.keys() - RESUMABLE):
        if then.get(name) != now[name]:
            return f"it was trained with {name} = {then.get(name)}, not {now[name]}"
    if facts["data"] != _data_hash(run):
        return "it was trained on other pairs"
    new = run.translator
    if (saved.net.config, saved.src_tokenizer, saved.tgt_tokenizer) != (
        new.net.config,
        new.src_tokenizer,
        new.tgt_tokenizer,
    ):
        return "it holds a model of another configuration or vocabulary"
    return ""


def _data_hash(run: Run) -> str:
    texts = [(pair.source, pair.target) for data in (run.train, run.dev) for pair in data.pairs]
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _validated(entry: dict[str, Any]) -> Validated:
    """A validation as it was before it went through JSON."""
    samples = {kind: tuple(Sample(**sample) for sample in entry.get(kind, ())) for kind in ("samples", "known")}
    return Validated(**(entry | samples))
