"""What watching costs: a full trace beside the same model's greedy decoding without a record being kept.

Both are timed in turn, pair by pair, so that the ratio holds when the machine's speed drifts.
"""

import gc
import time
from dataclasses import replace
from unittest.mock import patch

import pytest

import s2s_core as s2s
from benchmarks.measuring import Row, in_turn, ratio
from s2s_core import threads

PAIRS = 120
SECONDS, MOST = 1.5, 300  # for one sentence's rounds: those of a millisecond need hundreds for a steady median


@pytest.mark.parametrize("name", s2s.names())
def test_a_trace_costs_at_most_half_more_than_greedy_decoding(table: list[Row], name: str) -> None:
    threads.limit(1)
    model = s2s.load(name, device="cpu")
    gc.collect()
    gc.freeze()  # as the server does: what torch has imported is not searched for garbage again and again
    ratios = []
    for sentence in model.info.examples[:3]:
        calls = {"trace": lambda s=sentence: model.trace(s), "greedy": lambda s=sentence: model.translate([s])}
        [first] = in_turn({"trace": calls["trace"]}, rounds=1)["trace"]
        seconds = in_turn(calls, rounds=min(MOST, max(PAIRS // 3, round(SECONDS / first / 2))), clock=time.process_time)
        ratios.append(ratio(sentence, seconds["trace"], seconds["greedy"]))
    for each in ratios:
        table.append(replace(each, what=f"a trace over greedy decoding, {name}: {each.what}", target="at most 1.1"))
    assert all(each.value <= 1.5 for each in ratios)


@pytest.mark.parametrize("name", ["dates", "pronounce", "en-fr"])
def test_a_sentence_takes_its_steps_sooner_in_numpy(table: list[Row], name: str) -> None:
    threads.limit(1)
    model = s2s.load(name, device="cpu")
    sentence = model.info.examples[0]

    def tensors() -> None:
        with patch.object(s2s.Seq2Seq, "lightest", lambda net, batch: (net, batch.src, batch.src_mask)):
            model.trace(sentence)

    calls = {"arrays": lambda: model.trace(sentence), "tensors": tensors}
    seconds = in_turn(calls, rounds=PAIRS // 3, clock=time.process_time)
    table.append(ratio(f"a trace with tensors over one in NumPy, {name}", seconds["tensors"], seconds["arrays"]))
