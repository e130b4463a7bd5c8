"""How benchmarks measure and what they keep, without measuring anything."""

import json

import pytest

from benchmarks.measuring import Row, in_turn, keep, ratio


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
    path = tmp_path / "results.json"
    keep([Row(what="old", value=1.0), Row(what="both", value=1.0)], path)
    keep([Row(what="both", value=2.0), Row(what="new", value=3.0)], path)
    assert values(path) == {"old": 1.0, "both": 2.0, "new": 3.0}


def test_rows_of_another_machine_are_dropped(tmp_path):
    path = tmp_path / "results.json"
    keep([Row(what="old", value=1.0)], path)
    other = json.loads(path.read_text())
    other["machine"]["cores"] += 1
    path.write_text(json.dumps(other))
    keep([Row(what="new", value=3.0)], path)
    assert values(path) == {"new": 3.0}


def values(path) -> dict[str, float]:
    return {row["what"]: row["value"] for row in json.loads(path.read_text())["rows"]}


@pytest.mark.parametrize("row", [Row(what="memory", value=439.0, unit="MB")])
def test_a_figure_of_its_own_has_no_spread(row):
    assert row.spread == ""
