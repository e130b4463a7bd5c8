"""Causal tracing: the map is what each changed run is by itself; all states together are the donor's run."""

import dataclasses
import json
import math
from functools import cache
from itertools import combinations

import numpy as np
import pytest
import torch
from small_models import VARIANTS, small_translator

import s2s_core as s2s
from s2s_core.decoder import teacher_forced
from s2s_core.edits import Edits, combine
from s2s_core.errors import EmptyText, InvalidConfig, UnknownName
from s2s_core.patching import ALIGNMENTS, partners, parts_of, runs
from s2s_core.patching.result import HIGHEST, LOWEST
from s2s_core.patching.runs import Effect

RECEIVER = "abcadge"
DONORS = ("abcbdge", "abcfdge", "gbcadga", "fffffff")
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


@cache
def differing(**changes):
    """A model in float64 and a donor that it answers otherwise than the receiver, and not by a hair."""
    for seed in range(50):
        translator = small_translator(seed=seed, dtype=torch.float64, **changes)
        answers = dict(zip(DONORS, translator.translate(DONORS), strict=True))
        for donor, answer in answers.items():
            own = translator.translate([RECEIVER])[0]
            if answer != own and translator.patch(RECEIVER, donor, parts=[]).measurable:
                return translator, donor
    raise AssertionError("no such model")


@pytest.fixture(scope="module")
def dates():
    return s2s.load("dates")


def alone(translator, patching, edits):
    """The log odds of one changed run, computed by itself from the steps."""
    net = translator.net
    src = torch.tensor([patching.receiver.src_ids])
    with torch.inference_mode():
        memory = net.encode(src, torch.ones_like(src, dtype=torch.bool), edits)
        fed = torch.tensor([patching.runs.fed])
        *_, last = net.decoder.steps(memory, teacher_forced(fed), length=fed.shape[1], edit=edits)
        log_probs = last.logits[0].log_softmax(dim=-1)
    receiver, donor = patching.runs.tokens
    return float(log_probs[donor] - log_probs[receiver])


@every_variant
def test_every_cell_of_the_map_is_the_run_with_that_edit_alone(changes):
    translator, donor = differing(**changes)
    patching = translator.patch(RECEIVER, donor, parts=parts_of(translator.net.config))
    for cell in patching.cells[:: 1 if changes == {} else 9]:
        edits = patching.edits(cell.part, cell.place)
        wanted = alone(translator, patching, edits)
        assert cell.log_odds == pytest.approx(wanted, abs=1e-10), cell
        traced = translator.trace(RECEIVER, edit=edits)
        assert cell.output == traced.output
        way = (wanted - patching.before.log_odds) / (patching.goal.log_odds - patching.before.log_odds)
        assert cell.share == pytest.approx(min(max(way, LOWEST), HIGHEST), abs=1e-9)


@every_variant
def test_all_that_the_encoder_computes_is_the_donor_itself(changes):
    translator, donor = differing(**changes)
    config = translator.net.config
    layers = [translator.patch(RECEIVER, donor, parts=[], layer=layer) for layer in range(config.encoder_layers)]
    source = [part for part in ("forward", "backward", "forward_cell", "backward_cell") if part in parts_of(config)]
    everything = combine(*(patching.edits(part) for patching in layers for part in source))
    patched, goal = layers[0].patched(everything), layers[0].goal
    assert patched.log_odds == pytest.approx(goal.log_odds, abs=1e-10)
    assert (patched.p_receiver, patched.p_donor) == pytest.approx((goal.p_receiver, goal.p_donor), abs=1e-10)
    assert patched.share == pytest.approx(1, abs=1e-9)
    assert patched.output == layers[0].donor.output
    changed, wanted = translator.trace(RECEIVER, edit=everything), translator.trace(donor)
    assert changed.tgt_ids == wanted.tgt_ids
    np.testing.assert_allclose(changed.log_probs, wanted.log_probs, atol=1e-6)


@every_variant
def test_a_run_put_into_itself_stays_as_it_is(changes):
    translator, donor = differing(**changes)
    patching, back = translator.patch(RECEIVER, donor, parts=[]), translator.patch(donor, RECEIVER, parts=[])
    own = {part: back.edits(part) for part in parts_of(translator.net.config)}  # the receiver's own states
    for edits in (*own.values(), combine(*own.values())):
        patched = patching.patched(edits)
        assert patched.log_odds == pytest.approx(patching.before.log_odds, abs=1e-10)
        assert patched.share == pytest.approx(0, abs=1e-9)
        assert patched.output == patching.receiver.output


def test_the_map_has_every_part_at_every_place():
    translator, donor = differing()
    patching = translator.patch(RECEIVER, donor)
    assert patching.parts == (
        "forward", "backward", "joined", "forward_cell", "backward_cell", "state", "cell", "weights", "context",
    )  # fmt: skip
    assert [len(patching.shares(part)) for part in patching.parts] == [8] * 5 + [patching.step + 1] * 4
    frame = patching.to_frame()
    assert list(frame) == [
        "part", "place", "partner", "token", "donor_token", "share", "log_odds", "p_receiver", "p_donor", "output",
    ]  # fmt: skip
    assert len(frame) == len(patching.cells) == 5 * 9 + 4 * (patching.step + 2)
    row = frame[(frame["part"] == "forward") & (frame["place"] == 3)].iloc[0]
    assert (row["token"], row["donor_token"]) == (RECEIVER[3], donor[3])
    assert "Patching(" in repr(patching) and len(repr(patching)) < 2000


def test_what_does_not_change_the_difference_is_at_zero_and_what_does_is_elsewhere(dates):
    patching = dates.patch("March 8, 2025", "March 3, 2025")
    assert (patching.receiver.output, patching.donor.output) == ("2025-03-08", "2025-03-03")
    assert patching.step == 9 and patching.tokens == ("8", "3")
    digit = patching.receiver.src_tokens.index("8")
    for part in ("forward", "backward", "joined"):
        assert np.nanargmax(patching.shares(part)) == digit
    assert patching.at("joined", digit).share > 0.95
    assert patching.at("joined", digit).output == "2025-03-03"
    np.testing.assert_allclose(patching.shares("forward")[:digit], 0, atol=1e-4)
    np.testing.assert_allclose(patching.shares("backward")[digit + 1 :], 0, atol=1e-4)


@pytest.mark.parametrize("name", ["dates-gru", "dates-last", "dates-mean", "dates-forward", "dates-no-peepholes"])
def test_every_kind_of_model_has_its_own_parts(name):
    translator = s2s.load(name)
    # Where s_0 is all there is of the text beside one vector, no part alone carries a day that stands in the middle
    receiver, donor = ("8 March 2025", "9 March 2025") if name == "dates-last" else ("March 8, 2025", "March 3, 2025")
    patching = translator.patch(receiver, donor)
    assert set(patching.parts) <= set(parts_of(translator.net.config))
    assert ("cell" in patching.parts) == (name != "dates-gru")
    assert ("weights" in patching.parts) == (name not in ("dates-last", "dates-mean"))
    assert ("joined" in patching.parts) == (name != "dates-last")
    assert ("backward" in patching.parts) == (name != "dates-forward")
    assert max(cell.share for cell in patching.cells) > 0.9


@pytest.mark.parametrize("layer", [0, 1, 2, None])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_layer_is_a_choice(cell, layer):
    translator, donor = differing(cell=cell, encoder_layers=3, decoder_layers=2)
    patching = translator.patch(RECEIVER, donor, layer=layer)
    layers = {name: {edit.layer for edit in patching.edits(name).edits} for name in patching.parts}
    top = 2 if layer is None else layer
    assert layers["forward"] == layers["backward"] == {top}
    assert layers["state"] == {min(top, 1)}
    assert layers["joined"] == layers["weights"] == layers["context"] == {0}
    cell_at = patching.at("forward", 2)
    assert cell_at.log_odds == pytest.approx(alone(translator, patching, patching.edits("forward", 2)), abs=1e-10)


def test_a_map_in_several_batches_is_the_same_map(monkeypatch):
    translator, donor = differing()
    whole = translator.patch(RECEIVER, donor)
    monkeypatch.setattr(runs, "ROWS", 7)
    parted = translator.patch(RECEIVER, donor)
    np.testing.assert_allclose([c.log_odds for c in parted.cells], [c.log_odds for c in whole.cells], atol=1e-12)
    assert [c.output for c in parted.cells] == [c.output for c in whole.cells]


def test_the_prefix_that_both_are_fed_is_the_receivers_or_the_donors(dates):
    texts = ("March 8, 2025", "April 3, 2025")
    for fed, wanted in (("receiver", "2025-03-0"), ("donor", "2025-04-0")):
        patching = dates.patch(*texts, step=9, fed=fed)
        assert dates.tgt_tokenizer.decode(patching.runs.fed[1:]) == wanted
        run = dates.trace(texts[1], reference=wanted)  # the donor, teacher forced along it
        receiver, donor = patching.runs.tokens
        assert patching.goal.log_odds == pytest.approx(run.log_probs[9, donor] - run.log_probs[9, receiver], abs=1e-3)


# -- places of two sentences ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("receiver", "donor", "by", "wanted"),
    [
        ("abc", "axc", "tokens", (0, 1, 2)),
        ("abc", "axxc", "tokens", (0, None, 3)),
        ("abbc", "axc", "tokens", (0, None, None, 2)),
        ("abc", "abcd", "tokens", (0, 1, 2)),
        ("abc", "ab", "start", (0, 1, None)),
        ("abc", "bc", "end", (None, 0, 1)),
        ("abc", "xabc", "end", (1, 2, 3)),
        ("abc", "xyz", "tokens", (0, 1, 2)),
    ],
)
def test_places_correspond_by_tokens_or_counted_from_an_end(receiver, donor, by, wanted):
    assert partners(receiver, donor, by) == wanted


@pytest.mark.parametrize("align", ALIGNMENTS)
def test_a_place_without_a_partner_gets_nothing_and_is_said_to(dates, align):
    patching = dates.patch("March 8, 2025", "March 13, 2025", align=align)
    without = [place for place, partner in enumerate(patching.runs.partners) if partner is None]
    assert without == {"tokens": [6], "start": [], "end": []}[align]
    for place in without:
        cell = patching.at("joined", place)
        assert math.isnan(cell.share) and cell.partner is None and cell.output == patching.receiver.output
        assert cell.log_odds == pytest.approx(patching.before.log_odds, abs=1e-4)
        assert patching.edits("joined", place) == Edits(())
    assert len(patching.edits("joined").edits) == len(patching.receiver.src_tokens) - len(without)


def test_a_row_of_weights_goes_to_the_places_that_correspond_and_sums_to_one(dates):
    patching = dates.patch("March 8, 2025", "March 13, 2025", parts=["weights"])
    given = dates.trace("March 13, 2025").attention.weights
    for step in range(patching.step + 1):
        (edit,) = patching.edits("weights", step).edits
        assert sum(edit.values) == pytest.approx(1)
        carried = sum(given[step, other] for other in patching.runs.partners if other is not None)
        for mine, other in enumerate(patching.runs.partners):
            wanted = 0 if other is None else given[step, other] / carried
            assert edit.values[mine] == pytest.approx(wanted, abs=1e-5)


# -- the measure ------------------------------------------------------------------------------------------------------


def test_a_share_has_bounds_and_is_nothing_where_there_is_no_way():
    translator, donor = differing()
    patching = dataclasses.replace(
        translator.patch(RECEIVER, donor, parts=[]),
        before=Effect(-2.0, 0.8, 0.1, None),
        goal=Effect(2.0, 0.1, 0.8, None),
    )
    assert [patching.share(value) for value in (-2.0, 0.0, 2.0, 4.0, 40.0, -40.0)] == [0, 0.5, 1, 1.5, HIGHEST, LOWEST]
    near = dataclasses.replace(patching, goal=Effect(-1.6, 0.7, 0.1, None))
    assert not near.measurable and math.isnan(near.share(0.0))


# -- the smallest set -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["backward", "context"])
def test_the_units_found_are_enough_and_none_of_them_can_be_left_out(dates, part):
    patching = dates.patch("March 8, 2025", "March 3, 2025", parts=[part])
    place = int(np.nanargmax(patching.shares(part)))
    found = patching.smallest(part, place, enough=0.9)
    assert found.whole == pytest.approx(patching.at(part, place).share, abs=1e-4)
    assert found.share >= 0.9 * found.whole - 1e-4
    edits = patching.edits(part, place, units=found.units)
    assert [edit.units for edit in edits.edits] == [found.units]
    run = dates.trace(
        "March 8, 2025", reference="2025-03-08", edit=Edits.from_json(json.loads(json.dumps(edits.to_json())))
    )
    receiver, donor = patching.runs.tokens
    by_itself = run.log_probs[patching.step, donor] - run.log_probs[patching.step, receiver]
    assert found.share == pytest.approx(patching.share(float(by_itself)), abs=1e-3)
    assert found.output == dates.trace("March 8, 2025", edit=edits).output
    assert 0 < len(found.units) < found.count
    for left in found.units:
        rest = [unit for unit in found.units if unit != left]
        assert patching.patched(patching.edits(part, place, units=rest)).share < 0.9 * found.whole + 1e-4


def test_of_few_units_the_set_is_compared_with_every_other():
    """The search is greedy: it finds a set that nothing can be taken from, no smaller than the smallest there is."""
    translator, donor = differing()
    patching = translator.patch(RECEIVER, donor, parts=["forward"])
    place = int(np.nanargmax(patching.shares("forward")))
    found = patching.smallest("forward", place, enough=0.8)
    goal = 0.8 * patching.at("forward", place).share
    sizes = [
        size
        for size in range(1, found.count + 1)
        for units in combinations(range(found.count), size)
        if patching.patched(patching.edits("forward", place, units=units)).share >= goal - 1e-12
    ]
    assert sizes[0] <= len(found.units) <= found.count
    assert found.share >= goal - 1e-12


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "error", "sentence"),
    [
        ({"parts": ["hidden"]}, UnknownName, r"unknown part 'hidden': known are forward, backward, joined"),
        ({"parts": "state"}, InvalidConfig, r"parts is 'state', must be a list of texts"),
        ({"step": 0}, InvalidConfig, r"step is 0, where both answers have '2'; they differ at steps 9"),
        ({"step": 99}, InvalidConfig, r"step is 99, must be a whole number from 0 to 10"),
        ({"layer": 1}, InvalidConfig, r"layer is 1, must be a whole number from 0 to 0"),
        ({"align": "middle"}, UnknownName, r"unknown alignment 'middle': known are tokens, start, end"),
        ({"fed": "both"}, InvalidConfig, r"fed is 'both', must be one of receiver, donor"),
        ({"donor": "8 March 2025"}, InvalidConfig, r"both answered by '2025-03-08', must be two texts whose answers"),
        ({"donor": " "}, EmptyText, r"the text is empty"),
        ({"donor": 5}, InvalidConfig, r"text is 5, must be a text"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_what_cannot_be_patched_is_refused_in_a_sentence(dates, wanted, error, sentence):
    with pytest.raises(error, match=sentence) as refused:
        dates.patch(**{"receiver": "March 8, 2025", "donor": "March 3, 2025", **wanted})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda p: p.at("joined", 99), InvalidConfig, r"part and place are 'joined' and 99"),
        (lambda p: p.at("state"), InvalidConfig, r"must be a part of joined, and one of its places"),
        (lambda p: p.edits("joined", 99), InvalidConfig, r"place is 99, must be a whole number from 0 to 13"),
        (
            lambda p: p.edits("joined", 0, units=[128]),
            InvalidConfig,
            r"unit is 128, must be a whole number from 0 to 127",
        ),
        (lambda p: p.edits("gate", 0), UnknownName, r"unknown part 'gate'"),
        (lambda p: p.smallest("joined", 0), InvalidConfig, r"takes the answer at least 5% of the way"),
        (lambda p: p.smallest("joined", 6, enough=2.0), InvalidConfig, r"enough is 2.0, must be a number from 0 to 1"),
    ],
    ids=range(7),
)
def test_what_a_map_does_not_have_is_refused_in_a_sentence(dates, ask, error, sentence):
    patching = dates.patch("March 8, 2025", "March 3, 2025", parts=["joined"])
    with pytest.raises(error, match=sentence) as refused:
        ask(patching)
    assert "\n" not in str(refused.value)
