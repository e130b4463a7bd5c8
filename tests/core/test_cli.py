"""The command line: results on stdout, everything else on stderr, one line for an error, an exit code for each end."""

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch
from disks import full_disk
from small_models import small_translator
from typer.main import get_command

import s2s_core
from s2s_core import checkpoint
from s2s_core.analysis.temperature import at_temperature
from s2s_core.checkpoint import store
from s2s_core.cli import main
from s2s_core.cli.main import app, or_app
from s2s_core.cli.train import MODEL_FIELDS, TRAIN_FIELDS
from s2s_core.recipes import RECIPES, confidence
from s2s_core.recipes.confidence import Confidence
from s2s_core.trace import Trace
from s2s_core.training import StepDone
from s2s_core.translator import Translator

ROOT = Path(__file__).parents[2]
COMMANDS = ("app", "models", "translate", "trace", "train", "evaluate", "experiment", "sweep", "fetch")
TINY = [
    word
    for field in ("embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size")
    for word in ("--set", f"{field}=4")
]
QUICK = ["--steps", "4", "--set", "validate_every=2", *TINY]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a small model that stands where shipped ones do."""
    checkpoint.save(tmp_path / "shipped" / "small", small_translator(), card="")
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    monkeypatch.delenv("S2S_CHECKPOINTS", raising=False)
    return "small"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy task with few pairs, so that a run takes no time."""
    monkeypatch.setattr("s2s_core.tasks.reverse.USUAL_SIZES", {"train": 200, "dev": 8, "test": 12})


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(get_command(app).commands) == set(COMMANDS)  # type: ignore[attr-defined]
    for command in COMMANDS:
        assert main([command, "--help"]) == 0
        text = capsys.readouterr().out
        assert f"python -m s2s_core {command}" in text and "Examples:" in text and "--help" in text


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    output = capsys.readouterr()
    assert all(command in output.out + output.err for command in COMMANDS)


def test_help_calls_the_program_as_its_user_does(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        assert main([command, "--help"], program="seq2scope") == 0
        text = " ".join(capsys.readouterr().out.split())
        assert f"seq2scope {command}" in text and "python -m s2s_core" not in text


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ([], ["app"]),
        (["--port", "9000"], ["app", "--port", "9000"]),
        (["--server.baseUrlPath=x"], ["app", "--server.baseUrlPath=x"]),
        (["--debug"], ["--debug", "app"]),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
        (["--debug", "models"], ["--debug", "models"]),
        (["models", "--json"], ["models", "--json"]),
        (["-h"], ["-h"]),
        (["modles"], ["modles"]),
    ],
)
def test_the_program_opens_the_app_where_no_command_is_named(words: list[str], meant: list[str]) -> None:
    assert or_app(words) == meant


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"seq2scope {s2s_core.__version__}\n"


# ---------------------------------------------------------------------------------------------- reading


def test_models_lists_what_can_be_loaded(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert "small" in capsys.readouterr().out
    assert main(["models", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["name"] == "small" and entry["peephole"] == "full" and entry["parameters"] > 100


def test_models_names_the_damaged_one_and_lists_the_others(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint.save(tmp_path / "shipped" / "torn", small_translator(), card="")
    (tmp_path / "shipped" / "torn" / "model.safetensors").write_bytes(b"")
    assert main(["models", "--json"]) == 0
    output = capsys.readouterr()
    assert [entry["name"] for entry in json.loads(output.out)] == ["small"]
    assert "torn: model.safetensors has been edited or cut short" in output.err and len(output.err.splitlines()) == 1


def test_translate_writes_a_line_for_a_text(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    model = checkpoint.load(small, device="cpu")
    texts = ["abc", "gfe", "a"]
    assert main(["translate", "-m", small, *texts]) == 0
    assert capsys.readouterr().out == "".join(f"{line}\n" for line in model.translate(texts))
    assert main(["translate", "-m", small, "--beam", "3", "--json", *texts]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["text"] for entry in entries] == texts
    assert [entry["output"] for entry in entries] == model.translate(texts, beam_size=3)
    assert all(len(entry["hypotheses"]) <= 3 for entry in entries)


@pytest.mark.parametrize(("amp", "short"), [(["--amp", "bf16"], True), (["--amp", "off"], False), ([], False)])
def test_products_are_short_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amp: list[str], short: bool
) -> None:
    path, seen = small_task_model(tmp_path), set()
    for name in ("translate", "search"):
        original = getattr(Translator, name)

        def watched(*given, original=original, **options):
            seen.add(torch.is_autocast_enabled("cpu"))
            return original(*given, **options)

        monkeypatch.setattr(Translator, name, watched)
    assert main(["translate", "-m", path, "abc", *amp]) == 0  # one text and several go different ways
    assert main(["translate", "-m", path, "abc", "cab", *amp]) == 0
    assert main(["translate", "-m", path, "abc", "--beam", "2", "--json", *amp]) == 0
    assert main(["evaluate", "-m", path, "--size", "5", *amp]) == 0
    assert seen == {short} and not torch.is_autocast_enabled("cpu")


def test_translate_reads_lines_and_keeps_the_empty_ones(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = checkpoint.load(small, device="cpu").translate(["abc", "gf"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("abc\n\ngf\n"))
    assert main(["translate", "-m", small]) == 0
    assert capsys.readouterr().out == f"{first}\n\n{second}\n"


def test_translate_names_the_line_that_is_too_long(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("abc\n" + 21 * "a" + "\n"))
    assert main(["translate", "-m", small]) == 1
    output = capsys.readouterr()
    assert output.err == "error: line 2: the text has 21 characters, and the model takes at most 20\n"
    assert output.out == ""


def test_trace_prints_every_step(small: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trace = checkpoint.load(small, device="cpu").trace("abc", reference="012", teacher_forcing=0.5, seed=3)
    options = ["trace", "-m", small, "abc", "--reference", "012", "--teacher-forcing", "0.5", "--seed", "3"]
    for suffix in (".npz", ".json"):
        path = tmp_path / f"trace{suffix}"
        assert main([*options, "--json", "--out", str(path)]) == 0
        summary = json.loads(capsys.readouterr().out)
        assert summary["output"] == trace.output and summary["log_prob"] == pytest.approx(trace.log_prob)
        assert [step["from"] for step in summary["steps"]] == list(trace.fed_from)
        assert [step["reference"] for step in summary["steps"]] == ["0", "1", "2", "</s>"]
        assert Trace.load(path).key == trace.key
    assert main(options) == 0
    printed = capsys.readouterr().out
    assert "weight" in printed and f"log p of the reference = {trace.log_prob:.3f}" in printed


def test_a_trace_is_calibrated_where_a_temperature_is_stored_and_wanted(
    small: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = checkpoint.load(small, device="cpu")
    numbers = {field.name: field.type(1) for field in fields(Confidence)} | {"model": "small", "temperature": 2.0}
    line = Confidence(**(numbers | {"fingerprint": model.info.fingerprint, "error": 5.0, "low": 4.0}))
    options = ["trace", "-m", small, "abc", "--json"]
    for kept, said in (((), "never measured"), ((replace(line, error=1.2),), "1.20 points"), ((line,), "")):
        monkeypatch.setattr(confidence, "read_table", lambda kept=kept: kept)
        assert main([*options, "--calibrated"]) == bool(said)
        printed = capsys.readouterr()
        assert said in printed.err
    wanted = at_temperature(model.trace("abc"), 2.0)
    assert json.loads(printed.out)["log_prob"] == pytest.approx(wanted.log_prob)
    assert main(options) == 0
    assert json.loads(capsys.readouterr().out)["log_prob"] == pytest.approx(model.trace("abc").log_prob)


def test_a_model_without_attention_is_traced_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint.save(tmp_path / "mean", small_translator(context="mean"), card="")
    assert main(["trace", "-m", str(tmp_path / "mean"), "abc"]) == 0
    assert "weight" not in capsys.readouterr().out


# ---------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["translate", "-m", "nosuch", "a"], "unknown model 'nosuch': known are small"),
        (["translate", "-m", "small", ""], "the text is empty: type at least one character"),
        (["translate", "-m", "small", 21 * "a"], "the text has 21 characters, and the model takes at most 20"),
        (["translate", "-m", "small", "a", "--device", "tpu"], "unknown device 'tpu': known are auto, cpu, cuda, mps"),
        (["translate", "-m", "small", "a", "--amp", "fp8"], "unknown mixed precision 'fp8': known are off, bf16"),
        (["evaluate", "-m", "small", "--amp", "auto"], "unknown mixed precision 'auto': known are off, bf16"),
        (["trace", "-m", "./absent/", "a"], "cannot load absent: there is no such folder"),
        (["trace", "-m", "small", "a", "--out", "x.pkl"], "a trace is saved as .npz or .json, not as '.pkl'"),
        (["trace", "-m", "small", "a", "--out", "absent/x.npz"], "No such file or directory: absent/x.npz"),
        (["evaluate", "-m", "small", "--split", "all"], "unknown split 'all': known are train, dev, test"),
        (["train", "nosuch"], f"unknown recipe 'nosuch': known are {', '.join(RECIPES)}"),
        (["train", "--data", "absent.tsv"], "there is no file absent.tsv"),
        (["train", "reverse", "--data", "x.tsv"], "the task reverse makes its own pairs: leave out --data"),
        (
            ["train", "ko-en", "--out", "x"],
            "ko-en goes on from to-en: train that first, and name its folder with --from",
        ),
        (["train", "to-en", "--out", "x"], "the pairs of to-en stand in a file: name it with --data"),
        (["train", "reverse", "--set", "lr=x"], "lr takes a number, not 'x'"),
        (["train", "reverse", "--set", "bidirectional=2"], "bidirectional takes true or false, not '2'"),
        (["train", "reverse", "--set", "batch_size=true"], "batch_size takes a whole number, not 'true'"),
        (["train", "reverse", "--set", "patience=x"], "patience takes int | None, not 'x'"),
        (["train", "reverse", "--set", "betas=[0.5,2.0]"], "betas must be two numbers from 0 to below 1"),
        (["train", "reverse", "--set", "cell=tree"], "unknown cell 'tree': known are lstm, gru, rnn"),
        (["train", "reverse", "--set", "colour=red"], "unknown setting 'colour=red': known are cell=..., "),
        (["train", "reverse", "--resume", "--out", "absent"], "there is no such folder"),
    ],
)
def test_an_error_is_one_line_without_a_traceback(
    small: str,
    few: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    path = small_task_model(tmp_path)
    monkeypatch.chdir(tmp_path)
    arguments = [path if word == "small" and arguments[0] == "evaluate" else word for word in arguments]
    assert main(arguments) == 1
    output = capsys.readouterr()
    (line,) = output.err.splitlines()
    assert line.startswith("error: ") and said in line
    assert output.out == ""


def small_task_model(tmp_path: Path) -> str:
    """A model whose task is the toy, for `evaluate`."""
    model = small_translator(source="abcdefghijklmnopqrstuvwxyz", target="abcdefghijklmnopqrstuvwxyz")
    object.__setattr__(model, "info", type(model.info)(name="letters", task="reverse"))
    checkpoint.save(tmp_path / "letters", model, card="")
    return str(tmp_path / "letters")


def test_debug_shows_where_an_error_came_from(small: str) -> None:
    from s2s_core.errors import UnknownName

    with pytest.raises(UnknownName):
        main(["--debug", "translate", "-m", "nosuch", "a"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["translate", "--beam", "0", "a"],
        ["translate", "--nosuch", "a"],
        ["trace"],
        ["trace", "a", "--teacher-forcing", "1.5"],
        ["train"],
        ["train", "reverse", "--columns", "a,b"],
        ["train", "reverse", "--tokenizer", "words"],
        ["train", "--data", "x.tsv", "--columns", "one"],
        ["nosuch"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == "" and "Error" in output.err


# ---------------------------------------------------------------------------------------------- training


def test_train_makes_a_scored_checkpoint_with_its_card(
    few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "letters"
    assert main(["train", "reverse", "--out", str(folder), "--seed", "5", *QUICK]) == 0
    output = capsys.readouterr()
    assert "exact %" in output.out and f"the checkpoint is in {folder}" in output.err
    card = (folder / "CARD.md").read_text()
    assert "# Letters → reversed" in card
    assert f"python -m s2s_core train reverse --steps 4 --seed 5 --set validate_every=2 {' '.join(TINY)}" in card
    for heading in ("## Data", "## Training", "## Scores", "## Known weaknesses", "## Training log"):
        assert heading in card
    assert str(tmp_path) not in card, "a card names no folder of the machine that made it"
    assert checkpoint.load(folder, device="cpu").net.config.encoder_hidden == 4

    assert main(["evaluate", "-m", str(folder), "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["pairs"] == 12 and evaluated["model"] == "letters"
    row = next(line for line in card.splitlines() if line.startswith("| all |"))
    numbers = [evaluated["scores"]["exact"], *(evaluated["alignment"]["all"][k] for k in ("field", "exact", "entropy"))]
    assert row.startswith(f"| all | 12 | {' | '.join(f'{number:.2f}' for number in numbers)} |")

    assert main(["train", "reverse", "--out", str(folder), *QUICK]) == 1
    assert "is there already: give --overwrite, --resume, or another --out" in capsys.readouterr().err
    assert main(["train", "reverse", "--out", str(folder), "--overwrite", *QUICK]) == 0


def test_train_reports_its_events_as_json_lines(few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "reverse", "--out", str(tmp_path / "run"), "--json", *QUICK]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events if event["event"] != "probeattention"]
    look = ["stepdone", "stepdone", "validated", "saved"]
    assert kinds == ["started", *look, *look, "saved", "finished", "evaluated"]
    assert all(len(event["weights"][0]) == len(event["src_tokens"]) for event in events if "weights" in event)


def test_own_pairs_are_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    lines = ["id,english,letters"]
    lines += [f"{i},{a} {b} {c},{a[0]} {b[0]} {c[0]}" for i, (a, b, c) in enumerate(_triples(words))]
    (tmp_path / "mine.csv").write_text("\n".join(lines))
    options = ["train", "--data", str(tmp_path / "mine.csv"), "--columns", "english,letters", "--tokenizer", "words"]
    assert main([*options, "--out", str(tmp_path / "run"), *QUICK]) == 0
    output = capsys.readouterr()
    assert "bleu %" in output.out
    assert checkpoint.load(tmp_path / "run", device="cpu").src_tokenizer.name == "words"
    assert main(["evaluate", "-m", str(tmp_path / "run")]) == 1
    assert "stand in a file: name it with --data" in capsys.readouterr().err
    card = (tmp_path / "run" / "CARD.md").read_text()
    assert "train --data mine.csv --columns english,letters" in card and str(tmp_path) not in card
    again = ["evaluate", "-m", str(tmp_path / "run"), *options[1:5]]
    assert main([*again, "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["beam_size"] == 5 and evaluated["scores"].keys() == evaluated["beam_scores"].keys()
    assert main([*again, "--beam", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["beam_scores"] == {}


def test_scores_are_written_into_a_card_and_nothing_else_is_touched(few: None, tmp_path: Path) -> None:
    folder = small_task_model(tmp_path)
    card = Path(folder) / "CARD.md"
    arguments = ["evaluate", "-m", folder, "--write-card"]
    card.write_text("# By hand\n\n## Scores\n\nOld ones.\n\n## Known weaknesses\n\nSome | few.\n")
    assert main(arguments) == 0
    before, written, after = card.read_text().partition("\n| all | ")
    assert written and before.startswith("# By hand\n\n## Scores\n\n") and "held-out pairs" in before
    assert "Old" not in before + after
    assert after.endswith(".\n\n## Known weaknesses\n\nSome | few.\n")
    once = card.read_text()
    assert main(arguments) == 0
    assert card.read_text() == once
    assert main([*arguments, "--size", "5"]) == 2
    card.write_text("# Bare\n")
    assert main(arguments) == 1
    assert card.read_text() == "# Bare\n"


def _triples(words: list[str]) -> list[tuple[str, str, str]]:
    return [(a, b, c) for a in words for b in words for c in words]


def test_ctrl_c_leaves_a_whole_checkpoint_that_the_same_command_resumes(
    few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from s2s_core.cli.watch import Watch

    show = Watch._show

    def interrupted(self: Watch, event: object, *rest: object) -> None:
        show(self, event, *rest)  # type: ignore[arg-type]
        if isinstance(event, StepDone) and event.step == 3:
            os.kill(os.getpid(), signal.SIGINT)

    folder, handler = tmp_path / "run", signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(Watch, "_show", interrupted)
    assert main(["train", "reverse", "--out", str(folder), *QUICK]) == 130
    assert f"interrupted: the same command with --resume goes on from {folder}" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is handler
    assert checkpoint.load_training_state(folder).facts["step"] == 3
    monkeypatch.setattr(Watch, "_show", show)
    assert main(["train", "reverse", "--out", str(folder), "--resume", *QUICK]) == 0
    assert not (folder / "training").exists()


def test_a_run_that_cannot_go_on_exits_with_1(few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = ["--set", "lr=1e30", "--set", "clip=1e30", "--set", "warmup=0"]
    assert main(["train", "reverse", "--out", str(tmp_path / "run"), *QUICK, *wild]) == 1
    assert "is not a finite number" in capsys.readouterr().err
    assert checkpoint.load(tmp_path / "run", device="cpu")


def test_every_setting_has_one_meaning() -> None:
    assert not set(TRAIN_FIELDS) & set(MODEL_FIELDS)


@pytest.mark.parametrize("name", [*RECIPES])
def test_every_recipe_is_whole(name: str) -> None:
    recipe = RECIPES[name]()
    assert recipe.name == name and recipe.summary and recipe.data and recipe.weaknesses
    assert recipe.with_seed(9).train.seed == 9


# ---------------------------------------------------------------------------------------------- files and numbers


@pytest.mark.skipif(os.name == "nt", reason="other names")
@pytest.mark.parametrize("place", ["file", "file/run", "file/a/b/run", "mine", "x" * 300, "/proc/run", "/dev/null"])
def test_a_folder_that_cannot_be_written_is_said_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    monkeypatch.setattr("s2s_core.tasks.reverse.ReverseTask.pairs", lambda *given, **options: 1 / 0)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    assert main(["train", "reverse", "--out", str(tmp_path / place), *QUICK]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: cannot save: ") and sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt", reason="other names")
@pytest.mark.parametrize("command", ["trace", "experiment", "evaluate"])
def test_whoever_writes_says_first_that_it_cannot(
    small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    def loaded(*arguments: object, **options: object) -> None:
        raise AssertionError("it began to work")

    path = small_task_model(tmp_path)
    monkeypatch.setattr(checkpoint, "load", loaded)
    monkeypatch.setattr("s2s_core.cli.experiment.families", lambda: {"dates": (), "x": ((), ())})
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "t" / "scores.csv").mkdir(parents=True)
    attempts = {
        "trace": [["--out", str(tmp_path / name)] for name in ("file/x.npz", "folder.npz", "absent/x.json")],
        "experiment": [
            ["scores", "--family", "dates", "--out", str(tmp_path / name)] for name in ("file", "file/x", "t")
        ],
        "evaluate": [["-m", path, "--write-card"]],
    }
    words = {"trace": ["abc", "-m", small], "experiment": [], "evaluate": []}[command]
    for attempt in attempts[command]:
        assert main([command, *words, *attempt]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("error: ") and "it began" not in line


@pytest.mark.parametrize("card", [None, b"# No scores\n", b"\xff\n## Scores\n"])
def test_a_card_that_scores_cannot_be_written_into_is_said_before_they_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], card: bytes | None
) -> None:
    folder = Path(small_task_model(tmp_path))
    (folder / "CARD.md").unlink()
    if card is not None:
        (folder / "CARD.md").write_bytes(card)
    monkeypatch.setattr("s2s_core.cli.evaluate.evaluate", lambda *given, **options: 1 / 0)
    assert main(["evaluate", "-m", str(folder), "--write-card"]) == 1
    assert "card" in capsys.readouterr().err


def test_what_is_traced_onto_a_full_disk_leaves_nothing(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("x.npz", "x.json"):
        with full_disk(5000):
            assert main(["trace", "-m", small, "abc", "--out", str(tmp_path / name)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "make room there, then try again" in line
    assert [path.name for path in tmp_path.iterdir()] == ["shipped"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "setting",
    [
        *(
            f"encoder_hidden={value}"
            for value in ("1000000000", "100000", "1e400", "nan", "-1", "0", "9" * 5000, "true")
        ),
        *(f"batch_size={value}" for value in (10**12, 0, 1.5, "null", "x")),
        *(f"lr={value}" for value in ("1e300", "1e400", "NaN", "-Infinity", "0", "-1", "9" * 400, "[1]", "")),
        *(f"seed={value}" for value in (-1, 2**63, 10**30, "nan")),
        *(f"label_smoothing={value}" for value in ("NaN", 1, -0.1)),
        *(
            "dropout=1",
            "dropout=NaN",
            "validate_every=0",
            "patience=-1",
            "patience=0",
            "snapshots=1",
            "snapshots=1000000000",
        ),
        *("steps=0", "steps=" + "9" * 4000, "epochs=1", "max_tgt_len=1000000000000", "encoder_layers=1000000000"),
        *(
            "embedding_std=1e300",
            "betas=[[1],[2]]",
            "betas=[0.9]",
            "betas=" + "[" * 100_000,
            "specimens=[1]",
            "cell=[]",
        ),
        *("nosuch=1", "=", "", "lr", "\x1b[31m=1", "x" * 100_000 + "=1", "warmup=1e9"),
    ],
    ids=lambda setting: ascii(setting[:30]),
)
def test_a_number_that_no_run_can_have_is_one_sentence_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    monkeypatch.setattr("s2s_core.tasks.reverse.ReverseTask.pairs", lambda *given, **options: 1 / 0)
    assert main(["train", "reverse", "--out", str(tmp_path / "run"), "--set", setting]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and len(line) < 1500 and line.isprintable()
    assert not list(tmp_path.iterdir())


def test_two_do_not_train_into_one_folder(few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with checkpoint.reserved(tmp_path / "run"):
        assert main(["train", "reverse", "--out", str(tmp_path / "run"), *QUICK]) == 1
    assert "something else is training into" in capsys.readouterr().err
    assert main(["train", "reverse", "--out", str(tmp_path / "run"), *QUICK]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_disk_that_fills_up_is_said_with_the_way_to_go_on(
    few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save, folder, saves = checkpoint.save, tmp_path / "run", []

    def filling(*given: object, **options: object) -> None:
        saves.append(given)
        with full_disk(1000 if len(saves) == fails_at else 10**9):
            save(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(checkpoint, "save", filling)
    fails_at = 0
    assert main(["train", "reverse", "--out", str(tmp_path / "whole"), *QUICK]) == 0
    for fails_at in (2, 3, 4):  # in the second validation, at the end of the training, with its card
        saves.clear()
        assert main(["train", "reverse", "--out", str(folder), "--overwrite", *QUICK]) == 1
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
        assert "make room there" in line and f"the same command with --resume goes on from {folder}" in line
        saves.clear()
        fails_at = 0
        assert main(["train", "reverse", "--out", str(folder), "--resume", *QUICK]) == 0
        for name in ("manifest.json", "model.safetensors"):
            assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert "## Scores" in (folder / "CARD.md").read_text() and not checkpoint.is_unfinished(folder)


# ---------------------------------------------------------------------------------------------- as a program


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_leaves_a_state_to_go_on_from(tmp_path: Path, number: signal.Signals, code: int) -> None:
    command = [sys.executable, "-m", "s2s_core", "train", "reverse", "--out", str(tmp_path / "run"), "--json"]
    command += ["--steps", "100000", "--set", "validate_every=100000", *TINY]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seen = iter(process.stdout)
    next(line for line in seen if '"stepdone"' in line)
    process.send_signal(number)
    error = process.communicate()[1]
    assert process.returncode == code and "with --resume goes on" in error and "Traceback" not in error
    assert checkpoint.load_training_state(tmp_path / "run").facts["step"] >= 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path, options: list[str]) -> None:
    checkpoint.save(tmp_path / "small", small_translator(), card="")
    command = [sys.executable, "-m", "s2s_core", "translate", "-m", str(tmp_path / "small"), "abc", *options]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "No space left on device" in done.stderr


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "s2s_core", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **options)  # type: ignore[call-overload]


def test_the_program_exits_with_its_code_and_imports_no_screen() -> None:
    done = run("translate", "-m", "nosuch", "a")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: unknown model 'nosuch'") and "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "small", small_translator(), card="")
    (tmp_path / "lines").write_text("abcdefg\n" * 2000)
    shell = f'"{sys.executable}" -m s2s_core translate -m "{tmp_path}/small" < "{tmp_path}/lines" | head -n 1'
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert len(done.stdout.splitlines()) == 1 and done.stderr == ""
