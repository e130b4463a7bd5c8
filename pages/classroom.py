"""Class: start a live class or join one, and what belongs to it: its code, its plan, its answers, its end."""

import streamlit as st

import s2s_ui.shell.entry
from s2s_ui.panels import class_bar
from s2s_ui.session import messages, state
from s2s_ui.shell import layout

s2s_ui.shell.entry.enter()
with st.container(key="page"):
    layout.notice(messages.sentences(state.link_problems()), error=True, place="link")
    with st.container(key="lobby"):
        class_bar.lobby()
