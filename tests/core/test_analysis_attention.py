"""Reading rows of weights, and making others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import VARIANTS, small_translator

from s2s_core.analysis import attention
from s2s_core.analysis.attention import (
    at_place,
    attention_edit_of,
    coverage,
    entropy,
    everywhere,
    rounded,
    shifted,
    weighed,
)
from s2s_core.edits import set_weights

ROWS = st.lists(st.floats(0.001, 1), min_size=2, max_size=9).map(lambda row: [weight / sum(row) for weight in row])


def test_entropy_is_0_at_one_place_and_log_t_everywhere():
    rows = np.array([at_place(4, 2), everywhere(4), (0.5, 0.5, 0, 0)])
    assert entropy(rows) == pytest.approx([0.0, math.log(4), math.log(2)])


def test_coverage_is_the_sum_of_a_column():
    assert coverage(np.array([[0.25, 0.75], [1.0, 0.0]])) == pytest.approx([1.25, 0.75])


@pytest.mark.parametrize("name", VARIANTS)
def test_the_shares_of_a_step_add_up_to_its_context(name):
    trace = small_translator(**VARIANTS[name]).trace("abcde", max_len=3)
    parts = attention.shares(trace, 0)
    assert bool(parts) == (trace.attention is not None)
    if parts:
        assert sum(part.term for part in parts) == pytest.approx(trace.context[0], abs=1e-6)
        assert [part.weight for part in parts] == sorted(trace.attention.weights[0].tolist(), reverse=True)
        assert all(part.score == trace.attention.scores[0, part.position] for part in parts)


def test_a_row_moves_to_the_right_and_around_the_end():
    assert shifted((0.1, 0.2, 0.7), 1) == (0.7, 0.1, 0.2)
    assert shifted((0.1, 0.2, 0.7), -1) == (0.2, 0.7, 0.1)


def test_a_weight_that_is_set_leaves_the_others_their_proportions():
    assert weighed((0.5, 0.3, 0.2), 0, 0.0) == pytest.approx((0.0, 0.6, 0.4))
    assert weighed((0.5, 0.3, 0.2), 2, 0.6) == pytest.approx((0.25, 0.15, 0.6))
    assert weighed((1.0, 0.0, 0.0), 0, 0.5) == pytest.approx((0.5, 0.25, 0.25))
    assert weighed((0.5, 0.5), 1, 7.0) == (0.0, 1.0)


@given(ROWS, st.integers(-3, 3), st.floats(0, 1))
def test_every_row_that_is_made_is_a_distribution(row, by, weight):
    for made in (everywhere(len(row)), at_place(len(row), 1), shifted(row, by), weighed(row, 0, weight)):
        for kept in (made, rounded(made)):
            assert min(kept) >= 0
            assert sum(kept) == pytest.approx(1.0)
        assert rounded(made) == pytest.approx(made, abs=1e-3)


@given(ROWS)
def test_a_row_tells_by_which_way_it_was_made(row):
    ways = {"everywhere": everywhere(len(row)), "left": shifted(row, -1), "right": shifted(row, 1), "computed": row}
    for made in ways.values():
        way = attention_edit_of(rounded(made), row)
        assert way in (*ways, "place") and (way == "place" or rounded(ways[way]) == rounded(made))
    assert attention_edit_of(row, row) == "computed"


@pytest.mark.parametrize(
    ("row", "edit"),
    [
        ((0.7, 0.2, 0.1), "computed"),
        ((0.0, 1.0, 0.0), "place"),
        ((0.3334, 0.3333, 0.3333), "everywhere"),
        ((0.2, 0.1, 0.7), "left"),
        ((0.1, 0.7, 0.2), "right"),
        ((0.5, 0.4, 0.1), "hand"),
    ],
)
def test_the_ways_by_name(row, edit):
    assert attention_edit_of(row, (0.7, 0.2, 0.1)) == edit


def test_a_row_that_is_put_in_place_is_the_one_the_context_is_made_of():
    model = small_translator()
    row = rounded(shifted(model.trace("abcd").attention.weights[1], 1))
    edited = model.trace("abcd", edit=set_weights(1, row))
    assert edited.attention.weights[1] == pytest.approx(row)
    assert edited.context[1] == pytest.approx(np.array(row) @ edited.encoder.joined, abs=1e-6)
