"""The figures of Both directions: what is drawn is what was computed."""

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.analysis.corpus import corpus, nearest
from s2s_ui.charts import answers, directions, neighbours, paths, theme, tokens
from s2s_ui.charts.answers import Answer

PALETTE = theme.palette(dark=False)


def rows(chart, *columns):
    """The rows of a chart's data that have these columns, of all its layers."""
    with alt.data_transformers.disable_max_rows():
        data = chart.to_dict()["datasets"].values()
    return [row for dataset in data for row in dataset if set(columns) <= row.keys()]


@pytest.fixture(scope="module")
def pair():
    model = small_translator()
    return model.trace("abcde"), model.trace("abfde")


def test_the_frame_has_every_unit_of_both_directions(pair):
    before, after = pair
    frame = directions.state_frame(*pair)
    part = frame[frame["direction"] == "backward"]
    assert np.array_equal(part["h"].to_numpy().reshape(6, 4), before.encoder.backward.hidden)
    assert np.allclose(part["h"] + part["Δh"], after.encoder.backward.hidden.ravel())
    assert frame["token"].tolist()[-1] == "end"


def test_the_bars_stand_up_for_forward_and_hang_for_backward(pair):
    lengths = directions.length_frame(*pair)
    chart = directions.states(
        directions.state_frame(*pair), lengths, tokens.source(pair[0]), PALETTE, str, replaced=(2,)
    )
    bars = rows(chart, "zero", "end", "direction")
    assert len(bars) == len(lengths) == 12
    for bar in bars:
        up, down = bar["end"] < bar["zero"], bar["end"] > bar["zero"]
        assert (up, down) == (
            bar["direction"] == "forward" and bar["position"] >= 2,
            bar["direction"] == "backward" and bar["position"] <= 2,
        )
        assert bar["text"] == (f"{bar['|Δh|']:.2f}" if up or down else "")


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_model_has_its_figures(name):
    model = small_translator(**VARIANTS[name])
    before, after = model.trace("abcde"), model.trace("abffde")
    states = directions.state_frame(before, after)
    lengths = directions.length_frame(before, after)
    assert directions.states(states, lengths, tokens.source(before), PALETTE, str, replaced=(2,)).to_dict()
    for direction in paths.directions(before):
        path = paths.path(before, after, direction)
        assert paths.plane(path, PALETTE, str).to_dict()
        assert isinstance(paths.space(path, PALETTE), go.Figure)


def test_a_path_begins_at_zero_and_follows_the_reading(pair):
    path = paths.path(*pair, "backward")
    typed = path.frame[path.frame["run"] == paths.BEFORE]
    assert typed["token"].tolist() == ["", "end", "e", "d", "c", "b", "a"]
    other = path.frame[path.frame["run"] == paths.AFTER]
    assert other["label"].tolist() == ["", "", "", "", "f", "", ""]
    same = np.isclose(typed[["PC1", "PC2", "PC3"]].to_numpy(), other[["PC1", "PC2", "PC3"]].to_numpy()).all(axis=1)
    assert same.tolist() == [True] * 4 + [False] * 3
    assert sum(path.explained) <= 1 + 1e-9


def test_answers_are_marked_where_the_first_lacks_them(pair):
    model = small_translator()
    one, other = model.trace("abc"), model.trace("gfe")
    frame = answers.answer_frame([Answer("one", one), Answer("other", other)])
    assert not frame[frame["run"] == "one"]["differs"].any()
    assert frame[frame["run"] == "other"]["text"].tolist() == answers.pieces(other)
    assert frame["log p"].tolist()[0] == one.log_prob
    assert answers.answers(frame, PALETTE).to_dict()


@pytest.mark.parametrize("other", ["one", "other"])
def test_equal_answers_are_drawn_like_others(other):
    frame = pd.DataFrame(
        [
            {
                "row": row,
                "run": run,
                "place": 0,
                "x": 0,
                "text": run,
                "differs": run == "other",
                "output": run,
                "log p": -1,
            }
            for row, run in enumerate(["one", other])
        ]
    )
    assert answers.answers(frame, PALETTE).to_dict()


def test_long_answers_stand_on_a_line_of_their_own():
    def height(count):
        rows = [
            {
                "row": 0,
                "run": "one",
                "place": n,
                "x": 50 * n,
                "text": "mot",
                "differs": False,
                "output": "",
                "log p": -1,
            }
            for n in range(count)
        ]
        return answers.answers(pd.DataFrame(rows), PALETTE).to_dict()["height"]

    assert height(3) == answers.ROW and height(9) == answers.ROW + answers.LINE


def test_the_pieces_of_an_answer_in_jamo_are_its_syllables():
    from s2s_core.checkpoint import load

    assert answers.pieces(load("ko-pronounce", device="cpu").trace("국물")) == ["궁", "물"]


def test_a_neighbour_stands_in_the_middle_of_its_sentence():
    model = small_translator()
    built = corpus(model, ["abcdefg", "gab"])
    found = nearest(built, built.joined, model.trace("abcdefg").encoder.joined[2], count=1)
    (row,) = neighbours.neighbour_frame(built, found).to_dict("records")
    assert (row["before"], row["token"], row["after"]) == ("ab", "c", "defg")
    assert row["cosine"] == pytest.approx(1.0)
    assert neighbours.neighbours(neighbours.neighbour_frame(built, found), PALETTE).to_dict()
