"""What a replaced token moves: where it is the same place, how far, and where nothing may move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import VARIANTS, small_translator

from s2s_core import edits
from s2s_core.analysis.directions import counterparts, neighbour, norms, places, shifts, telling_place
from s2s_core.checkpoint import load

TEXT = "abcdefg"


@pytest.fixture(scope="module")
def small():
    return small_translator()


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("abc", "abc", (0, 1, 2)),
        ("abc", "axc", (0, 1, 2)),
        ("abc", "axyc", (0, None, 3)),
        ("abcd", "ad", (0, None, None, 1)),
        ("aab", "ab", (0, None, 1)),
        ("ab", "xy", (0, 1)),
        ("ab", "xyz", (None, None)),
        ("aa", "aaa", (0, 1)),
    ],
)
def test_a_place_is_found_again_from_the_beginning_or_from_the_end(before, after, places):
    assert counterparts(before, after) == places


@given(st.text("ab", max_size=8), st.text("ab", max_size=8))
def test_counterparts_keep_their_order_and_stay_inside(before, after):
    found = counterparts(before, after)
    there = [place for place in found if place is not None]
    assert len(found) == len(before)
    assert there == sorted(set(there))
    assert all(0 <= place < len(after) for place in there)


@settings(max_examples=30)
@given(position=st.integers(0, len(TEXT) - 1), letter=st.sampled_from("abcdefg"))
def test_before_the_replaced_token_no_forward_state_moves_and_after_it_no_backward_state(small, position, letter):
    before = small.trace(TEXT, max_len=2)
    after = small.trace(TEXT[:position] + letter + TEXT[position + 1 :], max_len=2)
    moved = shifts(before, after)
    assert not moved["forward"][:position].any()
    assert not moved["backward"][position + 1 :].any()
    if letter != TEXT[position]:
        assert (norms(moved["forward"])[position:] > 0).all()
        assert (norms(moved["backward"])[: position + 1] > 0).all()


def test_the_length_of_a_shift_is_euclid_s(small):
    before, after = small.trace("abc"), small.trace("abd")
    step = after.encoder.forward.hidden[2] - before.encoder.forward.hidden[2]
    assert norms(shifts(before, after)["forward"])[2] == pytest.approx(float((step.astype(float) ** 2).sum()) ** 0.5)


def test_where_the_place_is_gone_there_is_no_number(small):
    moved = norms(shifts(small.trace("abc"), small.trace("aegc"))["forward"])
    assert np.isnan(moved).tolist() == [False, True, False, False]
    assert moved[0] == 0


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_model_has_its_directions(name):
    model = small_translator(**VARIANTS[name])
    moved = shifts(model.trace("abc"), model.trace("adc"))
    assert list(moved) == list(model.net.config.directions)


@pytest.mark.parametrize(
    ("characters", "following"),
    [("8", "9"), ("9", "0"), ("2025", "3025"), ("a", "e"), ("u", "a"), ("z", "b"), ("Mar", "Nar"), ("물", "불")]
    + [("히", "기"), (" red", "sed"), (",", ""), (" ", ""), ("漢", ""), ("é", "")],
)
def test_a_neighbour_is_like_the_characters_and_not_the_same(characters, following):
    assert neighbour(characters) == following
    assert not following or following != characters.strip()


def test_the_first_place_shown_is_a_digit_in_the_middle():
    trace = load("dates", device="cpu").trace("March 8, 2025")
    place = telling_place(trace)
    assert (place.position, place.characters) == (6, "8")
    assert place.replace(trace.text, neighbour("8")) == "March 9, 2025"


def test_the_jamo_of_a_syllable_are_one_place():
    trace = load("ko-pronounce", device="cpu").trace("국물")
    assert [(place.position, place.characters) for place in places(trace)] == [(0, "국"), (3, "물")]


def test_a_text_without_letters_or_digits_still_has_a_place(small):
    assert telling_place(small.trace("?!,")).characters == "!"


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("silent", ["forward", "backward"])
def test_a_silenced_direction_leaves_zeros_to_attention_and_to_the_decoder_s_start(name, silent):
    model = small_translator(**VARIANTS[name])
    trace = model.trace("abcde", edit=edits.without_direction(silent), max_len=2)
    directions = model.net.config.directions
    if silent not in directions:
        assert trace.encoder.backward is None
        return
    halves = dict(zip(directions, np.split(trace.encoder.joined, len(directions), axis=1), strict=True))
    assert not halves[silent].any()
    assert not getattr(trace.encoder, silent).hidden.any()
    if len(directions) == 2:
        assert halves[{"forward": "backward", "backward": "forward"}[silent]].any()
    if model.net.decoder.bridge.kind == "copy" and len(directions) == 2 and model.net.config.encoder_layers == 1:
        start = dict(zip(directions, np.split(trace.decoder.top.initial_hidden, 2), strict=True))
        assert not start[silent].any()
