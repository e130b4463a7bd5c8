"""Where a forced and a free run part, what each step scored, and a reference that shows it."""

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis.forcing import likeliest_slip, parting, per_step
from s2s_core.edits import combine, force_token
from s2s_core.tokenizer import EOS


@pytest.mark.parametrize(
    ("reference", "free", "place"),
    [("abc", "abc", None), ("abc", "axc", 1), ("abc", "ab", 2), ("ab", "abc", 2), ("", "", None), ("a", "", 0)],
)
def test_the_runs_part_at_the_first_place_that_differs(reference, free, place):
    assert parting(tuple(reference), tuple(free)) == place


@pytest.mark.parametrize("reference", [None, "0123"])
def test_the_terms_of_the_steps_add_up_to_the_probability_of_the_sequence(reference):
    model = small_translator()
    trace = model.trace("abcd", reference=reference)
    steps = per_step(trace)
    assert list(steps["step"]) == list(range(1, len(trace.tgt_tokens) + 1))
    assert steps["total"].iloc[-1] == pytest.approx(trace.log_prob, abs=1e-5)
    np.testing.assert_allclose(steps["total"].diff().iloc[1:], steps["log_prob"].iloc[1:])
    assert tuple(steps["scored"]) == (trace.reference_tokens or trace.tgt_tokens)
    if reference:
        assert steps["total"].iloc[-1] == pytest.approx(model.score("abcd", reference).log_prob, abs=1e-5)


def test_what_is_predicted_is_the_most_probable_token():
    trace = small_translator().trace("abcd", reference="0123")
    predicted = per_step(trace)["probability"]
    np.testing.assert_allclose(predicted, [trace.top(t, 1)[0][2] for t in range(len(predicted))], rtol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_a_slip_is_the_answer_with_one_token_changed_to_a_second_choice(seed):
    model, answer = small_translator(seed=seed), (5, 4, 7, 6)
    free = model.trace("abcdefg", edit=combine(*(force_token(t, token) for t, token in enumerate((*answer, EOS)))))
    slip = likeliest_slip(model, free)
    assert slip is not None
    changed = model.encode_reference(slip).ids
    (place,) = [t for t, (one, other) in enumerate(zip(answer, changed, strict=True)) if one != other]
    second = next(i for _, i, _ in free.top(place, 9) if i > 3 and i != answer[place])
    assert changed[place] == second


def test_there_is_no_slip_of_an_empty_answer():
    model = small_translator()
    free = model.trace("ab", edit=force_token(0, EOS))
    assert free.output == "" and likeliest_slip(model, free) is None
