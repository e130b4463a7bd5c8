"""Every page opens and shows what it is for: the shortest way to see that nothing is broken on the way to a screen."""

from pathlib import Path

import pytest

SHOWN = {
    "watch": "bidi_component",
    "gates": "vega_lite_chart",
    "directions": "vega_lite_chart",
    "attention": "vega_lite_chart",
    "why": "vega_lite_chart",
    "gradient": "vega_lite_chart",
    "forcing": "vega_lite_chart",
    "compare": "bidi_component",
    "train": "button",
    "lesson": "bidi_component",
    "classroom": "bidi_component",
}
"""A kind of element that a page shows when its script came to its end, by the page's name."""


def test_every_page_is_looked_at():
    assert {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")} == set(SHOWN)


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_what_it_is_for(open_app, page):
    app = open_app().switch_page(f"pages/{page}.py").run()
    assert not app.exception
    bodies = [element.proto.body for element in app.main if element.type == "html"]
    assert not any("Something went wrong" in body for body in bodies)
    assert SHOWN[page] in {element.type for element in app.main}
