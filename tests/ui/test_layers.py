"""Models of several layers through app.py: the layer that a link names is on the stage and in the figures."""

import json

import layered
import pytest

from s2s_core.analysis.gates import cell_of
from s2s_core.analysis.layers import at_layer
from s2s_core.checkpoint import load
from s2s_core.edits import Clamp, Edits
from s2s_ui.stage.printed import target


@pytest.fixture(autouse=True)
def _models(tmp_path, monkeypatch):
    layered.save(tmp_path)
    monkeypatch.setenv("S2S_CHECKPOINTS", str(tmp_path))


def trace_of(tmp_path, name, **how):
    return load(tmp_path / name, device="cpu").trace(layered.SENTENCE, **how)


@pytest.mark.parametrize(("linked", "shown"), [(None, None), ("1", 1), ("2", 2), ("40", 40)])
def test_the_stage_gets_the_layer_of_the_link_and_keeps_it_in_another_sentence(open_app, seen, linked, shown):
    app = open_app(model=layered.NAME, **({"layer": linked} if linked else {}))
    assert (seen(app).stage["layer"], seen(app).stage["keeps_layer"]) == (shown, True)
    app.text_input(key="text").set_value("gfedc").run()
    assert seen(app).source == "gfedc" and seen(app).stage["layer"] == shown
    assert seen(app).link.get("layer") == linked


@pytest.mark.parametrize("value", ["0", "-1", "top", "100", "1.5"])
def test_a_layer_that_is_none_is_said(open_app, seen, value):
    app = open_app(model=layered.NAME, layer=value)
    assert "layer" in seen(app).notice and seen(app).stage["layer"] is None


def test_a_model_of_one_layer_is_shown_whatever_layer_the_link_names(open_app, seen):
    app = open_app(model="dates", layer="1")
    assert seen(app).stage["encoder_layers"] == 1 and not seen(app).notice
    app.switch_page("pages/gates.py").run()
    assert not app.exception and "option layer" not in {group.key for group in app.get("button_group")}


@pytest.mark.parametrize("layer", [0, 1])
def test_an_edit_of_a_layer_in_the_link_is_applied_there_alone(open_app, seen, tmp_path, layer):
    edit = {"edit": "clamp", "quantities": ["forget_gate"], "value": 0.0, "part": "encoder.forward", "layer": layer}
    app = open_app(model=layered.NAME, edits=json.dumps([edit]))
    stage = seen(app).stage
    assert stage["edits"][0]["layer"] == layer and len(stage["runs"]) == 2
    held = Edits((Clamp(quantities=("forget_gate",), value=0.0, part="encoder.forward", layer=layer),))
    assert stage["runs"][0]["tokens"] == target(trace_of(tmp_path, layered.NAME, edit=held))
    assert json.loads(seen(app).link["edits"])[0]["layer"] == layer


@pytest.mark.parametrize("part", ["forward", "backward", "decoder"])
@pytest.mark.parametrize("name", [layered.NAME, layered.DEEP])
def test_gates_show_the_cell_of_the_layer(open_app, seen, tmp_path, name, part):
    trace = trace_of(tmp_path, name)
    count = len(trace.decoder.layers) if part == "decoder" else len(trace.encoder.layers)
    app = open_app(model=name).switch_page("pages/gates.py").run()
    app.segmented_control(key="option cell").set_value(part).run()
    for layer in range(count):
        if count > 1:
            app.segmented_control(key="option layer").set_value(str(layer + 1)).run()
        assert not app.exception
        cell = cell_of(at_layer(trace, layer), part)
        drawn = {(row["panel"], row["unit"], row["position"]): row["value"]
                 for row in seen(app).figure("maps", "panel", "value")}  # fmt: skip
        for panel, values in enumerate(cell.quantities().values()):
            assert drawn[panel, 1, 2] == pytest.approx(float(values[2, 1]), abs=1e-5)
    assert ("option layer" in {group.key for group in app.get("button_group")}) == (count > 1)


@pytest.mark.parametrize(
    ("layer", "words"), [("1", "Before the replaced token only backward"), ("2", "Layer 2 reads both")]
)
def test_both_directions_say_what_holds_in_the_layer(open_app, layer, words):
    app = open_app(model=layered.NAME, layer=layer).switch_page("pages/directions.py").run()
    assert not app.exception
    assert any(caption.value.startswith(words) for caption in app.caption)


def test_compare_says_which_layer_its_states_are_of(open_app):
    app = open_app(model=layered.NAME, layer="1").switch_page("pages/compare.py").run()
    assert not app.exception
    assert "encoder states, mean |Δh| · layer 1 of 2" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize("page", ["attention", "forcing", "gates", "directions", "compare"])
def test_every_page_of_a_sentence_opens_with_every_model(open_app, page):
    for name in layered.MODELS:
        app = open_app(model=name, layer="1", lang="ko").switch_page(f"pages/{page}.py").run()
        assert not app.exception
