"""Where a long computation lets others pass: between its steps, and only where somebody asked for it."""

import dataclasses

import pytest
from small_models import small_translator

from s2s_core import aligner
from s2s_core.analysis import corpus
from s2s_core.analysis.saturation import saturation_over
from s2s_core.batch import Batch
from s2s_core.pair import Pair
from s2s_core.recipes import Choice, start
from s2s_core.registry import TASKS
from s2s_core.tasks import pairs, splits
from s2s_core.threads import let_pass, letting_pass
from s2s_core.training.data import EncodedPairs

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


PREPARED = {
    **{
        f"the pairs of {name}": lambda name=name: TASKS[name]().pairs("train", size=30) for name in ("dates", "reverse")
    },
    "a vocabulary, and the pairs as ids": lambda: _encoded(),
    "links of an aligner": lambda: aligner.link(
        [Pair("a b", "b a")] * 30, learn_from=[], source=pairs.units, target=pairs.units
    ),
    "the pairs of a file": lambda: splits.hold_out(
        [Pair(f"source {n}", f"target {n}") for n in range(30)],
        percent=(5, 5),
        least=1,
        source=splits.question,
        target=None,
    ),
}


def _encoded():
    """From a recipe's untrained model to what is trained on."""
    recipe = Choice(task="reverse", size=32).recipe("reverse")
    started = start(dataclasses.replace(recipe, train_size=10, dev_size=10))
    EncodedPairs.of(started.translator, started.train_pairs)


@pytest.mark.parametrize("name", PREPARED)
def test_preparing_a_training_lets_others_pass_at_every_pair(name):
    passed = []
    with letting_pass(lambda: passed.append(name)):
        PREPARED[name]()
    assert len(passed) >= 30


def test_who_lets_pass_within_another_s_block_is_asked_first():
    asked = []
    with letting_pass(lambda: asked.append("outer")):
        with letting_pass(lambda: asked.append("inner")):
            let_pass()
        let_pass()
    let_pass()
    assert asked == ["inner", "outer"]
