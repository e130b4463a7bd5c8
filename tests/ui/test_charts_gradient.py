"""The figures of Gradient, in both palettes: what is drawn is what was computed."""

import altair as alt
import numpy as np
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.gradients import cell_jacobian, sizes
from s2s_ui.charts import gradient, gradient_paths, theme

PALETTES = [theme.palette(dark=dark) for dark in (False, True)]
TEXT = "abcadge"


def rows(chart, *columns):
    """The rows of a chart's data that have these columns, of all its layers."""
    with alt.data_transformers.disable_max_rows():
        data = chart.to_dict()["datasets"].values()  # which checks the specification
    return [row for dataset in data for row in dataset if set(columns) <= row.keys()]


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_every_kind_of_model_is_drawn(changes, palette):
    model = small_translator(**changes)
    found = model.gradients(TEXT, output=0)
    lines = rows(gradient.way(found, palette, str), "way", "width")
    assert lines and all(gradient.LEAST <= line["width"] <= gradient.WIDEST for line in lines)
    assert max(line["width"] for line in lines) == pytest.approx(gradient.WIDEST)
    for flow, words in ((found.decoder[-1], found.tgt_tokens), (found.encoder[-1]["forward"], found.src_tokens)):
        for name, total, _ in flow.quantities():
            frame = gradient_paths.path_frame(flow, name, words)
            added = frame.groupby("position")["share"].sum().to_numpy()
            np.testing.assert_allclose(added, sizes(total), atol=1e-10)
            assert rows(gradient_paths.paths(frame, palette, y="y", position=0), "share")


def test_what_goes_along_the_recurrence_is_what_the_states_got_by_it():
    found = small_translator(peephole="full").gradients(TEXT, output=0)
    flow = found.encoder[0]["forward"]
    hidden = sum(flow.hidden_paths[gate] for gate in ("forget_gate", "input_gate", "candidate", "output_gate"))
    cell = sum(flow.cell_paths[path] for path in ("cell", "forget_peephole", "input_peephole"))
    expected = np.sqrt((hidden**2).sum(axis=1) + (cell**2).sum(axis=1))
    np.testing.assert_allclose(gradient.recurrent(flow), expected)
    plain = small_translator(cell="rnn").gradients(TEXT, output=0).decoder[0]
    np.testing.assert_allclose(gradient.recurrent(plain), sizes(plain.hidden_paths["hidden"]))


def test_the_widths_are_the_roots_of_the_sizes_and_the_loss_enters_at_its_output():
    found = small_translator().gradients(TEXT, output=1)
    lines = rows(gradient.way(found, PALETTES[0], str), "way", "width")
    widest = max(line["|∂L|"] for line in lines)
    for line in lines:
        share = (line["width"] - gradient.LEAST) / (gradient.WIDEST - gradient.LEAST)
        assert share**2 == pytest.approx(line["|∂L|"] / widest, abs=1e-9)
    (loss,) = (line for line in lines if line["way"] == "loss")
    assert loss["x"] == loss["x2"] and (loss["from"], loss["to"]) == (1, 1)


def test_the_terms_of_a_step_stand_above_their_sum():
    model = small_translator()
    jacobian = cell_jacobian(model.net.encoder.cell(0, "forward"), model.trace(TEXT).encoder.forward, 3)
    frame = gradient_paths.step_frame(jacobian, 2)
    assert frame["value"].iloc[:-1].sum() == pytest.approx(frame["value"].iloc[-1])
    assert rows(gradient_paths.step(frame, PALETTES[1]), "number")[-1]["path"] == "total"
    small = frame.assign(value=[-2.4e-7, 0.0, 0.00049, 1.5][: len(frame)])
    numbers = [row["number"] for row in rows(gradient_paths.step(small, PALETTES[1]), "number")]
    assert {"−2e−07", "+0.000", "+5e−04", "+1.500"} >= set(numbers) and numbers[0] == "−2e−07"
