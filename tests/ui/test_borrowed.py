"""What s2s_ui/borrowed.py uses of other libraries is still there and does what we need of it."""

import time

import altair as alt
import pandas as pd
import pytest
from altair.utils import schemapi
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest
from visitors import PATIENCE, serving, visit
from websockets.sync.client import connect

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


COUNTING = """
import time
import streamlit as st
from s2s_ui import borrowed
from s2s_ui.session import widgets
borrowed.call_back_to_the_end()

def count():
    for _ in range(20):
        st.session_state["counted"]
        time.sleep(0.002)
    st.session_state["counted"] += 1

st.session_state.setdefault("counted", 0)
st.button("Count", on_click=count)
widgets.button("Count", count, key="where it stands")
st.text(f"counted {st.session_state['counted']}")
"""
CLICKS = 8
SILENCE = 0.5  # seconds after the end of a run: longer than a callback takes


@pytest.mark.parametrize("place", [0, 1], ids=["in a callback", "where it stands"])
def test_a_click_counts_whatever_the_browser_tells_next(place, tmp_path):
    """Each click is followed, while it is being done, by an event that carries nothing."""
    app = tmp_path / "app.py"
    app.write_text(COUNTING, "utf-8")
    with serving(tmp_path / "log.txt", app=str(app)) as (address, _):
        assert not visit(address).problems  # the server's first run imports what the others find
        with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
            line.send(_event())
            buttons = [element.button.id for element in _elements(line) if element.WhichOneof("type") == "button"]
            shown = ""
            for _ in range(CLICKS):
                line.send(_event(buttons[place]))
                time.sleep(0.015)
                line.send(_event())
                shown = [element.text.body for element in _elements(line) if element.WhichOneof("type") == "text"][-1]
    assert shown == f"counted {CLICKS}"


RETURNING = """
import streamlit as st
from s2s_ui import borrowed
from s2s_ui.session import state, widgets
borrowed.call_back_to_the_end()

def count():
    st.session_state["counted"] += 1

state.begin()
st.session_state.setdefault("counted", 0)
st.button("Count", on_click=count)
st.text_input("Sentence", **widgets.bind("text", state.view().text or ""))
st.text(f"counted {st.session_state['counted']}, has {state.view().text}")
state.end()
"""


@pytest.mark.parametrize("pause", [0, 0.015, SILENCE], ids=["at once", "meanwhile", "after the first run"])
def test_a_server_that_does_not_know_a_page_hears_what_is_told_first(pause, tmp_path):
    """A page that comes back to another server tells it all it has. A click and a sentence of it each count once."""
    app = tmp_path / "app.py"
    app.write_text(RETURNING, "utf-8")
    with serving(tmp_path / "log.txt", app=str(app)) as (address, _):
        visit(address)
        with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
            line.send(_event())
            made = _elements(line)
            button = next(element.button.id for element in made if element.WhichOneof("type") == "button")
            field = next(element.text_input.id for element in made if element.WhichOneof("type") == "text_input")
        for second in ("May 2", "June 3"):
            with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
                line.send(_event(button, typed={field: "May 2"}))
                time.sleep(pause)
                line.send(_event(typed={field: second}))
                shown = [element.text.body for element in _elements(line) if element.WhichOneof("type") == "text"][-1]
            assert shown == f"counted 1, has {second}"


def _event(clicked=None, typed=()):
    """What the browser tells: that a button was clicked, what fields have, or only that the script should run."""
    told = BackMsg()
    told.rerun_script.query_string = ""
    if clicked:
        told.rerun_script.widget_states.widgets.add(id=clicked, trigger_value=True)
    for field, text in dict(typed).items():
        told.rerun_script.widget_states.widgets.add(id=field, string_value=text)
    return told.SerializeToString()


def _elements(line):
    """The elements that the server sends until it has been silent for a while."""
    elements, wait = [], PATIENCE
    while True:
        try:
            message = ForwardMsg.FromString(line.recv(wait))
        except TimeoutError:
            return elements
        if message.WhichOneof("type") == "delta":
            elements.append(message.delta.new_element)
        if message.WhichOneof("type") == "script_finished":
            wait = SILENCE


def test_a_chart_drawn_unchecked_is_the_chart_that_altair_draws(monkeypatch):
    chart = alt.Chart(pd.DataFrame({"word": ["a"], "share": [0.5]})).mark_bar().encode(x="word:N", y="share:Q")
    quick = chart.to_dict(validate=False)
    monkeypatch.setattr(schemapi, "_FromDict", borrowed._FromDict)
    with schemapi.debug_mode(True):
        assert chart.to_dict() == quick


def test_schemas_are_hashed_once():
    borrowed.draw_unchecked()
    assert schemapi._FromDict([]).class_dict is schemapi._FromDict([]).class_dict
