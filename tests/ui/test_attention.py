"""Attention through app.py: the matrix, the context, and a step that looks elsewhere."""

import json

import pytest

from s2s_core.analysis.attention import at_place, everywhere, rounded, shifted, telling_step
from s2s_core.checkpoint import load, names, snapshots
from s2s_core.edits import set_weights


@pytest.fixture
def open_page(open_app):
    def run(**address: str):
        app = open_app(**address).switch_page("pages/attention.py").run()
        assert not app.exception
        return app

    return run


@pytest.fixture(scope="module")
def dates():
    return load("dates", device="cpu")


def now(screen):
    """What is decoded with the edits."""
    return {row["run"]: row["output"] for row in screen.figure("decoded", "run", "said")}["now"]


@pytest.mark.parametrize("name", names())
def test_every_model_opens_with_its_attention_or_says_that_it_has_none(open_page, seen, name):
    model, app = load(name, device="cpu"), open_page(model=name)
    trace = model.trace(model.info.examples[0])
    if trace.attention is None:
        assert any("has no attention" in caption.value for caption in app.caption)
        return
    cells = seen(app).figure("matrices", "α", "e", "colour")
    assert len(cells) == 2 * trace.attention.weights.size
    for cell in cells:
        assert cell["α"] == pytest.approx(float(trace.attention.weights[cell["step"], cell["position"]]), abs=1e-6)
    assert app.selectbox(key="option output").value == str(telling_step(trace))
    assert now(seen(app)) == trace.output


@pytest.mark.parametrize("look", ["everywhere", "left", "right"])
def test_a_step_that_looks_elsewhere_is_decoded_on_and_linked(open_page, seen, dates, look):
    app = open_page()
    trace = dates.trace("March 8, 2025")
    row = trace.attention.weights[9]
    rows = {"everywhere": everywhere(len(row)), "left": shifted(row, -1), "right": shifted(row, 1)}
    app.button_group(key="look").set_value(look).run()
    assert not app.exception
    assert now(seen(app)) == dates.trace(trace.text, edit=set_weights(9, rounded(rows[look]))).output
    (edit,) = json.loads(seen(app).link["edits"])
    assert edit["step"] == 9 and edit["values"] == pytest.approx(rounded(rows[look]))
    app.button_group(key="look").set_value("computed").run()
    assert now(seen(app)) == trace.output and "edits" not in seen(app).link


def test_a_step_pinned_to_a_token_writes_what_stands_there(open_page, seen, dates):
    app = open_page(output="9", edits=json.dumps(set_weights(9, at_place(14, 12)).to_json()))
    assert app.button_group(key="look").value == "place"
    assert now(seen(app)) == "2025-03-05"
    app.selectbox(key="look at").set_value(9).run()
    assert now(seen(app)) == "2025-03-02"
    tried = {row["position"]: row["written"] for row in seen(app).figure("pinned", "written", "output")}
    assert tried[12] == "5" and tried[9] == "2"


def test_weights_by_hand_stay_a_distribution(open_page, seen):
    app = open_page()
    app.button_group(key="look").set_value("hand").run()
    first = app.slider[0]
    first.set_value(0.1).run()
    assert not app.exception
    (edit,) = json.loads(seen(app).link["edits"])
    assert sum(edit["values"]) == pytest.approx(1.0) and min(edit["values"]) >= 0
    assert app.slider[0].value == pytest.approx(0.1)


def test_the_chosen_output_is_in_the_link_and_its_context_is_shown(open_page, seen, dates):
    app = open_page()
    app.selectbox(key="option output").set_value("0").run()
    assert seen(app).link == {"output": "0"}
    total = [row["value"] for row in seen(app).figure("context", "value", "unit") if row["token"] == "context c"]
    assert total[:48] == pytest.approx(dates.trace("March 8, 2025").context[0, :48].tolist(), abs=1e-3)


def test_the_score_against_the_gold_alignment_is_said(open_page):
    said = [caption.value for caption in open_page().caption]
    assert any(text.startswith("**8 of 8** characters look into the field") for text in said)
    other = [caption.value for caption in open_page(text="8 of 8 of 8").caption]
    assert any(text.startswith("Where this answer comes from is not known") for text in other)


@pytest.mark.parametrize(
    "edits",
    ['[{"edit":"replace","part":"attention","quantity":"weights","step":9,"values":[1,0]}]', "[1]", "{"],
)
def test_edits_that_do_not_fit_are_said_and_left_out(open_page, seen, edits):
    screen = seen(open_page(edits=edits))
    assert screen.notice
    assert now(screen) == "2025-03-08"


@pytest.mark.parametrize("output", ["10", "99", "9999"])
def test_an_output_beyond_the_end_is_another_step(open_page, output):
    assert int(open_page(output=output).selectbox(key="option output").value) <= 10


@pytest.mark.parametrize("name", ["dates", "en-fr", "dates-general"])
def test_a_model_that_kept_snapshots_shows_its_attention_being_born(open_page, seen, name):
    kept, app = snapshots(name), open_page(model=name, specimen="1")
    if not kept:
        assert not any("being born" in heading.value for heading in app.subheader)
        return
    rows = seen(app).figure("born", "snapshot", "step", "position", "α")
    assert {row["update"] for row in rows} == {snapshot.step for snapshot in kept}
    for row in rows:
        look = kept[row["snapshot"] - 1].specimens[1].forced
        assert row["α"] == pytest.approx(float(look.weights[row["step"], row["position"]]), abs=1e-4)


@pytest.mark.parametrize(("asked", "place"), [({}, 12), ({"snapshot": "3"}, 3), ({"snapshot": "13"}, 12)])
def test_a_link_sets_the_slider_over_the_training_where_there_is_such_a_place(open_page, seen, asked, place):
    assert len(snapshots("dates")) == 12
    assert seen(open_page(**asked)).slider("born") == place
