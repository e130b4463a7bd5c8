"""How benchmarks measure and what they keep, without measuring anything."""

import json
from dataclasses import replace

import pytest
import torch

from benchmarks.library_cells import LibrarySeq2Seq
from benchmarks.measuring import RESULTS, Row, file_of, in_turn, keep, machine, ratio
from benchmarks.models import config, update
from s2s_core.batch import Batch


def test_calls_are_timed_in_turn_and_the_first_rounds_do_not_count():
    called = []
    ticks = iter(range(100))
    calls = {"a": lambda: called.append("a"), "b": lambda: called.append("b")}
    seconds = in_turn(calls, rounds=3, warm_up=1, clock=lambda: next(ticks))
    assert called == ["a", "b"] * 4
    assert seconds == {"a": [1, 1, 1], "b": [1, 1, 1]}


def test_a_ratio_is_taken_round_by_round():
    """A machine that gets slower by the round slows both; their ratio stays."""
    row = ratio("one over the other", [2.0, 4.0, 8.0], [1.0, 2.0, 4.0], target="at least 1.3")
    assert (row.low, row.value, row.high, row.rounds) == (2.0, 2.0, 2.0, 3)
    assert row.spread == "2.00 to 2.00"


def test_rows_of_an_earlier_run_stay_unless_they_were_measured_anew(tmp_path):
    path = keep([Row(what="old", value=1.0), Row(what="both", value=1.0)], tmp_path)
    assert keep([Row(what="both", value=2.0), Row(what="new", value=3.0)], tmp_path) == path
    assert values(path) == {"old": 1.0, "both": 2.0, "new": 3.0}


def test_rows_of_another_library_are_dropped(tmp_path):
    path = keep([Row(what="old", value=1.0)], tmp_path)
    other = json.loads(path.read_text())
    other["machine"]["torch"] += "1"
    path.write_text(json.dumps(other))
    keep([Row(what="new", value=3.0)], tmp_path)
    assert values(path) == {"new": 3.0}


def test_every_machine_has_a_file_of_its_own():
    here = machine() | {"processor": "AMD EPYC", "cores": 2, "gpu": ""}
    assert file_of(here) == "amd-epyc-2-cores.json"
    assert file_of(here | {"gpu": "NVIDIA H100 80GB HBM3"}) == "nvidia-h100-80gb-hbm3.json"


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_kept_lies_under_the_name_of_its_machine(path):
    assert file_of(json.loads(path.read_text())["machine"]) == path.name


def values(path) -> dict[str, float]:
    return {row["what"]: row["value"] for row in json.loads(path.read_text())["rows"]}


@pytest.mark.parametrize("row", [Row(what="memory", value=439.0, unit="MB")])
def test_a_figure_of_its_own_has_no_spread(row):
    assert row.spread == ""


def test_the_model_with_the_library_s_cells_trains_like_ours():
    """It stands beside ours in the table, and reads and writes through the same parts."""
    torch.manual_seed(0)
    net = LibrarySeq2Seq(replace(config(8), src_vocab_size=12, tgt_vocab_size=12))
    batch = Batch.of([[4, 5, 6], [7, 8]], [[9, 4], [5, 6, 7]])
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    losses = [float(net.eval().loss(batch, label_smoothing=0.1).detach())]
    step = update(net, optimizer, lambda: net.loss(batch, label_smoothing=0.1))
    for _ in range(60):
        step()
    losses.append(float(net.eval().loss(batch, label_smoothing=0.1).detach()))
    assert losses[1] < losses[0] / 2
