"""Principal components against cases that can be worked out by hand, and against what defines them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.analysis.principal import principal


def states(rows: int, units: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, units)) * np.arange(1, units + 1)


def test_points_on_a_line_have_one_component():
    found = principal(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), 2)
    assert found.axes[0] == pytest.approx([0.6, 0.8])
    assert found.explained == pytest.approx([1.0, 0.0])
    assert found.project(np.array([[3.0, 4.0], [6.0, 8.0]]))[:, 0] == pytest.approx([0.0, 5.0])


@given(st.integers(0, 1000))
def test_the_axes_are_orthonormal_and_the_shares_those_of_the_covariance(seed):
    sample = states(12, 5, seed)
    found = principal(sample)
    assert found.axes @ found.axes.T == pytest.approx(np.eye(3), abs=1e-9)
    eigenvalues = np.sort(np.linalg.eigvalsh(np.cov(sample.T)))[::-1]
    assert found.explained == pytest.approx(eigenvalues[:3] / eigenvalues.sum())
    assert found.project(sample).var(axis=0, ddof=1) == pytest.approx(eigenvalues[:3])


@given(st.integers(0, 1000))
def test_the_sign_of_an_axis_does_not_depend_on_the_order_of_the_states(seed):
    sample = states(8, 4, seed)
    assert principal(sample).axes == pytest.approx(principal(sample[::-1]).axes)


@pytest.mark.parametrize("rows", [1, 2])
def test_what_few_states_do_not_have_is_zero(rows):
    found = principal(states(rows, 5, 0))
    assert found.axes.shape == (3, 5) and found.explained.shape == (3,)
    assert found.explained.sum() == pytest.approx(rows - 1)
    assert np.isfinite(found.project(states(4, 5, 1))).all()
