"""Lines in are lines out: standard input is UTF-8, and a line feed is the only end of a line."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from s2s_core.checkpoint import load
from s2s_core.cli import lines as reading
from s2s_core.cli import main
from s2s_core.cli.lines import lines, on_one_line

BREAKS = ("\u2028", "\u2029", "\x85", "\f", "\v", "\x1c", "\x1d", "\x1e", "\r")


@pytest.fixture
def translate(monkeypatch, capsys):
    """Pipe bytes into `translate` and get exit code, stdout and stderr."""

    def run(given: bytes, *options: str):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(given), isatty=lambda: False))
        code = main(["translate", *options])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a", ["a"]),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\n\nb\n", ["a", "", "", "b"]),
        (b"\xef\xbb\xbfa\n", ["a"]),
        (b"a\n\xef\xbb\xbfb\n", ["a", "\ufeffb"]),
        *((f"a{c}b\nc\n".encode(), [f"a{c}b", "c"]) for c in BREAKS),
    ],
)
def test_a_line_feed_and_nothing_else_ends_a_line(given, found):
    assert list(lines(io.BytesIO(given))) == found


@pytest.mark.parametrize("options", [(), ("--beam", "2")], ids=["greedy", "beam"])
def test_as_many_lines_come_out_as_go_in(translate, options):
    model = load("dates")
    given = ["\ufeff8 mars 2025", "", *(f"8{c}mars{c}2025" for c in BREAKS), " \u200b\t", "8 mars 2025"]
    code, out, _err = translate("\n".join(given).encode(), *options)
    expected = model.translate(["8 mars 2025"], beam_size=2 if options else 1)[0]
    assert code == 0 and out.endswith("\n")
    assert out.split("\n")[:-1] == [expected if "8" in line else "" for line in given]
    code, out, _err = translate("\n".join(given).encode(), "--json", *options)
    assert [entry["output"] for entry in json.loads(out)] == [expected if "8" in line else "" for line in given]


def test_nothing_in_is_nothing_out(translate):
    assert translate(b"") == (0, "", "")


def test_many_lines_keep_their_order(translate):
    given = [f"{day} mars {year}" for year in (2024, 2025) for day in range(1, 32)] * 5
    code, out, _err = translate("\n".join(given).encode())
    assert code == 0 and out.split("\n")[:-1] == load("dates").translate(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"8 mars 2025\n8 m\xe4rz\n", "line 2: byte 0xE4 at position 4 is not UTF-8: save the input as UTF-8"),
        (b"8 mars\n\n\xff\n", "line 3: byte 0xFF at position 1 is not UTF-8"),
        (b"8 mars \xf0\x9f\n", "line 1: byte 0xF0 at position 8 is not UTF-8"),
        ("8 mars 2025\n".encode("utf-16"), "the input is UTF-16, expected UTF-8: convert it first"),
        ("8 mars 2025\n".encode("utf-16-le"), "likely UTF-16, expected UTF-8: convert it first"),
        ("8 mars 2025\n".encode("utf-16-be"), "iconv -f UTF-16BE -t UTF-8"),
        ("8 mars 2025\n".encode("utf-32"), "the input is UTF-32, expected UTF-8"),
        (b"8 mars 2025\n" + b"8" * 65 + b"\n", "line 2: the text has 65 characters, and the model takes at most 64"),
        (b"8 mars 2025\n" + b"8" * 200_000, "line 2: the text has 200000 characters, and the model takes at most 64"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_its_line(translate, given, said):
    code, out, err = translate(given)
    assert (code, out) == (1, "")
    assert said in err and err.startswith("error: ") and err.count("\n") == 1


def test_a_line_without_end_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 100)
    stream = io.BytesIO(b"a\n" + b"x" * 10_000)
    with pytest.raises(reading.DataError, match=r"^line 2: it is longer than 100 bytes"):
        list(lines(stream))
    assert stream.tell() < 200


@pytest.mark.parametrize("character", [*BREAKS, "\n"])
def test_an_output_stays_on_its_line(character):
    assert on_one_line(f"a{character}b") == "a b" and on_one_line("a\r\nb") == "a b"


@pytest.mark.parametrize(
    "arguments",
    [["translate", "a\udcff"], ["trace", "\udcff"], ["trace", "a", "--reference", "\ud800"]],
)
def test_an_argument_that_is_no_text_is_one_sentence(capsys, arguments):
    assert main(arguments) == 1
    output = capsys.readouterr()
    assert output.out == "" and output.err.startswith("error: an argument is not UTF-8 at character ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["translate", "a", "--beam", "0"], 2),
        (["translate", "a", "--beam", "1000000000"], 2),
        (["translate", "a", "--length-penalty", "nan", "--beam", "2"], 2),
        (["translate", "a", "--length-penalty", "inf", "--beam", "2"], 1),
        (["translate", "a", "--max-len", "-1"], 2),
        (["translate", "a", "--n-best", "0"], 2),
        (["trace", "a", "--seed", "99999999999999999999"], 2),
        (["trace", "a", "--seed", "-1"], 2),
        (["trace", "a", "--teacher-forcing", "nan"], 2),
        (["evaluate", "--beam", "1000000000", "--size", "1"], 1),
    ],
)
def test_a_number_that_cannot_be_is_refused_without_a_traceback(capsys, arguments, code):
    assert main(arguments) == code
    output = capsys.readouterr()
    assert output.out == "" and output.err and "Traceback" not in output.err
