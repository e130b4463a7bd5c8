"""The words of Why: the token that costs most, what was looked at, and which output to ask about first."""

import math

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis.why import reason, rivals, telling_output
from s2s_core.checkpoint import load


@pytest.mark.parametrize("changes", [{}, {"context": "last"}, {"bidirectional": False}])
@pytest.mark.parametrize("rather", [None, "4"])
def test_a_reason_is_the_largest_fall_among_the_tokens_of_the_text(changes, rather):
    found = small_translator(**changes).attribute("abcfge", reference="0123", step=3, rather=rather)
    said = reason(found)
    falls = found.row("drop").source[:6]  # without the end mark
    assert said.position == falls.argmax()
    for p, fall in ((said.p, 0.0), (said.without, falls.max())):
        value = found.value - fall
        assert p == pytest.approx(math.exp(value) if rather is None else 1 / (1 + math.exp(-value)))
    assert said.carries == (said.without < said.p / 2)
    assert said.costs == (falls.max() > 0)
    if changes.get("context") == "last":
        assert said.weight is None and said.looked is None
    else:
        weights = found.row("attention").source
        assert said.weight == pytest.approx(weights[said.position]) and said.looked == weights[:6].argmax()
    before = found.row("unknown").fed[1:]
    if said.fed is None:
        assert before.max() <= max(0, falls.max())
    else:
        assert said.fed == 1 + before.argmax() and before.max() > falls.max()


def test_what_was_written_does_not_count_more_where_p_rises_without_it():
    found = load("dates", device="cpu").attribute("8", step=1, rather="8", methods=["attention", "drop", "unknown"])
    said, before = reason(found), found.row("unknown").fed[1:]
    assert found.row("drop").source[0] < before.max() < 0, "both make the answer surer, this one less so"
    assert said.fed is None and said.unknown_fed is None and not said.costs


def test_the_first_output_has_nothing_before_it():
    assert reason(small_translator().attribute("abc", reference="01", step=0)).fed is None


def test_rivals_are_the_next_most_probable_tokens():
    trace = small_translator().trace("abcfge")
    found = rivals(trace, 0, 3)
    order = np.argsort(-trace.log_probs[0])
    assert list(found) == [token for token in order if token != trace.tgt_ids[0]][:3]


def test_the_output_to_ask_about_is_the_least_sure_one_or_the_last():
    dates = load("dates", device="cpu")
    sure = dates.trace("March 8, 2025")
    assert telling_output(sure) == len(sure.output) - 1
    unsure = dates.trace("tomorrow")
    chances = [math.exp(float(unsure.log_probs[step, token])) for step, token in enumerate(unsure.tgt_ids[:-1])]
    assert min(chances) < 0.9 and telling_output(unsure) == int(np.argmin(chances))
