"""Scores against other implementations and by hand; alignments against links that are known."""

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.metrics import Alignment, alignment, bleu, chrf, edit_distance, error_rate, exact_match
from s2s_core.pair import Link, Pair
from s2s_core.tokenizer import CharacterTokenizer, Encoding

Metric = Callable[[Sequence[str], Sequence[str]], float]
METRICS: list[Metric] = [exact_match, bleu, chrf, error_rate]
sequences = st.text("abc", max_size=7)


@pytest.mark.parametrize("metric", METRICS)
def test_outputs_and_references_have_to_be_as_many_and_some(metric: Metric) -> None:
    with pytest.raises(ValueError, match="1 outputs for 2 references: expected as many"):
        metric(["a"], ["a", "b"])
    with pytest.raises(ValueError, match="nothing to score"):
        metric([], [])


@pytest.mark.parametrize("metric", [exact_match, bleu, chrf])
def test_the_reference_itself_is_a_hundred_and_nothing_alike_is_none(metric: Metric) -> None:
    references = ["the cat sat on the mat", "a dog runs through the grass"]
    assert metric(references, references) == pytest.approx(100)
    assert metric(["q", "z"], references) == pytest.approx(0, abs=0.5)


def test_exact_match_counts_whole_texts() -> None:
    assert exact_match(["a", "b", "c", "d"], ["a", "b", "c", "D"]) == 75


def test_of_several_references_any_counts_and_more_of_them_only_help() -> None:
    outputs, first = ["the cat sat on the mat", "he runs"], ["the cat was on the mat", "he runs"]
    several = [(first[0], "on the mat sat the cat", outputs[0]), (first[1],)]
    assert exact_match(outputs, first) == 50 and exact_match(outputs, several) == 100
    for metric in (bleu, chrf):
        assert metric(outputs, [(text,) for text in first]) == metric(outputs, first)
        assert metric(outputs, first) < metric(outputs, several) == pytest.approx(100)


def test_bleu_is_the_geometric_mean_of_its_precisions() -> None:
    """Six words, the fifth wrong: precisions of one to four words, and no brevity penalty."""
    output, reference = "the cat sat on a mat", "the cat sat on the mat"
    precisions = [5 / 6, 3 / 5, 2 / 4, 1 / 3]
    assert bleu([output], [reference]) == pytest.approx(100 * math.prod(precisions) ** 0.25)


def test_error_rates_by_hand() -> None:
    assert error_rate(["the cat sat"], ["the cat sat down"]) == 25
    assert error_rate(["K AE T", "D AO G Z"], ["K AE T", "D AO G"]) == pytest.approx(100 / 6)
    assert error_rate(["kitten"], ["sitting"], unit="characters") == pytest.approx(300 / 7)
    assert error_rate(["a b c d"], ["x"]) == 400


def test_an_error_rate_needs_something_to_be_wrong_about() -> None:
    with pytest.raises(ValueError, match="every reference is empty"):
        error_rate(["a"], [" "])


def recursive(a: str, b: str) -> int:
    """The definition, word for word."""

    @functools.cache
    def distance(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        return min(distance(i - 1, j) + 1, distance(i, j - 1) + 1, distance(i - 1, j - 1) + (a[i - 1] != b[j - 1]))

    return distance(len(a), len(b))


@given(a=sequences, b=sequences, c=sequences)
def test_edit_distance_is_its_recursive_definition_and_a_metric(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == recursive(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


# "3월 12" -> "0312": a padding zero, a copied 3, and two copies.
PAIR = Pair("3월 12", "0312", "ko", (Link((0,)), Link((0,), 0), Link((3, 4), 3), Link((3, 4), 4)))
SOURCE = CharacterTokenizer.train([PAIR.source]).encode(PAIR.source)


TARGET = CharacterTokenizer.train([PAIR.target]).encode(PAIR.target)


def aligned(weights: np.ndarray, pair: Pair, source: Encoding = SOURCE, target: Encoding = TARGET) -> Alignment:
    return alignment(weights, pair, source, target)


def one_hot(places: list[int], columns: int) -> np.ndarray:
    return np.eye(columns, dtype=np.float32)[places]


def test_weights_on_the_links_score_a_hundred() -> None:
    scored = aligned(one_hot([0, 0, 3, 4], 5), PAIR)
    assert scored == Alignment(digits=4, in_field=4, copied=3, on_exact=3, steps=4, entropy_sum=0.0, end_sum=0.0)
    assert (scored.field, scored.exact, scored.entropy, scored.end_share) == (100, 100, 0, 0)


def test_the_field_and_the_very_character_are_told_apart() -> None:
    scored = aligned(one_hot([1, 0, 4, 3], 5), PAIR)
    assert (scored.in_field, scored.on_exact) == (3, 1)
    assert scored.field == 75 and scored.exact == pytest.approx(100 / 3)


def test_weights_on_the_end_mark_are_in_no_field() -> None:
    scored = aligned(one_hot([5, 5, 5, 5, 5], 6), PAIR)
    assert (scored.field, scored.exact, scored.end_share, scored.steps) == (0, 0, 1, 4)


def test_even_weights_have_the_entropy_of_their_number() -> None:
    scored = aligned(np.full((4, 6), 1 / 6, dtype=np.float32), PAIR)
    assert scored.entropy == pytest.approx(math.log(6))
    assert scored.end_share == pytest.approx(1 / 6)


def test_steps_after_the_target_are_not_scored_and_an_output_cut_short_is() -> None:
    right = [0, 0, 3, 4]
    assert aligned(one_hot([*right, 1, 1], 5), PAIR) == aligned(one_hot(right, 5), PAIR)
    assert aligned(one_hot(right[:2], 5), PAIR).digits == 2


def test_unlinked_characters_and_pairs_count_for_entropy_alone() -> None:
    links = (None, *PAIR.links[1:]) if PAIR.links else ()
    assert aligned(one_hot([1, 0, 3, 4], 5), Pair("3월 12", "0312", links=links)).field == 100
    unlinked = aligned(one_hot([1, 0, 3, 4], 5), Pair("3월 12", "0312"))
    assert unlinked.steps == 4 and math.isnan(unlinked.field) and math.isnan(unlinked.exact)


def test_a_token_of_several_characters_is_in_a_field_that_it_touches() -> None:
    words = Encoding(ids=(4, 5), tokens=("3월", "12"), offsets=((0, 2), (3, 5)), unknown=(False, False))
    assert aligned(one_hot([0, 0, 1, 1], 2), PAIR, source=words) == aligned(one_hot([0, 0, 3, 4], 5), PAIR)


def test_a_target_token_is_linked_as_its_first_character_is() -> None:
    month_and_day = Encoding(ids=(4, 5), tokens=("03", "12"), offsets=((0, 2), (2, 4)), unknown=(False, False))
    scored = aligned(one_hot([0, 3], 5), PAIR, target=month_and_day)
    assert (scored.digits, scored.in_field, scored.copied, scored.on_exact) == (2, 2, 1, 1)


def test_sentences_add_up() -> None:
    one = aligned(one_hot([0, 0, 3, 4], 5), PAIR)
    other = aligned(one_hot([5, 5, 5, 5], 6), PAIR)
    both = sum([one, other], Alignment())
    assert (both.field, both.exact, both.end_share) == (50, 50, 0.5)
    assert math.isnan(Alignment().entropy) and math.isnan(Alignment().end_share)


@pytest.mark.parametrize("columns", [4, 7])
def test_weights_of_another_source_are_refused(columns: int) -> None:
    with pytest.raises(ValueError, match=f"have {columns} columns, expected 5 tokens or one more"):
        aligned(one_hot([0], columns), PAIR)
