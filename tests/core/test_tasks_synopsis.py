"""Descriptions of Debian packages and their synopses: what is read of apt's index, and what is held out."""

from pathlib import Path

import pytest
from debian import lists

from s2s_core.errors import DataError
from s2s_core.metrics import rouge_l
from s2s_core.pair import Pair
from s2s_core.tasks import SPLITS, SynopsisTask
from s2s_core.tasks.synopsis import READER, lead

needs_apt = pytest.mark.skipif(
    not READER.exists(), reason="reads the lists of apt, which only Debian and its like have"
)


@needs_apt
def test_a_description_is_one_line_and_packages_of_one_source_stand_in_one_split(tmp_path: Path) -> None:
    task = SynopsisTask(path=lists(tmp_path / "lists", packages=400))
    splits = {split: task.pairs(split) for split in SPLITS}
    pairs = [pair for split in SPLITS for pair in splits[split]]
    assert Pair("This tool counts to 7, fast. It contains the documentation.", "count to 7 - documentation") in pairs
    assert len(pairs) == len(set(pairs)) == 400
    sources = {split: {pair.source.split()[4] for pair in splits[split]} for split in SPLITS}
    assert not sources["train"] & (sources["dev"] | sources["test"]) and not sources["dev"] & sources["test"]
    assert task.pairs("train", size=20, seed=1) == task.pairs("train", seed=1)[:20] != task.pairs("train", size=20)


@needs_apt
def test_what_is_held_out_is_not_trained_on_under_another_name(tmp_path: Path) -> None:
    folder = lists(tmp_path / "lists", packages=400)
    held = SynopsisTask(path=folder).pairs("test")
    again = "".join(
        f"\nPackage: again{n}\nDescription-md5: 0\nDescription-en: {pair.target.upper()}\n Something else, {n}.\n"
        for n, pair in enumerate(held)
    )
    with (folder / "x_main_i18n_Translation-en").open("a", encoding="utf-8") as file:
        file.write(again)
    moved = folder.rename(tmp_path / "moved")  # what was read of a folder is kept
    targets = {pair.target.casefold() for pair in SynopsisTask(path=moved).pairs("train")}
    assert held and not targets & {pair.target.casefold() for pair in held}


@needs_apt
def test_long_descriptions_and_long_synopses_are_left_out(tmp_path: Path) -> None:
    folder = lists(tmp_path / "lists", packages=400)
    with (folder / "x_main_i18n_Translation-en").open("a", encoding="utf-8") as file:
        file.write(f"\nPackage: long\nDescription-md5: 0\nDescription-en: short\n {'word ' * 61}\n")
        file.write(f"\nPackage: wide\nDescription-md5: 0\nDescription-en: {'word ' * 13}\n short\n")
    task = SynopsisTask(path=folder)
    assert not [pair for split in SPLITS for pair in task.pairs(split) if "word word" in pair.source + pair.target]


@pytest.mark.parametrize("there", [False, True])
def test_without_descriptions_it_says_how_to_fetch_them(there: bool, tmp_path: Path) -> None:
    if there:
        (tmp_path / "x_main_i18n_Translation-en").write_text("", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"no descriptions of Debian packages in .*apt-get -o Acquire::Languages=en update"
    ):
        SynopsisTask(path=tmp_path).pairs("train")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("A small tool. It does much.", "A small tool."),
        ("Version 2.0 of the tool, at last", "Version 2.0 of the tool, at last"),
        (f"{'word ' * 20}.", ("word " * 12).strip()),
    ],
)
def test_the_lead_line_is_the_first_sentence(text: str, first: str) -> None:
    assert lead(text) == first


def test_a_score_has_the_lead_line_beside_it() -> None:
    pairs = [Pair("A tool. It counts.", "tool that counts"), Pair("A game of cards. It is old.", "card game")]
    outputs = ["tool that counts", "old game"]
    scores = SynopsisTask().score(pairs, outputs)
    assert scores == {
        "exact": 50.0,
        "rouge_l": pytest.approx((100 + 50) / 2),
        "lead_rouge_l": rouge_l(["A tool.", "A game of cards."], [pair.target for pair in pairs]),
    }


def test_rouge_l_is_the_longest_common_subsequence_of_words() -> None:
    # lcs("the cat sat on the mat", "the dog sat on a mat") = the sat on mat: 4 of 6 and 4 of 6
    assert rouge_l(["the dog sat on a mat"], ["The cat sat on the mat."]) == pytest.approx(100 * 4 / 6)
    assert rouge_l([""], ["a"]) == 0
