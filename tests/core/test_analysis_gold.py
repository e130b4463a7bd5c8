"""The gold alignment of a text that somebody typed: the same as that of the generator, or none."""

import pytest
from small_models import small_translator

from s2s_core.analysis.attention import gold, gold_cells
from s2s_core.checkpoint import load
from s2s_core.metrics import alignment
from s2s_core.tasks import DatesTask, KoPronounceTask, ReverseTask


def test_a_date_that_the_generator_writes_has_its_links():
    task = DatesTask()
    for pair in task.pairs("test", size=200):
        found = task.aligned(pair.source, pair.target)
        assert found is not None and (found.source, found.target) == (pair.source, pair.target)
        assert found.links == pair.links


@pytest.mark.parametrize(
    ("text", "answer", "day"),
    [
        ("See you on March 8, 2025!", "2025-03-08", 17),
        ("the 8th of March 2025, half past nine", "2025-03-08", 4),
        ("am 28. Jänner 2025 um 8 Uhr", "2025-01-28", 4),
    ],
)
def test_the_links_of_a_date_stand_whatever_is_around_it(text, answer, day):
    pair = DatesTask().aligned(text, answer)
    assert pair is not None and (pair.source, pair.target) == (text, answer)
    assert pair.links[9].exact == day and text[day] == answer[9]


def test_a_date_inside_a_longer_number_or_word_has_none():
    assert DatesTask().aligned("18 March 2025", "2025-03-08") is None
    assert DatesTask().aligned("8 March 20255", "2025-03-08") is None


@pytest.mark.parametrize("answer", ["2025-03-09", "20250308", "2025-3-8", "", "2025-99-99"])
def test_a_wrong_answer_has_none(answer):
    assert DatesTask().aligned("March 8, 2025", answer) is None


def test_every_example_of_the_dates_is_aligned():
    model = load("dates", device="cpu")
    for text in model.info.examples:
        assert gold(model, model.trace(text)) is not None


def test_spoken_korean_is_aligned_syllable_by_syllable():
    pair = KoPronounceTask().aligned("국물", "궁물")
    assert [link.field for link in pair.links] == [(0,), (1,)]
    assert KoPronounceTask().aligned("국물", "국물") is None
    assert KoPronounceTask().aligned("8 nine", "8 nine") is None


def test_a_reversal_is_aligned_and_nothing_else():
    assert ReverseTask().aligned("abc", "cba").links[0].exact == 2
    assert ReverseTask().aligned("abc", "abc") is None


def test_a_model_of_an_unknown_task_has_no_gold():
    model = small_translator()
    assert gold(model, model.trace("abc")) is None


def test_the_marked_cells_are_those_that_the_score_counts():
    model = load("dates", device="cpu")
    trace = model.trace("March 8, 2025")
    pair, target = gold(model, trace), model.encode_reference(trace.output)
    cells = gold_cells(trace, pair, target)
    best = [int(row.argmax()) for row in trace.attention.weights[: len(target)]]
    score = alignment(trace.attention.weights, pair, model.encode(trace.text), target)
    assert score.in_field == len({step for step, position, _ in cells if best[step] == position})
    assert score.on_exact == sum(exact for step, position, exact in cells if best[step] == position)
    assert (9, 6, True) in cells and (4, 6, True) not in cells
