"""The encoder (7), (9)-(11): against torch's packed sequences, and padding that changes nothing."""

from itertools import islice

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import VARIANTS, small_model

from s2s_core.batch import Batch
from s2s_core.encoder import Encoder
from s2s_core.registry import CELLS

SENTENCES = [[4, 5, 6, 7, 8], [9], [10, 4, 4], [6, 5, 4, 10, 9]]
TOLERANCE = {"rtol": 0, "atol": 2e-6}


def read(net, sentences):
    batch = Batch.of(sentences)
    return net.encode(batch.src, batch.src_mask)


def steps_of(net, sentences):
    batch = Batch.of(sentences)
    return list(net.encoder.steps(batch.src, batch.src_mask))


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_padded_batch_reads_each_sentence_as_if_it_were_alone(changes):
    net = small_model(**changes)
    together = read(net, SENTENCES)
    for b, sentence in enumerate(SENTENCES):
        alone = read(net, [sentence])
        torch.testing.assert_close(together.states[b, : len(sentence)], alone.states[0], **TOLERANCE)
        for many, one in zip(together.finals, alone.finals, strict=True):
            torch.testing.assert_close(many.hidden[b], one.hidden[0], **TOLERANCE)
            if one.cell is not None:
                torch.testing.assert_close(many.cell[b], one.cell[0], **TOLERANCE)


@settings(max_examples=40)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_padding_changes_nothing_whatever_the_lengths(lengths, seed):
    net = small_model(seed=seed)
    sentences = [[4 + (seed + b * i) % 7 for i in range(length)] for b, length in enumerate(lengths)]
    together = read(net, sentences)
    for b, sentence in enumerate(sentences):
        torch.testing.assert_close(together.states[b, : len(sentence)], read(net, [sentence]).states[0], **TOLERANCE)


def test_the_ids_on_padding_are_never_read():
    net, batch = small_model(), Batch.of(SENTENCES)
    clean = net.encode(batch.src, batch.src_mask)
    dirty = net.encode(batch.src.masked_fill(~batch.src_mask, 7), batch.src_mask)
    for b, sentence in enumerate(SENTENCES):
        assert torch.equal(clean.states[b, : len(sentence)], dirty.states[b, : len(sentence)])
    assert torch.equal(clean.finals[0].hidden, dirty.finals[0].hidden)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("cell", CELLS)
def test_it_is_torchs_recurrence_over_packed_sequences(cell, bidirectional, layers):
    net = small_model(
        cell=cell, peephole="none", bidirectional=bidirectional, encoder_layers=layers, dtype=torch.float64
    )
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
    twin = kind(5, 4, layers, bidirectional=bidirectional, batch_first=True).double()
    with torch.no_grad():
        for layer in range(layers):
            for direction, suffix in zip(net.config.directions, ("", "_reverse"), strict=False):
                ours = net.encoder.cell(layer, direction)
                biases = torch.zeros_like(ours.bias)
                if cell == "gru":
                    biases[-4:] = ours.bias_hidden
                getattr(twin, f"weight_ih_l{layer}{suffix}").copy_(ours.weight_input["x"])
                getattr(twin, f"weight_hh_l{layer}{suffix}").copy_(ours.weight_hidden)
                getattr(twin, f"bias_ih_l{layer}{suffix}").copy_(ours.bias)
                getattr(twin, f"bias_hh_l{layer}{suffix}").copy_(biases)
    batch = Batch.of(SENTENCES)
    lengths = batch.src_mask.sum(dim=1)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        net.encoder.embedding(batch.src), lengths, batch_first=True, enforce_sorted=False
    )
    output, last = twin(packed)
    expected, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True)

    memory = net.encode(batch.src, batch.src_mask)
    torch.testing.assert_close(memory.states[batch.src_mask], expected[batch.src_mask])
    last_hidden, last_cell = last if cell == "lstm" else (last, None)
    directions = len(net.config.directions)
    for layer, final in enumerate(memory.finals):
        rows = slice(layer * directions, (layer + 1) * directions)
        torch.testing.assert_close(final.hidden, torch.cat(list(last_hidden[rows]), dim=-1))
        if last_cell is not None:
            torch.testing.assert_close(final.cell, torch.cat(list(last_cell[rows]), dim=-1))


def test_the_backward_direction_starts_from_zero_at_each_sentences_own_last_token():
    net = small_model()
    cell = net.encoder.cell(0, "backward")
    steps = {s.position: s for s in steps_of(net, SENTENCES) if s.direction == "backward"}
    for b, sentence in enumerate(SENTENCES):
        last = len(sentence) - 1
        x = net.encoder.embedding(torch.tensor([sentence[-1]]))
        expected = cell.step({"x": cell.project("x", x)}, cell.initial(1))
        torch.testing.assert_close(steps[last].cell.hidden[b], expected.hidden[0], **TOLERANCE)


def test_a_changed_word_moves_forward_states_from_there_on_and_backward_states_up_to_there():
    net, sentence, at = small_model(), [4, 5, 6, 7, 8, 9], 2
    changed = [*sentence[:at], 10, *sentence[at + 1 :]]
    before, after = (read(net, [ids]).states[0] for ids in (sentence, changed))
    moved = (before != after).view(len(sentence), 2, 4).any(dim=-1)
    assert moved[:, 0].tolist() == [False, False, True, True, True, True]
    assert moved[:, 1].tolist() == [True, True, True, False, False, False]


def test_joined_states_are_the_forward_half_and_then_the_backward_half():
    net = small_model()
    states = read(net, [SENTENCES[0]]).states[0]
    for step in steps_of(net, [SENTENCES[0]]):
        half = slice(0, 4) if step.direction == "forward" else slice(4, 8)
        assert torch.equal(states[step.position, half], step.cell.hidden[0])


def test_steps_come_one_by_one_in_reading_order():
    net, batch = small_model(encoder_layers=2), Batch.of([[4, 5, 6]])
    stream = net.encoder.steps(batch.src, batch.src_mask)
    first = next(stream)
    assert (first.layer, first.direction, first.position) == (0, "forward", 0)
    seen = [(step.layer, step.direction, step.position) for step in stream]
    there, back = [0, 1, 2], [2, 1, 0]
    for layer in (0, 1):
        expected = [(layer, "forward", t) for t in there] + [(layer, "backward", t) for t in back]
        assert ([(0, "forward", 0), *seen])[layer * 6 : layer * 6 + 6] == expected


def test_the_carried_state_stands_still_on_padding():
    steps = steps_of(small_model(), [[4, 5, 6], [7]])
    forward = [step for step in steps if step.direction == "forward"]
    for earlier, later in zip(forward, islice(forward, 1, None), strict=False):
        assert torch.equal(earlier.state.hidden[1], later.state.hidden[1])
        assert torch.equal(earlier.state.cell[1], later.state.cell[1])
        assert not torch.equal(earlier.state.hidden[0], later.state.hidden[0])


def share_of_own_input(net):
    """How much of the squared gradient of each joined state falls on the embedding of its own token."""
    embedded = torch.randn(8, 12, 16, generator=torch.Generator().manual_seed(0)).requires_grad_()
    net.encoder.embedding.forward = lambda ids: embedded
    ids = torch.full((8, 12), 4)
    states = net.encode(ids, torch.ones_like(ids, dtype=torch.bool)).states
    shares = []
    for j in range(12):
        (gradient,) = torch.autograd.grad(states[:, j].sum(), embedded, retain_graph=True)
        sizes = gradient.square().sum(dim=-1)
        shares.append(sizes[:, j] / sizes.sum(dim=1))
    return float(torch.stack(shares).mean())


def test_locally_initialised_states_start_as_their_own_token():
    """What the initialisation is for: otherwise every position carries its neighbours too, and attention may settle
    on any of them."""

    def fresh(init):
        torch.manual_seed(0)
        changes = {"src_vocab_size": 30, "encoder_hidden": 16, "embedding_size": 16, "decoder_hidden": 32}
        net = small_model(encoder_init=init, **changes)
        net.encoder = Encoder(net.config, padding_index=0).eval()
        return net

    local, usual = share_of_own_input(fresh("local")), share_of_own_input(fresh("usual"))
    assert local > 0.85
    assert usual < 0.6
