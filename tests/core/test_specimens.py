"""Specimens, which nobody trains on: files that can be read, and shares of right answers that only rise."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.errors import DataError
from s2s_core.recipes import RECIPES, Recipe
from s2s_core.recipes.specimens import (
    FOLDER,
    Asked,
    Specimen,
    accepts,
    ask,
    read,
    read_table,
    section,
    specimens,
    write_table,
)
from s2s_core.remark import ByRule, OfTheModel
from s2s_core.tasks import FileTask, KoPronounceTask, SynopsisTask
from s2s_core.tasks.ko_pronounce import WORDS
from s2s_core.tasks.splits import words

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("S2S_DATA", ROOT.parent / "shared" / "data"))
PAIRS = {"en-fr": DATA / "tatoeba-en-fr" / "pairs.tsv.gz", "ko-en": DATA / "tatoeba-en-ko" / "pairs.tsv.gz"}
SHARES = FOLDER / "shares.csv"
FILES = sorted(FOLDER.glob("*.tsv"))
SHIPPED = [name for name in RECIPES if RECIPES[name]().shipped]
MADE = [RECIPES[name]() for name in reversed(RECIPES.names())]  # so that of the same pairs the base's recipe stays
TRAINED = list(
    {
        (made.task.name, made.train_size, made.train.seed): made
        for made in MADE
        if made.task.name in {path.stem for path in FILES}
    }.values()
)
REMARKS = {"", "any", "refused", *get_args(OfTheModel), *get_args(ByRule)}


def shares() -> dict[str, tuple[int, int]]:
    """Of each model: how many specimens it answers as it should, and how many parts its attention meets."""
    with SHARES.open(encoding="utf-8", newline="") as file:
        return {line["model"]: (int(line["right"]), int(line["met"])) for line in csv.DictReader(file)}


# ---------------------------------------------------------------------------------------------------- the files
def test_every_task_of_a_shipped_recipe_has_specimens() -> None:
    files = {path.stem for path in FILES}
    assert {RECIPES[name]().task.name for name in SHIPPED} <= files <= {RECIPES[name]().task.name for name in RECIPES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_specimens_are_about_fifty_or_more_and_each_stands_once(path: Path) -> None:
    chosen = read(path)
    assert len(chosen) >= 50
    assert len({one.text for one in chosen}) == len(chosen)
    assert {one.remark for one in chosen} <= REMARKS
    assert all(len(set(one.answers)) == len(one.answers) for one in chosen)
    assert any(one.attention for one in chosen) and any(not one.answers for one in chosen)


def test_the_reversed_letters_are_reversed() -> None:
    for one in specimens("reverse"):
        assert one.answers in ((), (one.text[::-1],))


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("simple text editor", True),
        ("Text editor, fast and small", True),
        ("editor", True),
        ("an editor with a text", True),
        ("editors", False),
        ("", False),
        ("the textual editor", True),
        ("context editor", True),
    ],
)
def test_a_gap_in_an_answer_stands_for_any_words(answer: str, right: bool) -> None:
    for written in ("…editor…", "…text editor… / …editor… / nothing"):
        one = Specimen("x", tuple(written.split(" / ")), "", ())
        assert accepts("synopsis", one, answer) == right
    whole = Specimen("x", ("…text editor…",), "", ())
    assert accepts("synopsis", whole, "a text editor") and not accepts("synopsis", whole, "a context editor")


@pytest.mark.slow
@pytest.mark.parametrize("recipe", TRAINED, ids=lambda recipe: f"{recipe.name} {recipe.train.seed}")
def test_no_specimen_is_the_source_of_a_training_pair(recipe: Recipe) -> None:
    sources = trained_on(recipe)
    same = words if isinstance(recipe.task, FileTask | SynopsisTask) else str
    trained = [one.text for one in specimens(recipe.task.name) if one.answers and same(one.text) in sources]
    assert not trained, f"{recipe.name} is trained on these: take others"


def trained_on(recipe: Recipe) -> set[str]:
    """The sources of a training: of sentences their words alone."""
    task = recipe.task
    if isinstance(task, KoPronounceTask) and not WORDS.exists():
        pytest.skip("the words are Debian's: apt-get install hunspell-ko")
    if isinstance(task, SynopsisTask):
        if not any(task.path.glob("*_Translation-en*")):
            pytest.skip("the descriptions are Debian's: apt-get -o Acquire::Languages=en update")
        return {words(pair.source) for pair in task.pairs("train")}
    if not isinstance(task, FileTask):
        return {pair.source for pair in task.pairs("train", size=recipe.train_size, seed=recipe.train.seed)}
    path = PAIRS[task.name]
    if not path.exists():
        pytest.skip(f"the pairs of {task.name} are not shipped: set S2S_DATA")
    return {words(pair.source) for pair in task.reading(path).pairs("train")}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a\tb", "2 columns"),
        ("a\t\t\t\tno answer", "neither an answer nor a remark"),
        ("a\tb\t\tc<a\tno c in the answer", "stands in neither"),
        ("a\tb\t\tb<a#2\tno second a", "stands in neither"),
        ("a\tb\t\tb\tno source", "stands in neither"),
        ("a\t\tany\tb<a\tno answer to look from", "stands in neither"),
    ],
)
def test_a_row_that_says_too_little_is_named(tmp_path: Path, row: str, told: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(f"# a comment\ntext\tanswers\tremark\tattention\twhy\n{row}\n", encoding="utf-8")
    with pytest.raises(DataError, match=told):
        read(path)


def test_a_row_says_all_that_is_right(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    row = "so, no so\t{a|b} cab{|!} / d\tcut\ta<so; c<no; cab<so#2\twhy"
    path.write_text(f"text\tanswers\tremark\tattention\twhy\n{row}\n", encoding="utf-8")
    (one,) = read(path)
    assert one.answers == ("a cab", "a cab!", "b cab", "b cab!", "d")
    assert one.attention == (((0, 1), (0, 2)), ((2, 3), (4, 6)), ((2, 5), (7, 9)))


def test_of_translations_the_words_count_and_of_others_every_character() -> None:
    (french,) = (one for one in specimens("en-fr") if one.text == "She has 12 cats.")
    assert accepts("en-fr", french, "elle a douze chats") and not accepts("en-fr", french, "Elle a douze chiens.")
    (date,) = (one for one in specimens("dates") if one.text == "11/28/2026")
    assert accepts("dates", date, "2026-11-28") and not accepts("dates", date, "2026 11 28")


# --------------------------------------------------------------------------------------------------- the answers
def test_a_remark_that_is_wanted_has_to_be_said(tmp_path: Path) -> None:
    model = small_translator()
    model = replace(model, info=replace(model.info, task="reverse"))
    output = model.translate(["abc"])[0]
    rows = {
        f"abc\t{output}\t\t\t": 1,
        f" abc\t{output}x\t\t\t": 0,
        f"abc \t{output}\tunknown\t\t": 0,  # right, but nothing is said
        "abcΩ\t\tany\t\t": 1,
        "Ω\t\tunknown\t\t": 1,
        "aΩ\t\tscript\t\t": 0,  # another remark
        "Ωa\tno such output\tany\t\t": 0,  # said, but wrong
        "a" * 1000 + "\t\trefused\t\t": 1,
        "a" * 999 + "\ta\t\t\t": 0,
    }
    path = tmp_path / "x.tsv"
    path.write_text("\n".join(["text\tanswers\tremark\tattention\twhy", *rows]) + "\n", encoding="utf-8")
    assert [line.right for line in ask(model, read(path))] == list(rows.values())


def test_the_table_gives_back_what_was_written(tmp_path: Path) -> None:
    lines = (asked_of("dates", 'a "b", c', right=1), asked_of("dates", "", right=0))
    write_table(lines, tmp_path / "specimens.csv")
    assert read_table(tmp_path / "specimens.csv") == lines
    assert read_table(tmp_path / "none.csv") == ()
    (tmp_path / "specimens.csv").write_text("model\ndates\n", encoding="utf-8")
    with pytest.raises(DataError, match="not a table"):
        read_table(tmp_path / "specimens.csv")


def asked_of(model: str, text: str, *, right: int) -> Asked:
    facts = {"fingerprint": "ab", "expected": "", "answer": "x|y", "remarks": "", "met": 1, "parts": 2}
    return Asked(model=model, text=text, right=right, **facts)


def test_a_card_has_the_share_and_what_was_wrong() -> None:
    told = section([asked_of("dates", "1 | 2", right=0), asked_of("dates", "3", right=1)], "dates")
    told = told.replace("\n", " ")
    assert "1 of 2 are answered as they should be" in told and "Of 4 parts" in told and "attention meets 2" in told
    assert "`1 \\| 2`" in told and "`3`" not in told
    assert "| typed |" not in section([asked_of("dates", "3", right=1)], "dates")


def test_every_shipped_model_is_held_to_a_share() -> None:
    assert list(shares()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_answers_as_many_specimens_as_before(name: str) -> None:
    model = checkpoint.load(name, device="cpu")
    asked = ask(model, specimens(model.info.task))
    right, met = sum(line.right for line in asked), sum(line.met for line in asked)
    stored_right, stored_met = shares()[name]
    wrong = "\n".join(
        f"  {line.text!r}: {line.answer!r}, not {line.expected or 'with a remark'!r}"
        for line in asked
        if not line.right
    )
    assert right >= stored_right, (
        f"{name} answers {right} of {len(asked)}, and answered {stored_right}; wrong:\n{wrong}"
    )
    assert met >= stored_met, f"the attention of {name} meets {met} parts of answers, and met {stored_met}"
    told = f"{name} is better than before: raise it in tests/specimens/shares.csv to"
    assert right == stored_right, f"{told} right={right}"
    assert met == stored_met, f"{told} met={met}"
    kept = [line for line in read_table() if line.model == name]
    assert [(line.text, line.fingerprint) for line in kept] == [(line.text, line.fingerprint) for line in asked] and (
        sum(line.right for line in kept),
        sum(line.met for line in kept),
    ) == (right, met), "ask again: python -m s2s_core.recipes"
