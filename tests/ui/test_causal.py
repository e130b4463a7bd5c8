"""The causal map on a page: the first view makes the point, a link restores it, and the stage gets the edit."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import s2s_core as s2s
from s2s_core.checkpoint import names
from s2s_core.edits import Edits
from s2s_core.patching import states_of
from s2s_ui.charts import causal, theme
from s2s_ui.panels.causal import sentence

PAGE = str(Path(__file__).with_name("causal_page.py"))
TEXT, DONOR = "March 8, 2025", "March 3, 2025"


@pytest.fixture
def open_page():
    def run(**address: str):
        app = AppTest.from_file(PAGE, default_timeout=600)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return run


@pytest.fixture(scope="module")
def dates():
    return s2s.load("dates")


def said(app):
    """The sentence about the chosen cell, as it is read."""
    return next(element.value for element in app.markdown if element.value.startswith("**")).translate(
        dict.fromkeys(map(ord, "\\\u2060"))
    )


def shares(screen):
    """The share of each cell, by part and place; None is all places."""
    return {(row["part"], row["place"]): row["share"] for row in screen.figure("causal", "part", "share", "y2")}


@pytest.mark.parametrize("name", names())
def test_the_first_view_of_every_model_is_its_map(open_page, seen, name):
    model, app = s2s.load(name, device="cpu"), open_page(model=name)
    donor = app.text_input(key="option donor").value
    text = next(text for text in model.info.examples if model.reads(text))
    assert donor != text and model.trace(donor).tgt_ids != model.trace(text).tgt_ids
    patching = model.patch(text, donor)
    shown = shares(seen(app))
    assert len(shown) == len(patching.cells)
    for cell in patching.cells:
        wanted = 0.0 if np.isnan(cell.share) else cell.share
        assert shown[cell.part, cell.place] == pytest.approx(wanted, abs=2e-3), cell
    assert {part for part, _ in shown} == set(states_of(model.net.config))
    assert not seen(app).notice


def test_the_map_says_which_state_carries_the_answer(open_page, seen, dates):
    app = open_page(text=TEXT, donor=DONOR)
    patching = dates.patch(TEXT, DONOR)
    assert "h of “3” turns 2025-03-08 into 2025-03-03: 100 % of the way" in said(app)
    app = open_page(text=TEXT, donor=DONOR, patched="backward.6")
    percent = causal.as_percent(patching.at("backward", 6).share)
    assert f"←h of “3” turns 2025-03-08 into 2025-03-03: {percent} of the way" in said(app)
    rows = {row["run"]: row["output"] for row in seen(app).figure("causal_answers", "run", "said")}
    assert rows == {"this one": "2025-03-08", "with it": "2025-03-03", "the other": "2025-03-03"}


def test_a_place_that_carries_nothing_leaves_the_answer_alone(open_page):
    app = open_page(text=TEXT, donor=DONOR, patched="forward.0")
    assert "→h of “M” leaves the answer at 2025-03-08: 0 % of the way" in said(app)


def test_the_stage_gets_the_edit_of_the_cell(open_page, seen, dates, monkeypatch):
    turned = []
    monkeypatch.setattr("streamlit.switch_page", turned.append)
    app = open_page(text=TEXT, donor=DONOR, patched="backward.6")
    app.button(key="causal stage").click().run()
    assert turned == ["pages/watch.py"]
    edits = Edits.from_json(json.loads(seen(app).link["edits"]))
    (edit,) = edits.edits
    assert (edit.part, edit.quantity, edit.step) == ("encoder.backward", "hidden", 6)
    (wanted,) = dates.patch(TEXT, DONOR).edits("backward", 6).edits
    assert edit.values == pytest.approx(wanted.values, abs=6e-4)
    assert dates.trace(TEXT, edit=edits).output == "2025-03-03"


def test_the_fewest_units_are_named_and_can_be_seen_on_the_stage(open_page, seen, dates, monkeypatch):
    turned = []
    monkeypatch.setattr("streamlit.switch_page", turned.append)
    app = open_page(text=TEXT, donor=DONOR, patched="backward.6")
    app.session_state["causal_units"] = True
    app.run()
    found = dates.patch(TEXT, DONOR).smallest("backward", 6)
    texts = [element.value for element in app.markdown]
    assert any(f"{len(found.units)} of 64 units go" in text.replace("\\", "") for text in texts)
    app.button(key="causal units stage").click().run()
    (edit,) = Edits.from_json(json.loads(seen(app).link["edits"])).edits
    assert sorted(edit.units) == sorted(found.units) and turned == ["pages/watch.py"]


def test_sentences_with_one_answer_say_that_there_is_nothing_to_put_over(open_page, seen):
    screen = seen(open_page(text=TEXT, donor="8 March 2025"))
    assert "Both sentences are answered by" in screen.notice and "2025-03-08" in screen.notice


@pytest.mark.parametrize("donor", ["", "x" * 500, "漢", "<b>", "*", " "])
def test_any_other_sentence_gives_a_page(open_page, donor):
    assert not open_page(text=TEXT, donor=donor).exception


def test_swapping_asks_the_other_way_about(open_page, seen):
    app = open_page(text=TEXT, donor=DONOR)
    app.button(key="causal swap").click().run()
    assert not app.exception
    assert seen(app).link == {"text": DONOR, "donor": TEXT}


def test_sentences_of_different_length_have_a_choice_of_places(open_page, seen):
    app = open_page(text=TEXT, donor="March 13, 2025")
    assert any("1 token without a counterpart" in caption.value for caption in app.caption)
    crossed = {row["place"] for row in seen(app).figure("causal", "text", "percent") if row["text"] == "×"}
    assert crossed == {6}
    app = open_page(text=TEXT, donor="March 13, 2025", align="start")
    assert not any(row["text"] == "×" for row in seen(app).figure("causal", "text", "percent"))


def test_the_gates_of_the_decoder_have_a_map_of_their_own(open_page, seen):
    shown = shares(seen(open_page(text=TEXT, donor=DONOR, traced="gates")))
    assert {part for part, _ in shown} == {"forget_gate", "input_gate", "candidate", "output_gate"}


def test_it_speaks_korean(open_page):
    app = open_page(text=TEXT, donor=DONOR, lang="ko")
    assert "“3”의 h를 이 실행에 넣으면 2025-03-08이 2025-03-03으로 바뀝니다" in said(app)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("donor", [DONOR, "March 13, 2025"])
def test_the_chart_is_valid_and_draws_what_was_computed(dates, palette, donor):
    patching = dates.patch(TEXT, donor)
    receiver, other = dates.trace(TEXT), dates.trace(donor)
    chosen = patching.at("joined", 6)
    drawn = causal.causal_map(patching, receiver, other, chosen, palette).to_dict()
    rows = [row for data in drawn["datasets"].values() for row in data if {"share", "colour", "y2"} <= row.keys()]
    by_place = {(row["part"], row["place"]): row for row in rows}
    ramp = palette.state()
    for cell in patching.cells:
        row = by_place[cell.part, cell.place]
        assert row["colour"] == (palette.bg if np.isnan(cell.share) else ramp.colour(cell.share))
        assert row["output"] == cell.output
    frame = causal.causal_frame(patching, receiver, other)
    assert len(frame) == len(patching.cells) and frame["cell"].tolist() == list(range(len(frame)))
    assert sentence(patching, chosen, receiver, other)


def test_where_both_runs_expect_nearly_the_same_there_is_no_share(open_page, dates):
    text = "x" * 63
    app = open_page(text=text)
    donor = app.text_input(key="option donor").value
    assert not dates.patch(text, donor).measurable
    assert any("there is no way to be measured" in caption.value for caption in app.caption)
    assert said(app).startswith("**Put into this run, ") and " gives " in said(app) and "%" not in said(app)


def test_a_plain_cell_has_no_gates_to_put_in(open_page, seen):
    app = open_page(model="dates-rnn", traced="gates")
    assert not [group for group in app.button_group if group.key == "option traced"]
    assert {part for part, _ in shares(seen(app))} == set(states_of(s2s.load("dates-rnn").net.config))
