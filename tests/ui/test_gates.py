"""Gates through app.py: every model opens, and what is chosen, clicked and linked is what is drawn."""

import pytest

from s2s_core.analysis.gates import cell_of, moved, parts, peephole_share
from s2s_core.analysis.units import contrasts, telling_span
from s2s_core.checkpoint import load, names
from s2s_core.edits import without_peepholes


@pytest.fixture
def open_page(open_app):
    def run(**address: str):
        app = open_app(**address).switch_page("pages/gates.py").run()
        assert not app.exception
        return app

    return run


def marked(screen):
    """The unit and the position that the maps mark."""
    drawn = screen.figure("maps", "panel", "value")
    (unit,) = {row["unit"] for row in drawn if row["here"]}
    (position,) = {row["position"] for row in drawn if row["now"]}
    return unit, position


@pytest.mark.parametrize("name", names())
def test_the_first_view_of_every_model_shows_the_unit_that_tells_a_span(open_page, seen, name):
    model, screen = load(name, device="cpu"), seen(open_page(model=name))
    trace = model.trace(model.info.examples[0])
    cell, span = trace.encoder.forward, telling_span(trace.src_tokens)
    unit, position = marked(screen)
    assert (unit, position) == (contrasts(cell.hidden, span)[0].unit, span[1])
    drawn = {
        (row["panel"], row["unit"], row["position"]): row["value"] for row in screen.figure("maps", "panel", "value")
    }
    quantities = list(cell.quantities().values())
    for panel, values in enumerate(quantities):
        assert drawn[panel, unit, position] == pytest.approx(float(values[position, unit]))
    shares = {row["gate"]: row["share"] for row in screen.figure("share", "share", "x2")} if peepholes(model) else {}
    assert shares == pytest.approx(peephole_share(cell, "forward"))
    assert not screen.notice


def peepholes(model):
    return model.net.config.cell == "lstm" and model.net.config.peephole != "none"


@pytest.mark.parametrize("name", ["dates", "ko-pronounce"])
def test_every_cell_of_a_model_can_be_chosen(open_page, seen, name):
    model = load(name, device="cpu")
    trace = model.trace(model.info.examples[0])
    app = open_page(model=name)
    for part in parts(trace):
        app.segmented_control(key="option cell").set_value(part).run()
        assert not app.exception
        steps, _units = cell_of(trace, part).hidden.shape
        assert {row["position"] for row in seen(app).figure("maps", "panel", "value")} == set(range(steps))


def test_peepholes_off_moves_the_gates_and_the_answer(open_page, seen):
    model = load("dates", device="cpu")
    on, off = model.trace("March 8, 2025"), model.trace("March 8, 2025", edit=without_peepholes())
    app = open_page()
    shares = moved(on.encoder.forward, off.encoder.forward)
    (said,) = [each.value for each in app.markdown if each.value.startswith("**f ")]
    assert (
        said
        == "**"
        + " · ".join(f"{letter} {share:.0%}" for letter, share in zip("fio", shares.values(), strict=True))
        + "**"
    )
    written = {row["run"]: row["output"] for row in seen(app).figure("outputs", "run", "said")}
    assert (written["on"], written["off"]) == (on.output, off.output)
    app.toggle(key="peepholes here").set_value(False).run()
    assert seen(app).link == {"peepholes": "0"}
    assert {row["run"]: row["output"] for row in seen(app).figure("outputs", "run", "said")} == written


def test_a_link_restores_cell_unit_token_span_order_and_rows(open_page, seen):
    link = {"cell": "backward", "unit": "7", "position": "3", "span": "0-4", "order": "activity", "rows": "all"}
    app = open_page(**link)
    assert marked(seen(app)) == (7, 3)
    assert app.number_input(key="option unit").value == 7
    assert app.select_slider(key="option span").value == (0, 4)
    assert app.segmented_control(key="option order").value == "activity"
    assert len({row["unit"] for row in seen(app).figure("maps", "panel", "value")}) == 64
    assert seen(app).link == link and not seen(app).notice


def test_a_unit_and_a_token_that_are_not_there_fall_back_to_the_default(open_page, seen):
    assert marked(seen(open_page(unit="999", position="999", span="9-4", cell="decoder"))) == marked(
        seen(open_page(cell="decoder"))
    )


def test_another_span_brings_its_own_unit(open_page, seen):
    model = load("dates", device="cpu")
    app = open_page(unit="3")
    app.select_slider(key="option span").set_value((0, 4)).run()
    best = contrasts(model.trace("March 8, 2025").encoder.forward.hidden, (0, 4))[0].unit
    assert seen(app).link == {"span": "0-4"} and marked(seen(app))[0] == best


def test_a_model_without_peepholes_says_so(open_page):
    for name in names():
        if not peepholes(load(name, device="cpu")):
            captions = [each.value for each in open_page(model=name).caption]
            assert "The cells of this model have no peepholes." in captions


def test_an_empty_text_keeps_the_page(open_page, seen):
    app = open_page(text="8 mars 2025")
    app.text_input(key="text").set_value("  ").run()
    assert not app.exception and seen(app).notice and seen(app).figure("maps", "panel", "value")
