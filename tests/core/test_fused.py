"""Training's way gives the numbers and the gradients of the steps, for sentences of any lengths in a batch."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core import ModelConfig, Seq2Seq, fused
from s2s_core.batch import Batch
from s2s_core.fused.packing import Packing
from s2s_core.search import Beam, Greedy

LENGTHS = st.lists(st.integers(1, 7), min_size=1, max_size=6)
SHAPES = {
    "both directions": {},
    "one direction": {"bidirectional": False},
    "two layers": {"encoder_layers": 2},
    "no peepholes": {"peephole": "none"},
    "a copied state": {"decoder_hidden": 16, "bridge": "copy"},
    "no state": {"bridge": "zero"},
}
STEPPED = {
    "diagonal peepholes": {"peephole": "diagonal"},
    "another cell": {"cell": "gru"},
    "other attention": {"attention": "general"},
    "a fixed context": {"context": "mean"},
    "input feeding": {"input_feeding": True},
    "two layers of the decoder": {"decoder_layers": 2},
}


def net_of(**changes) -> Seq2Seq:
    torch.manual_seed(1)
    sizes = {"embedding_size": 5, "encoder_hidden": 8, "decoder_hidden": 12, "attention_size": 7, "readout_size": 9}
    net = Seq2Seq(ModelConfig(**{"src_vocab_size": 30, "tgt_vocab_size": 31, **sizes, **changes}))
    for weight in net.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return net


def batch_of(src_lengths, tgt_lengths) -> Batch:
    ids = lambda lengths: [torch.randint(4, 30, (length,)).tolist() for length in lengths]  # noqa: E731
    return Batch.of(ids(src_lengths), ids([length - 1 for length in tgt_lengths]))  # an end mark is added


def found(net, batch):
    """The loss, the logits of every real token and the gradients, each as its own number counts."""
    logits = net.logits(batch)[batch.tgt_mask]
    loss = net.loss(batch, label_smoothing=0.1)
    total = loss + (logits * torch.linspace(-1, 1, logits.shape[1], dtype=logits.dtype)).sum()
    return [loss, logits, *torch.autograd.grad(total, list(net.parameters()), allow_unused=True)]


def assert_close(some, others, **tolerance):
    for one, other in zip(some, others, strict=True):
        torch.testing.assert_close(one, other, **tolerance)


@pytest.fixture
def stepped(monkeypatch):
    """Makes a run take every step by itself."""

    def run(*given):
        with monkeypatch.context() as patch:
            patch.setattr(fused, "serves", lambda cell, device: False)
            return found(*given)

    return run


@pytest.fixture
def calls(monkeypatch):
    """How often each of the ways that are written out has been taken."""
    counted = {"read": 0, "decoder": 0}

    def counting(name, original):
        def count(*given):
            counted[name] += 1
            return original(*given)

        return count

    for name in counted:
        monkeypatch.setattr(fused, name, counting(name, getattr(fused, name)))
    return counted


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_steps(stepped, calls, shape):
    net = net_of(**SHAPES[shape])
    batch = batch_of([3, 7, 1, 5], [2, 1, 6, 6])
    wanted = stepped(net, batch)
    assert calls == {"read": 0, "decoder": 0}
    assert_close(found(net, batch), wanted, rtol=1e-5, atol=1e-5)
    assert calls == {"read": 2 * net.config.encoder_layers, "decoder": 2}


@pytest.mark.parametrize("shape", STEPPED)
def test_what_is_not_written_out_is_stepped(stepped, calls, shape):
    net = net_of(**STEPPED[shape])
    batch = batch_of([3, 7, 1, 5], [2, 1, 6, 6])
    assert_close(found(net, batch), stepped(net, batch), rtol=1e-5, atol=1e-5)
    assert calls["decoder"] == 0


@settings(max_examples=40, deadline=None)
@given(
    lengths=LENGTHS.flatmap(
        lambda some: st.tuples(st.just(some), st.lists(st.integers(1, 7), min_size=len(some), max_size=len(some)))
    )
)
def test_in_double_precision_it_is_the_steps_to_the_last_digits(lengths):
    net, batch = net_of().double(), batch_of(*lengths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused, "serves", lambda cell, device: False)
        wanted = found(net, batch)
    assert_close(found(net, batch)[1:], wanted[1:], rtol=1e-6, atol=1e-6)


def test_dropout_falls_on_the_same_numbers(stepped):
    net, batch = net_of(dropout=0.4), batch_of([3, 7, 5], [2, 6, 4])
    torch.manual_seed(3)
    wanted = stepped(net, batch)
    torch.manual_seed(3)
    assert_close(found(net, batch), wanted, rtol=1e-5, atol=1e-5)


def test_autocast_multiplies_in_short_numbers_and_adds_in_long_ones(stepped):
    net, batch = net_of(), batch_of([3, 7, 5], [2, 6, 4])
    wanted = found(net, batch)
    with torch.autocast("cpu", torch.bfloat16):
        short, short_steps = found(net, batch), stepped(net, batch)
    assert all(gradient.dtype == torch.float32 for gradient in short[2:])
    for exact, one, other in zip(wanted, short, short_steps, strict=True):
        scale = exact.norm() + 1e-3
        assert (one - exact).norm() <= 0.05 * scale
        assert (one - exact).norm() <= 2 * (other - exact).norm() + 1e-3 * scale  # no worse than stepping


@pytest.mark.parametrize("search", [Greedy(), Beam(3)], ids=["greedy", "beam"])
@torch.inference_mode()
def test_searching_without_records_finds_what_the_steps_find(monkeypatch, search):
    net, batch = net_of().eval(), batch_of([3, 7, 1, 5], [1, 1, 1, 1])
    found = search(net, batch, max_len=9)
    with torch.autocast("cpu", torch.bfloat16):
        short = search(net, batch, max_len=9)
    monkeypatch.setattr(fused, "serves", lambda cell, device: False)
    for one, other, rounded in zip(found, search(net, batch, max_len=9), short, strict=True):
        assert one.hypotheses[0].ids == other.hypotheses[0].ids
        assert one.hypotheses[0].log_prob == pytest.approx(other.hypotheses[0].log_prob, abs=1e-5)
        assert rounded.hypotheses[0].log_prob == pytest.approx(one.hypotheses[0].log_prob, rel=0.05)


def test_a_second_gradient_of_one_loss_is_refused_in_training():
    net, batch = net_of(), batch_of([3, 2], [2, 3])
    loss = net.loss(batch)
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="inplace operation"):
        loss.backward()


def test_out_of_training_gradients_can_be_asked_for_again():
    net, batch = net_of().eval(), batch_of([3, 2], [2, 3])
    total = net.logits(batch).square().sum()
    weights = list(net.parameters())
    first, second = (torch.autograd.grad(total, weights, retain_graph=True) for _ in range(2))
    assert_close(first, second)


@given(lengths=LENGTHS)
def test_packing_keeps_every_token_once_and_unpacks_to_where_it_was(lengths):
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    packing = Packing.of(mask)
    values = torch.rand(*mask.shape, 2) + 1
    for places in (packing.forward, packing.backward):
        rows = packing.pack(values, places)
        assert len(rows) == sum(lengths) == sum(packing.counts)
        torch.testing.assert_close(packing.unpack(rows, places), values * mask.unsqueeze(2))
    first, *later = packing.pack(values, packing.forward).split(packing.counts)
    torch.testing.assert_close(first, values[packing.order, 0])
    before = packing.pack(values, packing.forward)[packing.before]
    torch.testing.assert_close(before, values.roll(1, dims=1).flatten(0, 1)[packing.forward][len(first) :])
    ends = values[torch.arange(len(lengths)), torch.tensor(lengths) - 1]
    torch.testing.assert_close(packing.pack(values, packing.forward)[packing.last], ends)
    assert len(later) == max(lengths) - 1
