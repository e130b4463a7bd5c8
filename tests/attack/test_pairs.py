"""Files of pairs, as somebody uploads them: read as pairs, or refused in one sentence."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attack import texts, values
from attack.measure import Attack, Bounds

from s2s_core.recipes import OWN, Choice, own_pairs
from s2s_core.tasks import SPLITS, PairsTask

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp949",
    "cp1252",
    "shift_jis",
    "utf-7",
)
DELIMITERS = ("\t", ",", ";", "|", " ||| ", " ", ":", "\x1f")
LINE_ENDS = ("\n", "\r\n", "\r", "\n\n", "\u2028", "\x0c", "\x85")
ROWS = [(f"The dog, number {n}", f"Der Hund; Nummer {n}") for n in range(300)]
CELLS: dict[str, Callable[[Random], str]] = {
    "words": lambda rng: f"{rng.choice(texts.ORDINARY)} {rng.randrange(1000)}",
    "hostile": lambda rng: texts.drawn(rng, most=200)[1],
    "one letter": lambda rng: rng.choice("ab"),
    "nothing": lambda rng: "",
    "numbers": lambda rng: str(rng.randrange(10**9)),
    "quotes": lambda rng: rng.choice(('"', '""', '"a', 'a"b"c', '"a,b"', "'", "“a”", '"a\nb"')),
    "markup": lambda rng: rng.choice(texts.MARKUP),
    "marks": lambda rng: "?" * rng.randrange(1, 5),
    "formulas": lambda rng: rng.choice(("=1+1", "=cmd|'/c calc'!A0", "@SUM(1)", "+1", "-1")),
    "like another": lambda rng: f"{rng.randrange(40)} items",
}
HEADERS = (
    "source,target",
    "en,de",
    "id,text,id,text",
    "# a comment",
    "sep=;",
    "sep=,",
    "",
    "target\tsource",
    '"a',
    "\0",
)


def bounds(size: int) -> Bounds:
    """A file that is read whole may take a second and two more for every MB; one that is refused no longer."""
    seconds = 1.0 + 2.0 * size / 1e6
    return Bounds(refused=seconds, answered=seconds, memory=200.0)


def table(rng: Random) -> tuple[str, str]:
    """A table of drawn cells, delimiters, line ends, a header or none, a row of another length or none."""
    kinds = [rng.choice(list(CELLS)) for _ in range(rng.choice((1, 2, 2, 2, 2, 3, 4)))]
    delimiter, end = (
        rng.choice(DELIMITERS[: rng.choice((2, len(DELIMITERS)))]),
        rng.choice(LINE_ENDS[: rng.choice((2, 7))]),
    )
    count = rng.choice((1, 3, 100, 400, 400, 2000))
    rows = [delimiter.join(CELLS[kind](rng) for kind in kinds) for _ in range(count)]
    if rng.random() < 0.3:
        rows.insert(0, rng.choice(HEADERS))
    if rng.random() < 0.2:
        rows.insert(rng.randrange(len(rows)), rng.choice(("only one", "a\tb\tc\td\te", '"', "\0", "# comment")))
    return f"{count} rows of {delimiter.join(kinds)!r}", end.join(rows)


def drawn(rng: Random) -> tuple[str, bytes]:
    what, text = table(rng)
    encoding = rng.choice(ENCODINGS[: rng.choice((1, 2, len(ENCODINGS)))])
    content = text.encode(encoding, "replace") if encoding != "utf-8" else text.encode(errors="surrogatepass")
    match harm := rng.choice((None,) * 6 + ("cut", "byte", "NUL", "packed", "packed and cut", "twice packed", "zip")):
        case "cut":
            content = content[: rng.randrange(len(content) + 1)]
        case "byte" | "NUL" if content:
            place = rng.randrange(len(content))
            content = content[:place] + (b"\0" if harm == "NUL" else rng.randbytes(3)) + content[place:]
        case "packed":
            content = gzip.compress(content, 1)
        case "packed and cut":
            content = gzip.compress(content, 1)[: rng.randrange(40)]
        case "twice packed":
            content = gzip.compress(gzip.compress(content, 1), 1)
        case "zip":
            content = zipped({"a.tsv": content})
    return f"{what} in {encoding}{f', {harm}' if harm else ''}", content


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def lines(source: str, target: str = "x", *, count: int = 300) -> bytes:
    return "".join(f"{source} {n}\t{target} {n}\n" for n in range(count)).encode(errors="surrogatepass")


def cells(kind: str, size: int, count: int) -> bytes:
    cell = texts.KINDS[kind](Random(size), size)
    return lines(cell.translate({ord(mark): "x" for mark in "\t\r\n"}), count=count)


FILES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "white space": lambda: b" \n\t\n" * 1000,
    "one huge cell": lambda: b"a" * 8_000_000,
    "two huge cells": lambda: b"a" * 4_000_000 + b"\t" + b"b" * 4_000_000,
    "cells above the limit of csv": lambda: b"".join(b"%d %s,b %d\n" % (n, b"a" * 140_000, n) for n in range(50)),
    "an unclosed quote": lambda: b'a,"b\n' + b"c,d\n" * 500_000,
    "quotes everywhere": lambda: b'"","""",""\n' * 200_000,
    "delimiters alone": lambda: b"\t" * 4_000_000,
    "columns without end": lambda: (b"a\t" * 100_000 + b"b\n") * 20,
    "lines without end": lambda: b"\n" * 8_000_000,
    "marks in cells": lambda: cells("marks out of order", 12_000, 80),
    "marks the wrong way round in cells": lambda: cells("marks the wrong way round", 3_000, 300),
    "flags in cells": lambda: cells("flags", 4_000, 60),
    "joined emoji in cells": lambda: cells("joined emoji", 2_000, 150),
    "jamo in cells": lambda: cells("conjoining jamo", 2_000, 300),
    "one word without end in cells": lambda: cells("one letter", 6_000, 150),
    "two cells of marks": lambda: cells("marks out of order", 50_000, 1),
    "NULs": lambda: b"a\0\tb\0\n" * 1000,
    "NULs alone": lambda: bytes(4_000_000),
    "lone surrogates": lambda: lines("\ud800"),
    "a bomb": lambda: gzip.compress(bytes(400_000_000), 9),
    "a bomb of lines": lambda: gzip.compress(b"a b\tc d\n" * 20_000_000, 1),
    "a gzip without end": lambda: gzip.compress(lines("a"))[:-9],
    "a gzip within a gzip": lambda: gzip.compress(gzip.compress(lines("a"))),
    "an Excel file": lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "an old Excel file": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "a PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 20,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + Random(1).randbytes(4000),
    "UTF-16": lambda: lines("안녕", "hello").decode().encode("utf-16"),
    "UTF-16 without a mark": lambda: lines("안녕", "hello").decode().encode("utf-16-le"),
    "cp949": lambda: lines("안녕", "hello").decode().encode("cp949"),
    "cp1252": lambda: lines("déjà", "hello").decode().encode("cp1252"),
    "JSON": lambda: values.DEEP.encode(),
    "a script": lambda: b"#!/bin/sh\necho 'a\tb'\n" * 300,
    "the same pair": lambda: b"a\tb\n" * 200_000,
    "one source": lambda: b"".join(b"a\tb %d\n" % n for n in range(20_000)),
    "one target": lambda: b"".join(b"a %d\tb\n" % n for n in range(20_000)),
}


def prepared(path: Path, *, columns: tuple[str, str] | None = None) -> list[Any]:
    """What an upload is put through before its training begins."""
    task = PairsTask(path=path, columns=columns)
    pairs = [pair for split in SPLITS for pair in task.pairs(split)]
    own_pairs(path, columns=columns)
    Choice(task=OWN, size=32).recipe("own", path)
    return pairs


def tried(attack: Attack, what: str, path: Path, content: bytes, columns: tuple[str, str] | None = None) -> None:
    path.write_bytes(content)
    three = bounds(3 * len(content))  # it is read three times
    came = attack.call(what, lambda: prepared(path, columns=columns), three)
    if isinstance(came, list) and any("\0" in pair.source + pair.target for pair in came):
        attack.fault(f"{what}: a file with NULs was taken without a word")


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_this_kind_gets_an_answer(attack: Attack, name: str, tmp_path: Path) -> None:
    tried(attack, name, tmp_path / "own.tsv", FILES[name]())
    attack.verdict()


def test_drawn_files(attack: Attack, tmp_path: Path) -> None:
    for seed in attack.seeds(0.12):
        rng = Random(seed)
        what, content = drawn(rng)
        columns = (
            None
            if rng.random() < 0.8
            else rng.choice((("en", "de"), ("", ""), ("source", "source"), ("\0", "x" * 9999)))
        )
        name = rng.choice(("own.tsv", "own.csv", "own", ".tsv", "a b.tsv.gz", "한글.txt", "[red].csv"))
        tried(attack, f"seed {seed}: {what}", tmp_path / name, content, columns)
    attack.verdict()


PLACES = ("/dev/zero", "/dev/null", "/proc/self/mem", "/", "", "\0", "x" * 300, "~nobody/x", "no such file", "\ud800")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_is_told_at_once(attack: Attack, place: str) -> None:
    attack.call(f"pairs of {place!r:.40}", lambda: PairsTask(path=place), readable=("/",), wait=20.0)
    attack.verdict()
