"""The figures of Attention: matrices, the context as a sum, and what a step would write elsewhere."""

from dataclasses import replace

import altair as alt
import numpy as np
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.analysis.attention import at_place
from s2s_core.edits import set_weights
from s2s_ui.charts import attention, context, pinned, theme, tokens

PALETTE = theme.palette(dark=True)


def rows(chart, *columns):
    """The rows of a chart's data that have these columns, of all its layers."""
    with alt.data_transformers.disable_max_rows():
        data = chart.to_dict()["datasets"].values()
    return [row for dataset in data for row in dataset if set(columns) <= row.keys()]


@pytest.fixture(scope="module")
def model():
    return small_translator()


def test_a_cell_has_the_colour_of_its_weight(model):
    trace = model.trace("abcd")
    cells = rows(attention.matrices(trace, PALETTE, str, step=0), "α", "colour", "x")
    weights = [cell for cell in cells if cell["x"] > trace.attention.weights.shape[1]]
    assert len(cells) == 2 * trace.attention.weights.size and len(weights) * 2 == len(cells)
    for cell in weights:
        alpha = trace.attention.weights[cell["step"], cell["position"]]
        assert cell["α"] == pytest.approx(float(alpha))
        assert cell["colour"] == PALETTE.attention().colour(float(alpha))
        assert cell["output"] == cell["step"]


def test_what_is_covered_is_the_sum_of_the_columns(model):
    trace = model.trace("abcd")
    bars = rows(attention.matrices(trace, PALETTE, str, step=0), "sum", "token")
    assert [bar["sum"] for bar in bars] == pytest.approx(trace.attention.weights.sum(axis=0).tolist(), abs=1e-5)


def test_gold_is_framed_and_the_very_character_boldly(model):
    trace = model.trace("abcd")
    gold = [(0, 1, False), (0, 2, True)]
    thin, bold = rows(attention.matrices(trace, PALETTE, str, step=0, gold=gold), "line")
    assert thin["line"] < bold["line"] and thin["x"] + 1 == pytest.approx(bold["x"])


def test_the_terms_of_a_context_add_up_to_it(model):
    trace = model.trace("abcd")
    frame = context.share_frame(trace, 0)
    assert frame.groupby("unit")["α·h"].sum().to_numpy() == pytest.approx(trace.context[0], abs=1e-5)
    drawn = rows(context.context(trace, 0, PALETTE, str), "token", "value")
    total = [row["value"] for row in drawn if row["token"] == "context c"]
    assert total == pytest.approx(trace.context[0].tolist(), abs=1e-3)
    others = [row["value"] for row in drawn if row["token"] != "context c"]
    assert np.reshape(others, (-1, 8)).sum(axis=0) == pytest.approx(trace.context[0], abs=1e-2)


def test_words_wider_than_their_columns_stand_at_an_angle_with_room_below(model):
    def drawn(trace):
        chart = attention.matrices(trace, PALETTE, str, step=0).to_dict()
        marks = [layer["mark"] for layer in chart["layer"] if layer["mark"].get("type") == "text"]
        return [mark["angle"] for mark in marks if mark.get("angle")], chart["height"]

    letters = model.trace("abcd")
    words = replace(letters, src_tokens=("ab", "brother", "c", *letters.src_tokens[3:]))
    flat, low = drawn(letters)
    turned, high = drawn(words)
    assert not flat and turned == [tokens.ANGLE % 360]
    assert high - low == pytest.approx(0.8 * tokens.advance("brother"), abs=attention.FOOT)
    tall, wide = (pinned.pinned(pinned.pinned_frame(trace, [trace] * 5, 0), PALETTE, str) for trace in (words, letters))
    assert tall.to_dict()["height"] > wide.to_dict()["height"] == 2 * pinned.ROW


def test_what_a_step_would_write_is_what_the_edited_run_writes(model):
    trace = model.trace("abcd")
    runs = [model.trace("abcd", edit=set_weights(0, at_place(5, place))) for place in range(5)]
    frame = pinned.pinned_frame(trace, runs, 0)
    assert frame["output"].tolist() == [run.output for run in runs]
    assert frame["differs"].tolist() == [run.tgt_ids[0] != trace.tgt_ids[0] for run in runs]
    assert frame["p"].tolist() == pytest.approx([run.top(0, 1)[0][2] for run in runs])
    assert pinned.pinned(frame, PALETTE, str).to_dict()


@pytest.mark.parametrize(
    "name", [name for name, changes in VARIANTS.items() if changes.get("context", "attention") == "attention"]
)
def test_every_kind_of_model_with_attention_has_its_figures(name):
    trace = small_translator(**VARIANTS[name]).trace("abcde" * 3)
    assert attention.matrices(trace, PALETTE, str, step=0).to_dict()
    assert attention.heatmap(trace, PALETTE).to_dict()
    assert context.context(trace, 0, PALETTE, str).to_dict()


def test_a_model_without_attention_has_an_empty_table():
    assert attention.weight_frame(small_translator(context="last").trace("abc")).empty
