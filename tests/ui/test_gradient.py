"""Gradient through app.py: what is drawn goes back where the core says, and a link restores it."""

import numpy as np
import pytest

from s2s_core.checkpoint import load, names
from s2s_core.experiments import FOLDER, UPDATES, read
from s2s_core.gradients import cell_jacobian, shares, sizes


@pytest.fixture
def open_page(open_app):
    def run(**address: str):
        app = open_app(**address).switch_page("pages/gradient.py").run()
        assert not app.exception
        return app

    return run


def along(screen, way):
    """|∂L| by part and position of the lines of a kind."""
    return {(row["part"], row["from"], row["to"]): row["|∂L|"] for row in screen.figure("way", "way", "|∂L|")
            if row["way"] == way}  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_the_first_view_of_every_model_follows_the_last_token_back(open_page, seen, name):
    model, screen = load(name, device="cpu"), seen(open_page(model=name))
    text = next(text for text in model.info.examples if model.reads(text))
    trace = model.trace(text)
    output = max(0, len(trace.tgt_tokens) - 2)
    found = model.gradients(text, output=output)
    top = {**found.encoder[-1], "decoder": found.decoder[-1]}
    states = {(row["part"], row["position"]): row["|∂L/∂h|"] for row in screen.figure("way", "|∂L/∂h|", "part")}
    for part, flow in top.items():
        there = [states[part, at] for at in range(len(flow.hidden))]
        assert there == pytest.approx(sizes(flow.hidden).tolist(), rel=1e-6)
    (loss,) = along(screen, "loss").items()
    assert loss[0] == ("decoder", output, output)
    assert loss[1] == pytest.approx(float(sizes(top["decoder"].hidden_paths["output"])[output]), rel=1e-6)
    if found.strands is not None:
        for (_, i, j), size in along(screen, "strand").items():
            assert size == pytest.approx(float(found.strands[i, j]), rel=1e-6)
    bars = screen.figure("paths", "path", "share")
    flow = top["forward"]
    total, parts = (flow.hidden, flow.hidden_paths) if flow.cell is None else (flow.cell, flow.cell_paths)
    expected = shares(total, parts)
    for row in bars:
        assert row["share"] == pytest.approx(float(expected[row["path"]][row["position"]]), rel=1e-6, abs=1e-12)
    position = int(sizes(total).argmax())
    unit = int(np.abs(total[position]).argmax())
    jacobian = cell_jacobian(model.net.encoder.cell(len(found.encoder) - 1, "forward"), trace.encoder.forward, position)
    numbers = {row["path"]: row["value"] for row in screen.figure("jacobian", "path", "value")}
    assert numbers.pop("total") == pytest.approx(float(jacobian.total[unit, unit]), abs=1e-6)
    assert numbers == pytest.approx({name: float(term[unit, unit]) for name, term in jacobian.terms.items()}, abs=1e-6)
    assert not screen.notice


def test_another_output_is_followed_back_and_all_of_them_together(open_page, seen):
    app = open_page()
    app.select_slider(key="option output").set_value(0).run()
    screen = seen(app)
    assert screen.link == {"output": "0"} and list(along(screen, "loss")) == [("decoder", 0, 0)]
    assert not [size for (_, _, to), size in along(screen, "recurrence").items() if to >= 10 and size > 1]
    app.segmented_control(key="option loss").set_value("all").run()
    assert len(along(seen(app), "loss")) == 11 and seen(app).link == {"loss": "all", "output": "0"}


def test_a_link_restores_cell_gradient_position_and_unit_and_another_text_forgets_places(open_page, seen):
    app = open_page(cell="decoder", gradient="hidden", position="3", unit="7", output="4")
    found = load("dates", device="cpu").gradients("March 8, 2025", output=4).decoder[0]
    rows = seen(app).figure("paths", "path", "share")
    at = {row["path"]: row["share"] for row in rows if row["position"] == 3}
    assert at == pytest.approx({k: float(v[3]) for k, v in shares(found.hidden, found.hidden_paths).items()}, abs=1e-9)
    assert app.number_input(key="option unit").value == 7
    app.button(key="example 3").click().run()
    assert not app.exception
    assert seen(app).link == {"cell": "decoder", "gradient": "hidden", "unit": "7", "text": "8 mars 2025"}


@pytest.mark.parametrize("model", ["dates", "dates-rnn"])
def test_a_place_that_is_not_there_is_another(open_page, seen, model):
    app = open_page(model=model, position="999", unit="999", output="999", gradient="cell")
    assert seen(app).figure("paths", "path")


def test_the_reach_is_that_of_the_experiment_at_the_start_and_after_training(open_page, seen):
    app = open_page()
    trained = {row["model"] for row in seen(app).figure("decay", "model", "at", "value")}
    assert trained == {"LSTM, with attention", "LSTM, without attention", "plain cell, with attention",
                       "GRU, with attention"}  # fmt: skip
    app.segmented_control(key="option when").set_value("start").run()
    app.segmented_control(key="option attending").set_value("off").run()
    rows = seen(app).figure("decay", "model", "at", "value")
    assert seen(app).link == {"when": "start", "attending": "off"}
    last = {name: [row["value"] for row in rows if row["model"] == name] for name in {row["model"] for row in rows}}
    assert {"LSTM, forget bias +1", "LSTM, forget bias 0", "LSTM, forget bias −1", "plain cell"} <= set(last)
    assert min(last["LSTM, forget bias −1"]) < min(last["LSTM, forget bias +1"]) - 1, "a shut forget gate forgets"


@pytest.mark.parametrize("attending", ["on", "off"])
def test_the_reach_after_the_first_updates_is_that_of_the_experiment_with_the_loss_then(open_page, seen, attending):
    app = open_page(when="early", attending=attending)
    context = {"on": "attention", "off": "last"}[attending]
    measured = {(entry.measure, entry.at): entry.value for entry in read(FOLDER / "early-gradients.csv")}
    drawn = seen(app).figure("decay", "model", "at", "value")
    shown = {(row["model"], row["at"]): row["value"] for row in drawn}
    assert len({model for model, _ in shown}) == 5
    for bias, name in (("+1", "+1"), ("+0", "0"), ("-1", "−1")):
        begun = f"after {UPDATES} updates, lstm, {context}, {bias}"
        line = f"LSTM, forget bias {name} · L {measured[f'{begun}, loss', 0.0]:.2g}"
        for steps in (1, 8, 15):
            assert shown[line, steps] == measured[f"{begun}, forward", steps]
    assert any(f"after {UPDATES} updates, one training each" in caption.value for caption in app.caption)


def test_edits_and_switched_off_peepholes_are_said_not_to_count(open_page):
    for address in ({"peepholes": "0"}, {"edits": '[{"edit":"clamp","quantities":["forget_gate"],"value":0}]'}):
        assert any("as it was trained" in caption.value for caption in open_page(**address).caption)
