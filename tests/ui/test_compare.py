"""Compare through app.py: two stages, linked, and what can be subtracted between them."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from s2s_core import seeds
from s2s_core.checkpoint import load, names
from s2s_core.edits import without_peepholes
from s2s_core.experiments import FOLDER, read
from s2s_core.recipes import RECIPES, digest
from s2s_core.seeds import Spread
from s2s_ui.charts import difference, experiments, theme
from s2s_ui.charts.numbers import log_prob

PAGE = "pages/compare.py"


def open_page(open_app, **address: str) -> AppTest:
    app = open_app(**address)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def stages(app: AppTest) -> tuple[dict, dict]:
    """The headers of the messages that both stages got, the left one first."""
    found = {}
    for element in app.main:
        if (key := getattr(element, "key", None)) in ("stage_left", "stage_right"):
            message = element.proto.bytes
            found[key] = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
    return found["stage_left"], found["stage_right"]


@pytest.fixture(scope="module")
def dates():
    return load("dates", device="cpu")


FRAMES = [
    difference.attention_frame,
    difference.probability_frame,
    difference.encoder_frame,
    difference.decoder_frame,
]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_trace_beside_itself_differs_nowhere(dates, frame):
    trace = dates.trace("March 8, 2025")
    assert not frame(trace, trace).iloc[:, -1].any()


def test_the_attention_frame_is_right_minus_left(dates):
    left, right = dates.trace("March 8, 2025"), dates.trace("March 9, 2025")
    frame = difference.attention_frame(left, right)
    table = frame.pivot(index="row", columns="column", values="Δα").to_numpy()
    np.testing.assert_allclose(table, right.attention.weights - left.attention.weights, atol=1e-5)
    assert "8/9" in set(frame["source"]) and "8/9" in set(frame["output"])


def test_the_states_of_one_network_are_subtracted_and_of_two_are_not(dates):
    left, cut = dates.trace("March 8, 2025"), dates.trace("March 8, 2025", edit=without_peepholes())
    assert list(dict.fromkeys(difference.encoder_frame(left, cut)["part"])) == ["→h", "←h"]
    assert set(difference.decoder_frame(left, cut)["part"]) == {"s"}
    sink = load("dates-sink", device="cpu").trace("March 8, 2025")
    assert difference.encoder_frame(left, sink) is None and difference.decoder_frame(left, sink) is None


@pytest.mark.parametrize("dark", [False, True])
def test_a_heatmap_has_a_cell_for_each_number(dates, dark):
    palette = theme.palette(dark)
    frame = difference.attention_frame(dates.trace("March 8, 2025"), dates.trace("March 9, 2025"))
    drawn = difference.heatmap(frame, palette.state(), palette).to_dict()
    (rows,) = drawn["datasets"].values()
    assert len(rows) == len(frame)


def test_lines_name_every_model_once(dates):
    about = {"family": "dates", "fingerprint": "", "measure": "exact", "size": 40, "pairs": 40}
    figures = [
        experiments.Figure(**about, model=model, kind=kind, at=at, value=99.0, low=98.0, high=100.0)
        for model, kind in (("dates", ""), ("dates-last", "last"))
        for at in (10.0, 20.0)
    ]
    frame = experiments.frame(figures, ["exact"], {"dates": "with", "dates-last": "without"})
    drawn = experiments.lines(frame, theme.LIGHT, x="x", y="y", height=100, domain=(0, 100)).to_dict()
    labels = next(layer for layer in drawn["layer"] if layer["mark"]["type"] == "text")
    ends = drawn["datasets"][labels["data"]["name"]]
    assert [end["model"] for end in ends] == ["with", "without"]
    assert abs(ends[0]["level"] - ends[1]["level"]) * 100 / 100 >= 13, "names do not cover each other"


@pytest.mark.parametrize(
    ("value", "said"), [(-7.9, "−7.90"), (-0.005, "−0.01"), (-0.0042, "−0.004"), (-3.2e-6, "−3e−06"), (-0.0, "0.00")]
)
def test_the_log_probability_of_an_answer_reads_as_0_for_none_but_a_sure_one(value, said):
    assert log_prob(value) == said


def test_a_command_names_the_size_and_the_file_that_figures_were_made_with():
    (figure, *_) = (entry for entry in read(FOLDER / "length.csv") if entry.family == "en-fr")
    again = experiments.command("length", "en-fr", [figure])
    assert again == f"`python -m s2s_core experiment length --family en-fr --size {figure.size} --data FILE`"
    assert experiments.command("length", "dates") == "`python -m s2s_core experiment length --family dates`"


@pytest.mark.parametrize("name", names())
def test_every_model_opens_beside_something_that_differs(open_app, name):
    left, right = stages(open_page(open_app, model=name))
    assert left["sync"] == right["sync"] == "compare" and not (left["inspector"] or right["inspector"])
    assert left["addressed"] and not right["addressed"]
    assert left["id"] != right["id"]


def test_a_link_restores_the_right_side(open_app):
    app = open_page(open_app, text="March 8, 2025", other="dates", other_text="March 9, 2025", other_peepholes="1")
    left, right = stages(app)
    assert left["source"]["tokens"] != right["source"]["tokens"]
    assert app.selectbox(key="option other").value == "dates"
    assert app.text_input(key="other text").value == "March 9, 2025"


def test_cutting_the_peepholes_of_one_side_leaves_the_other(open_app):
    app = open_page(open_app, text="March 8, 2025", other="dates", other_peepholes="1")
    same = stages(app)
    assert same[0]["id"] == same[1]["id"]
    app.toggle(key="other peepholes").set_value(False).run()
    cut = stages(app)
    assert cut[0]["id"] == same[0]["id"] and cut[1]["id"] != same[1]["id"]


def test_a_left_side_without_peepholes_is_beside_the_same_model_with_them(open_app):
    app = open_page(open_app, text="March 8, 2025", peepholes="0")
    assert app.selectbox(key="option other").value == "dates"
    assert app.toggle(key="other peepholes").value is True


def test_what_the_right_side_cannot_read_is_said(open_app, seen):
    app = open_page(open_app, text="March 8, 2025", other="dates", other_text="1" * 300)
    assert seen(app).notice.startswith("The text has 300 characters")


def test_another_model_of_the_link_that_is_unknown_is_another_choice(open_app):
    assert open_page(open_app, other="nothing").selectbox(key="option other").value in names()


FAMILY = {"family": "dates", "kind": "", "recipe": digest(RECIPES["dates"]())}


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ([], None),
        (
            [Spread(**FAMILY, model="dates", measure="exact", seeds=(1, 2), values=(99.0, 98.0))],
            ["2", "98.5 (98.0–⁠99.0)"],
        ),
        ([Spread(**FAMILY, model="dates", measure="exact", seeds=(4,), values=(99.0,))], ["1", "99"]),
        ([Spread(**{**FAMILY, "recipe": "old"}, model="dates", measure="exact", seeds=(4,), values=(99.0,))], None),
        ("no table", None),
    ],
)
def test_the_figures_over_seeds_stand_below_those_of_one_training(open_app, tmp_path, monkeypatch, lines, shown):
    monkeypatch.setattr(seeds, "FOLDER", tmp_path)
    if isinstance(lines, str):
        seeds.path_of("dates").write_text(lines)
    elif lines:
        seeds.write(seeds.path_of("dates"), lines)
    app = open_page(open_app)
    captions = " ".join(caption.value for caption in app.caption)
    assert "(one seed)" in captions and "python -m s2s_core sweep dates --seeds 1-5" in captions
    tables = [table.value for table in app.table if "seeds" in table.value.columns]
    assert [list(table.iloc[0])[1:] for table in tables] == ([shown] if shown else [])
