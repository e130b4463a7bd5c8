"""What a menu reads off a model card."""

import pytest

from s2s_core import checkpoint
from s2s_core.recipes import RECIPES, Facts, facts, gist
from s2s_core.recipes.markdown import Code, table


def card(name: str) -> str:
    return checkpoint.read_text(checkpoint.locate(name), checkpoint.CARD)


@pytest.mark.parametrize("name", checkpoint.names())
def test_every_card_says_how_often_its_model_is_right(name):
    found = facts(card(name))
    assert 0 < found.scores["exact"] <= 100 and found.pairs > 100
    assert found.gist and "\n" not in found.gist and ":" not in found.gist
    assert found.settings["seed"].isdecimal() and float(found.settings["forcing_start"]) <= 1


def test_the_facts_are_those_of_the_card():
    found = facts(card("en-fr"))
    assert (found.pairs, found.scores["exact"], found.scores["bleu"]) == (2310, 23.64, 46.88)  # of greedy decoding
    assert found.gist == gist(RECIPES["en-fr"]().summary) == "Translates everyday English sentences into French"
    assert facts(card("dates-forcing-50")).settings["forcing_start"] == "0.5"


def test_the_facts_are_read_as_a_card_writes_them():
    written = table(("setting", "value"), [("forcing_start", "0.5"), ("a|b", "*c*"), ("name", Code("x_y"))])
    found = facts(f"# T\n\nS.\n\n## Training\n\n{written}\n")
    assert found.settings["forcing_start"] == "0.5"
    assert found.settings["a|b"] == "*c*" and found.settings["name"] == "x_y"


@pytest.mark.parametrize("text", ["", "# A title", "## Scores\n\n| all | pairs |\n", "| a | b |\n" * 3, "\0"])
def test_an_edited_card_says_what_it_can(text):
    found = facts(text)
    assert found.pairs == 0 and not found.scores
    assert facts("") == Facts()
