"""The search as a tree: the figure of it, and a hypothesis opened on the stage."""

import pytest
from small_models import small_translator

from s2s_core.analysis import beam as analysis
from s2s_core.checkpoint import load
from s2s_core.edits import clamp, without_peepholes
from s2s_ui.charts import beam, theme

MODEL = small_translator()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [2, 10])
def test_every_node_is_drawn_and_what_was_pruned_is_pale(dark, size):
    palette = theme.palette(dark)
    nodes = analysis.frame(MODEL.search("abcd", beam_size=size), MODEL.vocabulary)
    data = beam.tree(nodes, palette, str).to_dict()["datasets"].values()
    drawn = next(rows for rows in data if len(rows) == len(nodes))
    assert {row["token"] for row in drawn} == set(nodes["token"])
    for row in drawn:
        pale = row["colour"] == palette.ghost
        assert pale == (not row["kept"] and row["rank"] < 0)
        assert (row["weight"] == 700) == (row["rank"] == 0)


def test_the_search_of_the_link_is_in_its_options(open_app, seen):
    screen = seen(open_app(beam="7", length_penalty="0.6"))
    assert screen.link == {"beam": "7", "length_penalty": "0.6"}
    assert not screen.notice
    assert seen(open_app(beam="99")).notice.startswith("The link says beam=“99”")


FORGET = '[{"edit":"clamp","quantities":["forget_gate"],"value":0.0,"part":"decoder"}]'
FORCED = '[{"edit":"replace","part":"output","quantity":"token","step":3,"values":[5.0],"layer":0}]'


def drawn(app, seen, *keys):
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    return {row["log_prob"] for row in seen(app).figure("beam", "node", "log_prob")}


def searched(**options):
    return {node.log_prob for node in load("dates").search("8 mars 2025", beam_size=4, **options).tree}


@pytest.mark.parametrize(
    ("link", "edit"),
    [
        ({}, None),
        ({"peepholes": "0"}, without_peepholes()),
        ({"edits": FORGET}, clamp("forget_gate", 0.0, part="decoder")),
        ({"edits": FORCED}, None),
    ],
    ids=["as trained", "without peepholes", "with a gate held", "with a token forced"],
)
def test_the_tree_is_that_of_the_network_as_it_has_been_changed(open_app, seen, link, edit):
    found = drawn(open_app(text="8 mars 2025", **link), seen, "tool_0")
    assert sorted(found) == pytest.approx(sorted(searched(edit=edit)))


def test_a_hypothesis_is_opened_together_with_the_changes_inside_the_network(open_app, seen):
    app = open_app(text="8 mars 2025", edits=FORGET)
    drawn(app, seen, "tool_0")
    app.button(key="hypothesis 2").click().run()
    kinds = [edit["edit"] for edit in seen(app).stage["edits"]]
    assert kinds[0] == "clamp" and set(kinds[1:]) == {"replace"}


def test_what_has_no_room_in_the_band_of_a_phone_is_made_under_more_and_never_twice(open_app, seen):
    app = open_app(text="8 mars 2025")
    assert drawn(app, seen, "more", "more_tool_0") == drawn(app, seen, "tool_0")
