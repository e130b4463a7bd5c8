"""Teacher forcing through app.py: the figures are the core's numbers, and every model has a page."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from s2s_core.analysis.forcing import likeliest_slip
from s2s_core.checkpoint import load, names
from s2s_ui.charts import experiments, forcing, theme

PAGE = "pages/forcing.py"


def open_page(open_app, **address: str) -> AppTest:
    app = open_app(**address)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def texts(screen) -> set[str]:
    """What is written in the figure."""
    return {row["text"] for row in screen.figure("forcing", "text")}


@pytest.fixture(scope="module")
def dates():
    return load("dates", device="cpu")


@pytest.fixture(scope="module")
def steps(dates):
    free = dates.trace("March 8, 2025")
    return forcing.frame(dates.trace("March 8, 2025", reference="2025-12-08"), free)


def test_the_frame_ends_in_the_score_of_the_reference(dates, steps):
    totals = steps.groupby("run")["Σ log p"].last()
    assert totals["forced"] == pytest.approx(dates.score("March 8, 2025", "2025-12-08").log_prob, abs=1e-4)
    assert totals["free"] == pytest.approx(dates.score("March 8, 2025", "2025-03-08").log_prob, abs=1e-4)


def test_the_runs_part_where_the_free_run_leaves_the_reference(steps):
    assert steps.loc[steps["parted"], "step"].min() == 6  # 2025-1 against 2025-0
    wrong = steps[(steps["run"] == "free") & ~steps["right"]]
    assert wrong["step"].tolist() == [6, 7]


def test_a_boxed_token_is_one_that_the_reference_fed(dates, steps):
    forced = steps[steps["run"] == "forced"]
    assert forced["fed_from"].tolist() == ["start", *["reference"] * 10]
    mixed = dates.trace("March 8, 2025", reference="2025-12-08", teacher_forcing=0.5, seed=3)
    fed = forcing.frame(mixed, dates.trace("March 8, 2025")).query("run == 'forced'")
    assert set(fed["fed_from"]) == {"start", "reference", "model"}


@pytest.mark.parametrize("dark", [False, True])
def test_the_figure_says_both_sums_and_where_the_runs_part(steps, dark):
    drawn = json.dumps(forcing.runs(steps, theme.palette(dark), str).to_dict(), ensure_ascii=False)
    for total in steps.groupby("run")["Σ log p"].last():
        assert f"Σ {total:.2f}".replace("-", "−") in drawn
    assert "The runs part at 6" in drawn


def test_runs_that_agree_have_no_line_between_them(dates):
    free = dates.trace("March 8, 2025")
    same = forcing.frame(dates.trace("March 8, 2025", reference="2025-03-08"), free)
    assert not same["parted"].any() and same["right"].all()
    assert "The runs part" not in json.dumps(forcing.runs(same, theme.LIGHT, str).to_dict())


def test_a_figure_with_its_interval_has_the_decimals_that_the_interval_needs():
    about = {
        "family": "f",
        "model": "m",
        "kind": "",
        "fingerprint": "",
        "measure": "loss",
        "at": 0.0,
        "size": 9,
        "pairs": 9,
    }
    figure = experiments.Figure(**about, value=0.00028, low=0.00027, high=0.00029)
    assert experiments.written(figure) == "0.00028 (0.00027–\N{WORD JOINER}0.00029)"
    wide = experiments.Figure(**about, value=98.225, low=97.8, high=98.6)
    assert experiments.written(wide) == "98.2 (97.8–\N{WORD JOINER}98.6)"
    assert experiments.written(experiments.Figure(**about, value=100.0, low=100.0, high=100.0)) == "100"


@pytest.mark.parametrize("name", names())
def test_every_model_opens_with_a_reference_that_differs_in_one_place(open_app, seen, name):
    app, model = open_page(open_app, model=name), load(name, device="cpu")
    free = model.trace(model.info.examples[0])
    slip = likeliest_slip(model, free)
    field = app.text_input(key="reference")
    assert field.value == "" and field.placeholder.startswith(slip or free.output)
    assert any(text.startswith("The runs part at") for text in texts(seen(app))) == (slip is not None)


def test_what_is_typed_as_the_reference_is_scored(open_app, seen, dates):
    app = open_page(open_app, text="March 8, 2025")
    app.text_input(key="reference").set_value("2024-03-08").run()
    total = dates.score("March 8, 2025", "2024-03-08").log_prob
    assert f"Σ {total:.2f}".replace("-", "−") in texts(seen(app))


def test_a_link_restores_ratio_and_seed(open_app):
    app = open_page(open_app, text="March 8, 2025", reference="2025-12-08", ratio="0.5", seed="3")
    assert app.select_slider(key="option ratio").value == "0.5"
    assert app.number_input(key="option seed").value == 3
    assert not app.number_input(key="option seed").disabled


def test_a_reference_that_cannot_be_written_is_named_and_nothing_breaks(open_app, seen):
    app = open_page(open_app, text="March 8, 2025", reference="1" * 300)
    assert seen(app).notice.startswith("The reference has 300 characters")
