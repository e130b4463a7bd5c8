"""One text of the equations, two kinds of arrays: NumPy's numbers are PyTorch's."""

import gc
import weakref

import numpy as np
import pytest
import torch
from small_models import VARIANTS, small_model, small_translator
from traces import same as same_trace

from s2s_core import arrays
from s2s_core.arrays import in_numpy
from s2s_core.batch import Batch
from s2s_core.decoder import teacher_forced
from s2s_core.edits import set_context
from s2s_core.search import Greedy

SENTENCE, REFERENCE = [4, 6, 5, 7, 4, 8, 9], [5, 4, 7, 6]
BATCH = Batch.of([SENTENCE], [REFERENCE])


def numbers(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape) + sum(shape)))


ROWS, STATES, OTHER = numbers(3, 8), numbers(3, 5, 8), numbers(3, 8)
OPERATIONS = {
    "linear": (arrays.linear, STATES, numbers(6, 8), numbers(6)),
    "linear without a bias": (arrays.linear, ROWS, numbers(6, 8)),
    "dots": (arrays.dots, STATES, ROWS),
    "dots of one sentence": (arrays.dots, STATES[:1], ROWS[:1]),
    "weighted_sum": (arrays.weighted_sum, ROWS[:, :5], STATES),
    "weighted_sum of one sentence": (arrays.weighted_sum, ROWS[:1, :5], STATES[:1]),
    "sigmoid": (arrays.sigmoid, ROWS * 30),
    "tanh": (arrays.tanh, ROWS),
    "softmax": (arrays.softmax, ROWS),
    "log_softmax": (arrays.log_softmax, ROWS * 30),
    "pick": (arrays.pick, ROWS, torch.tensor([7, 0, 3])),
    "pick of one row": (arrays.pick, ROWS[:1], torch.tensor([7])),
    "log_softmax_at": (arrays.log_softmax_at, ROWS * 30, torch.tensor([7, 0, 3])),
    "masked": (arrays.masked, ROWS, ROWS > 0),
    "amax": (arrays.amax, STATES),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_gives_the_same_numbers_on_both(name):
    operation, *tensors = OPERATIONS[name]
    wanted, got = operation(*tensors), operation(*(tensor.numpy() for tensor in tensors))
    assert isinstance(got, np.ndarray) and got.dtype == np.float32
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_the_largest_is_the_same_one_on_both():
    several = torch.tensor([[1.0, 3.0, 3.0], [2.0, -1.0, 2.0]])  # of equals, the first
    assert arrays.argmax(several).tolist() == arrays.argmax(several.numpy()).tolist() == [1, 0]
    assert arrays.argmax(several.bfloat16()).tolist() == [1, 0]  # of which NumPy has no arrays


def test_what_only_moves_numbers_gives_the_very_same_on_both():
    pair = (ROWS.numpy(), OTHER.numpy())
    assert np.array_equal(arrays.cat(pair, dim=-1), arrays.cat((ROWS, OTHER), dim=-1))
    one, other = ROWS[:1], numbers(1, 12)[:, 4:]
    in_a_row = arrays.in_a_row((one.numpy(), other.numpy()))
    assert np.array_equal(in_a_row, arrays.in_a_row((one, other))) and in_a_row.shape == (1, 16)
    assert np.array_equal(arrays.stack(pair, dim=1), arrays.stack((ROWS, OTHER), dim=1))
    assert np.array_equal(arrays.chunk(ROWS.numpy(), 4), torch.stack(arrays.chunk(ROWS, 4)))
    assert np.array_equal(arrays.unbind(STATES.numpy()), torch.stack(arrays.unbind(STATES)))
    assert np.array_equal(arrays.expand(ROWS[:, None].numpy(), 3, 5, 8), arrays.expand(ROWS[:, None], 3, 5, 8))
    assert np.array_equal(arrays.ids(ROWS.numpy(), [3, 1]), arrays.ids(ROWS, [3, 1]))
    assert np.array_equal(arrays.zeros(ROWS.numpy(), 2, 3), arrays.zeros(ROWS, 2, 3))


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
@torch.inference_mode()
def test_every_record_of_a_sentence_is_that_of_tensors(changes):
    net = small_model(**changes)
    twin, src, mask = net.lightest(BATCH)
    assert isinstance(src, np.ndarray)

    wanted, got = list(net.encoder.steps(BATCH.src, BATCH.src_mask)), list(twin.encoder.steps(src, mask))
    for step, other in zip(wanted, got, strict=True):
        assert (step.direction, step.layer, step.position) == (other.direction, other.layer, other.position)
        assert_same_cell(net.encoder.cell(step.layer, step.direction), step.cell, other.cell)

    memory, other_memory = net.memory(wanted, BATCH.src_mask), twin.memory(got, mask)
    same(memory.states, other_memory.states)
    same(memory.prepared, other_memory.prepared)
    forced, count = teacher_forced(BATCH.tgt_in), BATCH.tgt_in.shape[1]
    wanted = net.decoder.steps(memory, forced, length=count)
    got = twin.decoder.steps(other_memory, lambda t, last: forced(t, last).numpy(), length=count)
    for step, other in zip(wanted, got, strict=True):
        for layer, (cell, other_cell) in enumerate(zip(step.cells, other.cells, strict=True)):
            assert_same_cell(net.decoder.cell(layer), cell, other_cell)
        same(step.attention.context, other.attention.context)
        if step.attention.weights is not None:
            same(step.attention.scores, other.attention.scores)
            same(step.attention.weights, other.attention.weights)
        same(step.log_probs, other.log_probs)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_one_sentence_is_the_same_to_the_last_bit_under_autocast(changes):
    translator = small_translator(**changes)
    traced, written = translator.trace("abcadge"), translator.translate(["abcadge"])
    with torch.autocast("cpu", torch.bfloat16):
        same_trace(translator.trace("abcadge"), traced)
        assert translator.translate(["abcadge"]) == written


def assert_same_cell(cell, step, other):
    assert cell.columns(step) == cell.columns(other)
    row = in_numpy(cell).rows([other])
    assert all(isinstance(part, np.ndarray) for part in row)
    same(torch.cat(cell.rows([step]), dim=-1), np.concatenate(row, axis=-1))


def same(tensor, array):
    assert isinstance(array, np.ndarray) and array.dtype == np.float32
    np.testing.assert_allclose(array, tensor, atol=1e-5)


def test_several_sentences_and_training_stay_with_tensors():
    net = small_model()
    assert net.train().lightest(BATCH)[0] is net
    assert net.eval().lightest(Batch.of([SENTENCE, SENTENCE]))[0] is net
    assert net.lightest(BATCH)[0] is not net
    assert net.to(torch.bfloat16).lightest(BATCH)[0] is net


def written(net):
    return Greedy()(net, BATCH, max_len=6)[0].hypotheses[0]


def test_a_model_that_was_changed_is_seen_as_it_is():
    net, other, third = (small_model(seed=seed).eval() for seed in (1, 2, 3))
    before = written(net)
    net.load_state_dict(other.state_dict())  # into the same memory
    assert written(net) == written(other) != before
    net.load_state_dict(third.state_dict(), assign=True)  # other memory
    assert written(net) == written(third) != written(other)
    net.decoder.output.bias.data = other.decoder.output.bias.data + 1
    with torch.no_grad():
        third.decoder.output.bias.copy_(net.decoder.output.bias)
    assert written(net) == written(third)


def test_a_model_is_seen_anew_only_where_it_changed():
    net = small_model().eval()
    assert in_numpy(net) is in_numpy(net)


def test_numbers_beyond_float32_become_infinite_as_they_do_in_tensors():
    translator = small_translator()
    with torch.no_grad():
        translator.net.decoder.cell(0).bias.fill_(1e30)
        translator.net.decoder.cell(0).weight_hidden.fill_(-3e38)
    trace = translator.trace("abc")
    assert np.isin(trace.decoder.forget_gate, (0, 1)).all()


def test_an_edit_sees_tensors_and_may_answer_with_its_own():
    seen = []

    def edit(site, t, value):
        seen.append(type(value))
        return torch.zeros_like(value) if site.quantity == "forget_gate" else value

    trace = small_translator().trace("abc", edit=edit)
    assert set(seen) == {torch.Tensor}
    assert not trace.decoder.forget_gate.any() and not trace.encoder.forward.forget_gate.any()


def write_into(site, t, value):
    """The same edit, by someone who writes where he was only asked."""
    return value.zero_() if (site.quantity, t) == ("context", 1) else value


@pytest.mark.parametrize("edit", [set_context(1, (0.0,) * 8), write_into])
def test_an_edited_context_counts_with_its_own_numbers(edit):
    trace = small_translator().trace("abc", edit=edit)
    for gate in ("forget_gate", "candidate"):
        term = trace.decoder.layers[0].terms(gate)["context"]
        assert not term[1].any() and term[0].all() and term[2].all()


def test_a_model_that_nobody_holds_is_let_go_although_it_has_been_traced():
    model = small_translator()
    model.trace("abc")
    net = weakref.ref(model.net)
    del model
    gc.collect()
    assert net() is None
