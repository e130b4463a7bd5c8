"""Which pairs of a file are held out, and the account of every row."""

import dataclasses
import datetime
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from s2s_core import checkpoint
from s2s_core.errors import DataError, TrainingError
from s2s_core.recipes import own_pairs, run
from s2s_core.registry import TASKS
from s2s_core.tasks import SPLITS, Count, KoreanEnglishTask, PairsTask
from s2s_core.tasks.pairs import LONGEST_SIDE, EarlierPairsTask
from s2s_core.tasks.splits import FEWEST, are_sentences, question
from s2s_core.training import BegunEarlier

FIRST_DAY = datetime.date(2020, 1, 1)
DAYS = [FIRST_DAY + datetime.timedelta(n) for n in range(972)]
BRACKETS = [f"{'(' * deep}{')' * wide}" for deep in range(1, 40) for wide in range(1, 40)]

# Tasks whose answers are no sentences: every different pair is used
SHORT_ANSWERS = {
    "sums": [(f"{a}+{b}", str(a + b)) for a in range(60) for b in range(60)],
    "spaced sums": [(f"{a} + {b} =", str(a + b)) for a in range(60) for b in range(60)],
    "differences": [(f"{a}-{b}", str(a - b)) for a in range(60) for b in range(60)],
    "signs": [(f"{sign}{n}", sign or "+") for n in range(400) for sign in ("", "-", "+", "±")],
    "weekdays": [(day.isoformat(), f"{day:%A}") for day in DAYS],
    "weekdays in two words": [(f"{day:%d.%m.%Y}", f"on {day:%A}") for day in DAYS],
    "labels": [(f"this is the text {n}", "very good" if n % 3 else "very bad") for n in range(600)],
    "brackets": [(text, "yes" if text.count("(") == text.count(")") else "no") for text in BRACKETS],
    "weekdays in Chinese": [(day.isoformat(), "星期" + "一二三四五六日"[day.weekday()]) for day in DAYS],
}


def read(folder: Path, rows: Sequence[tuple[str, str]], kind: type[PairsTask] = PairsTask) -> PairsTask:
    path = folder / "pairs.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows), encoding="utf-8")
    return kind(path=path)


def count(task: PairsTask) -> Count:
    assert task.count is not None
    return task.count


@pytest.mark.parametrize("name", SHORT_ANSWERS)
def test_where_answers_are_short_no_pair_is_lost(name: str, tmp_path: Path) -> None:
    rows = SHORT_ANSWERS[name]
    task = read(tmp_path, rows)
    assert {(pair.source, pair.target) for split in SPLITS for pair in task.pairs(split)} == set(rows)
    assert not count(task).left_out
    assert 0.85 < len(task.pairs("train")) / len(rows) < 0.95
    assert all(0.02 < len(task.pairs(split)) / len(rows) < 0.08 for split in ("dev", "test"))


@pytest.mark.parametrize("words", ["the answer to number", "여기 있는 문장은 번호", "第几句话的"])
def test_where_targets_are_sentences_they_are_held_out_too(words: str, tmp_path: Path) -> None:
    rows = [(f"source {n}", f"{words} {n // 2 if n % 3 else n}") for n in range(900)]
    task = read(tmp_path, rows)
    held_out = {answer for split in ("dev", "test") for pair in task.pairs(split) for answer in pair.answers}
    assert not held_out & {pair.target for pair in task.pairs("train")}
    assert count(task).answered > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Go.", "go !"),
        ("Hello, world", "hello world."),
        ("« Va ! »", "va"),
        ("It's me", "it's me..."),
        ("Number 5.", "number 5"),
        ("12+30", "12 + 30"),
        ("Ｇｏ。", "go"),
        ("soft\u00adhyphen", "softhyphen"),
        ("¿Qué?", "qué"),
    ],
)
def test_the_same_question_written_otherwise(one: str, other: str) -> None:
    assert question(one) == question(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-5", "5"),
        ("12-30", "12+30"),
        ("12-30", "1230"),
        ("3!", "3"),
        ("(1+2)*3", "1+2*3"),
        ("3.14", "314"),
        (".5", "5"),
        ("12:30", "1230"),
        ("1,5", "15"),
        ("5%", "5"),
        ("1 2", "12"),
        ("#1", "1"),
        ("((a))", "(a)"),
        ("a-b", "a b"),
        ("f'(x)", "f(x)"),
        ("?", "!"),
        ("temperature -5", "temperature 5"),
    ],
)
def test_different_questions(one: str, other: str) -> None:
    assert question(one) != question(other)


def test_sources_that_differ_in_case_alone_are_told_apart_where_there_are_no_others(tmp_path: Path) -> None:
    rows = [("".join("aA"[n >> i & 1] for i in range(9)), str(n)) for n in range(512)]
    assert sum(len(read(tmp_path, rows).pairs(split)) for split in SPLITS) == 512


@pytest.mark.parametrize("size", [FEWEST, 12, 20, 30, 40, 99, 150])
def test_a_small_file_has_all_splits_and_says_what_to_expect(size: int, tmp_path: Path) -> None:
    task = read(tmp_path, [(f"the source {n}", f"its own target {n}") for n in range(size)])
    sizes = [len(task.pairs(split)) for split in SPLITS]
    assert sum(sizes) == size and min(sizes[1:]) >= min(5, size // 6) and sizes[0] >= size / 2
    assert count(task).few and "memorised, not learnt" in count(task).sentences()[-1]
    assert [task.pairs(split) for split in SPLITS] == [PairsTask(path=tmp_path / "pairs.tsv").pairs(s) for s in SPLITS]


@pytest.mark.parametrize("size", [1, 5, FEWEST - 1])
def test_a_handful_is_too_few(size: int, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"{size} different pairs, too few .* {FEWEST} different sources"):
        read(tmp_path, [(f"source {n}", f"target {n}") for n in range(size)])


def test_many_pairs_of_few_sources_are_not_called_few_pairs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"5000 different pairs, but only 2 different sources.*--columns") as caught:
        read(tmp_path, [(f"en{n % 2}", f"target {n}") for n in range(5000)])
    assert "expected 100" not in str(caught.value)


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = [(f"the source {n % 500}", f"its target is {n % 700}") for n in range(900)]
    rows += rows[:7] + [("", "x")] * 3 + [("y" * (LONGEST_SIDE + 1), "x")] * 2 + [("lost \ufffd", "x")] * 4
    found = count(read(tmp_path, rows))
    assert found.left_out | {"answered": 0} == {"too_long": 2, "unknown": 4, "empty": 3, "repeated": 7, "answered": 0}
    assert found.rows == len(rows)
    assert found.train + found.dev + found.test + found.joined + sum(found.left_out.values()) == found.rows
    said = " ".join(found.sentences())
    for number in (found.train, found.dev, found.test, *found.left_out.values()):
        assert re.search(rf"\b{number:,}\b", said)


def test_translations_of_tatoeba_are_held_out_by_words_as_ever(tmp_path: Path) -> None:
    (tmp_path / "e.tsv").write_text("".join(f"Go {n}.\tva-t'en {n}\nGo {n}!\tva {n}\n" for n in range(300)), "utf-8")
    task = KoreanEnglishTask(path=tmp_path / "e.tsv")
    earlier = EarlierPairsTask(path=tmp_path / "e.tsv", columns=("2", "1"))
    assert all({*task.pairs(split)} == {*earlier.pairs(split)} for split in SPLITS)


def test_what_an_earlier_version_trained_is_scored_on_what_it_held_out(tmp_path: Path) -> None:
    task = read(tmp_path, SHORT_ANSWERS["differences"])
    earlier = TASKS["pairs"]().reading(tmp_path / "pairs.tsv")
    assert earlier.pairs("test") != task.pairs("test") and task.name != earlier.name


def test_a_training_that_an_earlier_version_began_is_not_mixed_with_one_of_today(tmp_path: Path) -> None:
    path = tmp_path / "sums.tsv"
    path.write_text("".join(f"{a}+{b}\t{a + b}\n" for a in range(30) for b in range(30)), encoding="utf-8")
    recipe = own_pairs(path)
    small = {"encoder_hidden": 8, "decoder_hidden": 8, "attention_size": 8, "readout_size": 8, "embedding_size": 8}
    train = dataclasses.replace(recipe.train, epochs=None, steps=4, validate_every=2, patience=None)
    recipe = dataclasses.replace(recipe, train=train, model=recipe.model | small, dev_size=5)
    before = dataclasses.replace(recipe, task=EarlierPairsTask(path=path))
    events = run(before, tmp_path / "run", command="")
    while not checkpoint.is_unfinished(tmp_path / "run"):
        next(events)
    events.close()
    with pytest.raises(TrainingError, match=r"an earlier version of this program began it.*anew") as caught:
        list(run(recipe, tmp_path / "run", command="", resume=True))
    assert isinstance(caught.value, BegunEarlier)


def test_sentences_are_several_words_and_mostly_different() -> None:
    assert are_sentences([f"this is {n}" for n in range(100)])
    assert not are_sentences([f"number{n}" for n in range(100)])
    assert not are_sentences([f"this is {n % 9}" for n in range(100)])
