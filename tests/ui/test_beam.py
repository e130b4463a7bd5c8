"""The search as a tree: the figure of it, and a hypothesis opened on the stage."""

import pytest
from small_models import small_translator

from s2s_core.analysis import beam as analysis
from s2s_ui.charts import beam, theme

MODEL = small_translator()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [2, 10])
def test_every_node_is_drawn_and_what_was_pruned_is_pale(dark, size):
    palette = theme.palette(dark)
    nodes = analysis.frame(MODEL.search("abcd", beam_size=size), MODEL.vocabulary)
    data = beam.tree(nodes, palette, end="end").to_dict()["datasets"].values()
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
