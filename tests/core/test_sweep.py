"""A sweep does every cell once, whatever is killed in between, and its table says what its seeds say."""

import dataclasses
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import jaxtyping
import pytest

from s2s_core import checkpoint, seeds
from s2s_core.cli import main
from s2s_core.errors import InvalidConfig, S2SError, UnknownName
from s2s_core.locks import Taken, locked
from s2s_core.recipes import RECIPES, VARIATIONS, run
from s2s_core.sweep import Cell, Done, Folder, Lost, Plan, Progressed, grid, members_of, seeds_of, sweep, table
from s2s_core.sweep.folder import Result
from s2s_core.sweep.work import work

SMALL = {"train_size": 200, "dev_size": 10, "test_size": 20}
STEPS = 250
PLAN = Plan(
    family="reverse",
    members=("reverse",),
    seeds=(1, 2),
    model={"encoder_hidden": 8, "decoder_hidden": 8, "max_tgt_len": 14},
    train={"steps": STEPS, "validate_every": 50},
    sizes=SMALL,
)
ONE, TWO = PLAN.cells()
PARENTS_ELSEWHERE = ("ko-en", "en-ko")  # they go on from a model of another task


def manifests(folder: Folder) -> dict[Cell, bytes]:
    """What tells whether the weights are the same, byte for byte."""
    return {cell: checkpoint.read_manifest(folder.checkpoint(cell)) for cell in PLAN.cells()}


def tables(folder: Folder) -> tuple[str, str]:
    return (folder.path / "seeds.csv").read_text("utf-8"), (folder.path / "seeds.md").read_text("utf-8")


def until(holds, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Folder:
    """The same sweep in one piece, in this process, and without the checks of types, which take most of its time."""
    folder = Folder(tmp_path_factory.mktemp("whole") / "sweep")
    jaxtyping.config.update("jaxtyping_disable", True)
    with folder.reserved(PLAN):
        for cell in PLAN.cells():
            work(PLAN, cell, folder, wanted=lambda: True)
    jaxtyping.config.update("jaxtyping_disable", False)
    table.write(folder, "reverse")
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1-3", (1, 2, 3)), ("7", (7,)), ("1,3,7-9", (1, 3, 7, 8, 9)), (" 5 - 6 , 0 ", (0, 5, 6)), ("3,1,2-3", (1, 2, 3))],
)
def test_seeds_are_numbers_and_ranges(text, expected):
    assert seeds_of(text) == expected


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("5-1", "write 1-5"),
        ("a", "such as 1-5"),
        ("", "such as 1-5"),
        ("1,,2", "such as 1-5"),
        ("-3", "such as 1-5"),
        ("1-", "such as 1-5"),
        ("1.5", "such as 1-5"),
        ("1-2-3", "such as 1-5"),
        ("١-٣", "such as 1-5"),
        ("1-101", "take fewer"),
        ("0-99,200", "take fewer"),
        ("1-9999999999999999999", "numbers up to"),
        ("9223372036854775808", "numbers up to"),
    ],
)
def test_other_seeds_are_refused_with_the_remedy(text, remedy):
    with pytest.raises(InvalidConfig, match=remedy):
        seeds_of(text)


def test_siblings_are_named_by_kind_or_by_name_and_come_in_the_order_of_the_family():
    family = ("dates", *(name for name, variation in VARIATIONS.items() if variation.base == "dates"))
    assert members_of("dates", "all") == family
    assert members_of("dates", "none") == ("dates",)
    assert members_of("dates", " gru,last, dates-last") == ("dates", "dates-last", "dates-gru")
    assert members_of("reverse", "all") == ("reverse",)


@pytest.mark.parametrize(
    ("family", "siblings", "kind", "named"),
    [
        ("dates", "nosuch", UnknownName, "one-direction"),
        ("dates", "last,ko-pronounce-last", UnknownName, "known are all, none, last"),
        ("nosuch", "all", UnknownName, "dates"),
        ("dates-last", "all", InvalidConfig, "dates --siblings last"),
        ("dates", " , ", InvalidConfig, "give all, none"),
    ],
)
def test_unknown_members_are_refused_with_those_that_are_known(family, siblings, kind, named):
    with pytest.raises(kind, match=named):
        members_of(family, siblings)


def test_every_family_has_a_plan_and_its_recipes_are_those_that_train_makes():
    for family in (name for name in RECIPES if name not in VARIATIONS):
        plan = Plan(family=family, members=members_of(family, "all"), seeds=(3,))
        for cell in plan.cells():
            made, plain = plan.recipe(cell.name, cell.seed), RECIPES[cell.name]().with_seed(3)
            assert (made.model, made.name, made.half) == (plain.model, plain.name, plain.half)
            assert made.train.to_json() == plain.train.to_json() | {"device": "cpu"}
            if plain.name in PARENTS_ELSEWHERE:
                with pytest.raises(InvalidConfig, match=f"goes on from {plain.parent}, which learns from other pairs"):
                    plan.parent(cell)
                continue
            parent = f" --from {plain.parent}/seed-3" if plain.parent else ""
            assert plan.command(cell) == f"python -m s2s_core train {cell.name} --seed 3{parent}"


def test_a_cell_s_card_names_the_command_that_trains_it_alone():
    train = {"steps": 5, "epochs": None, "lr_decay": "linear", "betas": (0.8, 0.9)}
    plan = Plan(family="dates", members=("dates",), seeds=(2,), model={"bidirectional": False}, train=train)
    assert plan.command(Cell("dates", 2)) == (
        "python -m s2s_core train dates --seed 2 --set bidirectional=false --steps 5 --set lr_decay=linear "
        "--set 'betas=[0.8, 0.9]'"
    )


def test_what_goes_on_from_another_recipe_is_trained_after_it_from_the_same_seed(tmp_path, undisturbed, monkeypatch):
    reverse = RECIPES["reverse"]()
    child = dataclasses.replace(reverse, name="reverse-on", parent="reverse")
    monkeypatch.setattr(grid, "RECIPES", {"reverse": lambda: reverse, "reverse-on": lambda: child})
    monkeypatch.setattr(table, "RECIPES", grid.RECIPES)
    plan = dataclasses.replace(PLAN, family="reverse-on", members=("reverse-on",))
    folder, (cell, _) = Folder(tmp_path / "sweep"), plan.cells()
    jaxtyping.config.update("jaxtyping_disable", True)
    with folder.reserved(plan):
        assert work(plan, cell, folder, wanted=lambda: False) is None and folder.results() == []
        result = work(plan, cell, folder, wanted=lambda: True)
        assert folder.results() == [result]  # the table has the members alone
        assert checkpoint.read_manifest(folder.checkpoint(ONE)) == manifests(undisturbed)[ONE]
    parent = checkpoint.load(folder.checkpoint(ONE), device="cpu")
    *_, evaluated = run(plan.recipe(cell.name, cell.seed), tmp_path / "alone", command="", parent=parent)
    jaxtyping.config.update("jaxtyping_disable", False)
    assert checkpoint.describe(evaluated.folder).info.fingerprint == result.fingerprint
    assert "train reverse-on --seed 1 --from reverse/seed-1" in checkpoint.read_text(
        folder.checkpoint(cell), checkpoint.CARD
    )


@pytest.mark.parametrize(
    "words",
    [["--ray", ""], ["--ray", " "], ["--set", "seed=3"], ["--set", "device=cpu"], ["--ray", "a:1", "--processes", "1"]],
)
def test_options_that_contradict_a_sweep_are_wrong_usage(words, tmp_path, capsys):
    assert main(["sweep", "reverse", *words, "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists() and "Invalid value" in capsys.readouterr().err


@pytest.mark.slow
def test_a_killed_worker_s_cell_and_an_interrupted_sweep_end_as_the_undisturbed_one(tmp_path, undisturbed):
    folder = Folder(tmp_path / "sweep")
    killed, stopped = False, False
    with closing(sweep(PLAN, folder.path, processes=1)) as reports:
        seen = []
        for report in reports:
            seen.append(report)
            if isinstance(report, Progressed) and 0 < report.step < STEPS:
                until(lambda cell=report.cell: checkpoint.is_unfinished(folder.checkpoint(cell)))
                if report.cell == ONE and not killed:
                    killed = True
                    (worker,) = multiprocessing.active_children()
                    os.kill(worker.pid, signal.SIGKILL)
                elif report.cell == TWO:
                    stopped = True
                    break
    assert killed and stopped and not multiprocessing.active_children()
    assert [type(report) for report in seen if not isinstance(report, Progressed)] == [Lost, Done]
    assert next(report for report in seen if isinstance(report, Lost)).why == "its worker was killed by SIGKILL"
    assert folder.finished(ONE) and folder.finished(TWO) is None
    assert {line.seeds for line in seeds.read(folder.path / "seeds.csv")} == {(1,)}

    again = list(sweep(PLAN, folder.path, processes=1))
    assert {report.cell for report in again} == {TWO} and min(report.step for report in again[:-1]) >= 50
    assert manifests(folder) == manifests(undisturbed)
    assert tables(folder) == tables(undisturbed)

    before = {path: path.stat().st_mtime_ns for path in (folder.path / "cells").rglob("*")}
    assert list(sweep(PLAN, folder.path, processes=1)) == []
    assert {path: path.stat().st_mtime_ns for path in (folder.path / "cells").rglob("*")} == before


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_the_command_no_worker_stays_and_the_cell_goes_on(number, tmp_path, undisturbed):
    folder = Folder(tmp_path / "sweep")
    words = ["sweep", "reverse", "--seeds", "1", "--out", str(folder.path), "--steps", "100000", "--processes", "1"]
    words += ["--size", "10", "--set", "validate_every=20", "--set", "max_tgt_len=14"]
    command = [sys.executable, "-m", "s2s_core", *words]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        place = folder.checkpoint(ONE)
        until(lambda: checkpoint.is_unfinished(place))
        process.send_signal(number)
        errors = process.communicate(timeout=120)[1]
    until(lambda: not held(place))
    if number == signal.SIGINT:
        assert process.returncode == 130 and "the same command goes on" in errors
    assert checkpoint.is_unfinished(place) and folder.finished(ONE) is None


def held(place: Path) -> bool:
    """Whether a worker still has the cell."""
    try:
        with locked(place.with_name(f".{place.name}.cell")):
            return False
    except Taken:
        return True


def test_a_cell_whose_result_was_not_written_is_scored_and_not_trained_again(tmp_path, undisturbed):
    result = undisturbed.finished(ONE)
    weights = undisturbed.checkpoint(ONE) / "model.safetensors"
    before = weights.stat().st_mtime_ns
    undisturbed.result(ONE).unlink()
    assert work(PLAN, ONE, undisturbed, wanted=lambda: True) == result == undisturbed.finished(ONE)
    assert weights.stat().st_mtime_ns == before


def test_a_sweep_may_grow_and_refuses_what_would_make_its_table_a_mixture(tmp_path, undisturbed):
    def reserve(**changes) -> None:
        with undisturbed.reserved(Plan(**{**{name: getattr(PLAN, name) for name in Plan.__slots__}, **changes})):
            pass

    reserve(seeds=(1, 2, 3))
    for changes, said in (
        ({"train": {"steps": 251, "validate_every": 50}}, "steps = 250, not 251"),
        ({"sizes": SMALL | {"test_size": 21}}, "test_size = 20, not 21"),
        ({"model": {}}, "give another --out"),
        ({"family": "dates", "members": ("dates",), "model": {}}, "a sweep of reverse, not dates"),
    ):
        with pytest.raises(InvalidConfig, match=said):
            reserve(**changes)
    with undisturbed.reserved(PLAN), pytest.raises(InvalidConfig, match="wait for its end"):
        reserve()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda path: path.write_text("x"), "is a file: give --out a folder"),
        (lambda path: (path.mkdir(), (path / "notes.txt").touch()), "give --out a new folder"),
        (lambda path: (path.mkdir(), (path / "seeds.csv").write_text("a")), "give --out a new folder"),
        (lambda path: (path.mkdir(), (path / "sweep.json").write_text("{}")), "was not written by this program"),
        (lambda path: (path.mkdir(), (path / "sweep.json").write_text("[")), "delete it, or give another --out"),
        (
            lambda path: (path.mkdir(), (path / "sweep.json").write_text(json.dumps({"format": "seq2scope sweep"}))),
            "give another",
        ),
    ],
)
def test_a_folder_with_something_else_in_it_is_refused_in_one_sentence(made, said, tmp_path, capsys):
    made(tmp_path / "out")
    assert main(["sweep", "reverse", "--seeds", "1", "--out", str(tmp_path / "out")]) == 1
    errors = capsys.readouterr().err
    assert said in errors and "Traceback" not in errors and errors.count("error:") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reverse", "--seeds", "5-1"], "write 1-5"),
        (["dates", "--siblings", "nosuch"], "known are all, none, last"),
        (["en-fr", "--seeds", "1"], "name it with --data"),
        (["en-fr", "--seeds", "1", "--data", "nosuch.tsv"], "nosuch.tsv"),
        (["reverse", "--set", "peephole=nosuch"], "must be one of full, diagonal, none"),
        (["reverse", "--steps", "5", "--epochs", "5"], "either steps or epochs"),
        (["reverse", "--ray", "nowhere"], "an address is HOST:PORT"),
    ],
)
def test_what_cannot_be_swept_is_said_before_anything_is_written(words, said, tmp_path, capsys):
    assert main(["sweep", *words, "--out", str(tmp_path / "out")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out" / "cells").exists()


def result(name: str, seed: int, **measures: float) -> Result:
    facts = {"recipe": "ab", "fingerprint": "cd", "pairs": 5, "made_with": ""}
    return Result(name=name, seed=seed, measures=measures, stopped="" if measures else "nan", **facts)


def test_the_table_has_means_intervals_and_the_number_of_seeds(tmp_path):
    results = [result("dates", seed, exact=100.0) for seed in (1, 2, 3)]
    results += [result("dates-last", seed, exact=value) for seed, value in ((1, 99.0), (2, 98.0), (4, 97.0))]
    results += [result("dates-mean", 1, exact=96.0), result("dates-gru", 1)]
    lines = table.spreads("dates", reversed(results))
    seeds.write(tmp_path / "seeds.csv", lines)
    assert list(seeds.read(tmp_path / "seeds.csv")) == lines
    page = table.page("dates", lines, results)
    assert "| dates-last | no attention (last) | 98.00 (97.00 to 99.00, 3 seeds) |" in page
    assert "| dates-last | no attention (last) | -1.50 (-2.00 to -1.00, 2 seeds) |" in page, (
        "of the seeds that both have"
    )
    assert "| dates-mean | no attention (mean) | 96.00 (one seed) |" in page
    assert "- dates-gru, seed 1: nan" in page


def test_a_cell_whose_training_stops_is_finished_and_counts_in_no_mean(tmp_path):
    plan = Plan(family="reverse", members=("reverse",), seeds=(1,), train={"steps": 5, "lr": 1e38}, sizes=SMALL)
    folder = Folder(tmp_path / "sweep")
    with folder.reserved(plan):
        found = work(plan, plan.cells()[0], folder, wanted=lambda: True)
    assert "is not a finite number" in found.stopped and not found.measures
    assert table.write(folder, "reverse") == []


def test_a_damaged_cell_is_named_with_the_remedy(tmp_path, undisturbed):
    copy = Folder(tmp_path / "sweep")
    with copy.reserved(PLAN):
        place = copy.checkpoint(ONE)
        place.mkdir(parents=True)
        for path in undisturbed.checkpoint(ONE).iterdir():
            (place / path.name).write_bytes(path.read_bytes()[:-1])
        with pytest.raises(S2SError, match="and the cell is done again"):
            work(PLAN, ONE, copy, wanted=lambda: True)
