"""The start of every script: app.py and every page import this before our other modules.

Visitors' scripts are threads. If two threads import modules that import each other, in different orders, one of them
can get a module that is not complete. So all scripts start here: the first thread imports everything that app.py and
the pages import, and the others wait for it.
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

    Until the first call of `st.navigation` in a process, Streamlit runs the scripts in pages/ directly. This happens if
    the first request to a server is a link to a page. Then the page runs app.py, which runs the page.
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
    """Draw a figure, because chart libraries import some of their modules with the first figure."""
    alt.Chart(pd.DataFrame({"word": ["a"], "share": [0.5]})).mark_point().encode(x="word:N", y="share:Q").to_json()
    turned = go.Figure(go.Scatter3d(x=[0], y=[0], z=[0])).update_layout(scene={"xaxis": {"title": {"text": "x"}}})
    turned.update_layout(template=theme.plotly_template(theme.LIGHT)).to_json()


borrowed.call_back_to_the_end()
for _script in (APP, *sorted((HOME / "pages").glob("*.py"))):
    _import_what(_script)
_draw()
Collector(lambda: TURNS.served).start()
