"""Where a script comes in: app.py and every page import this before anything else of ours.

Visitors' scripts are threads. Where two threads begin to import modules that need each other, and not the same one
first, Python gives one of them a module that is only half there. So the scripts all begin here: the first thread
imports what app.py and the pages import, the others wait for it, and then there is nothing left to import.
"""

import ast
from pathlib import Path

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from s2s_core.home import HOME
from s2s_ui import borrowed
from s2s_ui.capacity.collector import Collector
from s2s_ui.capacity.turns import TURNS
from s2s_ui.charts import theme
from s2s_ui.shell import layout

APP = HOME / "app.py"


def enter() -> None:
    """Make sure that a page runs inside the shell. Every page calls this first.

    Until `st.navigation` was called once in a server's life, Streamlit runs the scripts of a folder pages/ by
    themselves: a link to a page may be the first request that a server gets. Then the page runs app.py, which runs it.
    """
    if not layout.surrounds():
        exec(compile(APP.read_bytes(), str(APP), "exec"), {"__name__": "__main__", "__file__": str(APP)})
        st.stop()


def _import_what(script: Path) -> None:
    """Run the import statements of a script, and nothing else of it."""
    tree = ast.parse(script.read_bytes())
    tree.body = [statement for statement in tree.body if isinstance(statement, ast.Import | ast.ImportFrom)]
    exec(compile(tree, str(script), "exec"), {})


def _draw() -> None:
    """The libraries of charts import a part of themselves with the first figure."""
    alt.Chart(pd.DataFrame({"word": ["a"], "share": [0.5]})).mark_point().encode(x="word:N", y="share:Q").to_json()
    turned = go.Figure(go.Scatter3d(x=[0], y=[0], z=[0])).update_layout(scene={"xaxis": {"title": {"text": "x"}}})
    turned.update_layout(template=theme.plotly_template(theme.LIGHT)).to_json()


borrowed.call_back_to_the_end()
for _script in (APP, *sorted((HOME / "pages").glob("*.py"))):
    _import_what(_script)
_draw()
Collector(lambda: TURNS.served).start()
