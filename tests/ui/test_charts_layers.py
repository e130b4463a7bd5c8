"""Charts over one another: what `alt.layer` draws, written down once."""

import json
import re

import altair as alt
import pandas as pd
import pytest
import vl_convert
from jsonschema import ValidationError

from s2s_ui.charts.layers import Layers

BARS = alt.Chart(pd.DataFrame({"word": ["a", "b"], "share": [0.5, 0.2]})).mark_bar().encode(x="word:N", y="share:Q")
NAMES = alt.Chart(pd.DataFrame({"word": ["b"], "share": [0.4]})).mark_text(text="here").encode(x="word:N", y="share:Q")
HERE = alt.selection_point(name="here", fields=["word"], value="b", empty=False)
THIN = alt.param(name="thin", value=0.3)
FADED = BARS.mark_bar(opacity=alt.expr("thin")).encode(
    strokeWidth=alt.when(HERE).then(alt.value(3)).otherwise(alt.value(0)), stroke=alt.value("red")
)
SIZE = {"height": 120, "padding": {"left": 7, "right": 0, "top": 0, "bottom": 0}}
DRAWN = {
    "plain": (BARS, NAMES),
    "the same data twice": (BARS, BARS.mark_rule()),
    "a selection": (NAMES, FADED.add_params(HERE, THIN)),
    "a selection of two layers": (FADED.add_params(HERE, THIN), NAMES.add_params(HERE, THIN)),
    "a named view": (FADED.add_params(HERE, THIN).properties(name="bars"), NAMES.transform_filter(HERE)),
}


def picture(specification):
    """The drawing; the names that its views were given are not in the picture."""
    return re.sub(r"view_\w+_marks", "marks", vl_convert.vegalite_to_svg({**specification, "width": 200}))


@pytest.mark.parametrize("name", DRAWN)
def test_they_are_drawn_as_altair_draws_them(name):
    charts = DRAWN[name]
    drawn = picture(Layers(*charts, **SIZE).to_dict())
    assert drawn == picture(alt.layer(*charts).properties(**SIZE).to_dict())
    assert drawn != picture(Layers(*reversed(charts), **SIZE).to_dict())  # the first one is the lowest


def test_a_selection_stands_where_streamlit_looks_for_it_with_the_view_in_which_it_is_made():
    charts = DRAWN["a named view"]
    selection, thin = Layers(*charts, **SIZE).to_dict()["params"]
    assert (selection["name"], selection["views"], thin["name"]) == ("here", ["bars"], "thin")
    first, second = DRAWN["a selection of two layers"]
    drawn = Layers(first, second, **SIZE).to_dict()
    assert [each["name"] for each in drawn["params"]] == ["here", "thin"]
    assert drawn["params"][0]["views"] == [drawn["layer"][0]["name"]]


def test_what_is_no_chart_is_refused():
    wrong = Layers(BARS, **{**SIZE, "height": "tall"})
    with pytest.raises(ValidationError):
        wrong.to_dict()
    assert json.dumps(wrong.to_dict(validate=False))
