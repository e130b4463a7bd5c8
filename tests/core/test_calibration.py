"""Calibration: the error is Guo's by hand, 0 of probabilities that are true, and the temperature is found again."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from s2s_core import checkpoint
from s2s_core.calibration import (
    HIGHEST,
    LOWEST,
    best_temperature,
    calibration_error,
    confidences,
    error_interval,
    mean_loss,
    reliability,
)
from s2s_core.errors import DataError
from s2s_core.experiments.outcomes import forced_losses
from s2s_core.recipes import RECIPES, confidence
from s2s_core.recipes.__main__ import lines
from s2s_core.recipes.confidence import Confidence, measure, read_table, section, write_table

SHIPPED = [name for name in RECIPES if RECIPES[name]().shipped]


def drawn(count: int, *, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities from 0.2 to 1, and whether each came true: as often as it says, less ``shift``."""
    chance = np.random.default_rng(1)
    said = chance.uniform(0.2, 1.0, count)
    return said, chance.random(count) < said - shift


@pytest.mark.parametrize(
    ("said", "right", "bins", "error"),
    [
        ([0.6, 0.6, 0.9, 0.9], [True, False, True, True], 2, 0.5 * 0.1 + 0.5 * 0.1),
        ([0.6, 0.6, 0.9, 0.9], [True, False, True, True], 1, 0.0),  # 3 of 4 are right, and 0.75 is said
        ([0.9, 0.6, 0.9, 0.6], [True, False, True, True], 2, 0.1),  # in any order
        ([0.5, 0.6, 0.7, 0.8, 0.9, 1.0], [False] * 3 + [True] * 3, 3, (1.1 + 0.5 + 0.1) / 6),
        ([0.7], [False], 15, 0.7),
        ([1.0] * 9 + [0.5], [True] * 9 + [False], 15, 0.05),  # equal ones are in one bin
        ([1.0] * 10, [True] * 9 + [False], 15, 0.1),
    ],
)
def test_the_error_is_what_it_is_by_hand(said: list[float], right: list[bool], bins: int, error: float) -> None:
    assert calibration_error(np.array(said), np.array(right), bins=bins) == pytest.approx(error, abs=1e-9)


def test_probabilities_that_are_true_have_no_error() -> None:
    assert calibration_error(*drawn(200_000)) < 0.005


@pytest.mark.parametrize("shift", [0.05, 0.2])
def test_who_says_too_much_errs_by_as_much(shift: float) -> None:
    assert calibration_error(*drawn(200_000, shift=shift)) == pytest.approx(shift, abs=0.005)


def test_bins_hold_as_many_tokens_each_and_rise() -> None:
    found = reliability(*drawn(1500))
    assert [entry.tokens for entry in found] == [100] * 15
    assert [entry.confidence for entry in found] == sorted(entry.confidence for entry in found)


def test_nothing_has_no_error() -> None:
    with pytest.raises(ValueError, match="no tokens"):
        calibration_error(np.array([]), np.array([], dtype=bool))


def test_the_interval_is_over_pairs() -> None:
    said, right = drawn(3000, shift=0.1)
    alone = error_interval(said, right, np.arange(3000))
    assert alone.low < alone.value == calibration_error(said, right) < alone.high
    assert alone == error_interval(said, right, np.arange(3000)), "the same seed gives the same interval"
    twice = error_interval(np.repeat(said, 4), np.repeat(right, 4), np.repeat(np.arange(3000), 4))
    assert twice.high - twice.low == pytest.approx(alone.high - alone.low, rel=0.2), "repeated tokens tell nothing new"


@pytest.mark.parametrize("temperature", [0.4, 0.8, 1.0, 1.7, 3.5])
def test_the_temperature_of_logits_is_found_again(temperature: float) -> None:
    generator = torch.Generator().manual_seed(3)
    true = 2 * torch.randn(30_000, 12, generator=generator)
    targets = torch.multinomial(true.softmax(dim=-1), 1, generator=generator).squeeze(1)
    assert best_temperature(true * temperature, targets) == pytest.approx(temperature, rel=0.03)
    said, right = confidences(true * temperature, targets, temperature)
    assert calibration_error(said, right) < 0.01


@pytest.mark.parametrize(("right", "bound"), [(True, LOWEST), (False, HIGHEST)])
def test_a_temperature_stays_within_its_bounds(right: bool, bound: float) -> None:
    logits = 9 * F.one_hot(torch.arange(40) % 5, 5).float()
    targets = (torch.arange(40) + (not right)) % 5
    assert best_temperature(logits, targets) == pytest.approx(bound, rel=1e-3)


def test_a_temperature_changes_no_choice_and_the_loss_is_torch_s() -> None:
    logits, targets = torch.randn(5000, 7), torch.randint(7, (5000,))
    for temperature in (0.5, 1.0, 2.0):
        said, right = confidences(logits, targets, temperature)
        probabilities = (logits / temperature).softmax(dim=-1)
        np.testing.assert_allclose(said, probabilities.amax(dim=-1), rtol=1e-5)
        assert (right == (logits.argmax(dim=-1) == targets).numpy()).all()
        wanted = F.cross_entropy(logits / temperature, targets)
        assert mean_loss(logits, targets, temperature) == pytest.approx(wanted.item(), rel=1e-5)


def test_a_model_is_measured_on_its_own_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "TEST_PAIRS", 40)
    monkeypatch.setattr(confidence, "DEV_PAIRS", 40)
    model, task = checkpoint.load("dates-last", device="cpu"), RECIPES["dates-last"]().task
    line = measure(model, task)
    losses = [loss for losses in forced_losses(model, task.pairs("test", size=40)) for loss in losses]
    assert (line.pairs, line.tokens) == (40, len(losses))
    assert line.loss == pytest.approx(np.mean(losses), abs=1e-4)
    assert line.said == pytest.approx(100 * np.exp(-np.array(losses)).mean(), abs=1.0), "most are right"
    assert line.low <= line.error <= line.high and LOWEST <= line.temperature <= HIGHEST


def a_line(**changes: float | str) -> Confidence:
    numbers = {field.name: field.type(1) for field in fields(Confidence)}
    return Confidence(**(numbers | {"model": "dates", "fingerprint": "ab", "temperature": 0.8} | changes))


def test_the_table_gives_back_what_was_written(tmp_path: Path) -> None:
    written = (a_line(), a_line(model="dates-last", error=2.25))
    write_table(written, tmp_path / "calibration.csv")
    assert read_table(tmp_path / "calibration.csv") == written
    assert read_table(tmp_path / "none.csv") == ()
    (tmp_path / "calibration.csv").write_text("model,tokens\ndates,many\n", encoding="utf-8")
    with pytest.raises(DataError, match="not a table of confidence"):
        read_table(tmp_path / "calibration.csv")


def test_a_temperature_mends_where_the_gain_is_clear() -> None:
    line = a_line(error=3.0, low=2.5, high=3.5, scaled_error=1.0, scaled_low=0.5, scaled_high=1.5)
    assert line.mends
    assert not replace(line, scaled_high=2.6).mends, "the intervals meet"
    assert not replace(line, error=1.4, low=1.3, scaled_high=1.2).mends, "the gain is small"


def test_a_card_has_both_errors_and_the_command() -> None:
    told = section(a_line(error=3.0, low=2.5, high=3.5, sure=0.0), ("--data", "en-fr=pairs.tsv.gz"))
    told = told.replace("\n", " ")
    assert "| expected calibration error % | 3.00 (2.50 to 3.50) | 1.00 (1.00 to 1.00) |" in told
    assert "`python -m s2s_core.recipes --confidence --data en-fr=pairs.tsv.gz`" in told
    assert "| of them right % |  | 1.00 |" in told


def test_the_line_of_a_model_that_was_trained_anew_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [checkpoint.load(name, device="cpu") for name in ("dates", "dates-last", "ko-en")]
    prints = [model.info.fingerprint for model in models]
    kept = tuple(a_line(model=name, fingerprint=print_) for name, print_ in (("old", "ab"), ("x", prints[2])))
    monkeypatch.setattr(confidence, "read_table", lambda: kept)
    monkeypatch.setattr(confidence, "measure", lambda model, task: a_line(model=model.info.name))
    assert lines(models, {}, measure=False) == [kept[1]]
    assert [line.model for line in lines(models, {}, measure=True)] == ["dates", "dates-last", "x"]


def test_the_lines_kept_are_those_of_the_models_shipped() -> None:
    kept = {line.model: line.fingerprint for line in read_table()}
    now = {name: checkpoint.load(name, device="cpu").info.fingerprint for name in SHIPPED}
    assert kept == now, "measure again: python -m s2s_core.recipes --confidence"
