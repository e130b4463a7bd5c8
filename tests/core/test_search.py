"""Greedy, sampling and beam search: against each other, and the beam against brute force."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import VARIANTS, small_model, small_translator

from s2s_core import Beam, Greedy, Sample
from s2s_core.batch import Batch
from s2s_core.edits import clamp, set_weights, without_peepholes
from s2s_core.errors import InvalidConfig
from s2s_core.registry import SEARCHES
from s2s_core.tokenizer import EOS

SOURCES = [[4, 5, 6, 7, 8], [9], [10, 4, 4], [6, 6]]
BATCH = Batch.of(SOURCES)


@pytest.fixture(autouse=True)
def _inference():
    with torch.inference_mode():
        yield


def log_p(net, source, ids, *, ended=True):
    """log p of an output, teacher forced, its end mark included."""
    batch = Batch.of([source], [list(ids)])
    terms = torch.log_softmax(net.logits(batch), dim=-1).gather(2, batch.tgt_out.unsqueeze(2)).flatten()
    return float(terms.sum() if ended else terms[:-1].sum())


def best(results):
    return [result.hypotheses[0] for result in results]


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_says_how_probable_its_outputs_are(name):
    net = small_model()
    for source, hypothesis in zip(SOURCES, best(SEARCHES[name]()(net, BATCH)), strict=True):
        expected = log_p(net, source, hypothesis.ids, ended=hypothesis.finished)
        assert hypothesis.log_prob == pytest.approx(expected, abs=1e-4)
        assert EOS not in hypothesis.ids


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("name", SEARCHES)
@torch.inference_mode()
def test_every_search_finds_its_way_in_short_numbers(name, changes):
    net = small_model(**changes)
    with torch.autocast("cpu", torch.bfloat16):
        found = best(SEARCHES[name]()(net, BATCH))
    for source, hypothesis in zip(SOURCES, found, strict=True):
        expected = log_p(net, source, hypothesis.ids, ended=hypothesis.finished)
        assert hypothesis.log_prob == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_is_bounded_in_length_and_marks_what_it_cut_off(name):
    net = small_model()
    net.decoder.output.bias[EOS] = -30.0  # a model that never stops by itself
    for bound, expected in ((3, 3), (None, net.config.max_tgt_len)):
        for result in SEARCHES[name]()(net, BATCH, max_len=bound):
            assert len(result.hypotheses[0].ids) == expected
            assert not result.hypotheses[0].finished


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_stops_as_soon_as_all_sentences_have_ended(name, monkeypatch):
    net, steps = small_model(), []
    net.decoder.output.bias[EOS] = 30.0
    writer = net.decoder.writer

    def counting(*given):
        write = writer(*given)
        return lambda *step: steps.append(1) or write(*step)

    monkeypatch.setattr(net.decoder, "writer", counting)
    for result in SEARCHES[name]()(net, BATCH):
        assert result.hypotheses[0].ids == ()
        assert result.hypotheses[0].finished
    assert len(steps) == 1


@pytest.mark.parametrize("name", SEARCHES)
def test_the_searches_that_draw_nothing_do_not_depend_on_the_batch(name):
    search = SEARCHES[name](top_k=1) if name == "sample" else SEARCHES[name]()
    net = small_model()
    for source, hypothesis in zip(SOURCES, best(search(net, BATCH)), strict=True):
        (alone,) = best(search(net, Batch.of([source])))
        assert alone.ids == hypothesis.ids
        assert alone.log_prob == pytest.approx(hypothesis.log_prob, abs=1e-4)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_beam_of_one_is_greedy(changes):
    net = small_model(**changes)
    greedy, beam = best(Greedy()(net, BATCH)), best(Beam(beam_size=1)(net, BATCH))
    for one, other in zip(greedy, beam, strict=True):
        assert one.ids == other.ids
        assert one.log_prob == pytest.approx(other.log_prob, abs=1e-4)
        assert one.finished == other.finished


@pytest.mark.parametrize(
    "edit", [without_peepholes(), clamp("forget_gate", 0.0), set_weights(1, (0.0, 1.0, 0.0, 0.0, 0.0))], ids=str
)
@pytest.mark.parametrize("text", ["abcd", "dcba", "bbbb"])
def test_a_beam_of_one_with_an_edit_is_the_edited_greedy_run(edit, text):
    model = small_translator()
    (hypothesis,) = model.search(text, beam_size=1, edit=edit).hypotheses
    edited = model.trace(text, edit=edit)
    assert model.tgt_tokenizer.decode(list(hypothesis.ids)) == edited.output
    assert hypothesis.log_prob == pytest.approx(edited.log_prob, abs=1e-5)
    assert hypothesis.log_prob != pytest.approx(model.trace(text).log_prob, abs=1e-5)


def every_output(net, source, length):
    """All outputs that end within ``length`` tokens, end mark counted, with log p: brute force."""
    vocabulary = [token for token in range(net.config.tgt_vocab_size) if token != EOS]
    for n in range(length):
        outputs = list(product(vocabulary, repeat=n))
        batch = Batch.of([source] * len(outputs), outputs)
        terms = torch.log_softmax(net.logits(batch), dim=-1).gather(2, batch.tgt_out.unsqueeze(2))
        yield from zip(outputs, terms.sum(dim=(1, 2)).tolist(), strict=True)


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_an_exhaustive_beam_finds_what_brute_force_finds(seed, length_penalty):
    net = small_model(seed=seed, tgt_vocab_size=5)
    length = 4
    net.decoder.output.bias[EOS] += 1.0
    search = Beam(beam_size=4**length, length_penalty=length_penalty, n_best=10)
    for source, result in zip(SOURCES, search(net, BATCH, max_len=length), strict=True):
        scored = {
            ids: total / ((5 + len(ids) + 1) / 6) ** length_penalty for ids, total in every_output(net, source, length)
        }
        expected = sorted(scored, key=scored.__getitem__, reverse=True)[:10]
        assert [h.score for h in result.hypotheses] == pytest.approx([scored[ids] for ids in expected], abs=1e-4)
        assert [h.ids for h in result.hypotheses] == expected


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), size=st.integers(2, 6))
def test_a_beam_never_gains_by_being_narrower_than_exhaustive(seed, size):
    net = small_model(seed=seed, tgt_vocab_size=5)
    net.decoder.output.bias[EOS] += 1.0
    narrow, exhaustive = (best(Beam(beam_size=n)(net, BATCH, max_len=4)) for n in (size, 4**4))
    for one, other in zip(narrow, exhaustive, strict=True):
        if one.finished:
            assert one.log_prob <= other.log_prob + 1e-4


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_n_best_hypotheses_are_sorted_and_distinct(length_penalty):
    net = small_model()
    for result in Beam(beam_size=6, n_best=6, length_penalty=length_penalty)(net, BATCH):
        finished = [h for h in result.hypotheses if h.finished]
        assert [h.score for h in finished] == sorted((h.score for h in finished), reverse=True)
        assert list(result.hypotheses[: len(finished)]) == finished, "those that ended by themselves come first"
        assert len({(h.ids, h.finished) for h in result.hypotheses}) == len(result.hypotheses) == 6


def test_a_length_penalty_prefers_longer_outputs():
    net = small_model()
    lengths = [
        sum(len(h.ids) for h in best(Beam(beam_size=8, length_penalty=penalty)(net, BATCH)))
        for penalty in (0.0, 0.5, 1.0, 2.0)
    ]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


def test_a_score_is_log_p_over_the_penalty_of_its_length():
    for result in Beam(beam_size=4, n_best=4, length_penalty=0.7)(small_model(), BATCH):
        for h in result.hypotheses:
            length = len(h.ids) + h.finished
            assert h.score == pytest.approx(h.log_prob / ((5 + length) / 6) ** 0.7)


def test_the_tree_holds_every_hypothesis_and_is_a_tree():
    net, size = small_model(), 4
    for result in Beam(beam_size=size, n_best=size)(net, BATCH):
        tree = result.tree
        for index, node in enumerate(tree):
            assert -1 <= node.parent < index
            if node.parent == -1:
                assert node.step == 0
            else:
                parent = tree[node.parent]
                assert (parent.step + 1, parent.kept) == (node.step, True)
                assert parent.token != EOS, "nothing follows an end mark"
                assert node.log_prob <= parent.log_prob + 1e-6
        for step in {node.step for node in tree}:
            kept = [node for node in tree if node.step == step and node.kept]
            assert sum(node.token != EOS for node in kept) <= size
            assert sum(node.token == EOS for node in kept) <= size
        for h in result.hypotheses:
            assert path_of(tree, h) is not None


def path_of(tree, hypothesis):
    """The chain of nodes that spells a hypothesis, or None."""
    chain = (*hypothesis.ids, EOS) if hypothesis.finished else hypothesis.ids
    for index, node in enumerate(tree):
        if math.isclose(node.log_prob, hypothesis.log_prob, abs_tol=1e-9) and node.kept:
            spelled = []
            while index != -1:
                spelled.insert(0, tree[index].token)
                index = tree[index].parent
            if tuple(spelled) == chain:
                return chain
    return None


def test_greedy_and_sampling_keep_no_tree():
    for search in (Greedy(), Sample()):
        assert all(result.tree == () for result in search(small_model(), BATCH))


def distribution(*probs, **options):
    """What is drawn from when the model says ``probs``."""
    return Sample(**options).distribution(torch.tensor([probs]).log())[0].tolist()


def test_sampling_draws_from_the_models_own_distribution_by_default():
    assert distribution(0.5, 0.2, 0.3) == pytest.approx([0.5, 0.2, 0.3])


def test_temperature_sharpens_and_flattens():
    squared = [0.25, 0.04, 0.09]
    assert distribution(0.5, 0.2, 0.3, temperature=0.5) == pytest.approx([p / sum(squared) for p in squared])
    assert distribution(0.5, 0.2, 0.3, temperature=1e9) == pytest.approx([1 / 3] * 3)


def test_top_k_leaves_the_k_most_probable_and_top_p_the_smallest_set_that_holds_p():
    assert distribution(0.1, 0.4, 0.2, 0.3, top_k=2) == pytest.approx([0, 4 / 7, 0, 3 / 7])
    assert distribution(0.1, 0.4, 0.2, 0.3, top_p=0.6) == pytest.approx([0, 4 / 7, 0, 3 / 7])
    assert distribution(0.1, 0.4, 0.2, 0.3, top_p=0.75) == pytest.approx([0, 4 / 9, 2 / 9, 3 / 9])
    assert distribution(0.1, 0.4, 0.2, 0.3, top_p=1e-6) == pytest.approx([0, 1, 0, 0]), "never nothing"
    assert distribution(0.1, 0.4, 0.2, 0.3, top_k=1, top_p=0.9) == pytest.approx([0, 1, 0, 0])
    assert distribution(0.3, 0.7, top_k=99) == pytest.approx([0.3, 0.7]), "more than there are is all"


@given(
    logits=st.lists(st.floats(-60, 60, width=32), min_size=1, max_size=8),
    temperature=st.floats(1e-8, 1e8),
    top_k=st.none() | st.integers(1, 9),
    top_p=st.floats(0.0, 1.0, exclude_min=True),
)
def test_whatever_the_parameters_something_can_be_drawn(logits, temperature, top_k, top_p):
    log_probs = torch.tensor([logits]).log_softmax(dim=-1)
    (drawn,) = Sample(temperature=temperature, top_k=top_k, top_p=top_p).distribution(log_probs)
    assert float(drawn.sum()) == pytest.approx(1)
    assert (drawn >= 0).all()
    assert drawn[log_probs.argmax()] == drawn.max() > 0
    assert (drawn > 0).sum() <= (top_k or len(logits))


@pytest.mark.parametrize("options", [{"temperature": 1e-6}, {"top_k": 1}, {"top_p": 1e-9}], ids=str)
def test_in_the_limit_sampling_is_greedy(options):
    net = small_model()
    for seed in range(3):
        drawn = best(Sample(**options, seed=seed)(net, BATCH))
        assert [h.ids for h in drawn] == [h.ids for h in best(Greedy()(net, BATCH))]


def test_samples_come_from_their_seed_and_as_often_as_the_model_says():
    net = small_model()
    crowd = Batch.of([SOURCES[0]] * 2000)
    first = [h.ids for h in best(Sample(seed=1)(net, crowd, max_len=1))]
    assert first == [h.ids for h in best(Sample(seed=1)(net, crowd, max_len=1))]
    assert first != [h.ids for h in best(Sample(seed=2)(net, crowd, max_len=1))]
    for token in range(net.config.tgt_vocab_size):
        ids = () if token == EOS else (token,)
        expected = math.exp(log_p(net, SOURCES[0], ids, ended=token == EOS))
        assert first.count(ids) / len(first) == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize(
    ("search", "options"),
    [
        (Sample, {"temperature": 0.0}),
        (Sample, {"temperature": math.nan}),
        (Sample, {"top_k": 0}),
        (Sample, {"top_p": 0.0}),
        (Sample, {"top_p": 1.1}),
        (Beam, {"beam_size": 0}),
        (Beam, {"length_penalty": -0.1}),
        (Beam, {"beam_size": 3, "n_best": 4}),
    ],
    ids=str,
)
def test_parameters_outside_their_range_are_refused_by_name(search, options):
    with pytest.raises(InvalidConfig, match=list(options)[-1]):
        search(**options)
