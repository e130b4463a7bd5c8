"""What a figure says of itself behind its question mark."""

import pandas as pd
import pytest

from s2s_ui.shell import figure


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"token": ["a", "b"], "α": [0.25, 0.75]}, "token: 2 different; α from 0.25 to 0.75."),
        ({"step": [1, 2, 3], "on": [True, False, True]}, "step from 1 to 3; on: 2 different."),
        ({"x": [float("nan")], "y": [-8.7249]}, "y from -8.725 to -8.725."),
        ({"x": []}, "0 rows"),
    ],
    ids=["words", "flags", "missing", "empty"],
)
def test_axes_and_colours_are_told_with_the_numbers_that_they_have(table, said):
    sentence = figure.explanation(pd.DataFrame(table), "Weights")
    assert sentence.startswith("Weights. In numbers, ")
    assert said in sentence


def test_a_page_says_it_behind_the_question_mark(open_app):
    app = open_app()
    app.switch_page("pages/attention.py").run()
    assert not [caption.value for caption in app.caption if "In numbers" in caption.value]
    app.session_state["explain matrices"] = True
    app.run()
    (said,) = [caption.value for caption in app.caption if "In numbers" in caption.value]
    assert "154 rows" in said
    assert not app.exception
