"""What a reader asks for on the stage becomes an edit of the view; what cannot be one is said and changes nothing."""

import json
from dataclasses import replace

import pytest

from s2s_core.edits import Edits
from s2s_core.errors import DataError, S2SError
from s2s_ui.panels.whatif import edited
from s2s_ui.session import address, caches
from s2s_ui.session.request import Request

TOKEN = {"edit": "replace", "part": "output", "quantity": "token", "step": 3, "values": [12]}
FORGET = {"edit": "clamp", "quantities": ["forget_gate"], "value": 0, "part": "decoder"}
ASKED = Request("dates", "March 8, 2025")


def after(*wishes, edits=None):
    for wish in wishes:
        edits = edited(ASKED)(edits, wish)
    return edits


def test_edits_are_added_and_taken_back_one_by_one_or_all():
    both = after({"add": TOKEN}, {"add": FORGET})
    assert [type(edit).__name__ for edit in both.edits] == ["Replace", "Clamp"]
    assert after({"remove": 0}, edits=both) == Edits(both.edits[1:])
    assert after({"remove": 0}, {"remove": 0}, edits=both) is None
    assert after({"clear": True}, edits=both) is None


def test_an_edit_of_the_same_place_takes_the_place_of_the_first():
    assert len(after({"add": TOKEN}, {"add": {**TOKEN, "values": [7]}}).edits) == 1
    assert len(after({"add": TOKEN}, {"add": {**TOKEN, "step": 4}}).edits) == 2
    assert len(after({"add": FORGET}, {"add": {**FORGET, "units": [1]}}).edits) == 2


def test_what_is_held_in_two_layers_is_held_in_both():
    layers = [{"add": {**FORGET, "layer": layer}} for layer in (0, 1)]
    assert [edit.layer for edit in after(*layers).edits] == [0, 1]
    assert [edit.layer for edit in after(*layers, {"add": FORGET}).edits] == [0, 1, None]
    assert len(after(*layers, layers[0]).edits) == 2


@pytest.mark.parametrize(
    "wish",
    [
        None,
        {},
        {"add": 7},
        {"add": {}},
        {"add": {**FORGET, "quantities": ["warmth"]}},
        {"remove": "x"},
        {"context": {"step": 0, "text": ""}},
    ],
)
def test_a_wish_that_is_no_edit_is_refused(wish):
    with pytest.raises(S2SError):
        after(wish)


def test_the_context_of_another_sentence_is_what_the_model_reads_there():
    (edit,) = after({"context": {"step": 2, "text": "2. Mai 1999"}}).edits
    other = caches.runs(Request("dates", "2. Mai 1999")).shown
    assert edit.values == pytest.approx(other.context[2], abs=5e-4)
    shown = caches.runs(Request("dates", ASKED.text, edits=Edits((edit,)))).shown
    assert shown.context[2] == pytest.approx(other.context[2], abs=5e-4)


def test_a_run_with_edits_has_the_run_without_them_beside_it():
    runs = caches.runs(Request("dates", ASKED.text, edits=after({"add": TOKEN})))
    assert runs.original is caches.runs(ASKED).shown
    assert runs.shown.tgt_ids[3] == 12 and runs.shown.fed_from[4] == "edit"
    assert caches.runs(ASKED).original is None


def test_a_run_without_peepholes_has_the_network_as_it_was_trained_beside_it():
    off = replace(ASKED, peepholes=False)
    assert caches.runs(off).original is caches.runs(ASKED).shown
    edited = replace(off, edits=after({"add": TOKEN}))
    assert caches.runs(edited).original is caches.runs(ASKED).shown
    forced = caches.runs(replace(off, forced=True, reference="2025-03-09"))
    assert forced.original is caches.runs(replace(ASKED, forced=True, reference="2025-03-09")).shown


def test_the_reference_of_an_edited_run_is_what_the_model_writes_without_the_edits():
    runs = caches.runs(Request("dates", ASKED.text, forced=True, edits=after({"add": TOKEN})))
    assert runs.shown.reference == caches.runs(ASKED).shown.output
    assert runs.original is caches.runs(Request("dates", ASKED.text, forced=True)).shown


def test_an_edit_that_no_step_fits_is_refused():
    row = {"edit": "replace", "part": "attention", "quantity": "weights", "step": 0, "values": [1.0]}
    with pytest.raises(DataError):
        caches.runs(Request("dates", ASKED.text, edits=after({"add": row})))


def test_the_stage_gets_both_runs_and_the_edits(open_app, seen):
    screen = seen(open_app(text=ASKED.text, edits=json.dumps([TOKEN])))
    assert screen.stage["original"] is True and screen.stage["editable"] is True
    assert len(screen.stage["runs"]) == 2
    assert screen.stage["edits"][0]["values"] == [12]


def test_changes_that_the_address_has_no_room_for_are_told(open_app, seen, monkeypatch):
    told = "The changes are too many for the address"
    screen = seen(open_app(text=ASKED.text, edits=json.dumps([TOKEN])))
    assert told not in (screen.notice or "")
    monkeypatch.setattr(address, "MAX_LINK_TEXT", 10)
    monkeypatch.setattr(address, "MAX_PACKED", 10)
    assert told in seen(open_app(text=ASKED.text, edits=json.dumps([TOKEN]))).notice
