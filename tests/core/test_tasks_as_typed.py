"""What people type, out of what a corpus has: no side changes alone, and nothing becomes what is held out."""

import random
from collections import Counter
from pathlib import Path

import pytest

from s2s_core.pair import Pair
from s2s_core.tasks import EnglishFrenchTask
from s2s_core.tasks.as_typed import as_typed, in_other_form, without_final_mark
from s2s_core.tasks.splits import words


def typed(source: str, target: str, times: int = 400) -> Counter[Pair]:
    draw = random.Random(5)
    return Counter(as_typed(Pair(source, target), draw) for _ in range(times))


def test_most_pairs_stay_and_the_others_change_in_case_and_marks() -> None:
    found = typed("She likes green tea.", "Elle aime le thé vert.")
    stayed, bare = Pair("She likes green tea.", "Elle aime le thé vert."), "Elle aime le thé vert"
    assert found.keys() == {
        stayed,
        Pair("she likes green tea.", stayed.target),
        Pair("she likes green tea", bare),
        Pair("She likes green tea", bare),
        Pair("SHE LIKES GREEN TEA.", stayed.target),
    }
    assert found[stayed] == max(found.values())


def test_a_name_or_number_changes_on_both_sides_alike() -> None:
    names = {pair.source.split()[0] for pair in typed("Tom paid me in 1987.", "Tom m'a payé en 1987.")}
    assert len(names) > 100
    for pair in typed("Tom has 25 cats.", "Tom a 25 chats."):
        name, number = pair.target.split()[0], pair.target.split()[2]
        assert pair.source.casefold().rstrip(".") == f"{name} has {number} cats".casefold() and len(number) == 2


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Tom is here.", "Thomas est là."),  # not the same name
        ("It's 10:30.", "Il est 10 h 30."),
        ("It costs 3.50 dollars.", "Cela coûte 3,50 dollars."),
        ("I have 12 of 100.", "J'en ai 100 sur douze."),
    ],
)
def test_what_is_not_the_same_on_both_sides_stays(source: str, target: str) -> None:
    assert {words(pair.target) for pair in typed(source, target)} == {words(target)}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("I'm tired.", "I am tired."),
        ("I am tired.", "I'm tired."),
        ("They're late.", "They are late."),
        ("We are late.", "We're late."),
        ("I don't know.", "I do not know."),
        ("I do not know.", "I don't know."),
        ("Don't go.", "Do not go."),
        ("He can't swim.", "He cannot swim."),
        ("She won't come.", "She will not come."),
        ("You will see.", "You'll see."),
        # What has no other form: questions that turn round, and a word that ends the sentence
        ("Don't you know?", "Don't you know?"),
        ("Isn't anybody there?", "Isn't anybody there?"),
        ("Why can't we go?", "Why can't we go?"),
        ("I know who I am.", "I know who I am."),
        ("Tell me where they are.", "Tell me where they are."),
    ],
)
def test_a_short_form_becomes_a_long_one_and_back(text: str, other: str) -> None:
    assert in_other_form(text) == other


def test_a_final_mark_goes_where_both_sides_have_it() -> None:
    assert without_final_mark("Where is it?", "Où est-ce ?") == ("Where is it", "Où est-ce")
    assert without_final_mark("Go away!", "Va-t'en.") == ("Go away!", "Va-t'en.")
    assert without_final_mark("No mark", "Sans point") == ("No mark", "Sans point")


def test_no_training_pair_becomes_one_that_is_held_out(tmp_path: Path) -> None:
    rows = [f"{form} number {n}.\tC'est le {n} {k}." for n in range(400) for k, form in enumerate(("I'm", "I am"))]
    (tmp_path / "pairs.tsv").write_text("\n".join(rows), encoding="utf-8")
    task = EnglishFrenchTask(path=tmp_path / "pairs.tsv")
    held = {words(pair.source) for split in ("dev", "test") for pair in task.pairs(split)}
    training, plain = task.pairs("train"), EnglishFrenchTask(path=tmp_path / "pairs.tsv", typed=False).pairs("train")
    assert held and not held & {words(pair.source) for pair in training}
    assert len(training) == len(plain) and sum(a != b for a, b in zip(training, plain, strict=True)) > 100
    assert task.pairs("train") == training != task.pairs("train", seed=1)
