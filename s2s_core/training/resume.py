"""Save and resume a run: the checkpoint has everything that its next step depends on.

That is: the current weights, Adam's averages, and the validations so far. The best weights are the checkpoint's own
weights. The order of the pairs, dropout and sampling are functions of the seed and the step, so no generator is saved.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from s2s_core import checkpoint, foreign
from s2s_core.checkpoint import TrainingState
from s2s_core.errors import CheckpointError, TrainingError, quoted
from s2s_core.foreign import Unreadable
from s2s_core.training.events import Sample, Validated
from s2s_core.training.log import to_csv
from s2s_core.training.run import Run
from s2s_core.translator import Translator

# Settings that may differ between a run and its continuation: its device and its reports, but not its learning
RESUMABLE = {"device", "probe", "probe_every", "snapshots", "specimens"}
_LATER = {"guided": 0.0}  # the behaviour of earlier versions, for settings that they did not have


class BegunEarlier(TrainingError):
    """An earlier version of the program, which split the pairs of a file differently, started the run in `folder`."""

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
    """Save a checkpoint: the best weights, the log and, unless ``finished``, the state that is needed to continue."""
    if not run.history:  # no validation yet: the current weights are the best
        run.best.net.load_state_dict(run.net.state_dict())
        run.best_step = run.step
    state = None if finished else _state(run)
    log = to_csv(run.history)
    checkpoint.save(folder, run.best, card=card, log=log, snapshots=run.snapshots, training_state=state)


def room(run: Run) -> int:
    """About how many bytes `save` writes: the best weights, the current weights, and Adam's two averages."""
    return 4 * sum(tensor.numel() * tensor.element_size() for tensor in run.net.parameters())


def restore(run: Run, folder: Path) -> None:
    """Set the new ``run`` to the state of the run in ``folder``.

    Raises:
        CheckpointError: if there is none, or it is damaged.
        TrainingError: if it was trained with another model, configuration or data.
    """
    saved = checkpoint.load(folder, device=run.device.type)
    state = checkpoint.load_training_state(folder)
    kept = checkpoint.snapshots(folder)
    try:
        _check_facts(state.facts, run)
        if saved.info.task == run.task.earlier and state.facts["data"] != _data_hash(run):
            raise BegunEarlier(str(folder))
        if difference := _difference(run, saved, state.facts):
            raise TrainingError(f"cannot go on with {folder}: {difference}")
        _check_tensors(state.tensors, run)
    except Unreadable as error:
        raise CheckpointError(folder, f"its training state is not that of a run of this program: it {error}") from error
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
    run.snapshots = list(kept)


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
    """The difference between this run and the saved one, as a clause; empty if they are the same."""
    then, now = _LATER | facts["config"], run.config.to_json()
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


def _check_facts(facts: Mapping[str, Any], run: Run) -> None:
    """Raise Unreadable if a fact is missing or has the wrong type."""
    steps = range(run.steps + 1)
    foreign.record(
        facts,
        {
            "step": lambda value: foreign.is_whole(value) and value in steps,
            "best_step": lambda value: foreign.is_whole(value) and value in steps,
            "seconds": foreign.is_number,
            "losses": foreign.list_of(foreign.is_number),
            "history": lambda value: isinstance(value, list),
            "config": lambda value: isinstance(value, dict),
            "data": foreign.is_text,
        },
    )
    fields = {field.name for field in dataclasses.fields(Validated)}
    for entry in facts["history"]:
        foreign.record(
            entry,
            {
                "step": foreign.is_whole,
                "epoch": foreign.is_number,
                "train_loss": foreign.is_number,
                "loss": foreign.is_number,
                "scores": lambda value: isinstance(value, dict) and all(map(foreign.is_number, value.values())),
                "samples": lambda value: isinstance(value, list),
                "best": lambda value: type(value) is bool,
                "seconds": foreign.is_number,
            },
        )
        known = entry.get("known", [])  # earlier versions did not write it
        if run.task.metric not in entry["scores"] or not isinstance(known, list) or entry.keys() - fields:
            raise Unreadable("has a validation of another task")
        for sample in (*entry["samples"], *known):
            foreign.record(sample, dict.fromkeys(("source", "target", "output"), foreign.is_text))


def _check_tensors(tensors: Mapping[str, Tensor], run: Run) -> None:
    """Raise Unreadable unless they are this network's weights, each with Adam's two averages or without them."""
    wanted: dict[str, torch.Size] = {}
    for name, parameter in run.net.named_parameters():
        wanted[f"weights/{name}"] = parameter.shape
        averages = {f"exp_avg/{name}": parameter.shape, f"exp_avg_sq/{name}": parameter.shape}
        averages[f"step/{name}"] = torch.Size()
        if averages.keys() & tensors.keys():  # a weight without a gradient has none
            wanted |= averages
    for name in sorted(wanted.keys() | tensors.keys()):
        found = tensors[name].shape if name in tensors else None
        if found is None or found != wanted.get(name):
            there = "nothing" if found is None else tuple(found)
            raise Unreadable(f"has {there} for {quoted(name)}, which is not what this network has")
        if not name.startswith(("weights/", "exp_avg/")) and not bool((tensors[name] >= 0).all()):
            raise Unreadable(f"has a number below 0 in {quoted(name)}")


def _data_hash(run: Run) -> str:
    texts = [(pair.source, pair.target) for data in (run.train, run.dev) for pair in data.pairs]
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _validated(entry: dict[str, Any]) -> Validated:
    """A validation from its JSON data."""
    samples = {kind: tuple(Sample(**sample) for sample in entry.get(kind, ())) for kind in ("samples", "known")}
    return Validated(**(entry | samples))
