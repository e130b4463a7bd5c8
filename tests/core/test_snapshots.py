"""Snapshots over training: taken when they are due, exact as float16, unseen by the training itself."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import Decoding, Snapshot, Specimen
from s2s_core.errors import CheckpointError, InvalidConfig
from s2s_core.recipes import Recipe, start
from s2s_core.tasks import ReverseTask
from s2s_core.training import StepDone, TrainConfig, Validated, train
from s2s_core.training.schedules import snapshot_steps
from s2s_core.translator import Translator

SPECIMENS = (("abc", "cba"), ("na", "an"))
CONFIG = TrainConfig(steps=12, batch_size=8, validate_every=4, warmup=2, lr=1e-2, snapshots=5, specimens=SPECIMENS)


def run(
    folder: Path, config: TrainConfig = CONFIG, *, stop_at: int | None = None, resume: bool = False, **model: object
):
    """Train a small model; the translator and its events."""
    recipe = Recipe(
        name="tiny",
        title="Tiny",
        summary="",
        task=ReverseTask(max_len=4),
        model={"embedding_size": 6, "encoder_hidden": 6, "decoder_hidden": 6, "max_tgt_len": 8, **model},
        train=config,
        train_size=60,
        dev_size=10,
        data="",
        weaknesses=(),
    )
    parts = start(recipe)
    events = train(
        parts.translator,
        recipe.task,
        config,
        train_pairs=parts.train_pairs,
        dev_pairs=parts.dev_pairs,
        folder=folder,
        resume=resume,
    )
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, StepDone) and event.step == stop_at:
            events.close()
    return parts.translator, seen


def plain(snapshots: tuple[Snapshot, ...]) -> list[object]:
    """Snapshots as data that can be compared."""

    def facts(of: Decoding) -> list[object]:
        weights = None if of.weights is None else of.weights.tolist()
        return [of.src_tokens, of.tgt_tokens, of.probabilities.tolist(), weights]

    def specimen(of: Specimen) -> list[object]:
        return [of.source, of.reference, of.output, facts(of.free), facts(of.forced)]

    return [[s.step, s.epoch, s.loss, [specimen(of) for of in s.specimens]] for s in snapshots]


def specimen_of(translator: Translator, source: str, reference: str) -> Specimen:
    free, forced = translator.trace(source, max_len=9), translator.trace(source, reference=reference)
    decodings = {"free": Decoding.of(free), "forced": Decoding.of(forced)}
    return Specimen(source=source, reference=reference, output=free.output, **decodings)


@pytest.mark.parametrize(("count", "steps"), [(2, 1), (5, 12), (12, 2000), (12, 12_440), (12, 5)])
def test_they_are_taken_before_the_first_update_after_the_last_and_ever_less_often(count: int, steps: int) -> None:
    points = snapshot_steps(count, steps)
    assert points[0] == 0 and points[-1] == steps and len(points) <= count
    assert len(points) == count or steps < 200
    assert list(points) == sorted(set(points))
    assert all(late >= early - 1 for early, late in itertools.pairwise(np.diff(points[1:])))
    assert snapshot_steps(0, steps) == ()


def test_a_run_keeps_what_the_network_makes_of_the_specimens(tmp_path: Path) -> None:
    translator, events = run(tmp_path / "run")
    kept = checkpoint.snapshots(tmp_path / "run")
    assert tuple(snapshot.step for snapshot in kept) == snapshot_steps(5, 12)
    for snapshot in kept:
        assert [(one.source, one.reference) for one in snapshot.specimens] == list(SPECIMENS)
        for one in snapshot.specimens:
            assert one.forced.tgt_tokens == (*one.reference, "</s>")
            for decoding in (one.free, one.forced):
                shape = (len(decoding.tgt_tokens), len(decoding.src_tokens))
                assert decoding.weights is not None and decoding.weights.shape == shape
                np.testing.assert_allclose(decoding.weights.sum(axis=1), 1.0, atol=2e-3)
                assert decoding.probabilities.shape == (len(decoding.tgt_tokens),)
                with pytest.raises(ValueError, match="read-only"):
                    decoding.probabilities[0] = 1.0
    assert kept[0].loss > kept[-1].loss
    looks = {event.step: event.loss for event in events if isinstance(event, Validated)}
    assert kept[-1].loss == looks[12]
    trace = translator.trace("abc", reference="cba")  # the last weights are the best ones here, or this is no test
    assert events[-1].best_step == 12 and trace.attention is not None
    np.testing.assert_allclose(kept[-1].specimens[0].forced.weights, trace.attention.weights, atol=1e-3)


def test_the_training_does_not_notice(tmp_path: Path) -> None:
    silent = dataclasses.replace(CONFIG, snapshots=0, specimens=())
    (one, _), (other, _) = run(tmp_path / "with"), run(tmp_path / "without", silent)
    assert checkpoint.snapshots(tmp_path / "without") == ()
    pairs = zip(one.net.parameters(), other.net.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("stop_at", [1, 4, 7])
def test_a_resumed_run_keeps_them_all(tmp_path: Path, stop_at: int) -> None:
    run(tmp_path / "whole")
    run(tmp_path / "parts", stop_at=stop_at)
    run(tmp_path / "parts", resume=True)
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in ("whole", "parts")]
    assert manifests[0] == manifests[1]


def test_a_run_that_patience_ends_has_its_end(tmp_path: Path) -> None:
    impatient = dataclasses.replace(CONFIG, lr=0.5, lr_decay="constant", steps=400, patience=1)
    _, events = run(tmp_path / "run", impatient)
    assert events[-1].step < 400
    assert checkpoint.snapshots(tmp_path / "run")[-1].step == events[-1].step


@pytest.mark.parametrize("changes", [{}, {"context": "mean"}, {"source_end": False}])
def test_what_was_saved_comes_back(tmp_path: Path, changes: dict[str, object]) -> None:
    translator = small_translator(**changes)
    specimens = tuple(specimen_of(translator, *texts) for texts in (("abc", "cba"), ("한g", "g한")))
    saved = (
        Snapshot(step=0, epoch=0.0, loss=2.5, specimens=specimens),
        Snapshot(step=7, epoch=0.3, loss=1.25, specimens=specimens[:1]),
    )
    checkpoint.save(tmp_path / "model", translator, card="", snapshots=saved)
    assert plain(checkpoint.snapshots(tmp_path / "model")) == plain(saved)
    assert (specimens[0].free.weights is None) == (changes.get("context") == "mean")


def test_they_are_guarded_like_everything_else(tmp_path: Path) -> None:
    run(tmp_path / "run")
    path = tmp_path / "run" / "snapshots.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"snapshots\.npz has been edited or cut short"):
        checkpoint.snapshots(tmp_path / "run")


def test_points_and_specimens_go_together() -> None:
    with pytest.raises(InvalidConfig, match="snapshots and specimens go together, not 5 of 0"):
        TrainConfig(steps=1, snapshots=5)
    with pytest.raises(InvalidConfig, match="snapshots must be 0, or 2 and more, not 1"):
        TrainConfig(steps=1, snapshots=1, specimens=SPECIMENS)
