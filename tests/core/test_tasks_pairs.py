"""A user's file: read whatever its delimiter, split by source, and told in one sentence what is wrong with it."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core.errors import DataError
from s2s_core.tasks import SPLITS, EnglishFrenchTask, KoreanEnglishTask, Pair, PairsTask

ROWS = [(f"The dog, number {n}", f"Der Hund; Nummer {n}") for n in range(300)]
EXPECTED = {Pair(source, target) for source, target in ROWS}


def all_pairs(task: PairsTask) -> list[Pair]:
    return [pair for split in SPLITS for pair in task.pairs(split)]


def table(rows: Sequence[tuple[str, ...]], delimiter: str, *, quoted: bool = False) -> bytes:
    cells = ((f'"{cell}"' if quoted else cell for cell in row) for row in rows)
    return "".join(delimiter.join(row) + "\n" for row in cells).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tabs.tsv", table(ROWS, "\t")),
        ("commas.csv", table(ROWS, ",", quoted=True)),
        ("semicolons.csv", table(ROWS, ";", quoted=True)),
        ("bars.txt", table(ROWS, "|")),
        ("mark.tsv", b"\xef\xbb\xbf" + table(ROWS, "\t")),
        ("windows.tsv", table(ROWS, "\t").replace(b"\n", b"\r\n")),
        ("gaps.tsv", table(ROWS, "\t").replace(b"\n", b"\n\n")),
        ("packed.tsv.gz", gzip.compress(table(ROWS, "\t"))),
        ("packed.without.its.ending", gzip.compress(table(ROWS, "\t"))),
        ("headed.tsv", b"Source\tTarget\n" + table(ROWS, "\t")),
        ("more.tsv", table([(*row, "and more") for row in ROWS], "\t")),
    ],
)
def test_the_first_two_columns_are_read_from_any_table(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    pairs = all_pairs(PairsTask(path=tmp_path / name))
    assert set(pairs) == EXPECTED and len(pairs) == len(EXPECTED)


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_bytes(b"id,de,en\n" + table([(str(n), t, s) for n, (s, t) in enumerate(ROWS)], ",", quoted=True))
    task = PairsTask(path=path, columns=("en", "de"))
    assert set(all_pairs(task)) == EXPECTED
    assert task.title == "en → de"


def test_quotation_marks_between_tabs_are_text(tmp_path: Path) -> None:
    rows = [(f'"Yes" {n}', f'He said "{n}') for n in range(300)]
    (tmp_path / "quotes.tsv").write_bytes(table(rows, "\t"))
    assert set(all_pairs(PairsTask(path=tmp_path / "quotes.tsv"))) == {Pair(s, t) for s, t in rows}


def test_a_source_that_stands_twice_is_in_one_split(tmp_path: Path) -> None:
    rows = [(f"source {n % 150}", f"target {n}") for n in range(300)]
    (tmp_path / "twice.tsv").write_bytes(table(rows, "\t"))
    task = PairsTask(path=tmp_path / "twice.tsv")
    sources = [{pair.source for pair in task.pairs(split)} for split in SPLITS]
    assert sum(map(len, sources)) == len(set.union(*sources)) == 150
    assert sum(len(pair.answers) for pair in all_pairs(task)) == 300
    assert all(not pair.references for pair in task.pairs("train"))


def test_a_held_out_source_is_one_pair_that_any_of_its_targets_answers(tmp_path: Path) -> None:
    rows = [(f"source {n % 150}", f"its target is number {n}") for n in range(300)]
    (tmp_path / "twice.tsv").write_bytes(table(rows, "\t"))
    task = PairsTask(path=tmp_path / "twice.tsv")
    pairs = task.pairs("test")
    assert {(pair.source, answer) for pair in pairs for answer in pair.answers} <= set(rows)
    assert all(len(pair.references) == 2 and pair.references[0] == pair.target for pair in pairs)
    for place in (0, 1):
        assert min(task.score(pairs, [pair.answers[place] for pair in pairs]).values()) == pytest.approx(100)


def test_what_differs_in_marks_and_case_alone_is_held_back_together(tmp_path: Path) -> None:
    rows = [(f"Number {n}{mark}", f"Zahl {n}{mark}") for n in range(200) for mark in (".", "!", "")]
    rows += [(f"another {n}", f"zahl {n} ?") for n in range(200)]
    (tmp_path / "marks.tsv").write_bytes(table(rows, "\t"))
    task = PairsTask(path=tmp_path / "marks.tsv")
    bare = [{pair.source.lower().strip(".!") for pair in task.pairs(split)} for split in SPLITS]
    assert sum(map(len, bare)) == len(set.union(*bare))
    answers = {
        answer.lower().strip(" .!?") for split in ("test", "dev") for p in task.pairs(split) for answer in p.answers
    }
    assert not answers & {pair.target.lower().strip(" .!?") for pair in task.pairs("train")}


def test_typography_is_the_keyboards(tmp_path: Path) -> None:
    rows = [(f"It’s {n}", f"C’est {n}\u202f!") for n in range(300)]
    (tmp_path / "typography.tsv").write_bytes(table(rows, "\t"))
    assert set(all_pairs(PairsTask(path=tmp_path / "typography.tsv"))) == {
        Pair(f"It's {n}", f"C'est {n} !") for n in range(300)
    }


def test_the_same_text_in_another_normal_form_is_the_same_source(tmp_path: Path) -> None:
    rows = [(f"M\u00e4rz {n}", f"a {n}") for n in range(200)] + [(f"Ma\u0308rz  {n}", f"b {n}") for n in range(200)]
    (tmp_path / "forms.tsv").write_bytes(table(rows, "\t"))
    task = PairsTask(path=tmp_path / "forms.tsv")
    sources = [{pair.source for pair in task.pairs(split)} for split in SPLITS]
    assert sum(map(len, sources)) == len(set.union(*sources)) == 200


def test_no_training_target_stands_in_the_test_split(tmp_path: Path) -> None:
    rows = [(f"source {n}", f"target {n % 20 if n % 2 else n}") for n in range(400)]
    (tmp_path / "targets.tsv").write_bytes(table(rows, "\t"))
    task = PairsTask(path=tmp_path / "targets.tsv")
    held_back = {pair.target for pair in task.pairs("test")}
    training = {pair.target for pair in task.pairs("train")}
    assert held_back and training and not held_back & training
    assert any(int(target.split()[1]) < 20 for target in held_back), "the rule had something to drop"
    assert len(all_pairs(task)) < 400


@settings(max_examples=20)
@given(more=st.lists(st.text("abc xyz", min_size=1, max_size=8), max_size=20))
def test_lines_added_later_move_no_source_to_another_split(
    more: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("grown") / "file.tsv"
    path.write_bytes(table(ROWS, "\t"))
    before = PairsTask(path=path)
    path.write_bytes(table([*((text + "!", "new") for text in more), *ROWS], "\t"))
    after = PairsTask(path=path)
    for split in SPLITS:
        assert {pair.source for pair in before.pairs(split)} <= {pair.source for pair in after.pairs(split)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "pairs.tsv is empty: expected two columns, source and target"),
        (b" \n\n", "pairs.tsv is empty: expected two columns, source and target"),
        (b"\t\n\t\n", "pairs.tsv is empty: expected two columns, source and target"),
        (b",\n,\n", "pairs.tsv has no text between its delimiters"),
        (b"one\ntwo\n", "pairs.tsv has one column: expected two, separated by a tab, bar, semicolon or comma"),
        (b"a\tb\nc\td\nlonely\n", "line 3 of pairs.tsv has 1 columns, expected 2 as in the first row"),
        (b"a\tb\ngr\xfcn\tc\n", "pairs.tsv is not UTF-8 text: line 2 has the byte 0xfc"),
        ("a\tb\n".encode("utf-16"), "pairs.tsv is not UTF-8 text: line 1 has the byte 0xff"),
        (b"a\tb\nc\td\n", "2 different pairs, too few to hold some back for dev and test: expected 100 or more"),
        (b"\x1f\x8bnot really", "pairs.tsv cannot be read"),
        (gzip.compress(table(ROWS, "\t"))[:200], "pairs.tsv cannot be read"),
        (b"a," + b'"' + b"b" * 200_000, "pairs.tsv cannot be read: field larger than field limit"),
        (b'a,b\n"c" d,e\n', "pairs.tsv cannot be read: ',' expected after"),
        (b'a,b\n"c,e\n', "pairs.tsv cannot be read: unexpected end of data"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        PairsTask(path=path)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("en", "ko"), "pairs.tsv has no column 'ko': its columns are en, de"),
        (("EN", "de"), "pairs.tsv has no column 'EN': its columns are en, de"),
    ],
)
def test_a_missing_column_is_named_with_those_there_are(names: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_bytes(b"en\tde\n" + table(ROWS, "\t"))
    with pytest.raises(DataError, match=sentence):
        PairsTask(path=tmp_path / "pairs.tsv", columns=names)


def test_a_task_without_its_file_asks_for_it_and_reads_any(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_bytes(table(ROWS, "\t"))
    for task, backwards in ((EnglishFrenchTask(typed=False), False), (KoreanEnglishTask(), True)):
        with pytest.raises(DataError, match=f"the pairs of {task.name} stand in a file: name it with --data"):
            task.pairs("train")
        read = task.reading(tmp_path / "pairs.tsv")
        assert set(all_pairs(read)) == {Pair(t, s) if backwards else Pair(s, t) for s, t in ROWS}
        assert read.options == ("--data", "pairs.tsv") and read.examples == task.examples


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file"):
        PairsTask(path=tmp_path / "nowhere.tsv")


def test_scores_are_exact_match_bleu_and_chrf(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_bytes(table(ROWS, "\t"))
    task = PairsTask(path=tmp_path / "pairs.tsv")
    pairs = task.pairs("test")
    near = [pair.target.replace("Hund", "Hand") for pair in pairs]
    scores = task.score(pairs, near)
    assert scores["exact"] == 0 and 0 < scores["bleu"] < 100 and 0 < scores["chrf"] < 100
    assert task.metric in scores
