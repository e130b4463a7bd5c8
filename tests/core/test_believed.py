"""Which attributions can be believed: each number of a pair is that of its own curves, orders and runs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import small_translator

from s2s_core.attribution import CHANCE, METHODS, faithfulness
from s2s_core.checkpoint import load
from s2s_core.edits import set_weights
from s2s_core.experiments.believed import REMOVALS, SHUFFLES, believed, kendall
from s2s_core.recipes import RECIPES
from s2s_core.tasks import Pair
from s2s_core.tokenizer import EOS

PAIRS = [Pair("abcde", "012"), Pair("bcdefg", "1230"), Pair("gf", "4")]
numbers = st.lists(st.integers(-3, 3), min_size=2, max_size=7)


@given(st.data())
def test_kendall_counts_the_pairs_that_two_rows_order_alike(data):
    one = data.draw(numbers)
    other = data.draw(st.lists(st.integers(-3, 3), min_size=len(one), max_size=len(one)))
    pairs = list(combinations(range(len(one)), 2))
    agree = sum(int(np.sign(one[i] - one[j]) * np.sign(other[i] - other[j])) for i, j in pairs)
    untied = [sum(row[i] != row[j] for i, j in pairs) for row in (one, other)]
    wanted = agree / np.sqrt(untied[0] * untied[1]) if min(untied) else 0.0
    assert kendall(np.array(one, float), np.array(other, float)) == pytest.approx(wanted)


def test_every_number_is_that_of_the_pair_s_own_curves():
    model = small_translator()
    found = believed(model, PAIRS, seed=3).values
    asked = 0
    for number, pair in enumerate(PAIRS):
        lots = np.random.default_rng((3, number))
        step = int(lots.choice(len(model.search(pair.source, beam_size=1).hypotheses[0].ids)))
        attribution = model.attribute(pair.source, step=step)
        for removal in REMOVALS:
            faithful = faithfulness(attribution, removal=removal, seed=3)
            for curve in faithful.curves:
                assert found[f"deletion, {removal}: {curve.method}"][asked] == pytest.approx(curve.deletion_area)
                assert found[f"insertion, {removal}: {curve.method}"][asked] == pytest.approx(curve.insertion_area)
                assert found[f"first, {removal}: {curve.method}"][asked] == pytest.approx(curve.deletion[1])
            below = {c.method: c.deletion_area < faithful.curve(CHANCE).deletion_area for c in faithful.curves}
            for method in METHODS:
                assert found[f"better, {removal}: {method}"][asked] == 100 * below[method]
            shares = {method: found[f"best, {removal}: {method}"][asked] for method in METHODS}
            assert sum(shares.values()) == pytest.approx(100)
            least = min(curve.deletion_area for curve in faithful.curves if curve.method != CHANCE)
            for method, share in shares.items():
                assert (share > 0) == (faithful.curve(method).deletion_area == pytest.approx(least, abs=1e-6))
        asked += 1
    assert asked and all(len(values) == asked for values in found.values())


def test_the_first_token_of_a_method_is_held_against_the_gold_alignment():
    model, task = load("dates", device="cpu"), RECIPES["dates"]().task
    pairs = list(task.pairs("test", size=3, seed=1))
    found = believed(model, pairs, seed=0).values
    for number, pair in enumerate(pairs):
        target = model.encode_reference(pair.target)
        linked = [step for step, (start, _) in enumerate(target.offsets) if pair.links[start] is not None]
        step = int(np.random.default_rng((0, number)).choice(linked))
        weights = model.trace(pair.source).attention.weights[step]
        start, stop = model.encode(pair.source).offsets[int(weights[: len(pair.source)].argmax())]
        field = pair.links[target.offsets[step][0]].field
        assert found["in the field: attention"][number] == 100 * any(start <= place < stop for place in field)


def test_shuffled_weights_are_the_step_s_own_in_another_order():
    model = small_translator()
    pair = PAIRS[0]
    found = believed(model, [pair], seed=0).values
    lots = np.random.default_rng((0, 0))
    trace = model.trace(pair.source)
    step = int(lots.choice([step for step, token in enumerate(trace.tgt_ids) if token != EOS]))
    row = trace.attention.weights[step]
    chances = []
    for _ in range(SHUFFLES):
        weights = tuple(float(weight) for weight in row[lots.permutation(len(row))])
        edited = model.trace(pair.source, edit=set_weights(step, weights))
        chances.append(float(np.exp(edited.log_probs[step, trace.tgt_ids[step]])))
    assert found["p shuffled"] == pytest.approx([np.mean(chances)], abs=1e-5)
    assert found["p"] == pytest.approx([float(np.exp(trace.log_probs[step, trace.tgt_ids[step]]))], abs=1e-5)


def test_a_model_without_attention_is_asked_the_same():
    found = believed(small_translator(context="mean"), PAIRS, seed=0).values
    assert "changes" not in found and not any("attention" in measure for measure in found)
    assert "deletion, drop: integrated" in found
