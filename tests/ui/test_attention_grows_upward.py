"""Rows of attention have one direction on every screen: upwards from the source, as on the stage."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
import vl_convert
from small_models import small_translator

from docs import heatmaps
from s2s_core.training import ProbeAttention
from s2s_ui.charts import attention, difference, learning, learning_curves, theme
from s2s_ui.session import caches

PALETTE = theme.palette(dark=False)
WRITTEN = ("Q", "R", "S")
TRACE = small_translator().trace("abcd", max_len=3)
STEPS = len(TRACE.tgt_tokens)
NAMED = replace(TRACE, tgt_tokens=WRITTEN[:STEPS])


def born():
    snapshots = caches.learnt("dates")
    specimen = snapshots[0].specimens[0]
    forced = replace(specimen.forced, tgt_tokens=("Q", *specimen.forced.tgt_tokens[2:], "S"))
    named = replace(snapshots[0], specimens=(replace(specimen, forced=forced),))
    return learning.learning([named, named], 0, PALETTE, str)


def probed():
    weights = np.full((3, len(TRACE.src_tokens)), 0.2, np.float32)
    found = ProbeAttention(step=1, src_tokens=TRACE.src_tokens, tgt_tokens=WRITTEN, weights=weights)
    return learning_curves.probe(found, PALETTE)


FIGURES = {
    "matrices": lambda: attention.matrices(NAMED, PALETTE, str, step=0),
    "side by side": lambda: attention.heatmap(NAMED, PALETTE),
    "training": probed,
    "being born": born,
    "difference": lambda: difference.heatmap(difference.attention_frame(NAMED, NAMED), PALETTE.state(), PALETTE),
    "in the README": lambda: heatmaps.heatmap(NAMED, PALETTE),
}


def texts(chart) -> dict[str, list[float]]:
    """The texts of a chart, as it is drawn, with their heights on the page."""
    specification = {**chart.to_dict(), "width": 600}
    drawing = ET.fromstring(vl_convert.vegalite_to_svg(specification))
    found: dict[str, list[float]] = {}

    def visit(element, height):
        move = re.search(r"translate\(\s*[-\d.e]+[ ,]+([-\d.e]+)", element.get("transform", ""))
        height += float(move[1]) if move else 0
        if element.tag.endswith("text") and element.text:
            found.setdefault(element.text, []).append(height)
        for child in element:
            visit(child, height)

    visit(drawing, 0.0)
    return found


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_first_step_is_the_lowest_row_and_the_source_stands_below_it(figure):
    heights = texts(figure())
    first, last = heights["Q"], heights["S"]
    assert min(first) > max(last)
    below = [height for text, at in heights.items() if text in ("a", "b", "end") for height in at]
    if below:
        assert max(below) > max(first)
