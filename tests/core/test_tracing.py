"""A trace is what the model computed: complete, in order, consistent with training's numbers, and a value."""

import dataclasses
import json
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import VARIANTS, small_translator
from traces import arrays_of, same

from s2s_core import Trace
from s2s_core.batch import Batch
from s2s_core.edits import Clamp, Edits, Replace, clamp, combine, force_token
from s2s_core.errors import DataError, EmptyText, InvalidConfig, S2SError, TextTooLong
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, EOS

TEXT, REFERENCE = "abcadge", "0123"
LSTM = ("forget_gate", "input_gate", "candidate", "cell", "output_gate", "hidden")
GRU = ("reset_gate", "update_gate", "candidate", "hidden")
NAMES = {"lstm": LSTM, "gru": GRU, "rnn": ("hidden",)}
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


@every_variant
def test_shapes_are_those_of_the_theory(changes):
    translator = small_translator(**changes)
    config, trace = translator.net.config, translator.trace(TEXT, reference=REFERENCE)
    src_len, tgt_len = len(TEXT) + config.source_start + config.source_end, len(REFERENCE) + 1
    H, D = config.encoder_hidden, config.memory_size
    assert len(trace.src_tokens) == len(trace.src_offsets) == len(trace.src_unknown) == src_len
    assert len(trace.tgt_tokens) == len(trace.fed_tokens) == len(trace.fed_from) == tgt_len
    assert len(trace.tgt_ids) == len(trace.reference_tokens) == tgt_len
    assert len(trace.encoder.layers) == config.encoder_layers
    assert len(trace.decoder.layers) == config.decoder_layers
    for part, _, cell in trace.cells():
        shape = (tgt_len, config.decoder_hidden) if part == "decoder" else (src_len, H)
        assert cell.kind == config.cell
        assert tuple(cell.quantities()) == NAMES[config.cell]
        assert {array.shape for array in cell.quantities().values()} == {shape}
        assert cell.initial_hidden.shape == shape[1:]
        assert (cell.initial_cell is None) == (config.cell != "lstm")
    assert (trace.encoder.backward is None) == (not config.bidirectional)
    assert trace.encoder.joined.shape == (src_len, D)
    assert trace.context.shape == (tgt_len, D)
    assert trace.log_probs.shape == (tgt_len, config.tgt_vocab_size)
    assert trace.token_log_probs.shape == (tgt_len,)
    assert (trace.attention is None) == (config.context != "attention")
    if trace.attention is not None:
        assert trace.attention.weights.shape == trace.attention.scores.shape == (tgt_len, src_len)
        np.testing.assert_allclose(trace.attention.weights.sum(axis=1), 1, rtol=1e-5)
    assert {array.dtype for _, array in arrays_of(trace)} == {np.dtype("float32")}


@every_variant
def test_its_log_probs_are_those_that_training_sees(changes):
    translator = small_translator(**changes)
    net = translator.net
    batch = translator.source_batch([TEXT])
    batch = Batch.of(batch.src.tolist(), [translator.encode_reference(REFERENCE).ids])
    with torch.no_grad():
        for ratio in (1.0, 0.5, 0.0):
            for seed in (0, 1):
                trace = translator.trace(TEXT, reference=REFERENCE, teacher_forcing=ratio, seed=seed)
                generator = torch.Generator().manual_seed(seed)
                logits = net.logits(batch, teacher_forcing_ratio=ratio, generator=generator)[0]
                expected = torch.log_softmax(logits, dim=-1)
                np.testing.assert_allclose(trace.log_probs, expected, atol=1e-5)
        loss = float(net.loss(batch))
    assert translator.trace(TEXT, reference=REFERENCE).log_prob == pytest.approx(-loss * 5, rel=1e-5)


@every_variant
def test_a_free_trace_writes_what_greedy_search_writes(changes):
    translator = small_translator(**changes)
    for text in ("a", TEXT, "ggfe"):
        assert translator.trace(text).output == translator.translate([text])[0]


@every_variant
def test_the_terms_of_every_gate_add_up_to_its_pre_activation(changes):
    translator = small_translator(**changes)
    peepholes = translator.net.config.cell == "lstm" and translator.net.config.peephole != "none"
    for part, layer, cell in translator.trace(TEXT).cells():
        squashed_by_tanh = "hidden" if cell.kind == "rnn" else "candidate"
        gates = [name for name in cell.quantities() if name.endswith("_gate") or name == squashed_by_tanh]
        bottom = {"y", "context"} if translator.net.config.attend == "before" else {"y"}
        below = {"x"} if part != "decoder" or layer else bottom
        if translator.net.config.input_feeding and part == "decoder":
            below |= {"feed"}
        for gate in gates:
            terms = cell.terms(gate)
            total = np.sum([np.float64(term) for term in terms.values()], axis=0)
            squashed = np.tanh(total) if gate == squashed_by_tanh else 1 / (1 + np.exp(-total))
            np.testing.assert_allclose(squashed, cell.quantities()[gate], atol=2e-6, err_msg=f"{part} {gate}")
            assert set(terms) == below | {"h", "bias"} | ({"peephole"} if peepholes and gate != "candidate" else set())
        assert (cell.terms("hidden") == {}) == (cell.kind != "rnn")


@pytest.mark.parametrize("part", ["encoder.forward", "encoder.backward", "decoder"])
def test_cells_follow_their_equations_from_the_initial_state_on(part):
    """(4) and (6) over the arrays of the trace, in the order in which the part reads."""
    cells = {name: cell for name, _, cell in small_translator().trace(TEXT).cells()}
    cell = cells[part]
    order = slice(None, None, -1) if part == "encoder.backward" else slice(None)
    f, i, g, c, o, h = (array[order] for array in cell.quantities().values())
    before = np.concatenate([cell.initial_cell[None], c[:-1]])
    np.testing.assert_allclose(c, f * before + i * g, atol=1e-6)
    np.testing.assert_allclose(h, o * np.tanh(c), atol=1e-6)


def test_joined_states_and_contexts_follow_from_the_rest():
    trace = small_translator().trace(TEXT)
    both = np.concatenate([trace.encoder.forward.hidden, trace.encoder.backward.hidden], axis=1)
    np.testing.assert_array_equal(trace.encoder.joined, both)  # (11)
    np.testing.assert_allclose(trace.context, trace.attention.weights @ both, atol=1e-6)  # (15)
    e = np.exp(trace.attention.scores)
    np.testing.assert_allclose(trace.attention.weights, e / e.sum(axis=1, keepdims=True), atol=1e-6)  # (14)
    np.testing.assert_allclose(np.exp(trace.log_probs).sum(axis=1), 1, atol=1e-5)


def test_top_layers_are_the_short_names():
    trace = small_translator(encoder_layers=2, decoder_layers=2).trace(TEXT)
    assert trace.encoder.forward is trace.encoder.layers[1].forward
    assert trace.encoder.backward is trace.encoder.layers[1].backward
    assert np.shares_memory(trace.decoder.forget_gate, trace.decoder.layers[1].forget_gate)
    with pytest.raises(AttributeError, match="no 'reset_gate': it has forget_gate, input_gate"):
        _ = trace.decoder.reset_gate


@pytest.mark.parametrize("source_end", [True, False])
def test_source_tokens_point_into_the_typed_text(source_end):
    trace = small_translator(source_end=source_end).trace("ab 한g")
    expected = ["a", "b", " ", "한", "g"]
    assert [trace.text[start:end] for start, end in trace.src_offsets[:5]] == expected
    assert trace.src_tokens[:5] == tuple(expected)
    assert trace.src_unknown[:5] == (False, False, True, True, False)
    if source_end:
        assert (trace.src_tokens[5:], trace.src_offsets[5:]) == (("</s>",), ((5, 5),))
        assert trace.src_unknown[5:] == (False,)
    else:
        assert len(trace.src_tokens) == 5


def test_a_free_run_feeds_its_own_tokens_until_it_writes_the_end():
    translator = small_translator()
    translator.net.decoder.output.bias.data[EOS] += 1.5
    trace = translator.trace("a")
    assert len(trace.tgt_ids) > 2
    assert trace.fed_from == ("start", *["model"] * (len(trace.tgt_ids) - 1))
    assert trace.fed_tokens == ("<s>", *trace.tgt_tokens[:-1])
    assert trace.tgt_ids == tuple(int(row.argmax()) for row in trace.log_probs)
    assert trace.tgt_ids[-1] == EOS
    assert trace.tgt_tokens[-1] == "</s>"
    assert EOS not in trace.tgt_ids[:-1]
    assert trace.reference is trace.reference_tokens is None
    picked = [row[token] for row, token in zip(trace.log_probs, trace.tgt_ids, strict=True)]
    np.testing.assert_array_equal(trace.token_log_probs, picked)
    assert trace.log_prob == pytest.approx(sum(picked), rel=1e-6)


def test_a_free_run_that_does_not_stop_is_cut_off():
    translator = small_translator()
    translator.net.decoder.output.bias.data[EOS] = -30
    assert len(translator.trace("a").tgt_ids) == translator.net.config.max_tgt_len
    assert len(translator.trace("a", max_len=3).tgt_ids) == 3


def test_a_forced_run_feeds_the_reference_and_scores_it():
    translator = small_translator()
    trace = translator.trace(TEXT, reference=REFERENCE)
    assert trace.fed_tokens == ("<s>", *REFERENCE)
    assert trace.fed_from == ("start", *["reference"] * 4)
    assert trace.reference_tokens == (*REFERENCE, "</s>")
    ids = [*translator.tgt_tokenizer.encode(REFERENCE).ids, EOS]
    np.testing.assert_array_equal(trace.token_log_probs, [row[i] for row, i in zip(trace.log_probs, ids, strict=True)])
    score = translator.score(TEXT, REFERENCE)
    assert score.tokens == trace.reference_tokens
    assert score.token_log_probs == pytest.approx(trace.token_log_probs.tolist(), abs=1e-5)
    assert score.log_prob == pytest.approx(trace.log_prob, rel=1e-5)


def test_a_mixed_run_says_of_each_token_where_it_came_from():
    translator, origins = small_translator(), []
    reference = "01234012340"
    for seed in range(8):
        trace = translator.trace(TEXT, reference=reference, teacher_forcing=0.5, seed=seed)
        same(trace, translator.trace(TEXT, reference=reference, teacher_forcing=0.5, seed=seed))
        for t in range(1, len(trace.fed_from)):
            source = trace.reference_tokens if trace.fed_from[t] == "reference" else trace.tgt_tokens
            assert trace.fed_tokens[t] == source[t - 1]
        origins += trace.fed_from[1:]
    assert set(origins) == {"reference", "model"}
    assert 0.3 < origins.count("reference") / len(origins) < 0.7


def test_a_reference_with_ratio_zero_feeds_nothing_of_it():
    trace = small_translator().trace(TEXT, reference=REFERENCE, teacher_forcing=0.0)
    assert set(trace.fed_from[1:]) == {"model"}
    assert trace.fed_tokens[1:] == trace.tgt_tokens[:-1]


def test_top_lists_the_most_probable_tokens():
    trace = small_translator().trace(TEXT)
    top = trace.top(0, 3)
    assert [p for *_, p in top] == sorted(np.exp(trace.log_probs[0]).tolist(), reverse=True)[:3]
    assert all(trace.vocabulary[token_id] == token for token, token_id, _ in top)
    assert len(trace.top(0, 99)) == len(trace.vocabulary)


@given(st.lists(st.sampled_from([0.0, -1.0, -2.0, -np.inf, np.nan]), min_size=12, max_size=12), st.integers(0, 14))
def test_of_equally_probable_tokens_the_first_come_first(row, k):
    trace = small_translator().trace(TEXT)
    trace = dataclasses.replace(trace, log_probs=np.resize(np.array(row, np.float32), trace.log_probs.shape))
    best = np.argsort(-trace.log_probs[0], kind="stable")[:k]
    assert [token_id for _, token_id, _ in trace.top(0, k)] == best.tolist()


def test_nothing_of_a_trace_can_be_changed():
    trace = small_translator().trace(TEXT)
    for name, array in arrays_of(trace):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert not array.flags.writeable, name
    for record, field in ((trace, "text"), (trace.attention, "weights"), (trace.decoder.layers[0], "kind")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field, None)
    with pytest.raises(TypeError):
        trace.encoder.forward.quantities()["hidden"] = None


def test_a_trace_does_not_change_when_its_model_goes_on_learning():
    translator = small_translator(cell="lstm")
    trace = translator.trace(TEXT)
    before = {name: array.copy() for name, array in arrays_of(trace)}
    with torch.no_grad():
        for parameter in translator.net.parameters():
            parameter.add_(1.0)
    for name, array in arrays_of(trace):
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
@every_variant
def test_saved_and_loaded_it_is_the_same_to_the_last_bit(changes, suffix, tmp_path):
    edit = clamp("hidden", 0.5, part="decoder", units=(1, 2))
    trace = small_translator(**changes).trace("한" + TEXT, reference=REFERENCE, teacher_forcing=0.5, seed=3, edit=edit)
    trace.save(tmp_path / f"t{suffix}")
    loaded = Trace.load(tmp_path / f"t{suffix}")
    same(trace, loaded)
    assert loaded.key == trace.key
    assert not any(array.flags.writeable for _, array in arrays_of(loaded))


def test_the_json_is_plain(tmp_path):
    path = tmp_path / "t.json"
    small_translator().trace(TEXT).save(path)

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    data = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert data["text"] == TEXT


def test_a_file_that_is_no_trace_is_refused_in_a_sentence(tmp_path):
    trace = small_translator().trace(TEXT)
    with pytest.raises(DataError, match=r"\.npz or \.json, not as '\.txt'"):
        trace.save(tmp_path / "t.txt")
    with pytest.raises(DataError, match="cannot read"):
        Trace.load(tmp_path / "missing.npz")


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_truncated_file_is_refused(suffix, tmp_path):
    path = tmp_path / f"t{suffix}"
    small_translator().trace(TEXT).save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match="is not a trace"):
        Trace.load(path)


def test_its_key_is_a_hash_of_what_went_in():
    translator = small_translator()
    rest = tuple(n / 7 for n in range(7))
    arguments = [
        {},
        {"reference": "01"},
        {"reference": "01", "teacher_forcing": 0.5},
        {"reference": "01", "teacher_forcing": 0.5, "seed": 1},
        {"edit": clamp("cell", 0.0)},
        {"edit": clamp("cell", 1.0)},
        {"edit": force_token(0, 5)},
        *({"edit": Replace(part="attention", quantity="context", step=0, values=(*rest, last))} for last in (0.0, 1.0)),
    ]
    keys = [translator.trace(TEXT, **options).key for options in arguments]
    assert keys == [translator.trace(TEXT, **options).key for options in arguments]
    keys += [translator.trace("b").key, small_translator(name="other").trace(TEXT).key]
    assert len(set(keys)) == len(keys)


@every_variant
def test_the_frame_is_tidy_and_holds_every_number(changes):
    trace = small_translator(**changes).trace(TEXT, reference=REFERENCE)
    frame = trace.to_frame()
    assert list(frame.columns) == ["part", "layer", "step", "token", "quantity", "unit", "value"]
    assert not frame.isna().any(axis=None)
    assert not frame.duplicated(["part", "layer", "step", "quantity", "unit"]).any()
    blocks = [(p, layer, name, array) for p, layer, cell in trace.cells() for name, array in cell.quantities().items()]
    blocks += [("encoder", len(trace.encoder.layers) - 1, "joined", trace.encoder.joined)]
    blocks += [("attention", 0, "context", trace.context), ("output", 0, "log_probs", trace.log_probs)]
    if trace.attention is not None:
        blocks += [("attention", 0, "scores", trace.attention.scores)]
        blocks += [("attention", 0, "weights", trace.attention.weights)]
    assert len(frame) == sum(array.size for *_, array in blocks)
    for part, layer, name, array in blocks:
        rows = frame[(frame.part == part) & (frame.layer == layer) & (frame.quantity == name)]
        np.testing.assert_array_equal(rows.pivot(index="step", columns="unit", values="value"), array)
        tokens = trace.src_tokens if part.startswith("encoder") else trace.tgt_tokens
        assert rows.groupby("step").token.first().tolist() == list(tokens)


def test_a_text_that_the_model_cannot_take_is_refused_with_the_facts():
    translator = small_translator()
    for text in ("", "   ", "\n\t"):
        with pytest.raises(EmptyText):
            translator.trace(text)
    with pytest.raises(TextTooLong) as caught:
        translator.trace("a" * 21)
    assert (caught.value.length, caught.value.limit, caught.value.unit) == (21, 20, "characters")
    assert len(translator.trace("a" * 20).src_tokens) == 21
    with pytest.raises(TextTooLong):
        translator.trace("a", reference="0" * 12)
    assert len(translator.trace("a", reference="0" * 11).tgt_tokens) == 12


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_a_ratio_outside_0_to_1_is_refused(ratio):
    with pytest.raises(InvalidConfig, match="teacher_forcing"):
        small_translator().trace(TEXT, reference="01", teacher_forcing=ratio)


@settings(max_examples=60)
@given(text=st.text(max_size=24), reference=st.none() | st.text(max_size=12))
def test_any_text_is_traced_or_refused_in_a_sentence(text, reference):
    try:
        trace = small_translator().trace(text, reference=reference)
    except S2SError as error:
        assert str(error)
        return
    assert all(0 <= start <= end <= len(text) for start, end in trace.src_offsets)
    assert all(one[1] <= other[0] or one == other for one, other in pairwise(trace.src_offsets))
    assert isinstance(trace.output, str)
    assert len(trace.key) == 16
    for name, array in arrays_of(trace):
        assert np.isfinite(array).all(), name


def test_traces_are_not_taught_by_the_order_in_which_they_are_made():
    """Nothing is left on the model: a trace between two others is the same as one alone."""
    translator = small_translator()
    alone = small_translator().trace("abc")
    translator.trace(TEXT, edit=clamp("cell", 1.0))
    translator.trace("ggg", reference="44")
    same(translator.trace("abc"), alone)


def test_special_tokens_have_their_names():
    translator = small_translator()
    assert translator.vocabulary[BOS] == "<s>"
    assert translator.vocabulary[EOS] == "</s>"
    assert len(translator.vocabulary) == translator.net.config.tgt_vocab_size


@every_variant
def test_a_model_that_stays_with_tensors_gives_the_same_trace(changes, monkeypatch):
    """As on a GPU; here one sentence would go in NumPy."""
    translator = small_translator(**changes)
    edit = combine(clamp("hidden", 0.3, part="encoder.forward", units=(1,)), force_token(1, 5))
    wanted = [translator.trace(TEXT), translator.trace(TEXT, reference=REFERENCE), translator.trace(TEXT, edit=edit)]
    monkeypatch.setattr(Seq2Seq, "lightest", lambda net, batch: (net, batch.src, batch.src_mask))
    got = [translator.trace(TEXT), translator.trace(TEXT, reference=REFERENCE), translator.trace(TEXT, edit=edit)]
    for one, other in zip(wanted, got, strict=True):
        assert one.tgt_ids == other.tgt_ids
        for (name, numbers), (_, others) in zip(arrays_of(one), arrays_of(other), strict=True):
            np.testing.assert_allclose(numbers, others, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("single", [False, True], ids=["edits", "a single edit"])
@pytest.mark.parametrize("part", ["encoder.forward", "encoder.backward", "decoder", None])
def test_an_edit_of_a_layer_that_the_model_lacks_is_refused(part, single):
    model = small_translator(encoder_layers=2, decoder_layers=2)
    held = [Clamp(quantities=("forget_gate",), value=0.0, part=part, layer=layer) for layer in (0, 1, 2)]
    edits = held if single else [Edits((one,)) for one in held]
    plain = model.trace(TEXT)
    for edit in edits[:2]:
        assert not np.array_equal(model.trace(TEXT, edit=edit).log_probs, plain.log_probs)
    with pytest.raises(DataError, match="names layer 2"):
        model.trace(TEXT, edit=edits[2])
