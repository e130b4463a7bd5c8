"""The figures of Why: valid, in both palettes, and with the numbers of the core in them."""

import altair as alt
import numpy as np
import pytest
from small_models import small_translator

from s2s_core.attribution import CHANCE, METHODS, faithfulness
from s2s_ui.charts import theme, why


@pytest.fixture(scope="module", params=[{}, {"context": "mean"}], ids=["attending", "without attention"])
def asked(request):
    model = small_translator(**request.param)
    trace = model.trace("abcfge")
    return trace, model.attribute("abcfge", step=1)


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_is_valid_in_both_palettes(asked, dark):
    trace, attribution = asked
    palette = theme.palette(dark)
    points = why.curve_frame(faithfulness(attribution), trace)
    for chart in (
        why.rows(why.frame(attribution, trace), palette, str),
        why.curves(points[points["curve"] == "deletion"], palette, str, x="taken"),
    ):
        assert alt.Chart.from_dict(chart.to_dict()).to_dict()


def test_a_row_is_on_the_scale_of_its_own_largest_value(asked):
    trace, attribution = asked
    found = why.frame(attribution, trace)
    for row in attribution.rows:
        mine = found[found["method"] == row.method]
        values = np.concatenate([row.source, [] if row.fed is None else row.fed])
        largest = np.nanmax(np.abs(values))
        np.testing.assert_allclose(mine["value"], values)
        np.testing.assert_allclose(mine["share"], values / (largest or 1.0))


def test_equal_numbers_have_equal_colours_and_what_is_not_known_is_paper(asked):
    trace, attribution = asked
    chart = why.rows(why.frame(attribution, trace), theme.LIGHT, str)
    cells = next(table for table in (layer.data for layer in chart.charts) if "colour" in table)
    unknown = cells[cells["value"].isna()]
    assert set(unknown["colour"]) == {theme.LIGHT.bg} and set(unknown["method"]) == {"drop"}
    for method, group in cells.dropna().groupby("method"):
        ramp = theme.LIGHT.attention() if method == "attention" else theme.LIGHT.state()
        assert group["colour"].tolist() == ramp.colours(group["share"])


def test_the_table_has_the_areas_of_every_method(asked):
    _trace, attribution = asked
    faithful = faithfulness(attribution)
    table = why.area_table(faithful, ("method", "deletion", "insertion"), str)
    assert table["deletion"].tolist() == [f"{curve.deletion_area:.2f}" for curve in faithful.curves]
    assert len(table) == len(attribution.rows) + 1


@pytest.mark.parametrize("method", [*METHODS, CHANCE])
def test_every_method_has_a_line_of_its_own(method):
    lines = [why._line(name, theme.LIGHT) for name in (*METHODS, CHANCE)]
    assert lines.count(why._line(method, theme.LIGHT)) == 1
