"""Watch: a network turns one text into another, step by step."""

from functools import partial

import s2s_ui.shell.entry
from s2s_ui.panels import beam, classroom, controls, examples, layers, saving, welcome, whatif
from s2s_ui.session import state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.stage.stage import stage

s2s_ui.shell.entry.enter()
seen = controls.see(calibrates=True)
beside = seen.runs.original or seen.runs.free
original = seen.runs.original is not None
peepholes = seen.asked.peepholes and "peepholes" in seen.switches
layer = layers.linked()
save = partial(
    saving.panel,
    seen.runs.shown,
    beside=beside,
    original=original,
    peepholes=peepholes,
    layer=layer,
    calibration=seen.calibration,
)
search = partial(beam.panel, seen)
controls.band(seen, forcing=True, tools={_("Beam"): search, _("Class"): classroom.panel, _("Save"): save})
seen.say()
with state.first_time("played", seen.runs.shown.text) as fresh:
    stage(
        seen.runs.shown,
        beside=beside,
        original=original,
        language=state.language(),
        step=state.typing().step,
        autoplay=fresh,
        peepholes=peepholes,
        key="stage",
        sentence_selector=".st-key-text input",
        edits=seen.asked.edits,
        calibration=seen.calibration,
        on_toggle=widgets.flip("stage", seen.switches),
        inspector="inspector" not in state.hidden(),
        layer=layer,
        intro=welcome.line(seen.runs.shown),
        hurried=True,
        lesson_link=state.lesson_link(),
        stories=examples.stories(),
        presented=True,
        other=state.other_language(),
        on_layer=layers.turned("stage"),
        unit=state.index("unit", seen.runs.shown.encoder.forward.hidden.shape[1]),
        side=cell if (cell := state.option("cell")) in ("forward", "backward") else None,
        predict=state.option("predict") is not None,
        on_type=widgets.store_from("stage", "typed"),
        on_edit=widgets.edit("stage", whatif.edited(seen.asked)),
    )
