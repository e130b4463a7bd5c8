"""Reading gates and units: small cases worked out by hand, and what has to hold for every cell."""

import numpy as np
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.analysis.corpus import Corpus, States
from s2s_core.analysis.gates import (
    ORDERS,
    cell_of,
    gates,
    moved,
    ordered,
    parts,
    peephole_share,
    per_step,
    per_unit,
    shown,
)
from s2s_core.analysis.saturation import saturation_over
from s2s_core.analysis.units import contrast, contrasts, firing, telling_span
from s2s_core.edits import without_peepholes
from s2s_core.trace import CellTrace

HIDDEN = np.array([[0.1, -0.9, 0.0], [0.8, -0.8, 0.0], [0.7, 0.9, 0.1], [0.0, 0.8, 0.0]], dtype=np.float32)


def array(*rows):
    return np.array(rows, dtype=np.float32)


@pytest.fixture
def lstm():
    """Three steps of two units, whose input gate has the terms below."""
    gate = array([0.95, 0.05], [0.5, 0.95], [0.91, 0.09])
    state = np.zeros((3, 2), dtype=np.float32)
    terms = {"x": array([1, 1], [1, 1], [2, -1]), "peephole": array([9, 9], [-1, 0], [2, 3]), "bias": state}
    values = {"forget_gate": gate, "candidate": state, "hidden": state, "initial_hidden": state[0]}
    return CellTrace.of("lstm", values | {f"terms.forget_gate.{source}": term for source, term in terms.items()})


def test_open_is_above_nine_tenths_and_shut_below_one(lstm):
    steps, units = per_step(lstm.forget_gate), per_unit(lstm.forget_gate)
    assert steps.open.tolist() == [0.5, 0.5, 0.5] and steps.shut.tolist() == [0.5, 0.0, 0.5]
    assert units.open == pytest.approx([2 / 3, 1 / 3]) and units.shut == pytest.approx([0.0, 2 / 3])


def test_the_share_of_the_peephole_leaves_out_the_first_step_of_the_way_it_reads(lstm):
    assert peephole_share(lstm, "forward") == {"forget_gate": pytest.approx((1 / 2 + 0 + 2 / 4 + 3 / 4) / 4)}
    assert peephole_share(lstm, "backward") == {"forget_gate": pytest.approx((9 / 10 + 9 / 10 + 1 / 2 + 0) / 4)}


def test_units_are_ordered_by_activity_and_all_of_them_by_any_order():
    assert ordered(HIDDEN, "number").tolist() == [0, 1, 2]
    assert ordered(HIDDEN, "activity").tolist() == [1, 0, 2]
    assert shown(HIDDEN, "number", count=2, always=2) == [1, 2]
    assert shown(HIDDEN, "activity", count=2, always=0) == [1, 0]


def test_units_with_the_same_course_stand_beside_each_other():
    time = np.linspace(0, 2 * np.pi, 20)
    waves = [np.sin(time), np.cos(time), 0.5 * np.sin(time), 2 * np.cos(time), -np.sin(time)]
    order = ordered(np.stack(waves, axis=1).astype(np.float32), "similarity").tolist()
    assert abs(order.index(0) - order.index(2)) == 1 and abs(order.index(1) - order.index(3)) == 1


def test_a_constant_unit_is_ordered_too():
    assert sorted(ordered(np.ones((3, 4), dtype=np.float32), "similarity").tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_cell_can_be_read(name):
    model = small_translator(**VARIANTS[name])
    trace = model.trace("abcde", reference="0123")
    off = model.trace("abcde", reference="0123", edit=without_peepholes())
    for part in parts(trace):
        cell = cell_of(trace, part)
        for order in ORDERS:
            assert sorted(ordered(cell.hidden, order).tolist()) == list(range(cell.hidden.shape[1]))
        shares, moves = peephole_share(cell, part), moved(cell, cell_of(off, part))
        assert set(shares) == {gate for gate in gates(cell) if "peephole" in cell.terms(gate)}
        assert all(0 < share < 1 for share in shares.values())
        assert set(moves) == set(gates(cell)) and bool(shares) == (max(moves.values(), default=0) > 0)
        assert max(moved(cell, cell).values(), default=0) == 0


def test_an_encoder_that_reads_forward_has_no_backward_cell():
    trace = small_translator(bidirectional=False).trace("abc")
    assert parts(trace) == ("forward", "decoder")
    with pytest.raises(ValueError, match="backward"):
        cell_of(trace, "backward")


def test_the_unit_that_is_on_in_the_span_and_off_elsewhere_comes_first():
    best = contrasts(HIDDEN, (1, 2))[0]
    assert (best.unit, best.sign) == (0, 1) and best.margin == pytest.approx(0.6)
    low = contrast(HIDDEN, (0, 1), 1)
    assert low.sign == -1 and (low.inside, low.outside) == pytest.approx((0.8, -0.8))
    assert contrast(HIDDEN, (0, 3), 0).outside == 0.0


@pytest.mark.parametrize(
    ("text", "span"),
    [("March 8, 2025", (9, 12)), ("2025년 3월 8일", (0, 3)), ("국물", (0, 0)), ("aa bb", (3, 4)), ("…", (0, 0))],
)
def test_the_span_to_begin_with_is_a_number_or_a_word(text, span):
    assert telling_span([*text, "</s>"] if len(text) > 2 else list(text)) == span


def test_a_unit_fires_where_it_is_furthest_on_once_a_sentence():
    states = States(HIDDEN, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    built = Corpus(("one", "two"), (), (), (), {"forward": states})
    found = firing(built, states, 0, 1, count=5)
    assert [(each.sentence, each.position) for each in found] == [(0, 1), (1, 0)]
    assert found[0].course == pytest.approx([0.1, 0.8])
    assert [each.sentence for each in firing(built, states, 1, -1, count=5, without="two")] == [0]


@pytest.mark.parametrize("name", VARIANTS)
def test_saturation_over_sentences_is_that_of_their_traces(name):
    model, texts = small_translator(**VARIANTS[name]), ["abc", "gfedcba", "b"]
    found = saturation_over(model, texts)
    traces = [model.trace(text) for text in texts]
    assert set(found) == {part for part in parts(traces[0]) if gates(cell_of(traces[0], part))}
    for part, shares in found.items():
        cells = [cell_of(trace, part) for trace in traces]
        assert set(shares) == set(gates(cells[0]))
        for gate, saturation in shares.items():
            alone = per_unit(np.concatenate([cell.quantities()[gate] for cell in cells]))
            assert saturation.open == pytest.approx(alone.open) and saturation.shut == pytest.approx(alone.shut)
