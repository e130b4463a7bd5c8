"""Another temperature: the softmax of the logits divided by it, and nothing else of a run is touched."""

from dataclasses import fields

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis.temperature import at_temperature
from s2s_core.errors import InvalidConfig


@pytest.mark.parametrize("temperature", [0.25, 0.9, 1.0, 3.0])
@pytest.mark.parametrize("reference", [None, "0123"])
def test_the_probabilities_are_those_of_the_divided_logits(temperature, reference):
    trace = small_translator().trace("abc", reference=reference)
    found = at_temperature(trace, temperature)
    powers = np.exp(trace.log_probs.astype(np.float64)) ** (1 / temperature)  # p^(1/T), which has to sum to 1 again
    np.testing.assert_allclose(np.exp(found.log_probs), powers / powers.sum(axis=1, keepdims=True), rtol=1e-4)
    ids = [trace.vocabulary.index(token) for token in trace.reference_tokens or trace.tgt_tokens]
    np.testing.assert_allclose(found.token_log_probs, found.log_probs[np.arange(len(ids)), ids], atol=1e-5)
    changed = {"log_probs", "token_log_probs"}
    same = [field.name for field in fields(trace) if getattr(trace, field.name) is getattr(found, field.name)]
    assert {field.name for field in fields(trace)} - {*same} == changed


def test_a_low_temperature_is_surer_and_a_high_one_less_sure():
    trace = small_translator().trace("abc")
    low, high = at_temperature(trace, 0.5), at_temperature(trace, 2.0)
    assert (low.log_probs.max(axis=1) > trace.log_probs.max(axis=1)).all()
    assert (high.log_probs.max(axis=1) < trace.log_probs.max(axis=1)).all()
    assert (low.log_probs.argmax(axis=1) == trace.log_probs.argmax(axis=1)).all()


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_is_above_zero(temperature):
    with pytest.raises(InvalidConfig, match="temperature"):
        at_temperature(small_translator().trace("abc"), temperature)
