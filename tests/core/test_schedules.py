"""Schedules and batches are pure functions of how far a run is."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.errors import UnknownName
from s2s_core.training.bucketing import Bucketing
from s2s_core.training.schedules import FORCING_DECAYS, LR_DECAYS, forcing_ratio, learning_rate


@pytest.mark.parametrize("decay", [*LR_DECAYS])
@given(st.integers(0, 50), st.integers(1, 300))
def test_the_learning_rate_rises_to_its_peak_and_never_above(decay: str, warmup: int, steps: int) -> None:
    rates = [learning_rate(step, peak=0.5, warmup=warmup, steps=steps, decay=decay) for step in range(steps)]
    assert all(0 < rate <= 0.5 for rate in rates)
    rise, fall = rates[:warmup], rates[warmup:]
    assert rise == sorted(rise) and fall == sorted(fall, reverse=True)
    if fall:
        assert fall[0] == 0.5


@pytest.mark.parametrize(("decay", "left"), [("constant", 1.0), ("linear", 0.5), ("cosine", 0.5)])
def test_half_way_down(decay: str, left: float) -> None:
    assert learning_rate(60, peak=1.0, warmup=20, steps=100, decay=decay) == pytest.approx(left)


@pytest.mark.parametrize("schedule", [*FORCING_DECAYS])
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 200))
def test_the_forcing_ratio_goes_one_way_and_stays_between_its_ends(
    schedule: str, start: float, end: float, steps: int
) -> None:
    ratios = [forcing_ratio(step, start=start, end=end, steps=steps, schedule=schedule) for step in range(steps)]
    low, high = min(start, end), max(start, end)
    assert all(low - 1e-9 <= ratio <= high + 1e-9 for ratio in ratios)
    changes = np.diff(ratios) * (end - start)
    assert (changes >= -1e-9).all()


def test_the_inverse_sigmoid_is_half_way_in_the_middle_and_flat_at_both_ends() -> None:
    decay = FORCING_DECAYS["inverse sigmoid"]
    assert decay(0.5) == pytest.approx(0.5)
    assert decay(0.0) == pytest.approx(100 / 101) and decay(1.0) == pytest.approx(1 / 101)
    assert decay(0.0) - decay(0.1) < 0.1 < decay(0.4) - decay(0.6)


def test_an_unknown_schedule_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="unknown learning-rate decay 'steep': known are constant, linear, cosine"):
        LR_DECAYS["steep"]


lengths = st.lists(st.integers(1, 40), min_size=1, max_size=200)


@given(lengths, st.integers(1, 20), st.integers(0, 3), st.integers(0, 3))
def test_an_epoch_holds_every_pair_once(lengths: list[int], batch_size: int, seed: int, epoch: int) -> None:
    bucketing = Bucketing(lengths, batch_size=batch_size, seed=seed)
    first = epoch * bucketing.per_epoch
    batches = [bucketing.batch(step) for step in range(first, first + bucketing.per_epoch)]
    assert Counter(index for batch in batches for index in batch) == Counter(range(len(lengths)))
    assert all(1 <= len(batch) <= batch_size for batch in batches)
    assert len(batches) == -(-len(lengths) // batch_size)


@given(lengths, st.integers(1, 20), st.integers(0, 60))
def test_a_batch_depends_on_seed_and_step_alone(lengths: list[int], batch_size: int, step: int) -> None:
    walked, jumped = (Bucketing(lengths, batch_size=batch_size, seed=1) for _ in range(2))
    assert [walked.batch(s) for s in range(step + 1)][-1] == jumped.batch(step)


def test_epochs_and_seeds_differ() -> None:
    lengths = [1 + i % 7 for i in range(200)]
    epochs = [
        tuple(tuple(bucketing.batch(first + step)) for step in range(bucketing.per_epoch))
        for bucketing in (Bucketing(lengths, batch_size=8, seed=1), Bucketing(lengths, batch_size=8, seed=2))
        for first in (0, bucketing.per_epoch)
    ]
    assert len(set(epochs)) == 4


def test_sentences_of_like_length_stand_together() -> None:
    lengths = np.random.default_rng(0).integers(1, 60, size=2000)
    bucketing = Bucketing(lengths.tolist(), batch_size=32, seed=1)

    def padding(batches: list[list[int]]) -> int:
        return sum(int((lengths[batch].max() - lengths[batch]).sum()) for batch in batches)

    unsorted = [list(range(first, min(first + 32, 2000))) for first in range(0, 2000, 32)]
    bucketed = [bucketing.batch(step) for step in range(bucketing.per_epoch)]
    assert padding(bucketed) < 0.15 * padding(unsorted)
