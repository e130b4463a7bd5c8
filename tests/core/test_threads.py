"""Where a long computation lets others pass: between its steps, and only where somebody asked for it."""

import pytest
from small_models import small_translator

from s2s_core.analysis import corpus
from s2s_core.analysis.saturation import saturation_over
from s2s_core.batch import Batch
from s2s_core.threads import let_pass, letting_pass

TEXTS = ["abcdefg", "gfe", "ab"]


def learn(model) -> None:
    """One step of training, forwards and backwards."""
    model.net.train()
    targets = [model.encode_reference("01234012").ids] * len(TEXTS)
    model.net.loss(Batch.of([model.encode(text).ids for text in TEXTS], targets)).backward()


LONG = {
    "beam search": lambda model: model.search(TEXTS[0], beam_size=3),
    "a model whose steps are not written out": lambda model: model.search(TEXTS[0], beam_size=3),
    "the saturation of gates over texts": lambda model: saturation_over(model, TEXTS),
    "the states of a corpus": lambda model: corpus.corpus(model, TEXTS),
    "an update, forwards and backwards, twice each": learn,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_computation_lets_others_pass_at_every_step(name):
    model = small_translator(cell="gru" if "not written out" in name else "lstm")
    passed = []
    with letting_pass(lambda: passed.append(name)):
        LONG[name](model)
    times = 4 if "twice" in name else 1
    assert len(passed) >= times * (len(TEXTS[0]) + 1), "each token read, and each written"
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
