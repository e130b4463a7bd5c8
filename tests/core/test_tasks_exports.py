"""Files as other programs write them: which of their columns are taken, and that nothing else is trained on."""

from pathlib import Path

import pytest

from s2s_core.tasks import SPLITS, FileProblem, PairsTask

NAMES = [chr(97 + n % 26) + chr(97 + n // 26) for n in range(120)]
PAIRS = [(f"word {name} here", f"mot {name[::-1]} là") for name in NAMES]


def rows(*forms: str) -> str:
    """A line of the first form, and of the second one where there is any, for every pair."""
    return "".join(
        forms[n % len(forms)].format(source, target, n=n, share=n % 7 / 9 + 0.1, hash=f"{n * 7919:08x}a1")
        for n, (source, target) in enumerate(PAIRS)
    )


EXPORTS = {
    "tatoeba, with languages": rows("{n}\teng\t{0}\t9{n}\tfra\t{1}\n"),
    "anki": "#separator:tab\n#html:true\n#tags column:3\n" + rows("{0}\t{1}\tfrench\n"),
    "anki with semicolons": "#separator:semicolon\r\n#html:false\r\n" + rows("{0};{1}\r\n"),
    "anki with spaces": "#separator:Space\n" + rows('"{0}" "{1}"\n'),
    "anki with names": "#separator:pipe\n#columns:A|B\n" + rows("{0}|{1}\n"),
    "anki with everything": "#separator:tab\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    + rows("x{n}!Ab\tBasic\tSome deck\t{0}\t{1}\ta tag\n"),
    "pandas without names": ",0,1\n" + rows("{n},{0},{1}\n"),
    "items": rows("{n}.\t{0}\t{1}\n"),
    "hashes": rows("{hash}\t{0}\t{1}\n"),
    "shares": rows("{share:.3f}\t{0}\t{1}\n"),
    "languages": rows("en\t{0}\tfr\t{1}\n"),
    "a tab before": rows("\t{0}\t{1}\n"),
    "a tab after some": rows("{0}\t{1}\t\n", "{0}\t{1}\n"),
    "markdown": "| en | fr |\n| --- | :---: |\n" + rows("| {0} | {1} |\n"),
    "markdown without languages": "| source | target |\n|---|---|\n" + rows("| {0} | {1} |\n"),
    "french words": "source;cible\n" + rows("{0};{1}\n"),
    "french words, the other way": "cible;source\n" + rows("{1};{0}\n"),
    "german words": "Quelle,Ziel\n" + rows("{0},{1}\n"),
    "korean words": "뜻,단어\n" + rows("{1},{0}\n"),
    "sides of a card": "Back\tFront\n" + rows("{1}\t{0}\n"),
    "sentences of languages": "English sentence;French sentence\n" + rows("{0};{1}\n"),
    "three languages": "en\tfr\tko\n" + rows("{0}\t{1}\t문장 {n}\n"),
}


def task_of(folder: Path, content: str) -> PairsTask:
    (folder / "pairs.txt").write_text(content, encoding="utf-8")
    return PairsTask(path=folder / "pairs.txt")


@pytest.mark.parametrize("content", EXPORTS.values(), ids=EXPORTS)
def test_the_texts_of_an_export_are_its_pairs(content: str, tmp_path: Path) -> None:
    task = task_of(tmp_path, content)
    found = {(pair.source, answer) for split in SPLITS for pair in task.pairs(split) for answer in pair.answers}
    assert found == set(PAIRS)
    assert task.count is not None and task.count.rows == len(PAIRS)


@pytest.mark.parametrize(
    "content",
    ["#separator:tab\n", "#separator:\n#html:true\n", "#hashtag\tmot\n", "#1:\tun\n"],
    ids=["nothing else", "no separator", "a hash in a text", "a number"],
)
def test_what_only_looks_like_a_head_is_text(content: str, tmp_path: Path) -> None:
    if content.count("\t"):
        task = task_of(tmp_path, content + rows("{0}\t{1}\n"))
        assert task.count is not None and task.count.rows == len(PAIRS) + 1
    else:
        with pytest.raises(FileProblem):
            task_of(tmp_path, content)


def test_numbers_that_are_all_there_is_are_pairs(tmp_path: Path) -> None:
    task = task_of(tmp_path, "".join(f"{n}\t{n * n}\t{n**3}\n" for n in range(100)))
    assert task.count is not None and task.count.columns == ("1", "2")


def test_a_row_with_a_text_too_few_is_still_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="line 3"):
        task_of(tmp_path, "a\tb\tc\nd\te\tf\ng\th\n")


def test_what_was_left_out_is_why_too_few_are_left(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"3 different pairs are left of the 120 rows .* 117 are longer") as caught:
        task_of(
            tmp_path,
            "".join(f"{source * (400 if n > 2 else 1)}\t{target}\n" for n, (source, target) in enumerate(PAIRS)),
        )
    assert caught.value.kind == "few left"
