"""What differs between two traces, and what has no difference because it does not mean the same."""

import dataclasses

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis.difference import (
    attention_difference,
    probability_difference,
    state_distances,
    total_variation,
)
from s2s_core.edits import without_peepholes
from s2s_core.trace import AttentionTrace


@pytest.fixture
def model():
    return small_translator()


def test_a_trace_does_not_differ_from_itself(model):
    trace = model.trace("abcd")
    assert not attention_difference(trace, trace).any() and not probability_difference(trace, trace).any()
    assert not any(distance.any() for distance in state_distances(trace, trace).values())
    assert not total_variation(trace, trace).any()


def test_attention_is_subtracted_number_by_number(model):
    trace = model.trace("ab", max_len=2)
    rows = np.array([[0.5, 0.25, 0.25], [0, 0, 1]], np.float32)
    moved = AttentionTrace(trace.attention.scores, rows[: len(trace.tgt_ids)])
    other = dataclasses.replace(trace, attention=moved)
    found = attention_difference(trace, other)
    np.testing.assert_allclose(found, moved.weights - trace.attention.weights, atol=1e-7)
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-6)


def test_runs_of_different_length_are_compared_as_far_as_both_go(model):
    one, other = model.trace("abc", reference="01"), model.trace("abc", reference="0123")
    assert probability_difference(one, other).shape[0] == attention_difference(one, other).shape[0] == 3
    assert len(state_distances(one, other)["decoder"]) == 3


def test_a_changed_token_moves_forward_states_after_it_and_backward_states_before_it(model):
    moved = state_distances(model.trace("abcd"), model.trace("abed"))
    assert list(moved) == ["forward", "backward", "decoder"]
    assert not moved["forward"][:2].any() and moved["forward"][2:].all()
    assert moved["backward"][:3].all() and not moved["backward"][3:].any()


def test_sources_of_different_length_have_no_attention_or_encoder_states_to_subtract(model):
    one, other = model.trace("abc"), model.trace("abcd")
    assert attention_difference(one, other) is None
    assert list(state_distances(one, other)) == ["decoder"]


def test_the_units_of_two_networks_do_not_correspond(model):
    one, other = model.trace("abc"), small_translator(name="other", seed=1).trace("abc")
    assert state_distances(one, other) == {}
    assert attention_difference(one, other) is not None and probability_difference(one, other) is not None


def test_without_attention_there_is_none_to_subtract(model):
    fixed = small_translator(context="last")
    assert attention_difference(model.trace("abc"), fixed.trace("abc")) is None


def test_two_vocabularies_have_no_difference(model):
    other = small_translator(target="0123456")
    assert probability_difference(model.trace("abc"), other.trace("abc")) is None
    assert total_variation(model.trace("abc"), other.trace("abc")) is None


def test_tokens_that_are_numbered_otherwise_are_still_the_same_tokens(model):
    trace = model.trace("abc")
    order = np.random.default_rng(0).permutation(len(trace.vocabulary))
    shuffled = tuple(trace.vocabulary[number] for number in order)
    other = dataclasses.replace(trace, vocabulary=shuffled, log_probs=trace.log_probs[:, order])
    assert not probability_difference(trace, other).any()


def test_tokens_that_print_alike_keep_their_number(model):
    trace = model.trace("abc")
    alike = dataclasses.replace(trace, vocabulary=(*trace.vocabulary[:-1], trace.vocabulary[-2]))
    assert not probability_difference(alike, alike).any()
    assert probability_difference(alike, dataclasses.replace(alike, vocabulary=alike.vocabulary[::-1])) is None


def test_distributions_are_apart_by_between_0_and_1(model):
    apart = total_variation(model.trace("abcd"), model.trace("abcd", edit=without_peepholes()))
    assert (apart > 0).all() and (apart < 1).all()
