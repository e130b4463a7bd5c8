"""Seq2Scope: the shell of every page, and the server that shows it. `streamlit run app.py`

Streamlit imports this file for the server, and runs it as a script for every answer.

A page is a script in pages/, and one line in s2s_ui/session/pages.py. It imports `s2s_ui.shell.entry` before anything
else of ours; its first statement is `s2s_ui.shell.entry.enter()`.
"""

import logging
from pathlib import Path

import streamlit as st

import s2s_ui.shell.entry  # noqa: F401 (before all else of ours)
from s2s_core.home import HOME
from s2s_ui import server
from s2s_ui.lesson import for_class
from s2s_ui.panels import class_bar
from s2s_ui.server import metrics
from s2s_ui.session import state
from s2s_ui.session.i18n import _
from s2s_ui.session.pages import PAGES
from s2s_ui.shell import layout, queue

LOG = logging.getLogger("seq2scope")


def shell() -> None:
    """What is around every page, and the page in it."""
    state.begin()
    with queue.in_turn(), state.one_language():
        pages = [st.Page(f"pages/{page.script}.py", title=_(page.title), default=not at) for at, page in PAGES.items()]
        page = st.navigation(pages, position="hidden")
        icon = str(HOME / "static" / "icon.svg")
        st.set_page_config(page_title=f"{page.title} · Seq2Scope", page_icon=icon, layout="wide")
        with metrics.timed(page.url_path or "watch"), layout.body():
            layout.navigation(pages, page)
            class_bar.bar(page.url_path, for_class.asks(state.address()) if page.url_path == "lesson" else 0)
            try:
                page.run()
            except Exception:
                LOG.exception("the page %s failed on %s", page.url_path or "watch", state.view())
                sentence = _("Something went wrong inside the program; the log says what, and the rest still works.")
                layout.notice(sentence, error=True, place="defect")
    state.end()


if __name__ == "__main__":
    shell()  # a run of the script
else:
    script = Path(__file__)
    app = st.App(script, routes=server.routes(), middleware=server.middleware(script), lifespan=server.lifespan)
