"""The temperature that mends a model's probabilities: where it is used, and where nothing changes."""

from dataclasses import replace

import numpy as np
import pytest
from traces import same

from s2s_core.analysis.temperature import at_temperature
from s2s_core.recipes.confidence import read_table, temperature_of
from s2s_ui.classroom.followed import followed
from s2s_ui.session import caches, calibration
from s2s_ui.session.request import Request

DATE = Request("dates-last", "March 8, 2025", calibrated=True)
MENDED = {line.model for line in read_table() if line.mends}


@pytest.mark.parametrize("forced", [False, True])
def test_all_traces_of_a_request_are_at_the_temperature(forced):
    asked = replace(DATE, forced=forced, peepholes=False)
    found, plain = caches.runs(asked), caches.runs(replace(asked, calibrated=False))
    temperature = temperature_of(caches.model(DATE.model))
    same(found.shown, at_temperature(plain.shown, temperature))
    assert plain.original is not None and found.original is not None
    same(found.original, at_temperature(plain.original, temperature))
    assert (found.free is None) == (plain.free is None) == (not forced)
    assert not np.array_equal(found.shown.log_probs, plain.shown.log_probs)
    assert found.shown.output == plain.shown.output


def test_a_model_without_a_temperature_stays_as_it_is():
    asked = replace(DATE, model="dates")
    assert calibration.setting(asked, str) is None
    same(caches.runs(asked).shown, caches.runs(replace(asked, calibrated=False)).shown)


@pytest.mark.parametrize("model", sorted(MENDED & {"dates-last", "pronounce"}))
def test_the_stage_says_what_it_is_good_for(model):
    asked = replace(DATE, model=model)
    line = next(line for line in read_table() if line.model == model)
    setting = calibration.setting(asked, str)
    assert setting is not None and setting["on"] is True and f"{line.temperature:.2f}" in str(setting["label"])
    for figure in (f"{line.error:.1f}", f"{line.scaled_error:.1f}", f"{line.temperature:.2f}"):
        assert figure in str(setting["said"])
    assert calibration.setting(replace(asked, calibrated=False), str) == {**setting, "on": False}


def test_whoever_follows_sees_the_same_probabilities():
    link = {"model": DATE.model, "text": DATE.text}
    plain, found = followed(link), followed({**link, "calibrated": "1"})
    assert plain is not None and found is not None and plain.names != found.names
    same(found.trace, at_temperature(plain.trace, temperature_of(caches.model(DATE.model))))


def test_only_a_page_with_the_switch_uses_it(open_app):
    app = open_app(model=DATE.model, text=DATE.text, calibrated="1")
    shown = app.session_state["stored request"]
    assert shown.calibrated
    for page in ("compare", "forcing"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception and not app.session_state["stored request"].calibrated
