"""States of a corpus: the same as those of traces, found again by likeness."""

import numpy as np
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.analysis.corpus import SIZE, Corpus, States, corpus, held_out, nearest
from s2s_core.checkpoint import load

TEXTS = ["abc", "", "gfedcba", "a" * 99, "bad"]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_corpus_holds_the_states_of_the_traces_of_its_texts(name):
    model = small_translator(**VARIANTS[name])
    built = corpus(model, TEXTS)
    assert built.texts == ("abc", "bad", "gfedcba")
    for number, text in enumerate(built.texts):
        trace = model.trace(text)
        assert built.src_tokens[number] == trace.src_tokens
        assert built.src_offsets[number] == trace.src_offsets
        assert built.tgt_tokens[number] == trace.tgt_tokens
        cells = {"forward": trace.encoder.forward, "backward": trace.encoder.backward, "decoder": trace.decoder.top}
        assert built.cells.keys() == {name for name, cell in cells.items() if cell is not None}
        for part, states in built.cells.items():
            mine = states.hidden[states.sentence == number]
            np.testing.assert_allclose(mine, cells[part].hidden, atol=1e-5)
            assert states.position[states.sentence == number].tolist() == list(range(len(mine)))
        joined = built.joined.hidden[built.joined.sentence == number]
        np.testing.assert_allclose(joined, trace.encoder.joined, atol=1e-5)


def test_the_nearest_are_those_of_the_smallest_angle_one_a_sentence():
    hidden = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 2.0], [3.0, 3.0], [0.0, 0.0]], dtype=np.float32)
    states = States(hidden, np.array([0, 0, 1, 2, 3]), np.array([0, 1, 0, 0, 0]))
    built = Corpus(("one", "two", "three", "four"), (), (), (), {"forward": states})
    found = nearest(built, built.joined, np.array([5.0, 0.0], dtype=np.float32), count=3)
    assert [(each.sentence, each.position) for each in found] == [(0, 0), (2, 0), (1, 0)]
    assert [each.similarity for each in found] == pytest.approx([1.0, 0.5**0.5, 0.0])
    others = nearest(built, states, hidden[0], count=9, without="one")
    assert [each.sentence for each in others] == [2, 1, 3]


def test_held_out_pairs_are_those_of_the_task():
    pairs = held_out(load("dates", device="cpu"))
    assert len(pairs) == SIZE and all(pair.links for pair in pairs)


def test_a_model_of_an_unknown_task_has_none():
    assert held_out(small_translator()) == []
