"""The whole model: one code path from steps to logits, and the loss of (16)-(18)."""

import math

import pytest
import torch
from small_models import VARIANTS, small_config, small_model

from s2s_core import Seq2Seq
from s2s_core.batch import Batch
from s2s_core.decoder import teacher_forced
from s2s_core.tokenizer import BOS, EOS, PAD

SOURCES = [[4, 5, 6, 7, 8], [9], [10, 4, 4]]
TARGETS = [[4, 5], [6, 7, 8, 4], []]
BATCH = Batch.of(SOURCES, TARGETS)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_batch_holds_what_is_fed_and_what_is_to_be_predicted():
    assert BATCH.tgt_in.tolist() == [[BOS, 4, 5, 0, 0], [BOS, 6, 7, 8, 4], [BOS, 0, 0, 0, 0]]
    assert BATCH.tgt_out.tolist() == [[4, 5, EOS, 0, 0], [6, 7, 8, 4, EOS], [EOS, 0, 0, 0, 0]]
    assert BATCH.tgt_mask.sum(dim=1).tolist() == [3, 5, 1]
    assert BATCH.src_mask.sum(dim=1).tolist() == [5, 1, 3]
    assert len(BATCH) == 3


@pytest.mark.parametrize(
    ("sources", "targets"), [([], None), ([[4], []], None), ([[4]], [[4], [5]])], ids=["none", "empty", "uneven"]
)
def test_a_batch_of_nothing_is_refused(sources, targets):
    with pytest.raises(ValueError, match=r"at least one|1 sources and 2 targets"):
        Batch.of(sources, targets)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_training_logits_are_those_of_the_single_steps(changes):
    net = small_model(**changes)
    memory = net.encode(BATCH.src, BATCH.src_mask)
    steps = net.decoder.steps(memory, teacher_forced(BATCH.tgt_in), length=BATCH.tgt_in.shape[1])
    torch.testing.assert_close(
        net.logits(BATCH), torch.stack([step.logits for step in steps], dim=1), atol=1e-5, rtol=1e-5
    )


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_every_parameter_learns(changes):
    """No weight that the loss does not depend on, and none that a batch could leave without a gradient."""
    net = small_model(**changes)
    net.loss(BATCH).backward()
    idle = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    assert not idle


@pytest.mark.parametrize("changes", [{}, {"cell": "gru", "context": "last"}], ids=str)
def test_training_makes_the_loss_small(changes):
    torch.manual_seed(0)
    net = Seq2Seq(small_config(**changes))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    first = float(net.loss(BATCH).detach())
    for _ in range(40):
        optimizer.zero_grad()
        net.loss(BATCH).backward()
        optimizer.step()
    assert float(net.loss(BATCH).detach()) < first / 2


def test_the_loss_is_minus_log_p_per_target_token():
    net = small_model(dtype=torch.float64)
    terms = []
    for source, target in zip(SOURCES, TARGETS, strict=True):
        rows = net.logits(Batch.of([source], [target]))[0].tolist()
        for row, token in zip(rows, [*target, EOS], strict=True):
            terms.append(math.log(math.exp(row[token]) / sum(math.exp(z) for z in row)))
    assert len(terms) == 9
    assert float(net.loss(BATCH).detach()) == pytest.approx(-sum(terms) / len(terms), rel=1e-6)


def test_label_smoothing_moves_a_share_of_the_target_to_all_tokens():
    net, share = small_model(), 0.2
    log_probs = torch.log_softmax(net.logits(BATCH), dim=-1)[BATCH.tgt_mask].detach()
    targets = torch.full_like(log_probs, share / 9)
    targets[range(9), BATCH.tgt_out[BATCH.tgt_mask]] += 1 - share
    expected = -(targets * log_probs).sum(dim=1).mean()
    torch.testing.assert_close(net.loss(BATCH, label_smoothing=share).detach(), expected)


def test_padding_weighs_nothing_in_the_loss():
    net = small_model(dtype=torch.float64)
    alone = [net.loss(Batch.of([s], [t])).detach() * (len(t) + 1) for s, t in zip(SOURCES, TARGETS, strict=True)]
    torch.testing.assert_close(net.loss(BATCH).detach(), sum(alone) / 9)


def test_ratio_one_never_looks_at_the_models_own_output():
    net = small_model()
    assert torch.equal(
        net.logits(BATCH, teacher_forcing_ratio=1.0),
        net.logits(BATCH, generator=generator(), teacher_forcing_ratio=1.0),
    )


def test_ratio_zero_is_a_free_run():
    net = small_model()
    logits = net.logits(BATCH, teacher_forcing_ratio=0.0, generator=generator())
    fed = torch.cat([BATCH.tgt_in[:, :1], logits[:, :-1].argmax(dim=-1)], dim=1)
    forced = Batch(BATCH.src, BATCH.src_mask, fed, BATCH.tgt_out, BATCH.tgt_mask)
    torch.testing.assert_close(logits, net.logits(forced), atol=1e-5, rtol=1e-5)
    assert not torch.equal(logits, net.logits(BATCH))


def test_a_mixture_is_drawn_from_its_seed_alone():
    net = small_model()
    long = Batch.of([[4, 5]] * 4, [[4, 8, 5, 8, 6, 8, 4, 8]] * 4)

    def loss(seed):
        return float(net.loss(long, teacher_forcing_ratio=0.5, generator=generator(seed)).detach())

    assert loss(1) == loss(1)
    assert len({loss(seed) for seed in range(5)}) > 1


def test_a_mixture_without_a_generator_is_refused():
    with pytest.raises(ValueError, match="needs a generator"):
        small_model().loss(BATCH, teacher_forcing_ratio=0.5)


def test_the_same_seed_makes_the_same_model():
    def weights(seed):
        torch.manual_seed(seed)
        return torch.cat([p.detach().flatten() for p in Seq2Seq(small_config()).parameters()])

    assert torch.equal(weights(3), weights(3))
    assert not torch.equal(weights(3), weights(4))


def test_nothing_is_left_on_the_model():
    """A server shares one model between its threads: running it must not change it."""
    net = small_model(encoder_layers=2, decoder_layers=2, input_feeding=True)

    def attributes():
        return {name: {**vars(module)} for name, module in net.named_modules()}

    before = attributes()
    with torch.no_grad():
        net.loss(BATCH)
    assert attributes() == before


def test_padding_has_an_embedding_of_zero_that_stays_so():
    torch.manual_seed(0)
    net = Seq2Seq(small_config())
    net.loss(BATCH).backward()
    for embedding in (net.encoder.embedding, net.decoder.embedding):
        assert not embedding.weight[PAD].any()
        assert not embedding.weight.grad[PAD].any()
