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
from s2s_core.errors import CheckpointError, TrainingError, shown
from s2s_core.training.events import Sample, Validated
from s2s_core.training.log import to_csv
from s2s_core.training.run import Run
from s2s_core.translator import Translator

# What may differ between a run and its continuation: where it computes and what it shows, not what it learns
RESUMABLE = {"device", "probe", "probe_every", "snapshots", "specimens"}


def save(run: Run, folder: Path, *, card: str, finished: bool) -> None:
    """A whole checkpoint: the best weights, the log, and unless ``finished`` what is needed to go on."""
    if not run.history:  # nothing was compared yet: the best there is are the weights of now
        run.best.net.load_state_dict(run.net.state_dict())
        run.best_step = run.step
    state = None if finished else _state(run)
    log = to_csv(run.history)
    checkpoint.save(folder, run.best, card=card, log=log, snapshots=run.snapshots, training_state=state)


def room(run: Run) -> int:
    """About how many bytes `save` writes: the best weights, those of now, and Adam's two averages."""
    return 4 * sum(tensor.numel() * tensor.element_size() for tensor in run.net.parameters())


def restore(run: Run, folder: Path) -> None:
    """Put ``run``, which is new, where the run in ``folder`` was left.

    Raises:
        CheckpointError: where there is none, or it is damaged.
        TrainingError: where it was trained with another model, configuration or data.
    """
    saved = checkpoint.load(folder, device=run.device.type)
    state = checkpoint.load_training_state(folder)
    kept = checkpoint.snapshots(folder)
    try:
        if difference := _difference(run, saved, state.facts):
            raise TrainingError(f"cannot go on with {folder}: {difference}")
        _put_back(run, state)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise CheckpointError(folder, f"its training state is none of a run of this program ({error})") from error
    run.best.net.load_state_dict(saved.net.state_dict())
    run.snapshots = list(kept)


def _put_back(run: Run, state: TrainingState) -> None:
    """What was written down by `_state`.

    Raises:
        KeyError, TypeError, AttributeError, ArithmeticError: where it was something else that wrote it.
    """
    facts = state.facts
    for name in ("step", "best_step"):
        if type(facts[name]) is not int or not 0 <= facts[name] <= run.steps:
            raise TypeError(f"{name} is {shown(facts[name])}")
    numbers = (facts["seconds"], *facts["losses"])
    if not all(type(number) in (int, float) for number in numbers):
        raise TypeError("its losses are no numbers")
    history = [_validated(entry) for entry in facts["history"]]
    averages: dict[Tensor, dict[str, Tensor]] = {}
    for name, tensor in state.tensors.items():
        key, _, parameter_name = name.partition("/")
        parameter = run.net.get_parameter(parameter_name)
        if tensor.shape not in (parameter.shape, () if key == "step" else parameter.shape):
            raise TypeError(f"{name} has the shape {list(tensor.shape)}")
        if key != "weights":
            averages.setdefault(parameter, {})[key] = tensor.to(run.device)
    with torch.no_grad():
        for name, parameter in run.net.named_parameters():
            parameter.copy_(state.tensors[f"weights/{name}"])
    run.optimizer.state.update(averages)
    run.step, run.best_step = facts["step"], facts["best_step"]
    run.seconds, run.losses, run.history = float(facts["seconds"]), list(facts["losses"]), history


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
    """A validation as it was before it went through JSON.

    Raises:
        KeyError, TypeError: where it was none.
    """
    if not all(type(entry[name]) in (int, float) for name in ("step", "loss", "seconds")):
        raise TypeError("a validation has no numbers")
    return Validated(**(entry | {"samples": tuple(Sample(**sample) for sample in entry["samples"])}))
