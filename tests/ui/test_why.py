"""Why through app.py: every model says where its answer comes from, and the numbers are the core's."""

import pytest

from s2s_core.analysis.why import reason, telling_output
from s2s_core.attribution import CHANCE, METHODS, faithfulness
from s2s_core.checkpoint import load, names
from s2s_core.experiments import FOLDER, read
from s2s_ui.panels.reasons import probability


@pytest.fixture
def open_page(open_app):
    def run(**address: str):
        app = open_app(**address).switch_page("pages/why.py").run()
        assert not app.exception
        return app

    return run


def said(app) -> str:
    """The answer to Why."""
    return app.markdown[0].value


@pytest.mark.parametrize("name", names())
def test_every_model_says_where_its_first_example_s_output_comes_from(open_page, seen, name):
    model, app = load(name, device="cpu"), open_page(model=name)
    screen = seen(app)
    trace = model.trace(model.info.examples[0])
    step = telling_output(trace)
    found = model.attribute(trace.text, step=step)
    drawn = {(row["method"], row["part"], row["position"]): row for row in screen.figure("reasons", "share", "x2")}
    assert len(drawn) == len(found.to_frame())
    for row in found.rows:
        for place, value in enumerate(row.source):
            assert drawn[row.method, "source", place]["value"] == pytest.approx(float(value), abs=1e-4)
    heights = {(row["curve"], row["method"], row["count"]): row["p"] for row in screen.figure("taken", "count", "p")}
    for curve in faithfulness(found).curves:
        for count, p in enumerate(curve.deletion):
            assert heights["deletion", curve.method, count] == pytest.approx(float(p), abs=1e-4)
    answer = reason(found)
    assert f"(token {answer.position + 1})" in said(app)
    assert probability(answer.p) in said(app) and probability(answer.without) in said(app)
    assert ("looked" in said(app)) == (trace.attention is not None)
    assert app.selectbox(key="option output").value == str(step) and not screen.notice


def test_the_day_s_digit_comes_from_the_day(open_page):
    assert said(open_page()).startswith("**The answer's “8” comes from “8”** (token 7): without it p falls from 0.9995")


@pytest.mark.parametrize(
    ("language", "begins"), [("en", "**p of “0” does not fall, whichever token"), ("ko", "**어느 입력 토큰을 빼도")]
)
def test_a_token_that_costs_nothing_is_not_said_to_cost_most(open_page, language, begins):
    found = load("dates", device="cpu").attribute("8", step=2)
    answer = reason(found)
    assert not answer.costs and answer.without > answer.p
    words = said(open_page(text="8", output="2", lang=language))
    assert words.startswith(begins) and probability(answer.without) in words and "costs" not in words


def test_what_counts_more_is_said_as_a_share_where_two_tokens_are_compared(open_page):
    dates = load("dates", device="cpu")
    rival = next(token for _, token, _ in dates.trace("8").top(7, 6) if dates.vocabulary[token] == "8")
    answer = reason(dates.attribute("8", step=7, rather="8"))
    words = said(open_page(text="8", output="7", rather=str(rival))).replace("\\", "")
    assert answer.fed is not None and f"the share of “-” is {probability(answer.unknown_fed)}" in words


def test_rather_than_explains_the_difference_and_is_linked(open_page, seen):
    app = open_page(output="9")
    rival = load("dates", device="cpu").vocabulary.index("3")
    app.selectbox(key="option rather").set_value(str(rival)).run()
    found = load("dates", device="cpu").attribute("March 8, 2025", step=9, rather="3")
    assert said(app).startswith("**“8” rather than “3” because of “8”** (token 7)")
    drawn = {
        (row["method"], row["position"]): row["value"]
        for row in seen(app).figure("reasons", "share", "x2")
        if row["part"] == "source"
    }
    for method in METHODS:
        assert drawn[method, 6] == pytest.approx(float(found.row(method).source[6]), abs=1e-4)
    assert seen(app).link["rather"] == str(rival)
    app.selectbox(key="option output").set_value("8").run()
    assert "rather" not in seen(app).link, "another output has other rivals"


@pytest.mark.parametrize("removal", ["zero", "unknown"])
def test_tokens_can_be_taken_away_in_several_ways(open_page, seen, removal):
    app = open_page()
    app.button_group(key="option removal").set_value(removal).run()
    found = faithfulness(load("dates", device="cpu").attribute("March 8, 2025", step=9), removal=removal)
    heights = {(row["curve"], row["method"], row["count"]): row["p"] for row in seen(app).figure("taken", "count", "p")}
    assert heights["deletion", CHANCE, 5] == pytest.approx(float(found.curve(CHANCE).deletion[5]), abs=1e-4)
    assert seen(app).link == {"removal": removal}


@pytest.mark.parametrize("address", [{"output": "9999"}, {"rather": "99999"}, {"output": "9", "rather": "11"}])
def test_a_link_that_does_not_fit_shows_what_there_is(open_page, address):
    assert "comes from" in said(open_page(**address)) or "rather" in said(open_page(**address))


def test_without_peepholes_the_network_that_was_trained_is_explained(open_page):
    assert said(open_page(peepholes="0")) == said(open_page())


def test_a_model_that_was_measured_has_its_figures(open_page, seen):
    app = open_page()
    measured = {entry.measure: entry for entry in read(FOLDER / "faithfulness.csv") if entry.model == "dates"}
    alpha = measured["better, drop: attention"]
    assert f"Over {alpha.pairs} held-out sentences" in app.markdown[1].value
    drawn = {row["method"]: row for row in seen(app).figure("heldout", "value", "low")}
    assert set(drawn) == {*METHODS, CHANCE}
    for method, row in drawn.items():
        entry = measured[f"deletion, drop: {method}"]
        assert (row["value"], row["low"], row["high"]) == (entry.value, entry.low, entry.high)
