"""Training as a stream of events: the same for the same seed, stoppable, resumable to the bit, honest about failure."""

import dataclasses
import gc
import json
import math
import shutil
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from disks import full_disk

from s2s_core import checkpoint
from s2s_core.checkpoint import sealed, store
from s2s_core.config import ModelConfig
from s2s_core.errors import CannotWrite, CheckpointError, InvalidConfig, S2SError, TrainingError
from s2s_core.recipes import Recipe, start
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tasks import Pair, ReverseTask
from s2s_core.training import (
    Enough,
    Finished,
    ProbeAttention,
    Saved,
    Started,
    StepDone,
    Stopped,
    TrainConfig,
    TrainEvent,
    Validated,
    train,
)

SIZES = {
    "embedding_size": 8,
    "encoder_hidden": 8,
    "decoder_hidden": 8,
    "attention_size": 8,
    "readout_size": 8,
    "max_src_len": 8,
    "max_tgt_len": 8,
}
CONFIG = TrainConfig(steps=20, batch_size=8, validate_every=5, warmup=2, lr=1e-2)


class Run:
    """A small run on the letters task, its parts at hand."""

    def __init__(self, *, config: TrainConfig = CONFIG, max_len: int = 4, pairs: int = 100, **model: object) -> None:
        recipe = Recipe(
            name="tiny",
            title="Tiny",
            summary="",
            task=ReverseTask(max_len=max_len),
            model={**SIZES, **model},
            train=config,
            train_size=pairs,
            dev_size=10,
            data="",
            weaknesses=(),
        )
        self.task, self.config, self.experiment = recipe.task, config, start(recipe)
        self.translator = self.experiment.translator

    def events(
        self, folder: Path | None = None, *, resume: bool = False
    ) -> Generator[TrainEvent, None, Finished | None]:
        return train(
            self.translator,
            self.task,
            self.config,
            train_pairs=self.experiment.train_pairs,
            dev_pairs=self.experiment.dev_pairs,
            folder=folder,
            resume=resume,
        )

    def weights(self) -> dict[str, torch.Tensor]:
        return {name: p.detach().clone() for name, p in self.translator.net.named_parameters()}


def numbers(events: list[TrainEvent]) -> list[object]:
    """What of the events must be the same in every repetition: everything but the clock."""
    steps = [(e.step, e.epoch, e.loss, e.lr) for e in events if isinstance(e, StepDone)]
    looks = [dataclasses.replace(e, seconds=0.0, scores=dict(e.scores)) for e in events if isinstance(e, Validated)]
    return [steps, looks]


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


# ---------------------------------------------------------------------------------------------- what a run reports


def test_a_run_reports_start_steps_validations_checkpoints_and_its_end(tmp_path: Path) -> None:
    events = list(Run().events(tmp_path / "run"))
    kinds = [type(event) for event in events]
    assert kinds[0] is Started and kinds[-1] is Finished
    assert kinds == [Started, *([StepDone] * 5 + [Validated, Saved]) * 4, Saved, Finished]
    assert [e.step for e in events if isinstance(e, StepDone)] == list(range(1, 21))
    started, finished = events[0], events[-1]
    assert (started.step, started.steps, started.pairs, started.dropped, started.device) == (0, 20, 100, 0, "cpu")
    assert (finished.step, finished.reason) == (20, "all updates are made")


def test_a_model_learns() -> None:
    run = Run(config=dataclasses.replace(CONFIG, steps=60, validate_every=20, lr=2e-2), max_len=2)
    looks = [event for event in run.events() if isinstance(event, Validated)]
    losses = [look.train_loss for look in looks]
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0] - 0.5
    assert [(s.source, s.target) for s in looks[0].samples] == [
        (p.source, p.target) for p in run.experiment.dev_pairs[:3]
    ]


def test_the_probe_shows_attention_as_it_develops() -> None:
    run = Run(config=dataclasses.replace(CONFIG, probe="abc", probe_every=2))
    probes = [event for event in run.events() if isinstance(event, ProbeAttention)]
    assert [probe.step for probe in probes] == list(range(2, 21, 2))
    for probe in probes:
        assert probe.weights.shape == (len(probe.tgt_tokens), len(probe.src_tokens))
        np.testing.assert_allclose(probe.weights.sum(axis=1), 1.0, rtol=1e-5)
        with pytest.raises(ValueError, match="read-only"):
            probe.weights[0, 0] = 1.0
    without = Run(config=dataclasses.replace(CONFIG, probe="abc"), context="mean")
    assert not [event for event in without.events() if isinstance(event, ProbeAttention)]


def test_the_network_ends_with_its_best_weights_and_so_does_the_checkpoint(tmp_path: Path) -> None:
    run = Run(config=dataclasses.replace(CONFIG, lr=0.5, lr_decay="constant", steps=40))
    kept, best = None, None
    for event in run.events(tmp_path / "run"):
        if isinstance(event, Validated) and event.best:
            kept, best = run.weights(), event
    assert kept is not None and best is not None and best.step < 40, "the last weights are the best: no test"
    assert same(run.weights(), kept)
    assert event.best_step == best.step
    saved = checkpoint.load(tmp_path / "run", device="cpu").net.named_parameters()
    assert same({name: p.detach() for name, p in saved}, kept)


@pytest.mark.parametrize("at", [Started, StepDone, Validated])
def test_a_run_that_is_enough_is_validated_once_more_and_ends(tmp_path: Path, at: type) -> None:
    run = Run(config=dataclasses.replace(CONFIG, snapshots=3, specimens=(("abc", "cba"),)))
    events = run.events(tmp_path / "run")
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, at) and (at is Started or event.step >= 7):
            seen.append(events.throw(Enough()))
    reached = max(event.step for event in seen)
    finished = seen[-1]
    assert isinstance(finished, Finished) and finished.step == reached < 20
    assert finished.reason == "it was ended before the 20 updates that were planned"
    assert [e.step for e in seen if isinstance(e, Validated)][-1] == reached
    assert not checkpoint.is_unfinished(tmp_path / "run")
    assert at is Started or checkpoint.snapshots(tmp_path / "run")[-1].step == reached
    saved = checkpoint.load(tmp_path / "run", device="cpu").net.named_parameters()
    assert same({name: p.detach() for name, p in saved}, run.weights())


def test_runs_in_threads_are_the_same_as_alone() -> None:
    def trained(seed: int) -> dict[str, torch.Tensor]:
        run = Run(config=dataclasses.replace(CONFIG, seed=seed, forcing_start=0.5), dropout=0.5)
        for _event in run.events():
            checkpoint.load("dates-last", device="cpu")  # which draws initial weights in vain
        return run.weights()

    alone = [trained(seed) for seed in (1, 2, 3)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(trained, (1, 2, 3)))
    assert all(map(same, alone, together))


def test_patience_ends_a_run_that_no_longer_improves() -> None:
    run = Run(config=dataclasses.replace(CONFIG, lr=0.5, lr_decay="constant", steps=500, patience=2))
    events = list(run.events())
    looks = [event for event in events if isinstance(event, Validated)]
    assert [look.best for look in looks[-3:]] == [True, False, False]
    assert events[-1].reason == "2 validations in a row brought nothing better" and events[-1].step < 500


def test_pairs_that_the_model_cannot_take_are_left_out_and_counted() -> None:
    run = Run()
    run.experiment.train_pairs.extend([Pair("abcdabcda", "a"), Pair("a", "abcdabcd"), Pair(" ", "a"), Pair("a", "")])
    started = next(run.events())
    assert (started.pairs, started.dropped) == (100, 4)
    run.experiment.train_pairs[:] = [Pair("abcdabcda", "a")]
    with pytest.raises(TrainingError, match="none of the 1 pairs has 1 to 8 source tokens and 1 to 7 target tokens"):
        next(run.events())


def test_the_log_has_a_line_for_every_validation(tmp_path: Path) -> None:
    for _ in Run().events(tmp_path / "run"):
        pass
    lines = (tmp_path / "run" / "training-log.csv").read_text().splitlines()
    assert lines[0] == "step,epoch,seconds,train_loss,dev_loss,exact,best"
    assert [line.split(",")[0] for line in lines[1:]] == ["5", "10", "15", "20"]


# ---------------------------------------------------------------------------------------------- chance


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    config = dataclasses.replace(CONFIG, forcing="linear")
    first, second = Run(config=config, dropout=0.3), Run(config=config, dropout=0.3)
    one, two = list(first.events()), list(second.events())
    assert numbers(one) == numbers(two) and same(first.weights(), second.weights())
    other = Run(config=dataclasses.replace(config, seed=2), dropout=0.3)
    assert numbers(list(other.events())) != numbers(one)


def test_a_run_neither_uses_nor_moves_the_random_numbers_of_who_watches_it() -> None:
    config = dataclasses.replace(CONFIG, steps=4)
    before = torch.random.get_rng_state()
    alone = list(Run(config=config, dropout=0.3).events())
    assert torch.equal(before, torch.random.get_rng_state())
    watched = []
    for event in Run(config=config, dropout=0.3).events():
        torch.rand(3)
        watched.append(event)
    assert numbers(watched) == numbers(alone)


# ---------------------------------------------------------------------------------------------- stopping, resuming


VARIANTS = {
    "plain": ({}, {}),
    "dropout": ({}, {"dropout": 0.3}),
    "scheduled sampling": ({"forcing": "inverse sigmoid"}, {}),
    "scheduled sampling in bf16": ({"forcing": "inverse sigmoid", "amp": "bf16"}, {}),
    "smoothing and decay": ({"label_smoothing": 0.1, "weight_decay": 0.01}, {}),
    "gru, tied": ({}, {"cell": "gru", "tie_output": True}),
}


@pytest.fixture(scope="module", params=VARIANTS.values(), ids=VARIANTS)
def uninterrupted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Callable[[], Run], list[object], dict[str, torch.Tensor], bytes]:
    """What begins a run of a kind, and of the run in one piece its numbers, weights and manifest."""
    train_changes, model = request.param

    def begun() -> Run:
        return Run(config=dataclasses.replace(CONFIG, **train_changes), **model)

    whole, folder = begun(), tmp_path_factory.mktemp("whole")
    expected = numbers(list(whole.events(folder / "whole")))
    return begun, expected, whole.weights(), (folder / "whole" / "manifest.json").read_bytes()


@pytest.mark.parametrize("stop_at", [3, 10, 13])
def test_a_resumed_run_is_bit_for_bit_the_uninterrupted_one(
    tmp_path: Path,
    uninterrupted: tuple[Callable[[], Run], list[object], dict[str, torch.Tensor], bytes],
    stop_at: int,
) -> None:
    begun, expected, weights, manifest = uninterrupted
    first = begun()
    events = first.events(tmp_path / "parts")
    got = []
    for event in events:
        got.append(event)
        if isinstance(event, StepDone) and event.step == stop_at:
            events.close()
    second = begun()
    got += list(second.events(tmp_path / "parts", resume=True))

    assert numbers(got) == expected
    assert same(second.weights(), weights)
    assert (tmp_path / "parts" / "manifest.json").read_bytes() == manifest
    assert not (tmp_path / "parts" / "training").exists(), "a finished run leaves no state behind"


def test_who_stops_watching_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    for event in Run().events(tmp_path / "run"):
        if isinstance(event, StepDone) and event.step == 3:
            break
    del event
    gc.collect()
    assert checkpoint.load(tmp_path / "run", device="cpu").info.title == "Tiny"
    assert checkpoint.load_training_state(tmp_path / "run").facts["step"] == 3


def test_closing_right_after_a_save_or_the_end_writes_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves: list[Path] = []
    monkeypatch.setattr(checkpoint, "save", lambda folder, *args, **options: saves.append(folder))
    for kind, expected in ((Saved, 1), (Finished, 5)):
        saves.clear()
        events = Run().events(tmp_path / "run")
        next(event for event in events if isinstance(event, kind))
        events.close()
        assert len(saves) == expected


@pytest.mark.parametrize(
    ("changes", "model", "pairs", "said"),
    [
        ({"lr": 0.02}, {}, 100, r"trained with lr = 0\.01, not 0\.02"),
        ({"seed": 2}, {}, 100, "trained with seed = 1, not 2"),
        ({}, {"cell": "gru"}, 100, "another configuration or vocabulary"),
        ({}, {}, 99, "it was trained on other pairs"),
    ],
)
def test_another_run_cannot_be_resumed(
    tmp_path: Path, changes: dict[str, object], model: dict[str, object], pairs: int, said: str
) -> None:
    events = Run().events(tmp_path / "run")
    next(event for event in events if isinstance(event, StepDone))
    events.close()
    other = Run(config=dataclasses.replace(CONFIG, **changes), pairs=pairs, **model)
    with pytest.raises(TrainingError, match=said):
        next(other.events(tmp_path / "run", resume=True))


def facts_with(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "state.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))

    return change


def tensors_with(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / "state.safetensors"
        tensors = safetensors.torch.load(path.read_bytes())
        change(tensors)
        path.write_bytes(safetensors.torch.save(tensors))

    return write


BIAS = "encoder.layers.0.0.bias"


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "change",
    [
        facts_with(step="1"),
        facts_with(best_step=None),
        facts_with(losses={}),
        facts_with(history=[{}]),
        facts_with(history=[1]),
        facts_with(config=[]),
        facts_with(data=7),
        tensors_with(lambda tensors: tensors.pop(f"weights/{BIAS}")),
        tensors_with(lambda tensors: tensors.pop(f"step/{BIAS}")),
        tensors_with(lambda tensors: tensors.update({f"weights/{BIAS}": torch.zeros(1)})),
        tensors_with(lambda tensors: tensors.update({f"exp_avg/{BIAS}": torch.zeros(())})),
        tensors_with(lambda tensors: tensors[f"exp_avg_sq/{BIAS}"].neg_().sub_(1)),
        tensors_with(lambda tensors: tensors.update({"exp_avg/nothing": torch.zeros(1)})),
        tensors_with(lambda tensors: tensors.update({"more": torch.zeros(1)})),
    ],
)
def test_a_state_that_does_not_fit_the_run_is_refused(tmp_path: Path, change: Callable[[Path], None]) -> None:
    events = Run().events(tmp_path / "run")
    next(event for event in events if isinstance(event, StepDone))
    events.close()
    state = tmp_path / "run" / "training"
    change(state)
    sealed.seal(state, ["state.json", "state.safetensors"], format_name=store.TRAINING_FORMAT)
    run = Run()
    before = run.weights()
    with pytest.raises(CheckpointError, match="its training state is not that of a run of this program"):
        next(run.events(tmp_path / "run", resume=True))
    assert all(torch.equal(before[name], weight) for name, weight in run.weights().items())  # nothing is half restored


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such folder"):
        next(Run().events(tmp_path / "absent", resume=True))
    with pytest.raises(TrainingError, match="its folder is needed"):
        next(Run().events(resume=True))
    list(Run().events(tmp_path / "run"))
    with pytest.raises(CheckpointError, match="no unfinished training run"):
        next(Run().events(tmp_path / "run", resume=True))


@pytest.mark.parametrize(
    "damage",
    [
        lambda facts, tensors: facts.clear(),
        lambda facts, tensors: facts.update(step=10**9),
        lambda facts, tensors: facts.update(step="3"),
        lambda facts, tensors: facts.update(best_step=-1),
        lambda facts, tensors: facts.update(losses=["x"]),
        lambda facts, tensors: facts.update(losses=7),
        lambda facts, tensors: facts.update(seconds=None),
        lambda facts, tensors: facts.update(history=[{}]),
        lambda facts, tensors: facts.update(history=7),
        lambda facts, tensors: facts.update(config=[]),
        lambda facts, tensors: tensors.clear(),
        lambda facts, tensors: tensors.pop("weights/decoder.output.weight"),
        lambda facts, tensors: tensors.update({"weights/nobody": torch.zeros(1)}),
        lambda facts, tensors: tensors.update({"exp_avg/decoder.output.weight": torch.zeros(1)}),
        lambda facts, tensors: tensors.update({"weights/decoder.output.weight": torch.zeros(())}),
    ],
)
def test_a_state_that_is_none_of_a_run_is_told(tmp_path: Path, damage: object) -> None:
    events = Run().events(tmp_path / "run")
    next(event for event in events if isinstance(event, StepDone) and event.step == 6)
    events.close()
    state = checkpoint.load_training_state(tmp_path / "run")
    facts, tensors = dict(state.facts), dict(state.tensors)
    damage(facts, tensors)
    changed = checkpoint.TrainingState(tensors=tensors, facts=facts)
    checkpoint.save(tmp_path / "run", checkpoint.load(tmp_path / "run", device="cpu"), card="", training_state=changed)
    with pytest.raises(CheckpointError, match="its training state is not that of a run of this program") as caught:
        next(Run().events(tmp_path / "run", resume=True))
    assert str(caught.value).isprintable()


# ---------------------------------------------------------------------------------------------- going wrong


def test_a_disk_without_room_for_the_run_is_told_before_the_first_update(tmp_path: Path) -> None:
    with full_disk(10_000), pytest.raises(CannotWrite, match="make room there, then try again"):
        next(Run().events(tmp_path / "run"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("when", [Validated, Saved, StepDone])
def test_a_disk_that_fills_up_leaves_the_last_whole_state_to_go_on_from(tmp_path: Path, when: type) -> None:
    whole = Run()
    list(whole.events(tmp_path / "whole"))
    first = Run()
    events = first.events(tmp_path / "run")
    next(event for event in events if isinstance(event, Saved))
    next(event for event in events if isinstance(event, when))
    with full_disk(1000), pytest.raises(CannotWrite) as caught:
        events.close() if when is StepDone else list(events)
    assert caught.value.full and [path.name for path in tmp_path.iterdir() if path.name != "whole"] == ["run"]
    assert checkpoint.load_training_state(tmp_path / "run").facts["step"] in (5, 10)
    second = Run()
    list(second.events(tmp_path / "run", resume=True))
    assert same(second.weights(), whole.weights())


def test_a_folder_that_somebody_deletes_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "run"
    for event in Run().events(folder):
        if isinstance(event, Saved) and event.step == 10:
            shutil.rmtree(folder.parent)
    assert checkpoint.is_checkpoint(folder) and [path.name for path in folder.parent.iterdir()] == ["run"]


@pytest.mark.parametrize(("value", "what"), [(math.nan, "loss"), (math.inf, "loss"), (-math.inf, "loss")])
def test_a_loss_that_is_no_number_stops_the_run_with_the_last_good_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, what: str
) -> None:
    loss, calls = Seq2Seq.loss, []

    def broken(self, batch, **options):
        if options:  # an update, not a validation
            calls.append(batch)
        return loss(self, batch, **options) * (value if len(calls) == 8 else 1.0)

    monkeypatch.setattr(Seq2Seq, "loss", broken)
    _check_stopped(Run(), tmp_path, what)


def test_a_gradient_that_is_no_number_stops_the_run_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loss, calls = Seq2Seq.loss, []

    def broken(self, batch, **options):
        value = loss(self, batch, **options)
        if options:
            calls.append(batch)
        if len(calls) == 8 and options:
            value.register_hook(lambda gradient: gradient * math.nan)
        return value

    monkeypatch.setattr(Seq2Seq, "loss", broken)
    _check_stopped(Run(), tmp_path, "gradient")


def test_weights_whose_loss_is_no_number_are_never_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    loss, looks = Seq2Seq.loss, []

    def broken(self, batch, **options):
        if not options:  # a validation
            looks.append(batch)
        return loss(self, batch, **options) * (math.nan if not options and len(looks) in (1, 3) else 1.0)

    monkeypatch.setattr(Seq2Seq, "loss", broken)
    validations = [event for event in Run().events() if isinstance(event, Validated)]
    assert [event.best for event in validations[:3]] == [False, True, False]
    assert validations[3].best == (validations[3].loss < validations[1].loss)


def _check_stopped(run: Run, tmp_path: Path, what: str) -> None:
    good = None
    for event in run.events(tmp_path / "run"):
        if isinstance(event, Validated):
            good = run.weights()
    assert isinstance(event, Stopped) and (event.step, event.best_step) == (7, 5)
    assert event.reason == (
        f"the {what} of update 8 is not a finite number (learning rate 0.0082): the weights after update 5 are kept"
    )
    assert good is not None and same(run.weights(), good)
    saved = checkpoint.load(tmp_path / "run", device="cpu").net.named_parameters()
    assert same({name: p.detach() for name, p in saved}, good)


# ---------------------------------------------------------------------------------------------- configuration


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": None}, "give either steps or epochs, not steps=None and epochs=None"),
        ({"epochs": 3}, "give either steps or epochs, not steps=20 and epochs=3"),
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"patience": 0}, "patience must be at least 1, not 0"),
        ({"validate_every": -1}, "validate_every must be at least 1, not -1"),
        ({"lr": 0.0}, "lr must be a positive number, not 0.0"),
        ({"lr": math.nan}, "lr must be a positive number, not nan"),
        ({"clip": math.inf}, "clip must be a positive number, not inf"),
        ({"warmup": -1}, "warmup must be 0 or more, not -1"),
        ({"weight_decay": -0.1}, "weight_decay must be 0 or more, not -0.1"),
        ({"label_smoothing": 1.0}, "label_smoothing must be at least 0 and below 1, not 1.0"),
        ({"forcing_start": 1.5}, "forcing_start must be between 0 and 1, not 1.5"),
        ({"forcing_end": -0.5}, "forcing_end must be between 0 and 1, not -0.5"),
        ({"betas": (0.9, 1.0)}, r"betas must be two numbers from 0 to below 1, not \(0.9, 1.0\)"),
        ({"lr_decay": "steep"}, "unknown learning-rate decay 'steep': known are constant, linear, cosine"),
        ({"forcing": "steep"}, "unknown teacher-forcing schedule 'steep': known are constant, linear, inverse sigmoid"),
        ({"device": "tpu"}, "unknown device 'tpu': known are auto, cpu, cuda, mps"),
        ({"amp": "fp8"}, "unknown mixed precision 'fp8': known are auto, off, bf16"),
    ],
)
def test_a_configuration_that_contradicts_itself_says_so(changes: dict[str, object], said: str) -> None:
    with pytest.raises(S2SError, match=said):
        dataclasses.replace(CONFIG, **changes)


WHOLE = ("steps", "batch_size", "validate_every", "patience", "probe_every", "warmup", "seed", "snapshots")
NUMBERS = ("lr", "clip", "weight_decay", "label_smoothing", "forcing_start", "forcing_end")
OTHERS = ("betas", "probe", "specimens", "forcing", "lr_decay", "device", "amp")
HOSTILE = [
    -1,
    -(10**5000),
    10**5000,
    1e308,
    math.nan,
    math.inf,
    True,
    "x",
    "1",
    [],
    [[]],
    (1, 2, 3),
    {},
    object(),
    2.5j,
]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", [*WHOLE, *NUMBERS, *OTHERS, "epochs"])
def test_a_value_that_no_run_can_have_is_refused_in_one_sentence(field: str, value: object) -> None:
    if (field, value) in (("probe", "x"), ("probe", "1"), ("specimens", [])):
        return
    changes = {field: value} | ({"steps": None} if field == "epochs" else {})
    with pytest.raises(S2SError) as caught:
        dataclasses.replace(CONFIG, **changes)
    assert len(str(caught.value)) < 450 and str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, 10**18) for name in WHOLE if name != "seed"),
        ("seed", 2**63),
        ("batch_size", 10**12),
        *((name, 1e300) for name in ("lr", "clip", "weight_decay")),
    ],
)
def test_what_no_machine_computes_is_refused_with_the_limit(field: str, value: float) -> None:
    with pytest.raises(InvalidConfig, match=f"{field} must be at most "):
        dataclasses.replace(CONFIG, **{field: value})


def test_epochs_are_counted_in_updates() -> None:
    events = list(Run(config=dataclasses.replace(CONFIG, steps=None, epochs=2)).events())
    assert events[0].steps == 26 and events[-1].step == 26  # 100 pairs are 13 batches of 8


def test_bfloat16_is_used_only_where_it_is_asked_for_or_on_cuda() -> None:
    losses = {
        amp: next(e.loss for e in Run(config=dataclasses.replace(CONFIG, amp=amp)).events() if isinstance(e, StepDone))
        for amp in ("auto", "off", "bf16")
    }
    assert losses["auto"] == losses["off"] != losses["bf16"]
    assert losses["bf16"] == pytest.approx(losses["off"], rel=0.02)


def test_a_model_that_does_not_exist_is_told() -> None:
    with pytest.raises(InvalidConfig, match="colour"):
        Run(colour=1)
    assert "colour" not in ModelConfig.__dataclass_fields__
