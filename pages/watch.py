"""Watch: a network turns one text into another, step by step."""

from functools import partial

from s2s_ui import controls, frame, saving, state, whatif
from s2s_ui.i18n import _
from s2s_ui.stage.stage import stage

frame.enter()
seen = controls.see()
beside = seen.runs.original or seen.runs.free
original = seen.runs.original is not None
peepholes = seen.asked.peepholes and "peepholes" in seen.switches
save = partial(saving.panel, seen.runs.shown, beside=beside, original=original, peepholes=peepholes)
controls.band(seen, forcing=True, tools={_("Save"): save})
seen.say()
with state.first_time("played", seen.runs.shown.text) as fresh:
    stage(
        seen.runs.shown,
        beside=beside,
        original=original,
        labels=_,
        step=state.view().step,
        autoplay=fresh,
        peepholes=peepholes,
        key="stage",
        sentence_selector=".st-key-text input",
        edits=seen.asked.edits,
        on_toggle=state.flip("stage", seen.switches),
        on_edit=state.edit("stage", whatif.wished(seen.asked)),
    )
