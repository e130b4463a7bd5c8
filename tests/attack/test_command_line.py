"""Command lines and standard input: an exit code, one line for an error, and never a traceback."""

import io
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attack import texts, values
from attack.measure import Attack, Bounds
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import store
from s2s_core.cli import main
from s2s_core.cli.train import FIELDS

BOUNDS = Bounds(answered=1.5)
TRAINING = Bounds(answered=4.0)
EXIT_CODES = (0, 1, 2)


class Typed(io.TextIOWrapper):
    """Standard input that is no terminal, of any bytes."""

    def isatty(self) -> bool:
        return False


def run(words: list[str], given: bytes = b"") -> tuple[int, str, str]:
    """The exit code of a command, and what it printed on stdout and stderr."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="")
        for errors in ("strict", "backslashreplace")  # as Python opens them
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Typed(io.BytesIO(given), encoding="utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main(words)
        for stream in (out, err):
            stream.flush()
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()  # type: ignore[attr-defined]


def wrong(code: int, out: str, err: str) -> str:
    """What is wrong with how a command ended."""
    if code not in EXIT_CODES:
        return f"the exit code is {code}"
    if "Traceback" in out + err or 'File "' in err:
        return "a traceback"
    said = [line for line in err.splitlines() if line.startswith("error:")]
    if code == 1 and len(said) != 1:
        return f"not one line of error: {err!r:.200}"
    if any(len(line) > 1000 for line in said):
        return f"an error of {max(map(len, said)):,} characters"
    return ""


def tried(attack: Attack, what: str, words: list[str], given: bytes = b"", bounds: Bounds = BOUNDS) -> Any:
    came = attack.call(what, lambda: run(words, given), bounds, readable=("/",))  # whatever was named
    if isinstance(came, tuple) and (problem := wrong(*came)):
        attack.fault(f"{what}: {problem}")
    return came


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small model among the shipped ones, and a folder of its own to stand in."""
    checkpoint.save(tmp_path / "shipped" / "small", small_translator(), card="")
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("s2s_core.tasks.reverse.USUAL_SIZES", {"train": 200, "dev": 8, "test": 12})
    (tmp_path / "own.tsv").write_text("".join(f"number {n}\t{n:b}\n" for n in range(300)))
    (tmp_path / "a file").write_text("x")
    return "small"


# ---------------------------------------------------------------------------------------------- standard input

INPUTS: dict[str, bytes] = {
    "nothing": b"",
    "a byte order mark": b"\xef\xbb\xbfabc\n",
    "a wrong byte": b"abc\nab\xffc\n",
    "UTF-16": "abc\nabc\n".encode("utf-16"),
    "cp949": "안녕\n".encode("cp949"),
    "NULs": b"a\0b\n\0\n",
    "a cut character": "국".encode()[:2],
    "lines of Windows": b"abc\r\nabc\r\n",
    "lines of the old Mac": b"abc\rabc\r",
    "separators of Unicode": "a\u2028b\nc\u2029d\ne\x85f\ng\x0bh\ni\x0cj\nk\x1cl\n".encode(),
    "no line end": b"abc\nabc",
    "empty lines": b"\n\nabc\n\n",
    "a line too long": b"abc\n" + b"a" * 3_000_000 + b"\n",
    "marks": ("abc\na" + "\u0301\u0316" * 20_000).encode(),
    "many lines": b"abc\n" * 3000,
    "surrogates": b"\xed\xa0\x80\n",
    "escapes": b"\x1b[31ma\x1b]0;t\x07\n",
}


@pytest.mark.parametrize("name", INPUTS)
def test_lines_in_are_lines_out_or_one_sentence(attack: Attack, small: str, name: str) -> None:
    given = INPUTS[name]
    came = tried(attack, name, ["translate", "-m", small, "--device", "cpu"], given, Bounds(answered=4.0))
    if isinstance(came, tuple) and came[0] == 0:
        lines, outputs = given.removesuffix(b"\n").count(b"\n") + 1 if given else 0, came[1].removesuffix("\n")
        found = outputs.count("\n") + 1 if came[1].strip("\n") or lines > 1 else 0
        if found != lines and given and b"\r" not in given.replace(b"\r\n", b""):
            attack.fault(f"{name}: {lines} lines in, {found} out")
        if name in ("a wrong byte", "UTF-16", "cp949", "a cut character", "surrogates"):
            attack.fault(f"{name}: translated, though it is no UTF-8")
    plain = run(["translate", "-m", small, "--device", "cpu"], b"abc\n")
    if name == "a byte order mark" and came != plain:
        attack.fault(f"{name}: another answer than without it")
    attack.verdict()


# ---------------------------------------------------------------------------------------------- options

NUMBERS = ("0", "-1", "1", "2", "1000000000", "1" + "0" * 30, "9" * 400, "1.5", "nan", "inf", "-inf", "1e400", "", "x")
NUMBERS += ("true", "null", "[1]", "٣", "0x10", "1_0", " 1", "\udcff")
WORDS = (
    *values.NAMES[:6],
    *values.NAMES[9:],
    "abc",
    "a file",
    "own.tsv",
    "no such file",
    ".",
    "/dev/null",
    "/proc/self/x",
)
OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # command -> what always stands there; options of a number; options of a word
    "models": ((), (), ("--json",)),
    "translate": (("abc",), ("--beam", "--length-penalty"), ("--model", "--device", "--amp")),
    "trace": (
        ("abc", "--out", "t.json"),
        ("--seed", "--teacher-forcing"),
        ("--model", "--reference", "--out", "--device"),
    ),
    "evaluate": (("--size", "2"), ("--beam", "--seed", "--size"), ("--model", "--data", "--split", "--columns")),
    "experiment": (("scores", "--size", "2", "--out", "e"), ("--size", "--seed"), ("--family", "--data", "--columns")),
}


def worded(rng: Random) -> list[str]:
    command = rng.choice(list(OPTIONS))
    always, numbers, others = OPTIONS[command]
    words = [command, *always]
    if command in ("translate", "trace", "evaluate"):
        words += ["--model", "small"]
    for _ in range(rng.choice((1, 1, 2))):
        if numbers and rng.random() < 0.5:
            words += [rng.choice(numbers), rng.choice(NUMBERS)]
        else:
            words += [rng.choice(others), rng.choice(WORDS)]
    if rng.random() < 0.1:
        words[1:1] = [texts.drawn(rng, most=500)[1]]
    return [word.encode(errors="replace").decode() for word in words]  # what a shell can pass on


def test_drawn_command_lines(attack: Attack, small: str) -> None:
    for seed in attack.seeds(0.06):
        words = worded(Random(seed))
        tried(attack, f"seed {seed}: {' '.join(words)!r:.150}", words)
    attack.verdict()


TINY = ["embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size"]
SHORT = ["--steps", "2", "--set", "validate_every=2", *(word for field in TINY for word in ("--set", f"{field}=4"))]


LARGE = ("encoder_hidden", "embedding_size", "encoder_layers", "batch_size", "max_src_len", "seed", "patience", "lr")


def set_to(field: str, number: str) -> list[str]:
    return ["train", "reverse", "--out", "runs/x", "--overwrite", *SHORT, "--set", f"{field}={number}"]


@pytest.mark.parametrize("field", LARGE)
def test_a_setting_without_end(attack: Attack, small: str, field: str) -> None:
    for number in ("1000000000", "1" + "0" * 30):
        tried(attack, f"--set {field}={number}", set_to(field, number), bounds=TRAINING)
    attack.verdict()


def test_drawn_settings(attack: Attack, small: str) -> None:
    fields = [field for field in FIELDS if field not in ("steps", "epochs", "snapshots")]  # as long as was asked for
    for seed in attack.seeds(0.06):
        rng = Random(seed)
        field, number = rng.choice(fields), rng.choice((*NUMBERS, "NaN", "[[1]]", '{"a": 1}', "0.5", "1e-320"))
        tried(attack, f"seed {seed}: --set {field}={number:.40}", set_to(field, number), bounds=TRAINING)
    attack.verdict()


ORDERS: dict[str, list[str]] = {
    "nothing": ["train"],
    "no recipe": ["train", "no such recipe"],
    "a path for a recipe": ["train", "../dates"],
    "no data": ["train", "--data", "no such file"],
    "a folder for data": ["train", "--data", "."],
    "a device for data": ["train", "--data", "/dev/null"],
    "no columns": ["train", "--data", "own.tsv", "--columns", "en,de"],
    "half a column": ["train", "--data", "own.tsv", "--columns", "en"],
    "no tokenizer": ["train", "--data", "own.tsv", *SHORT, "--tokenizer", "x"],
    "a vocabulary of 1": ["train", "--data", "own.tsv", *SHORT, "--tokenizer", "characters", "--vocab-size", "1"],
    "a small vocabulary": ["train", "--data", "own.tsv", *SHORT, "--vocab-size", "261"],
    "a vocabulary without end": ["train", "--data", "own.tsv", *SHORT, "--vocab-size", "1" + "0" * 30],
    "a file for a folder": ["train", "reverse", *SHORT, "--out", "a file"],
    "below a file": ["train", "reverse", *SHORT, "--out", "a file/x"],
    "a name too long": ["train", "reverse", *SHORT, "--out", "x" * 300],
    "a NUL": ["train", "reverse", *SHORT, "--out", "a\0b"],
    "where nobody writes": ["train", "reverse", *SHORT, "--out", "/proc/x"],
    "nothing to resume": ["train", "reverse", *SHORT, "--out", "runs/none", "--resume"],
    "no device": ["train", "reverse", *SHORT, "--device", "tpu", "--out", "runs/y"],
    "a seed without end": ["train", "reverse", *SHORT, "--seed", "1" + "0" * 30, "--out", "runs/y"],
    "steps without end": ["train", "reverse", "--steps", "1" + "0" * 400, "--out", "a file"],
    "no setting": ["train", "reverse", *SHORT, "--set", "x", "--out", "runs/y"],
    "a setting of nothing": ["train", "reverse", *SHORT, "--set", "=", "--out", "runs/y"],
    "no family": ["experiment", "scores", "--family", "x"],
    "no experiment": ["experiment", "x"],
    "a table nobody writes": ["experiment", "scores", "--out", "a file", "--size", "1"],
    "a sweep of no family": ["sweep", "x"],
    "a sweep of no seeds": ["sweep", "reverse", "--seeds", "9-1"],
    "seeds without end": ["sweep", "reverse", "--seeds", "1-" + "9" * 400],
    "a sweep below a file": ["sweep", "reverse", *SHORT, "--out", "a file/x"],
    "a sweep with a NUL": ["sweep", "reverse", *SHORT, "--out", "a\0b"],
    "a sweep with a name too long": ["sweep", "reverse", *SHORT, "--out", "x" * 300],
    "a sweep where nobody writes": ["sweep", "reverse", *SHORT, "--out", "/proc/x"],
    "a trace nobody writes": ["trace", "abc", "-m", "small", "--out", "a file/t.json"],
    "a trace of no kind": ["trace", "abc", "-m", "small", "--out", "t.txt"],
    "a model's card for a model": ["translate", "abc", "-m", "shipped/small/CARD.md"],
    "an empty text": ["translate", "", "-m", "small"],
    "a text of marks": ["translate", "[red]x[/]", "-m", "small"],
    "a surrogate": ["translate", "\udcff", "-m", "small"],
    "a surrogate to trace": ["trace", "\udcff", "-m", "small"],
    "a surrogate as JSON": ["translate", "\udcff", "-m", "small", "--json"],
    "a task of a model that has none": ["evaluate", "-m", "small", "--size", "1"],
    "no command": ["x"],
    "a NUL for a model": ["translate", "abc", "-m", "\0"],
    "nobody's model": ["translate", "abc", "-m", "~nobody/x"],
    "a name without end": ["translate", "abc", "-m", "x" * 300],
    "a beam without end": ["translate", "abc", "-m", "small", "--beam", "1000000000"],
    "a penalty without end": ["translate", "abc", "-m", "small", "--beam", "2", "--length-penalty", "inf"],
    "a penalty of nan": ["translate", "abc", "-m", "small", "--beam", "2", "--length-penalty", "nan"],
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_that_cannot_be_followed(attack: Attack, small: str, name: str) -> None:
    came = tried(attack, name, ORDERS[name], bounds=TRAINING)
    if isinstance(came, tuple) and came[0] == 0 and name not in ANSWERED:
        attack.fault(f"{name}: followed")
    attack.verdict()


ANSWERED = (
    "a seed without end",
    "a beam without end",
    "a text of marks",
    "a surrogate",
    "a surrogate to trace",
    "a surrogate as JSON",
    "a small vocabulary",
)
