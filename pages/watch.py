"""Watch: a network turns one text into another, step by step."""

from s2s_ui import controls, frame, state, whatif
from s2s_ui.i18n import _
from s2s_ui.stage.stage import stage

frame.enter()
seen = controls.see()
controls.band(seen, forcing=True)
seen.say()
with state.first_time("played", seen.runs.shown.text) as fresh:
    stage(
        seen.runs.shown,
        beside=seen.runs.original or seen.runs.free,
        original=seen.runs.original is not None,
        labels=_,
        step=state.view().step,
        autoplay=fresh,
        peepholes=seen.asked.peepholes and "peepholes" in seen.switches,
        key="stage",
        sentence_selector=".st-key-text input",
        edits=seen.asked.edits,
        on_toggle=state.flip("stage", seen.switches),
        on_edit=state.edit("stage", whatif.wished(seen.asked)),
    )
