"""The figures of Gates: valid specifications, and what is drawn is what was computed."""

import altair as alt
import numpy as np
import pytest
from altair.utils import schemapi
from small_models import VARIANTS, small_translator

from s2s_core.analysis.corpus import corpus
from s2s_core.analysis.gates import PARTS, cell_of, gates, parts, peephole_share, shown
from s2s_core.analysis.saturation import saturation_over
from s2s_core.analysis.units import Contrast, firing
from s2s_ui.charts import firing as elsewhere
from s2s_ui.charts import gates as maps
from s2s_ui.charts import peepholes, quantities, saturation, theme, tokens
from s2s_ui.charts.gate_sheet import CELL_LIMIT
from s2s_ui.charts.theme import DARK, LIGHT


@pytest.fixture(autouse=True)
def unvalidated():
    """The schema takes longer than everything else: one test below is about it."""
    with schemapi.debug_mode(False):
        yield


def specification(chart, *, validate=False):
    """As Vega-Lite gets it."""
    with alt.data_transformers.disable_max_rows():
        return chart.to_dict(validate=validate)


def rows(chart, *columns):
    """The rows of a chart's data that have these columns, of all its layers."""
    data = specification(chart)["datasets"].values()
    return [row for dataset in data for row in dataset if set(columns) <= row.keys()]


def draw(trace, part, palette=LIGHT, *, unit=1, position=2):
    cell = cell_of(trace, part)
    words = tokens.target(trace) if part == "decoder" else tokens.source(trace)
    units = shown(cell.hidden, "similarity", count=3, always=unit)
    return maps.maps(cell, words, palette, str, part=part, units=units, unit=unit, position=position)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_scales_are_those_of_the_design(palette):
    below, zero, above = palette.state_ends
    state = palette.state(2.0)
    assert (state.colour(-2), state.colour(0), state.colour(9)) == (below, zero, above)
    assert state.colour(2 * 0.5 ** (1 / 0.65)) == theme.mix(zero, above, 0.5)
    assert palette.gate().colour(0.25) == theme.mix(*palette.gate_ends, 0.25)
    assert palette.attention().colour(0.5 ** (1 / 0.7)) == theme.mix(*palette.attention_ends, 0.5)
    assert palette.of("forget_gate") == palette.gate() and palette.of("cell") == palette.state()


def test_a_ramp_is_the_same_for_altair_and_plotly():
    ramp = LIGHT.state(2.0)
    scale, colours = ramp.altair().to_dict(), ramp.plotly()
    assert (scale["domain"][0], scale["domain"][-1]) == (colours["zmin"], colours["zmax"]) == (-2.0, 2.0)
    places = [(number + 2) / 4 for number in scale["domain"]]
    assert [place for place, _ in colours["colorscale"]] == pytest.approx(places)
    assert [colour for _, colour in colours["colorscale"]] == scale["range"]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_cell_of_every_kind_of_model_has_its_maps(name):
    trace = small_translator(**VARIANTS[name]).trace("abcde", reference="0123")
    for part in parts(trace):
        cell = cell_of(trace, part)
        drawn = rows(draw(trace, part), "panel", "unit", "position", "value")
        quantities = list(cell.quantities())
        assert len(drawn) == len(quantities) * 3 * len(cell.hidden)
        for row in drawn:
            value = cell.quantities()[quantities[row["panel"]]][row["position"], row["unit"]]
            assert row["value"] == pytest.approx(float(value))
            limit = CELL_LIMIT if quantities[row["panel"]] == "cell" else 1.0
            assert row["colour"] == LIGHT.of(quantities[row["panel"]], limit).colour(value)
        assert {row["unit"] for row in drawn if row["here"]} == {1}
        assert {row["position"] for row in drawn if row["now"]} == {2}


def test_every_figure_keeps_to_the_schema_of_vega_lite():
    model = small_translator()
    trace = model.trace("abcde")
    cell, built = trace.encoder.forward, corpus(model, ["abcde", "gfa"])
    openness = saturation.step_frame(cell, tokens.source(trace))
    units = saturation.unit_frame(saturation_over(model, ["abc"])["forward"])
    share = peepholes.share_frame(peephole_share(cell, "forward"))
    found = elsewhere.firing_frame(firing(built, built.cells["forward"], 1, 1, count=2), built.src_tokens)
    for figure in (
        draw(trace, "forward"),
        saturation.per_token(openness, LIGHT, str, part="forward", position=1),
        saturation.per_unit(units, LIGHT, str, part="forward", unit=2),
        peepholes.share(share, LIGHT, str),
        elsewhere.strips(found, LIGHT),
    ):
        specification(figure, validate=True)


def test_another_unit_step_or_order_changes_the_data_alone():
    trace = small_translator().trace("abcde")

    def without_data(**changes):
        drawn = specification(draw(trace, "forward", **changes))
        names = {name: f"data {place}" for place, name in enumerate(drawn.pop("datasets"))}
        for layer in drawn["layer"]:
            layer["data"]["name"] = names[layer["data"]["name"]]
        return drawn

    assert without_data(unit=1, position=2) == without_data(unit=3, position=0)


def test_the_decoders_hidden_state_is_called_s():
    assert (
        quantities.letter("lstm", "hidden", "decoder") == "s" and quantities.letter("lstm", "hidden", "forward") == "h"
    )


def test_a_table_has_every_unit_though_the_maps_show_some():
    trace = small_translator().trace("abcde")
    frame = quantities.cell_frame(trace.encoder.forward, tokens.source(trace))
    part = frame[frame["quantity"] == "output_gate"].pivot(index="position", columns="unit", values="value")
    assert np.array_equal(part.to_numpy(), trace.encoder.forward.output_gate)


def test_a_unit_that_is_on_when_it_is_low_says_so():
    assert maps.as_text(Contrast(7, 1, 0.5, -0.25), str) == "unit 7: +0.50 or more there, −0.25 or less elsewhere"
    assert maps.as_text(Contrast(7, -1, 0.5, -0.25), str) == "unit 7: −0.50 or less there, +0.25 or more elsewhere"


@pytest.mark.parametrize("part", PARTS)
def test_open_between_and_shut_are_all_there_is(part):
    trace = small_translator(seed=3).trace("abcde", reference="0123")
    cell = cell_of(trace, part)
    frame = saturation.step_frame(cell, tokens.target(trace) if part == "decoder" else tokens.source(trace))
    assert frame[["open", "between", "shut"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert list(dict.fromkeys(frame["gate"])) == list(gates(cell))
    bars = rows(saturation.per_token(frame, LIGHT, str, part=part, position=1), "opened", "bottom")
    assert [bar["opened"] - bar["top"] for bar in bars] == pytest.approx((saturation.BAR * frame["open"]).tolist())
    assert {bar["position"] for bar in bars if bar["now"]} == {1}


def test_a_dot_stands_where_its_unit_is_open_and_shut():
    found = saturation_over(small_translator(seed=3), ["abc", "gfe"])["forward"]
    frame = saturation.unit_frame(found)
    dots = rows(saturation.per_unit(frame, LIGHT, str, part="forward", unit=2), "open", "unit", "here")
    panel = 1 + saturation.BETWEEN
    gate = list(found).index("input_gate")
    mine = [dot for dot in dots if dot["gate"] == "input_gate"]
    assert [dot["x"] - gate * panel for dot in mine] == pytest.approx(found["input_gate"].shut.tolist())
    assert [dot["y"] for dot in mine] == pytest.approx(found["input_gate"].open.tolist())


def test_the_hatching_ends_where_the_bar_ends():
    trace = small_translator().trace("abcde")
    frame = peepholes.share_frame(peephole_share(trace.encoder.forward, "forward"))
    chart = peepholes.share(frame, LIGHT, str)
    ends = {row["y2"]: row["x2"] for row in rows(chart, "share", "x2")}
    lines = rows(chart, "x", "x2") and [row for row in rows(chart, "x", "y", "x2", "y2") if "share" not in row]
    assert lines and all(line["x2"] <= ends[line["y"]] + 1e-9 for line in lines)
    assert peepholes.moves({"forget_gate": 0.5, "output_gate": 0.126}, "lstm") == "f 50% · o 13%"


def test_sentences_are_aligned_where_the_unit_is_furthest_on():
    model = small_translator()
    built = corpus(model, ["abcde", "gfa", "bb"])
    states = built.cells["backward"]
    found = firing(built, states, 1, -1, count=2)
    frame = elsewhere.firing_frame(found, built.src_tokens)
    for _, sentence in frame.groupby("sentence"):
        assert sentence.loc[sentence["h"].idxmin(), "away"] == 0
    drawn = rows(elsewhere.strips(frame, LIGHT), "h", "colour")
    assert [row["colour"] for row in drawn[: len(frame)]] == LIGHT.state().colours(frame["h"])
