"""Files as people have them: other encodings, workbooks, Excel's quotation marks, ids, comments, and hostile ones."""

import copy
import gzip
import os
import string
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from s2s_core.errors import DataError, UnknownName
from s2s_core.tasks import ENCODINGS, PROBLEMS, SPLITS, FileProblem, PairsTask, preview_of, textfile
from s2s_core.tasks import rows as rows_module
from s2s_core.tasks.pairs import LONGEST_SIDE

SENTENCES = {
    "cp949": "나는 오늘 학교에 가지 않았다",
    "cp1252": "déjà vu à la fenêtre, Grüße",
    "cp1250": "ona też chciała łatwo żyć, więc śpi",
    "cp1251": "он читает интересную книгу",
    "koi8-r": "он читает интересную книгу",
    "cp932": "私は毎日学校に行きます",
    "euc_jp": "私は毎日学校に行きます",
    "gb18030": "我们今天不去学校因为天气不好",
    "big5": "我們今天不去學校因為天氣不好",
    "cp1253": "Μου αρέσουν οι γάτες",
    "cp1255": "אני אוהב חתולים",
    "cp1256": "أنا أحب القطط",
    "cp874": "ฉันชอบแมว",
    "utf-16": "나는 오늘 학교에 가지 않았다",
    "utf-16-le": "나는 오늘 학교에 가지 않았다",
    "utf-16-be": "plain English",
    "utf-32": "plain English",
}


def pairs_of(task: PairsTask) -> set[tuple[str, str]]:
    return {(pair.source, answer) for split in SPLITS for pair in task.pairs(split) for answer in pair.answers}


def saved(folder: Path, content: bytes | str, name: str = "pairs.tsv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problem(folder: Path, content: bytes | str, **options: str) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        PairsTask(path=saved(folder, content), **options)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    return caught.value


@pytest.mark.parametrize("encoding", SENTENCES)
@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_the_likely_encoding_is_named_and_reads_the_file(encoding: str, delimiter: str, tmp_path: Path) -> None:
    wanted = [(f"{SENTENCES[encoding].replace(',', '')} {n}", f"I did not go to school {n}") for n in range(60)]
    content = "".join(delimiter.join(row) + "\r\n" for row in wanted).encode(encoding)
    found = problem(tmp_path, content)
    assert found.kind == "encoding" and f"--encoding {found.facts['likely']}" in str(found)
    task = PairsTask(path=tmp_path / "pairs.tsv", encoding=found.facts["likely"])
    assert pairs_of(task) == set(wanted)
    assert task.options[-2:] == ("--encoding", found.facts["likely"])


def test_one_wrong_byte_among_lines_of_utf8_is_its_lines_fault(tmp_path: Path) -> None:
    lines = [f"나는 학생이다 {n}\tI am {n}\n".encode() for n in range(60)]
    found = problem(tmp_path, b"".join([*lines[:40], b"gr\xfcn\tgreen\n", *lines[40:]]))
    assert found.kind == "broken line" and found.facts["line"] == 41


@pytest.mark.parametrize("name", ["euc-kr", "EUC_KR", "CP949", "ms949", "uhc"])
def test_an_encoding_has_several_names(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, "".join(f"뷁 {n}\ta {n}\n" for n in range(30)).encode("cp949"))
    assert len(pairs_of(PairsTask(path=path, encoding=name))) == 30


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "idna", "unicode_escape", "utf-8\0", "x" * 500])
def test_an_encoding_that_is_none_is_refused_with_those_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="cp949"):
        PairsTask(path=saved(tmp_path, "a\tb\n"), encoding=name)


def test_a_wrong_encoding_is_said(tmp_path: Path) -> None:
    assert problem(tmp_path, "caf\xe9\tb\n".encode("cp1252"), encoding="cp949").kind in ("other encoding", "too few")
    assert problem(tmp_path, b"\xff\xff\t\x81 \n", encoding="cp949").kind == "other encoding"


def packed(*names: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x" * 9000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (packed("[Content_Types].xml", "xl/workbook.xml"), "workbook"),
        (packed("mimetype", "xl/worksheets/sheet1.xml"), "workbook"),
        (b"PK\x03\x04" + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook"),
        (packed("[Content_Types].xml", "word/document.xml"), "document"),
        (b"%PDF-1.7\n%\xe2\xe3", "document"),
        (b"{\\rtf1\\ansi a\tb}", "document"),
        (packed("pairs.tsv"), "archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(9), "archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "picture"),
        (b"GIF89a" + bytes(9), "picture"),
        (b"SQLite format 3\0" + bytes(90), "binary"),
        (b"<!DOCTYPE html><html><table>", "markup"),
        (b'<?xml version="1.0"?><tmx>', "markup"),
        (b'[{"en": "a", "fr": "b"}]', "json"),
        (b'{"en": "a"}\n{"en": "b"}\n', "json"),
        (b'[\n {"en": "a"}\n]\n', "json"),
        (b"a\tb\0\tc\n", "nul"),
        ("a\ufffd b\tc\n" * 30, "unknown characters"),
        ("?? ??? ??\tI go\n" * 30, "unknown characters"),
        ("a café\tgarçon\n".encode().decode("cp1252") * 30, "misread"),
        ("안녕\thello\n".encode().decode("cp1252") * 30, "misread"),
        (b'a,b\nc,"d\n' + b"e,f\n" * 50, "unclosed"),
        (b'a,b\nc,"d\n' + b"e,f\n" * 50_000, "unclosed long"),
        (b'a,b\nc,"d\n' + b'"e",f\n' * 50, "after quote"),
        (b"a, b,c\nd,e\n", "uneven"),
        (b"a\tb\nc\n", "uneven tabs"),
        (b"a\t" * 101 + b"b\n", "many columns"),
        (b"x" * 300_000, "none left"),
        (b"x" * 300_000 + b"\ty\n", "none left"),
    ],
)
def test_each_kind_of_file_is_told_apart(content: bytes | str, kind: str, tmp_path: Path) -> None:
    found = problem(tmp_path, content)
    assert found.kind == kind
    assert kind not in ("unclosed", "unclosed long", "after quote", "uneven", "uneven tabs") or found.facts["line"] == 2
    assert copy.copy(found).message == found.message


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_problem_names_its_facts_in_words(kind: str) -> None:
    facts = {name: 7 for part in PROBLEMS[kind] for _, name, _, _ in string.Formatter().parse(part) if name}
    assert "{" not in str(FileProblem(kind, facts)) and isinstance(FileProblem(kind, facts), DataError)


def quoted(row: tuple[str, str]) -> str:
    """A row as Excel writes it between tabs."""
    cells = (f'"{c.replace(chr(34), chr(34) * 2)}"' if any(m in c for m in '",\t\n') else c for c in row)
    return "\t".join(cells) + "\r\n"


def test_a_tab_file_of_excel_loses_its_quotation_marks(tmp_path: Path) -> None:
    wanted = [(f'He said "no", {n}', f"plain {n}") for n in range(30)]
    wanted += [(f"two\tcells {n}", f"two\nlines {n}") for n in range(30)] + [(f"a, {n}", f"b {n}") for n in range(30)]
    expected = {(" ".join(source.split()), " ".join(target.split())) for source, target in wanted}
    assert pairs_of(PairsTask(path=saved(tmp_path, "".join(map(quoted, wanted))))) == expected


@pytest.mark.parametrize("all_of", [["{n}", "b {n}"], ["a {n}", "it's {n}"]])
def test_a_tab_file_with_every_cell_quoted_loses_the_marks(all_of: list[str], tmp_path: Path) -> None:
    text = "".join("\t".join(f'"{cell.format(n=n)}"' for cell in all_of) + "\n" for n in range(30))
    assert all('"' not in source + target for source, target in pairs_of(PairsTask(path=saved(tmp_path, text))))


@pytest.mark.parametrize(
    "cell", ['"Yes" {n}', 'He said "{n}', '"{n}', '{n}"', '5" {n}', '"Go {n}."', '"a" and "b" {n}', '""{n}""']
)
def test_a_quotation_mark_of_a_text_between_tabs_stays(cell: str, tmp_path: Path) -> None:
    wanted = {(cell.format(n=n), f"t, {n}") for n in range(30)}
    assert pairs_of(PairsTask(path=saved(tmp_path, "".join(f"{s}\t{t}\n" for s, t in wanted)))) == wanted


TEXTS = [(f"this is sentence {n}", f"c'est la phrase {n}") for n in range(200)]


def lines(row: Callable[[int, str, str], str], header: str = "") -> str:
    return header + "".join(row(n, source, target) + "\n" for n, (source, target) in enumerate(TEXTS))


@pytest.mark.parametrize(
    "text",
    [
        lines(lambda n, s, t: f"{1000 + 7 * n}\t{s}\t{90000 - n}\t{t}"),
        lines(lambda n, s, t: f"{n}\t{s}\t{t}"),
        lines(lambda n, s, t: f"{n}\teng\t{s}\t{n + 5}\tfra\t{t}"),
        lines(lambda n, s, t: f"{s}\t{n}\t{t}"),
        lines(lambda n, s, t: f"{s}\t{t}\tCC-BY {n}"),
        lines(lambda n, s, t: f"{t},{s}", "Target,Source\n"),
        lines(lambda n, s, t: f"{n},{t},x,{s}", "id,output,note,input\n"),
        lines(lambda n, s, t: f"{t}\t{s}", "번역\t원문\n"),
        lines(lambda n, s, t: f"{t}\t{s}", "answer\tquestion\n"),
        lines(lambda n, s, t: f"{s},{t}", "English,French\n"),
        lines(lambda n, s, t: f"{s},{t}", "영어,프랑스어\n"),
        lines(lambda n, s, t: f"{n},{s},{t}", "no,en,fr\n"),
        lines(lambda n, s, t: f"{s}\t{t}", "#source\ttarget\n"),
        lines(lambda n, s, t: f"{s} ||| {t}"),
        lines(lambda n, s, t: f"{s};{t}", "sep=;\n"),
        lines(lambda n, s, t: f"{s};{t}", "sep=;\r\nsource;target\r\n"),
        lines(lambda n, s, t: f"{s}\t{t}", "# a file of mine\n#\n# of today\n"),
        lines(lambda n, s, t: f"# part {n}\n{s}\t{t}" if n % 50 == 0 else f"{s}\t{t}"),
        lines(lambda n, s, t: f"{s},{t},,"),
    ],
)
def test_the_two_texts_are_found_by_themselves(text: str, tmp_path: Path) -> None:
    assert pairs_of(PairsTask(path=saved(tmp_path, text))) == set(TEXTS)


@pytest.mark.parametrize(
    "rows",
    [
        [(str(n), f"number {n}") for n in range(60)],
        [(f"number {n}", str(n)) for n in range(60)],
        [(str(n), str(n * n)) for n in range(60)],
        [("no", "non"), ("it", "es"), *((f"word {n}", f"mot {n}") for n in range(60))],
        [("source", "Quelle"), *((f"word {n}", f"Wort {n}") for n in range(60))],
        [(f"# {n}", f"sharp {n}") for n in range(60)],
        [(f"a||b {n}", f"c {n}") for n in range(60)],
    ],
)
def test_what_looks_like_ids_headers_or_comments_and_is_none_stays(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    path = saved(tmp_path, "".join(f"{source}\t{target}\n" for source, target in rows))
    assert pairs_of(PairsTask(path=path)) == set(rows)


def test_columns_have_numbers_as_well_as_names(tmp_path: Path) -> None:
    path = saved(tmp_path, lines(lambda n, s, t: f"{n},{t},{s}", "id,fr,en\n"), "x.csv")
    for columns in (("3", "2"), ("en", "fr"), ("en", "2")):
        assert pairs_of(PairsTask(path=path, columns=columns)) == set(TEXTS)
    for columns, said in ((("4", "1"), "no column 4: it has 3"), (("en", "3"), "both column 3"), (("0", "1"), "0")):
        with pytest.raises(FileProblem, match=said):
            PairsTask(path=path, columns=columns)


def test_a_preview_shows_what_will_be_read() -> None:
    shown = preview_of(lines(lambda n, s, t: f"{n}\t{s}\t{n}\t{t}").encode(), "x.tsv")
    assert (shown.names, shown.places, shown.numbers, shown.rows) == (("1", "2", "3", "4"), (1, 3), (0, 2), 200)
    assert shown.first[0] == ("0", *TEXTS[0][:1], "0", TEXTS[0][1])


MARKS = "e" + "\u0301" * 100_000
GOOD = "".join(f"source {n}\ttarget {n}\n" for n in range(60))


@pytest.mark.parametrize(
    ("hostile", "left_out"),
    [
        (f"{MARKS}\tb\n" * 9, 9),
        (f"a\t{MARKS}\n" * 9, 9),
        ("e" + "\u0301\u0316" * 900 + "\tb\n", 1),
        (f"{'👨‍👩‍👧' * 40_000}\tb\n" * 3, 3),
        ("\U0001f1e6" * 64_000 + "\tb\n", 1),
        ("x" * (LONGEST_SIDE + 1) + "\tb\n", 1),
        ("x" * 4_000_000 + "\tb\n", 1),
        ("a\t" * 1_000_000 + "\n", 1),
    ],
)
def test_enormous_cells_are_left_out_before_anything_is_made_of_them(
    hostile: str, left_out: int, tmp_path: Path
) -> None:
    path = saved(tmp_path, GOOD + hostile)
    began = time.process_time()
    task = PairsTask(path=path)
    assert time.process_time() - began < 2
    assert task.count is not None and sum(task.count.left_out.values()) == left_out and task.count.rows == 60 + left_out


@pytest.mark.parametrize("text", ['"' * 2_000_000, '"x\n' * 300_000, '"a\t' * 300_000, '""\t"\n' * 300_000])
def test_quotation_marks_without_end_are_soon_read(text: str, tmp_path: Path) -> None:
    began = time.process_time()
    problem(tmp_path, text)
    assert time.process_time() - began < 20


def test_what_is_unpacked_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "LARGEST", 3 << 20)
    assert problem(tmp_path, gzip.compress(bytes(5 << 20))).kind == "large"
    assert problem(tmp_path, GOOD.encode() * 5000).kind == "large"
    assert problem(tmp_path, gzip.compress(GOOD.encode())[:-30]).kind == "damaged"
    two = gzip.compress(GOOD.encode()) + gzip.compress(b"the last source\tthe last target\n")
    assert len(pairs_of(PairsTask(path=saved(tmp_path, two)))) == 61


def test_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_ROWS", 50)
    assert problem(tmp_path, GOOD).kind == "many rows"


def test_lines_are_counted_before_they_take_memory(tmp_path: Path) -> None:
    bomb = gzip.compress(b"a\tb\n" * 8_000_000)
    began = time.process_time()
    assert problem(tmp_path, bomb).kind == "many rows"
    assert time.process_time() - began < 2  # as rows they take ten times as long, and a gigabyte


def test_many_comments_are_skipped_in_proportion_to_their_number(tmp_path: Path) -> None:
    began = time.process_time()
    task = PairsTask(path=saved(tmp_path, "# a line of comment\n" * 60_000 + GOOD * 20))
    assert task.count is not None and task.count.comments == 60_000
    assert time.process_time() - began < 5  # with the rest copied at each of them: minutes


@pytest.mark.parametrize("content", ["a" * 150_000 + "\nb\nc\n", "sep=;\n" + "one column\n" * 30])
def test_one_column_is_said_however_the_file_begins(content: str, tmp_path: Path) -> None:
    assert problem(tmp_path, content).kind == "one column"


def test_an_error_is_one_line_whatever_the_columns_are_called(tmp_path: Path) -> None:
    found = problem(tmp_path, "a\x85b\u2028c\t" + "d" * 5_000 + "\n" + GOOD, columns=("x", "y"))
    assert found.kind == "no column" and len(str(found).splitlines()) == 1


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (
        tmp_path,
        tmp_path / "pipe",
        Path("/dev/zero"),
        tmp_path / "x\0y",
        tmp_path / "\ud800",
        tmp_path / "pipe" / "in it",
    ):
        with pytest.raises(FileProblem, match=r"no ordinary file|there is no file"):
            PairsTask(path=path)


def test_encodings_are_known_to_python() -> None:
    assert all("a".encode(encoding) for encoding in ENCODINGS)
