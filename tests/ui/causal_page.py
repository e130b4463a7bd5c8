"""A page with the causal map alone, for the tests of the panel."""

import streamlit as st

from s2s_ui.panels import causal, controls
from s2s_ui.session import state
from s2s_ui.shell import queue

state.begin()
with queue.in_turn(), state.one_language():
    seen = controls.see()
    controls.band(seen)
    seen.say()
    with st.container(key="page"):
        causal.show(seen)
