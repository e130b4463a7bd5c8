"""Scoring many sentences at once says what scoring them one by one says."""

import numpy as np
import pytest
import torch
from small_models import small_translator

from s2s_core.errors import DataError
from s2s_core.evaluation import attention, evaluate
from s2s_core.metrics import Alignment, alignment
from s2s_core.tasks import Link, Pair, ReverseTask

LETTERS = "abcdefghij"


def letters(**changes):
    """A model that maps letters to letters, badly."""
    return small_translator(source=LETTERS, target=LETTERS, **changes)


def reversals(count: int) -> list[Pair]:
    texts = ["".join(LETTERS[(i * k + k) % 10] for k in range(1, 2 + i % 7)) for i in range(count)]
    return [
        Pair(text, text[::-1], "even" if i % 2 == 0 else "odd", tuple(Link((k,), k) for k in range(len(text))[::-1]))
        for i, text in enumerate(texts)
    ]


@pytest.mark.parametrize("changes", [{}, {"source_end": False}, {"attention": "dot"}])
def test_batched_attention_is_that_of_the_trace(changes: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2s_core.evaluation.BATCH", 4)
    translator, pairs = letters(**changes), reversals(11)
    seen = []
    for pair, source, target, weights in attention(translator, pairs):
        trace = translator.trace(pair.source, reference=pair.target)
        assert trace.attention is not None and weights.shape == (len(target), len(trace.src_tokens))
        assert source.tokens == trace.src_tokens[: len(source)]
        np.testing.assert_allclose(weights, trace.attention.weights[: len(target)], atol=1e-6)
        seen.append(pair)
    assert sorted(seen, key=pairs.index) == pairs


def test_the_attention_that_is_scored_is_in_full_precision_whatever_the_outputs_are_found_in() -> None:
    translator, pairs = letters(), reversals(5)
    full = [weights for *_, weights in attention(translator, pairs)]
    with torch.autocast("cpu", torch.bfloat16):
        for weights, (*_, others) in zip(full, attention(translator, pairs), strict=True):
            np.testing.assert_array_equal(weights, others)


class Searched(ReverseTask):
    """The toy, its beam and its aligner as a translation has them."""

    beam_size = 3
    aligner = "known links"


def test_beam_search_is_scored_beside_greedy_decoding() -> None:
    translator, pairs, task = letters(), reversals(11), Searched()
    evaluation = evaluate(translator, task, pairs)
    searched = [translator.translate([pair.source], beam_size=3)[0] for pair in pairs]
    assert evaluation.beam_size == 3 and evaluation.beam_scores == task.score(pairs, searched)
    header, rows = evaluation.table()
    assert rows[-1][:3] == ["all, beam 3", 11, evaluation.beam_scores["exact"]]
    assert all(len(row) == len(header) for row in rows) and "meets known links %" in header
    alone = evaluate(translator, task, pairs, beam_size=1)
    assert alone.beam_scores == {} and alone.scores == evaluation.scores and len(alone.table()[1]) == len(rows) - 1


def test_columns_with_nothing_to_count_are_left_out() -> None:
    bare = [Pair(pair.source, pair.target, links=(None,) * len(pair.target)) for pair in reversals(5)]
    header, _ = evaluate(letters(), ReverseTask(), bare).table()
    assert header == ["", "pairs", "exact %", "entropy (nats)", "on the end mark %"]


def test_scores_and_alignments_are_those_of_the_single_sentences() -> None:
    translator, pairs, task = letters(), reversals(11), ReverseTask()
    done: list[int] = []
    evaluation = evaluate(translator, task, pairs, progress=done.append)
    outputs = [translator.trace(pair.source).output for pair in pairs]
    assert evaluation.scores == task.score(pairs, outputs)
    assert evaluation.groups == {"even": 6, "odd": 5} and evaluation.pairs == 11 and done[-1] == 11
    single = {
        group: sum(
            (
                alignment(weights, pair, source, target)
                for pair, source, target, weights in attention(translator, pairs)
                if group in ("", pair.group)
            ),
            Alignment(),
        )
        for group in ("", "even", "odd")
    }
    assert evaluation.alignment is not None
    for found, expected in [
        (evaluation.alignment, single[""]),
        *((evaluation.group_alignments[g], single[g]) for g in ("even", "odd")),
    ]:
        assert (found.digits, found.in_field, found.copied, found.on_exact) == (
            expected.digits,
            expected.in_field,
            expected.copied,
            expected.on_exact,
        )
        assert found.entropy == pytest.approx(expected.entropy) and found.end_share == pytest.approx(expected.end_share)


def test_the_table_has_a_row_for_all_and_for_each_group() -> None:
    header, rows = evaluate(letters(), ReverseTask(), reversals(11)).table()
    assert [row[0] for row in rows] == ["all", "even", "odd"]
    assert all(len(row) == len(header) for row in rows)
    assert header == [
        "",
        "pairs",
        "exact %",
        "in the field %",
        "on the character %",
        "entropy (nats)",
        "on the end mark %",
    ]


@pytest.mark.parametrize(
    ("changes", "pairs"),
    [({"context": "mean"}, reversals(4)), ({}, [Pair("abc", "cba"), Pair("bc", "cb")])],
    ids=["a fixed context", "pairs without links"],
)
def test_without_attention_or_links_there_is_no_alignment(changes: dict[str, object], pairs: list[Pair]) -> None:
    evaluation = evaluate(letters(**changes), ReverseTask(), pairs)
    assert evaluation.alignment is None and evaluation.to_json()["alignment"] == {}
    assert evaluation.table()[0][:3] == ["", "pairs", "exact %"]


def test_pairs_that_the_model_cannot_take_are_counted_and_left_out() -> None:
    evaluation = evaluate(letters(), ReverseTask(), [*reversals(4), Pair(30 * "a", "a"), Pair("a", 30 * "a")])
    assert (evaluation.pairs, evaluation.dropped) == (4, 2)
    with pytest.raises(DataError, match="none of the 1 pairs is short enough for the model"):
        evaluate(letters(), ReverseTask(), [Pair(30 * "a", "a")])
