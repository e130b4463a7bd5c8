"""A statistical aligner on texts whose links are known."""

import itertools
import sys

import pytest

from s2s_core import aligner
from s2s_core.pair import Pair
from s2s_core.tasks import PronounceTask
from s2s_core.tasks.pairs import units

WORDS = {"the": "le", "red": "rouge", "green": "vert", "dog": "chien", "cat": "chat", "house": "toit", "small": "petit"}
COLOURS, THINGS = ("red", "green", "small"), ("dog", "cat", "house")


def swapped(colour: str, thing: str) -> Pair:
    """ "the red dog" and "le chien rouge": the last two words change places."""
    return Pair(f"the {colour} {thing}", f"{WORDS['the']} {WORDS[thing]} {WORDS[colour]}")


CORPUS = [swapped(colour, thing) for colour, thing in itertools.product(COLOURS, THINGS)] * 20


def words_of(pair: Pair, word: str) -> set[str]:
    """The source words that the characters of a target word are linked with."""
    assert pair.links is not None and len(pair.links) == len(pair.target)
    start = pair.target.index(word)
    (field,) = {link.field if link else () for link in pair.links[start : start + len(word)]}
    return {pair.source[first:last] for first, last in units(pair.source) if first in field}


@pytest.mark.parametrize(("colour", "thing"), list(itertools.product(COLOURS, THINGS)))
def test_words_that_change_places_are_linked_with_their_own(colour: str, thing: str) -> None:
    (linked,) = aligner.link([swapped(colour, thing)], learn_from=CORPUS, source=units, target=units)
    assert words_of(linked, WORDS[colour]) == {colour}
    assert words_of(linked, WORDS[thing]) == {thing}
    assert words_of(linked, "le") == {"the"}
    assert linked.links is not None and linked.links[linked.target.index(" ")] is None


def test_the_same_pairs_give_the_same_links() -> None:
    pairs = CORPUS[:5]
    first, second = (aligner.link(pairs, learn_from=CORPUS, source=units, target=units) for _ in range(2))
    assert first == second and [pair.source for pair in first] == [pair.source for pair in pairs]


def test_without_the_package_there_are_no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "thot", None)
    assert aligner.link(CORPUS[:5], learn_from=CORPUS, source=units, target=units) == CORPUS[:5]


def test_words_marks_and_what_an_apostrophe_joins_are_units() -> None:
    text = "Qu'est-ce que l'eau ?"
    assert [text[start:end] for start, end in units(text)] == [
        "Qu'", "est", "-", "ce", "que", "l'", "eau", "?",
    ]  # fmt: skip


def test_phonemes_are_linked_with_letters_that_spell_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2s_core.tasks.pronounce._LEARN_FROM", 3000)
    (linked,) = PronounceTask().linked([Pair("bats", "b æ t s")])
    assert linked.links is not None
    assert [link and link.field for link in linked.links] == [(0,), None, (1,), None, (2,), None, (3,)]
