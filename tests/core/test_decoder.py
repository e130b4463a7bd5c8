"""The decoder: (12)-(15) transcribed in numpy, the bridge, and the ways of choosing what is fed, (18)."""

from itertools import islice, pairwise

import numpy as np
import pytest
import torch
from small_models import LEARNS, VARIANTS, small_model

from s2s_core.batch import Batch
from s2s_core.decoder import free_running, mixed, teacher_forced
from s2s_core.errors import InvalidConfig
from s2s_core.tokenizer import BOS

SENTENCES = [[4, 5, 6, 7, 8], [9], [10, 4, 4]]
TOLERANCE = {"rtol": 0, "atol": 5e-6}
START = torch.full((len(SENTENCES),), BOS)


def read(net, sentences=SENTENCES):
    batch = Batch.of(sentences)
    return net.encode(batch.src, batch.src_mask)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def transcription(net, hiddens, s, c, tokens):
    """One sentence through the default decoder, (12)-(15) with (1)-(6) as its cell, in numpy: yields logits."""
    W = {name: weight.detach().numpy() for name, weight in net.decoder.named_parameters()}
    cell = {name.removeprefix("layers.0."): weight for name, weight in W.items() if name.startswith("layers.0.")}
    x_i, x_f, x_c, x_o = np.split(np.concatenate([cell["weight_input.y"], cell["weight_input.context"]], axis=1), 4)
    h_i, h_f, h_c, h_o = np.split(cell["weight_hidden"], 4)
    p_i, p_f, p_o = np.split(cell["weight_peephole"], 3)
    b_i, b_f, b_c, b_o = np.split(cell["bias"], 4)
    for token in tokens:
        y = W["embedding.weight"][token]
        query = W["context.query.weight"] @ s  # s_{i-1}
        e = np.array(
            [W["context.energy.weight"][0] @ np.tanh(query + W["context.key.weight"] @ h) for h in hiddens]
        )  # (13)
        alpha = softmax(e)  # (14)
        context = alpha @ hiddens  # (15)
        x = np.concatenate([y, context])  # (12)
        f = sigma(x_f @ x + h_f @ s + p_f @ c + b_f)
        i = sigma(x_i @ x + h_i @ s + p_i @ c + b_i)
        c = f * c + i * np.tanh(x_c @ x + h_c @ s + b_c)
        o = sigma(x_o @ x + h_o @ s + p_o @ c + b_o)
        s = o * np.tanh(c)
        g = np.tanh(
            W["readout_y.weight"] @ y
            + W["readout_s.weight"] @ s
            + W["readout_s.bias"]
            + W["readout_c.weight"] @ context
        )
        yield W["output.weight"] @ g + W["output.bias"], alpha, context, s


def test_its_steps_are_the_equations():
    net, tokens = small_model(dtype=torch.float64), [BOS, 5, 8, 4]
    memory = read(net, [[4, 5, 6]])
    state = net.decoder.start(memory)
    expected = transcription(
        net,
        memory.states[0].detach().numpy(),
        state.cells[0].hidden[0].detach().numpy(),
        state.cells[0].cell[0].detach().numpy(),
        tokens,
    )
    fed = torch.tensor([tokens])
    steps = net.decoder.steps(memory, teacher_forced(fed), length=len(tokens))
    for step, (logits, alpha, context, s) in zip(steps, expected, strict=True):
        np.testing.assert_allclose(step.attention.weights[0].detach(), alpha, atol=1e-12)
        np.testing.assert_allclose(step.attention.context[0].detach(), context, atol=1e-12)
        np.testing.assert_allclose(step.cells[0].hidden[0].detach(), s, atol=1e-12)
        np.testing.assert_allclose(step.logits[0].detach(), logits, atol=1e-12)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_padded_batch_writes_each_sentence_as_if_it_were_alone(changes):
    net = small_model(**changes)
    fed = torch.tensor([[BOS, 4, 5], [BOS, 6, 7], [BOS, 8, 4]])
    together = list(net.decoder.steps(read(net), teacher_forced(fed), length=3))
    for b, sentence in enumerate(SENTENCES):
        alone = net.decoder.steps(read(net, [sentence]), teacher_forced(fed[b : b + 1]), length=3)
        for many, one in zip(together, alone, strict=True):
            torch.testing.assert_close(many.logits[b], one.logits[0], **TOLERANCE)
            torch.testing.assert_close(many.attention.context[b], one.attention.context[0], **TOLERANCE)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_selected_rows_go_on_as_if_nothing_had_happened(changes):
    """What beam search does between two steps: reorder, repeat and drop the sentences of a batch."""
    net, rows = small_model(**changes), torch.tensor([2, 0, 0])
    memory = read(net)
    first = net.decoder.step(START, memory, net.decoder.start(memory))
    token = torch.tensor([4, 5, 6])
    whole = net.decoder.step(token, memory, first.state, t=1)
    some = net.decoder.step(token[rows], memory.select(rows), first.state.select(rows), t=1)
    torch.testing.assert_close(some.logits, whole.logits[rows], **TOLERANCE)


def test_log_probs_are_those_of_a_distribution():
    net = small_model()
    memory = read(net)
    step = net.decoder.step(START, memory, net.decoder.start(memory))
    torch.testing.assert_close(step.log_probs.exp().sum(dim=1), torch.ones(len(SENTENCES)))
    torch.testing.assert_close(step.log_probs - step.log_probs[:, :1], step.logits - step.logits[:, :1])


def test_where_sizes_agree_the_decoder_starts_from_the_encoders_last_states():
    net = small_model(encoder_layers=2, decoder_layers=2)
    memory = read(net)
    for start, final in zip(net.decoder.start(memory).cells, memory.finals, strict=True):
        assert torch.equal(start.hidden, final.hidden)
        assert torch.equal(start.cell, final.cell)


def test_where_sizes_differ_the_bridge_is_learned():
    """s_0 = tanh(W h_T + b) and its cell = W' c_T + b', of all encoder layers, cut into the decoder's layers."""
    net = small_model(**LEARNS, encoder_layers=2, decoder_layers=3)
    memory = read(net)
    cells = net.decoder.start(memory).cells
    joined = torch.cat([final.hidden for final in memory.finals], dim=1)
    joined_cell = torch.cat([final.cell for final in memory.finals], dim=1)
    hidden = torch.tanh(joined @ net.decoder.bridge.hidden.weight.T + net.decoder.bridge.hidden.bias)
    cell = joined_cell @ net.decoder.bridge.cell.weight.T + net.decoder.bridge.cell.bias
    torch.testing.assert_close(torch.cat([start.hidden for start in cells], dim=1), hidden)
    torch.testing.assert_close(torch.cat([start.cell for start in cells], dim=1), cell)
    assert [start.hidden.shape[1] for start in cells] == [5, 5, 5]


def test_without_a_bridge_the_decoder_starts_from_zero():
    for cell in small_model(bridge="zero", decoder_layers=2).decoder.start(read(small_model())).cells:
        assert not cell.hidden.any()
        assert not cell.cell.any()


def test_a_copy_between_different_sizes_is_refused():
    with pytest.raises(InvalidConfig, match="use learned"):
        small_model(bridge="copy", **LEARNS)


def test_input_feeding_hands_the_last_readout_to_the_next_step():
    net = small_model(input_feeding=True)
    memory = read(net)
    state = net.decoder.start(memory)
    assert not state.readout.any(), "there is none before the first step"
    state = net.decoder.step(START, memory, state).state
    fed = net.decoder.step(START, memory, state, t=1)
    state.readout.zero_()
    assert not torch.equal(net.decoder.step(START, memory, state, t=1).logits, fed.logits)
    assert set(fed.cells[0].input_terms) == {"y", "context", "feed"}


def test_a_tied_output_is_the_embedding_itself():
    net = small_model(tie_output=True, readout_size=5)
    assert net.decoder.output.weight is net.decoder.embedding.weight


def test_dropout_acts_in_training_only():
    net = small_model(dropout=0.5, encoder_layers=2, decoder_layers=2)
    batch = Batch.of(SENTENCES, [[4], [5], [6]])
    assert torch.equal(net.logits(batch), net.logits(batch))
    net.train()
    assert not torch.equal(net.logits(batch), net.logits(batch))


def test_steps_are_made_one_at_a_time_and_ask_for_each_token_when_it_is_needed():
    net, asked = small_model(), []

    def next_token(t, last):
        asked.append((t, last))
        return START

    steps = list(islice(net.decoder.steps(read(net), next_token, length=50), 3))
    assert asked == [(0, None), (1, steps[0]), (2, steps[1])]


def test_a_teacher_feeds_the_reference_and_a_free_run_its_own_best():
    net = small_model()
    fed = torch.tensor([[BOS, 4, 5, 6]] * 3)
    forced = list(net.decoder.steps(read(net), teacher_forced(fed), length=4))
    assert torch.equal(torch.stack([step.token for step in forced], dim=1), fed)
    free = list(net.decoder.steps(read(net), free_running(START), length=4))
    assert torch.equal(free[0].token, START)
    for last, step in pairwise(free):
        assert torch.equal(step.token, last.logits.argmax(dim=-1))


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0])
def test_a_mixture_takes_the_reference_as_often_as_the_ratio_says(ratio):
    net = small_model()
    reference = torch.full((64, 12), 8)
    memory = read(net, [[4, 5]] * 64)
    steps = list(net.decoder.steps(memory, mixed(reference, ratio, torch.Generator().manual_seed(1)), length=12))
    assert (steps[0].token == 8).all(), "the first token is given in any case"
    taken = []
    for last, step in pairwise(steps):
        own = last.logits.argmax(dim=-1)
        assert ((step.token == 8) | (step.token == own)).all()
        taken.append((step.token == 8)[own != 8])
    share = torch.cat(taken).float().mean()
    assert share == pytest.approx(ratio, abs=0.0 if ratio in (0, 1) else 0.06)
