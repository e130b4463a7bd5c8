"""What s2s_ui/borrowed.py uses of other libraries is still there and does what we need of it."""

import altair as alt
import pandas as pd
from altair.utils import schemapi
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

from s2s_ui import borrowed


def test_outside_of_a_run_nobody_went_back():
    assert not borrowed.went_back()


def test_a_run_says_whether_the_reader_went_back():
    """The field is Streamlit's; without it a reader who goes back would see the page that was left."""
    assert "is_history_navigation" in ScriptRunContext.__dataclass_fields__


def test_an_element_of_the_main_script_outlives_a_change_of_page(tmp_path):
    (tmp_path / "pages").mkdir()
    page = """
import streamlit as st
from s2s_ui import borrowed
with borrowed.as_main_script():
    st.text_input("typed", key="typed")
st.text_input("own", key="own")
"""
    for name in ("one", "two"):
        (tmp_path / "pages" / f"{name}.py").write_text(page, encoding="utf-8")
    app = tmp_path / "app.py"
    app.write_text(
        "import streamlit as st\nst.navigation([st.Page('pages/one.py'), st.Page('pages/two.py')]).run()\n", "utf-8"
    )
    test = AppTest.from_file(app).run()
    test.text_input(key="typed").set_value("kept")
    test.text_input(key="own").set_value("lost").run()
    test.switch_page("pages/two.py").run()
    assert test.text_input(key="typed").value == "kept" and test.text_input(key="own").value == ""
    assert not test.exception


def test_a_chart_drawn_unchecked_is_the_chart_that_altair_draws(monkeypatch):
    chart = alt.Chart(pd.DataFrame({"word": ["a"], "share": [0.5]})).mark_bar().encode(x="word:N", y="share:Q")
    quick = chart.to_dict(validate=False)
    monkeypatch.setattr(schemapi, "_FromDict", borrowed._FromDict)
    with schemapi.debug_mode(True):
        assert chart.to_dict() == quick


def test_schemas_are_hashed_once():
    borrowed.draw_unchecked()
    assert schemapi._FromDict([]).class_dict is schemapi._FromDict([]).class_dict
