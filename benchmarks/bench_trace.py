"""What watching costs: a full trace beside the same model's greedy decoding without a record being kept.

Both are timed in turn, pair by pair, so that the ratio holds when the machine's speed drifts.
"""

import statistics
import time
from collections.abc import Callable

import pytest
import torch

import s2s_core as s2s

PAIRS = 200


@pytest.mark.parametrize("name", s2s.names())
def test_a_trace_costs_at_most_half_more_than_greedy_decoding(name: str) -> None:
    torch.set_num_threads(1)
    model = s2s.load(name, device="cpu")
    for sentence in model.info.examples[:3]:
        ratios = [
            seconds(lambda s=sentence: model.trace(s)) / seconds(lambda s=sentence: model.translate([s]))
            for _ in range(PAIRS)
        ]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{name:12} trace / greedy: {middle:.2f} (quartiles {low:.2f} to {high:.2f}, {PAIRS} pairs)  {sentence!r}"
        )
        assert middle <= 1.5


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
