"""Interventions: nothing before an edit moves, everything that depends on it follows, and the way out is a sentence."""

import json
import math

import numpy as np
import pytest
import torch
from small_models import VARIANTS, small_translator
from traces import arrays_of, same

from s2s_core.edits import (
    LONGEST,
    MOST,
    ByRow,
    Clamp,
    Edits,
    Replace,
    clamp,
    combine,
    force_token,
    set_context,
    set_weights,
    without_direction,
    without_peepholes,
)
from s2s_core.errors import DataError, UnknownName

TEXT, REFERENCE = "abcadge", "01230"
STEP = 2
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


def forced(translator, edit=None):
    """A run whose fed tokens no edit can change."""
    return translator.trace(TEXT, reference=REFERENCE, edit=edit)


@every_variant
def test_an_edit_that_edits_nothing_changes_nothing_to_the_last_bit(changes):
    translator = small_translator(**changes)
    seen = set()

    def look(site, t, value):
        seen.add((site, t))
        return value

    plain, looked_at = translator.trace(TEXT), translator.trace(TEXT, edit=look)
    assert (plain.edits, looked_at.edits) != ((), ())
    object.__setattr__(looked_at, "edits", ())
    same(plain, looked_at)
    same_sites = {(site.part, site.layer, site.quantity, t) for site, t in seen}
    for part, layer, cell in plain.cells():
        for quantity, array in cell.quantities().items():
            assert {t for p, n, q, t in same_sites if (p, n, q) == (part, layer, quantity)} == set(range(len(array)))


@every_variant
@pytest.mark.parametrize(
    "edit",
    [
        without_peepholes(),
        without_direction("backward"),
        Edits((Clamp(quantities=("hidden", "cell"), value=0.5, units=(1,), steps=(1, 3)),)),
        Edits((Clamp(quantities=("hidden",), value=0.5, part="decoder", layer=0),)),
        Edits((Clamp(quantities=("weights", "context"), value=0.1, part="attention", steps=(STEP,)),)),
        combine(force_token(STEP + 1, 5), clamp("cell", 0.1, part="decoder")),
    ],
    ids=["peepholes", "direction", "some units and steps", "a layer", "attention", "several"],
)
def test_an_edit_changes_what_it_would_if_it_were_asked_about_every_value(changes, edit):
    translator = small_translator(**changes)
    known, called = forced(translator, edit), forced(translator, lambda site, t, value: edit(site, t, value))
    for (name, array), (_, other) in zip(arrays_of(known), arrays_of(called), strict=True):
        assert np.array_equal(array, other, equal_nan=True), name


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("part", ["encoder.forward", "encoder.backward", "decoder"])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_an_edit_of_one_layer_leaves_the_layers_below_it_alone_and_moves_those_above(cell, part, layer):
    translator = small_translator(cell=cell, encoder_layers=3, decoder_layers=3)
    held = Edits((Clamp(quantities=("hidden",), value=0.9, part=part, layer=layer),))
    assert Edits.from_json(json.loads(json.dumps(held.to_json()))) == held
    before, after = forced(translator), forced(translator, held)
    moved = {
        (name, at): not np.array_equal(one.hidden, other.hidden)
        for (name, at, one), (_, _, other) in zip(before.cells(), after.cells(), strict=True)
    }
    for (name, at), changed in moved.items():
        if part == "decoder":
            assert changed is (name == "decoder"), "the top state is the next query, and so moves the layers below it"
        elif name == part and at == layer:
            assert changed
        elif name == "decoder" or at > layer:
            assert changed, "the layers above and the decoder read it"
        else:
            assert not changed, "what was read before, or beside it, stays"
    if part == "decoder":
        firsts = [(one.hidden[0], other.hidden[0]) for one, other in
                  zip(before.decoder.layers, after.decoder.layers, strict=True)]  # fmt: skip
        assert [np.array_equal(*first) for first in firsts] == [at < layer for at in range(3)]


@pytest.mark.parametrize("quantity", ["forget_peephole", "input_peephole", "output_peephole"])
def test_the_peepholes_of_one_layer_are_cut_alone(quantity):
    translator = small_translator(encoder_layers=2, decoder_layers=2)
    gate = quantity.replace("peephole", "gate")
    cut = forced(translator, Edits((Clamp(quantities=(quantity,), value=0.0, layer=0),)))
    for _part, layer, cell in cut.cells():
        assert cell.terms(gate)["peephole"].any() == (layer == 1)


@every_variant
@pytest.mark.parametrize("part", ["encoder.forward", "encoder.backward", "decoder"])
def test_an_edit_moves_nothing_before_it_and_something_after(changes, part):
    translator = small_translator(**changes)
    if part == "encoder.backward" and not translator.net.config.bidirectional:
        return  # there is no such cell
    plain = forced(translator)
    edited = forced(translator, Edits((Clamp(quantities=("hidden",), value=0.9, part=part, layer=0, steps=(STEP,)),)))

    cells = {place[:2]: (place[2], other[2]) for place, other in zip(plain.cells(), edited.cells(), strict=True)}
    before, after = cells[part, 0]
    steps = range(len(before.hidden))
    earlier = [t for t in steps if (t > STEP if part == "encoder.backward" else t < STEP)]
    later = [t for t in steps if t not in earlier and t != STEP]
    for quantity, array in before.quantities().items():
        np.testing.assert_array_equal(after.quantities()[quantity][earlier], array[earlier])
        if quantity != "hidden":
            np.testing.assert_array_equal(after.quantities()[quantity][STEP], array[STEP])
    np.testing.assert_array_equal(after.hidden[STEP], np.full_like(after.hidden[STEP], 0.9))
    for t in later:
        assert (after.hidden[t] != before.hidden[t]).any()
    if part == "decoder":
        np.testing.assert_array_equal(edited.log_probs[:STEP], plain.log_probs[:STEP])
        assert (edited.log_probs[STEP:] != plain.log_probs[STEP:]).any(axis=1).all()
    else:
        assert (edited.log_probs != plain.log_probs).any(), "the decoder reads what the encoder wrote"
        if part == "encoder.forward" and translator.net.config.bidirectional:
            np.testing.assert_array_equal(
                cells["encoder.backward", 0][1].hidden, cells["encoder.backward", 0][0].hidden
            )


@pytest.mark.parametrize("part", ["encoder.forward", "encoder.backward", "decoder"])
@pytest.mark.parametrize(("gate", "value"), [("forget_gate", 0.0), ("forget_gate", 1.0), ("input_gate", 0.0)])
def test_the_cell_follows_a_clamped_gate_by_equation_4(part, gate, value):
    trace = small_translator().trace(TEXT, edit=clamp(gate, value, part=part))
    cell = {name: cell for name, _, cell in trace.cells()}[part]
    order = slice(None, None, -1) if part == "encoder.backward" else slice(None)
    f, i, g, c, o, h = (array[order] for array in cell.quantities().values())
    assert ((f if gate == "forget_gate" else i) == value).all()
    previous = np.concatenate([cell.initial_cell[None], c[:-1]])
    np.testing.assert_allclose(c, f * previous + i * g, atol=1e-6)
    np.testing.assert_allclose(h, o * np.tanh(c), atol=1e-6)


def test_a_gate_clamped_in_some_units_leaves_the_others_alone_at_that_step():
    translator = small_translator()
    plain, edited = translator.trace(TEXT), translator.trace(TEXT, edit=clamp("output_gate", 0.0, units=(0, 2)))
    hidden = edited.encoder.forward.hidden
    assert not hidden[:, [0, 2]].any()
    np.testing.assert_array_equal(hidden[0, [1, 3]], plain.encoder.forward.hidden[0, [1, 3]])


@pytest.mark.parametrize("peephole", ["full", "diagonal"])
def test_cut_peepholes_are_a_model_that_has_none(peephole):
    cut = small_translator(peephole=peephole)
    bare = small_translator(peephole="none")
    bare.net.load_state_dict(cut.net.state_dict(), strict=False)
    edited, plain = forced(cut, without_peepholes()), forced(bare)
    np.testing.assert_array_equal(edited.log_probs, plain.log_probs)
    for (_, _, one), (_, _, other) in zip(edited.cells(), plain.cells(), strict=True):
        for quantity, array in one.quantities().items():
            np.testing.assert_array_equal(array, other.quantities()[quantity])
        assert not one.terms("forget_gate")["peephole"].any()
    assert (forced(cut).log_probs != plain.log_probs).any()


def test_without_peepholes_is_nothing_to_a_model_that_has_none():
    translator = small_translator(peephole="none")
    np.testing.assert_array_equal(forced(translator).log_probs, forced(translator, without_peepholes()).log_probs)


def test_a_set_attention_row_makes_the_context_and_all_that_follows():
    translator = small_translator()
    row = tuple(np.eye(len(TEXT) + 1)[3])
    plain, edited = forced(translator), forced(translator, set_weights(STEP, row))
    np.testing.assert_array_equal(edited.attention.weights[STEP], row)
    np.testing.assert_array_equal(edited.attention.scores[STEP], plain.attention.scores[STEP])
    np.testing.assert_allclose(edited.context[STEP], edited.encoder.joined[3], atol=1e-6)
    np.testing.assert_array_equal(edited.log_probs[:STEP], plain.log_probs[:STEP])
    assert (edited.log_probs[STEP:] != plain.log_probs[STEP:]).any(axis=1).all()
    np.testing.assert_array_equal(edited.encoder.joined, plain.encoder.joined)


@pytest.mark.parametrize("changes", [{}, {"context": "mean"}], ids=str)
def test_a_set_context_is_what_the_decoder_gets(changes):
    translator = small_translator(**changes)
    context = tuple(np.linspace(-1, 1, translator.net.config.memory_size))
    plain, edited = forced(translator), forced(translator, set_context(STEP, context))
    np.testing.assert_array_equal(edited.context[STEP], np.float32(context))
    np.testing.assert_array_equal(edited.log_probs[:STEP], plain.log_probs[:STEP])
    assert (edited.log_probs[STEP:] != plain.log_probs[STEP:]).any(axis=1).all()


def test_a_forced_token_is_written_and_fed_and_decoded_on_from():
    translator = small_translator()
    plain = translator.trace(TEXT)
    wanted = next(token for token in range(4, 9) if token != plain.tgt_ids[STEP])
    edited = translator.trace(TEXT, edit=force_token(STEP, wanted))
    assert edited.tgt_ids[:STEP] == plain.tgt_ids[:STEP]
    assert edited.tgt_ids[STEP] == wanted
    assert edited.fed_tokens[STEP + 1] == edited.tgt_tokens[STEP]
    assert edited.fed_from[STEP + 1] == "edit"
    assert set(edited.fed_from) == {"start", "model", "edit"}
    np.testing.assert_array_equal(edited.log_probs[: STEP + 1], plain.log_probs[: STEP + 1])
    assert (edited.log_probs[STEP + 1] != plain.log_probs[STEP + 1]).any()
    assert edited.token_log_probs[STEP] == edited.log_probs[STEP, wanted]


def test_to_force_what_the_model_wrote_anyway_is_no_edit():
    translator = small_translator()
    plain = translator.trace(TEXT)
    edited = translator.trace(TEXT, edit=force_token(STEP, plain.tgt_ids[STEP]))
    assert edited.tgt_ids == plain.tgt_ids
    assert edited.fed_from == plain.fed_from
    np.testing.assert_array_equal(edited.log_probs, plain.log_probs)


def test_several_edits_act_together_in_their_order():
    translator = small_translator()
    both = combine(clamp("cell", 5.0, part="decoder"), clamp("cell", 0.25, part="decoder"), without_peepholes())
    trace = translator.trace(TEXT, edit=both)
    assert (trace.decoder.cell == 0.25).all()
    assert not trace.decoder.terms("output_gate")["peephole"].any()
    assert len(trace.edits) == 3


@pytest.mark.parametrize(
    "edit",
    [
        without_peepholes(),
        clamp("cell", 0.5, part="decoder", units=(1, 2)),
        set_weights(1, (0.5, 0.5)),
        set_context(0, (1.0,)),
        force_token(2, 5),
        combine(force_token(1, 4), clamp("hidden", -1.0)),
        Edits((Replace(part="memory", quantity="joined", step=2, values=(0.5, 0.25), units=(1, 7)),)),
        Edits(()),
    ],
    ids=repr,
)
def test_edits_are_data(edit):
    """They compare, hash and travel as JSON."""
    again = Edits.from_json(json.loads(json.dumps(edit.to_json())))
    assert again == edit
    assert hash(again) == hash(edit)
    assert edit != clamp("cell", 0.125)


def test_a_replaced_state_of_some_units_leaves_the_others_as_computed():
    translator = small_translator()
    put = Edits((Replace(part="encoder.forward", quantity="hidden", step=STEP, values=(0.5, -0.25), units=(3, 0)),))
    plain, edited = forced(translator), forced(translator, put)
    wanted = plain.encoder.forward.hidden[STEP].copy()
    wanted[[3, 0]] = 0.5, -0.25
    np.testing.assert_array_equal(edited.encoder.forward.hidden[STEP], wanted)
    np.testing.assert_array_equal(edited.encoder.forward.cell[STEP], plain.encoder.forward.cell[STEP])
    assert (edited.encoder.forward.hidden[STEP + 1] != plain.encoder.forward.hidden[STEP + 1]).any()


@pytest.mark.parametrize("changes", [{}, {"attention": "dot"}, {"context": "mean"}, {"encoder_layers": 2}], ids=str)
def test_a_joined_state_is_read_by_the_decoder_and_by_no_cell_of_the_encoder(changes):
    translator = small_translator(**changes)
    put = Edits((Replace(part="memory", quantity="joined", step=STEP, values=(0.5,) * 8),))
    plain, edited = forced(translator), forced(translator, put)
    np.testing.assert_array_equal(edited.encoder.joined[STEP], 0.5)
    others = [place for place in range(len(plain.src_tokens)) if place != STEP]
    np.testing.assert_array_equal(edited.encoder.joined[others], plain.encoder.joined[others])
    for one, other in zip(edited.encoder.layers, plain.encoder.layers, strict=True):
        np.testing.assert_array_equal(one.forward.hidden, other.forward.hidden)
        np.testing.assert_array_equal(one.backward.hidden, other.backward.hidden)
    if edited.attention is not None:
        weighed = edited.attention.weights @ edited.encoder.joined
        np.testing.assert_allclose(edited.context, weighed, atol=1e-6)
    assert (edited.log_probs != plain.log_probs).any()


def test_a_link_to_a_replaced_row_is_written_as_before_there_were_units():
    assert set_weights(1, (0.5, 0.5)).to_json() == [
        {"edit": "replace", "part": "attention", "quantity": "weights", "step": 1, "values": (0.5, 0.5), "layer": 0}
    ]


@every_variant
def test_the_rows_of_a_batch_may_have_edits_of_their_own(changes):
    net = small_translator(**changes).net
    src = torch.tensor([[4, 5, 6, 7]] * 3)
    mask = torch.ones_like(src, dtype=torch.bool)
    rows = ByRow((
        clamp("hidden", 0.5, part="encoder.forward"),
        Edits(()),
        Edits((Replace(part="decoder", quantity="hidden", step=0, values=(0.25,) * net.config.decoder_hidden),)),
    ))  # fmt: skip

    def logits(src, mask, edit):
        memory = net.encode(src, mask, edit)
        return net.decoder.step(torch.tensor([1] * len(src)), memory, net.decoder.start(memory), edit=edit).logits

    with torch.inference_mode():
        together = logits(src, mask, rows)
        for row, edits in enumerate(rows.rows):
            torch.testing.assert_close(together[row], logits(src[:1], mask[:1], edits)[0], atol=1e-5, rtol=0)
    assert rows.select([2, 0]) == ByRow((rows.rows[2], rows.rows[0]))


def test_edits_for_another_number_of_sentences_are_refused():
    with pytest.raises(DataError, match="there are edits for 2 sentences, and the batch has 1"):
        small_translator().trace(TEXT, edit=ByRow((clamp("cell", 0.0), Edits(()))))


def test_training_and_search_take_edits_through_the_same_steps():
    """An edit is an argument of the step, so a caller without a trace has it too."""
    net = small_translator().net
    src, mask = torch.tensor([[4, 5, 6]]), torch.ones(1, 3, dtype=torch.bool)
    edit = clamp("forget_gate", 0.0)
    memory = net.encode(src, mask, edit)
    assert not torch.equal(memory.states, net.encode(src, mask).states)
    step = net.decoder.step(torch.tensor([1]), memory, net.decoder.start(memory), edit=edit)
    assert not step.cells[0].forget_gate.any()


def test_numbers_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match=r"weights at step 1 has 2 numbers, the weights there 8"):
        small_translator().trace(TEXT, edit=set_weights(1, (0.5, 0.5)))


@pytest.mark.parametrize(
    "edit",
    [
        lambda: force_token(0, 99),
        lambda: force_token(0, -5),
        lambda: Edits((Replace(part="output", quantity="token", step=0, values=(4.7,)),)),
        lambda: clamp("cell", 0.0, units=(99,)),
        lambda: Edits((Replace(part="decoder", quantity="cell", step=0, values=(1.0,), units=(99,)),)),
    ],
)
def test_an_edit_that_does_not_fit_the_model_is_refused(edit):
    with pytest.raises(DataError):
        small_translator().trace(TEXT, edit=edit())


@pytest.mark.parametrize(
    ("give", "named"),
    [
        (lambda value: value[:, :3], "one of [1, 3]"),
        (lambda value: torch.tensor(0.5), "one of []"),
        (lambda value: 0.5, "float"),
        (lambda value: value.numpy(), "ndarray"),
        (lambda value: None, "NoneType"),
    ],
    ids=["too few", "one number", "float", "array", "nothing"],
)
def test_a_function_that_gives_no_such_tensor_back_is_refused_in_a_sentence(give, named):
    def edit(site, t, value):
        return give(value) if site.quantity == "forget_gate" else value

    with pytest.raises(DataError, match=r"forget_gate at step 0 must give a tensor of \[1, 4\], not ") as refused:
        small_translator().trace(TEXT, edit=edit)
    assert str(refused.value).endswith(named)


@pytest.mark.parametrize(
    "half",
    [
        lambda value: value.double() * 0 + 0.5,
        lambda value: torch.tensor([[0.5]]).expand(value.shape),
        lambda value: torch.full((value.shape[1], 1), 0.5).T,
    ],
    ids=["double", "expanded", "transposed"],
)
def test_a_function_may_give_numbers_of_another_type_and_layout(half):
    def edit(site, t, value):
        return half(value) if site.quantity == "forget_gate" else value

    given = forced(small_translator(), edit)
    clamped = dict(arrays_of(forced(small_translator(), clamp("forget_gate", 0.5))))
    for name, array in arrays_of(given):
        np.testing.assert_array_equal(array, clamped[name], err_msg=name)


def test_an_edit_that_names_no_quantity_is_refused_with_the_known_names():
    with pytest.raises(UnknownName, match="unknown quantity 'forgetgate': known are forget_gate, input_gate"):
        small_translator().trace(TEXT, edit=clamp("forgetgate", 0.0))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "data",
    [
        [5],
        {"a": 1},
        [{"edit": "clamp", "quantities": "cell", "value": 0.0}],
        [{"edit": "clamp", "quantities": ["cell"], "value": "x"}],
        [{"edit": "clamp", "quantities": ["cell"], "value": math.nan}],
        [{"edit": "clamp", "quantities": ["cell"], "value": 0.0, "units": [0.5]}],
        [{"edit": "clamp", "quantities": ["cell"], "value": 0.0, "units": 3}],
        [{"edit": "replace", "part": "attention", "quantity": "weights", "step": 0, "values": ["a"]}],
        [{"edit": "replace", "part": "attention", "quantity": "weights", "step": -1, "values": [1.0]}],
        [{"edit": "replace", "part": "memory", "quantity": "joined", "step": 0, "values": [1.0], "units": [0.5]}],
        [{"edit": "replace", "part": "memory", "quantity": "joined", "step": 0, "values": [1.0], "units": [1, 2]}],
        [{"edit": "replace", "part": "memory", "quantity": "joined", "step": 0, "values": [1.0], "units": 3}],
        [{"edit": {}}],
    ],
    ids=str,
)
def test_an_edit_that_is_foreign_data_is_refused(data):
    with pytest.raises(DataError):
        Edits.from_json(data)


def test_an_edit_of_a_part_that_no_model_has_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match=r"unknown part 'encoder': known are encoder.forward, encoder.backward"):
        clamp("cell", 0.0, part="encoder")


@pytest.mark.parametrize("data", [[{"edit": "clamp"}], [{"edit": "cut"}], [{}]], ids=str)
def test_incomplete_data_is_refused_in_a_sentence(data):
    with pytest.raises(DataError, match=r"not an edit|must be one of clamp, replace"):
        Edits.from_json(data)


@pytest.mark.parametrize("value", [1e300, float("inf"), float("nan")])
def test_an_edit_that_float32_cannot_hold_is_refused(value):
    with pytest.raises(DataError, match="float32"):
        clamp("cell", value)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "token",
    [math.nan, math.inf, 1e300, 10**400, 0.5, -1, -0.5, 2**24, "7", None, True, [1]],
    ids=lambda token: repr(token)[:9] if token != 10**400 else "huge",
)
@pytest.mark.parametrize(
    "make",
    [
        lambda token: Edits.from_json(
            [{"edit": "replace", "part": "output", "quantity": "token", "step": 0, "values": [token]}]
        ),
        lambda token: Replace(part="output", quantity="token", step=0, values=(token,)),
        lambda token: force_token(0, token),
    ],
    ids=["from JSON", "replaced", "forced"],
)
def test_a_token_that_is_no_token_is_refused_as_soon_as_it_is_read(make, token):
    with pytest.raises(DataError, match=r"token is a whole number from 0|must be numbers") as caught:
        make(token)
    assert len(str(caught.value)) < 300


NO_LISTS = [5, 0.5, np.int64(2), np.array(3), torch.tensor(1), "12", b"12", object(), [[1]], ["a"], [True], [-1]]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("given", NO_LISTS, ids=lambda given: f"{type(given).__name__} {given}"[:20])
@pytest.mark.parametrize(
    "make",
    [
        lambda given: clamp("cell", 0.0, units=given),
        lambda given: Clamp(quantities=("cell",), value=0.0, steps=given),
        lambda given: Edits(given),
        lambda given: combine(given),
        lambda given: without_direction(given),
    ],
    ids=["units", "steps", "edits", "combined", "direction"],
)
def test_what_is_no_list_of_places_or_edits_is_refused_as_soon_as_it_is_made(make, given):
    with pytest.raises((DataError, UnknownName)) as caught:
        make(given)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.usefixtures("unchecked")
def test_places_may_come_in_any_kind_of_list():
    plain = clamp("cell", 0.0, units=(0, 2))
    for units in ([0, 2], range(0, 3, 2), np.array([0, 2]), (n for n in (0, 2))):
        assert clamp("cell", 0.0, units=units) == plain


@pytest.mark.parametrize(
    "data",
    [
        [{"edit": "clamp", "quantities": ["cell"], "value": 0.0}] * (MOST + 1),
        [{"edit": "clamp", "quantities": ["cell"], "value": 0.0, "units": list(range(LONGEST + 1))}],
        [{"edit": "clamp", "quantities": ["cell"] * (LONGEST + 1), "value": 0.0}],
        [{"edit": "clamp", "quantities": ["cell"], "value": 0.0, "layer": 10**400}],
        [{"edit": "replace", "part": "attention", "quantity": "context", "step": 0, "values": [0.0] * (LONGEST + 1)}],
        [{"edit": "x" * 10**6}],
        ["x" * 10**6],
    ],
    ids=[*range(7)],
)
@pytest.mark.usefixtures("unchecked")
def test_more_than_any_model_has_is_refused_in_a_short_sentence(data):
    with pytest.raises(DataError) as caught:
        Edits.from_json(data)
    assert len(str(caught.value)) < 500
