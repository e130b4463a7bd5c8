"""Where a long computation lets others pass: between its steps, and only where somebody asked for it."""

import pytest
from small_models import small_translator

from s2s_core.analysis import corpus
from s2s_core.analysis.saturation import saturation_over
from s2s_core.threads import let_pass, letting_pass

TEXTS = ["abcdefg", "gfe", "ab"]
LONG = {
    "beam search": lambda model: model.search(TEXTS[0], beam_size=3),
    "a model whose steps are not written out": lambda model: model.search(TEXTS[0], beam_size=3),
    "the saturation of gates over texts": lambda model: saturation_over(model, TEXTS),
    "the states of a corpus": lambda model: corpus.corpus(model, TEXTS),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_computation_lets_others_pass_at_every_step(name):
    model = small_translator(cell="gru" if "not written out" in name else "lstm")
    passed = []
    with letting_pass(lambda: passed.append(name)):
        LONG[name](model)
    assert len(passed) > len(TEXTS[0]) + 1, "each token read, and each written"
    passed.clear()
    LONG[name](model)
    assert not passed


def test_who_lets_pass_within_another_s_block_is_asked_first():
    asked = []
    with letting_pass(lambda: asked.append("outer")):
        with letting_pass(lambda: asked.append("inner")):
            let_pass()
        let_pass()
    let_pass()
    assert asked == ["inner", "outer"]
