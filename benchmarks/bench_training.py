"""Training: updates of our model with full peepholes beside JoeyNMT's and beside torch.nn.LSTM in our own.

All see the same sentences, widths, dropout, smoothing, clipping and Adam. On one thread the processor's seconds are
compared, which others on the machine do not make longer; on two threads those of the clock.
"""

import time
from collections.abc import Callable

import pytest
import torch

from benchmarks import joey
from benchmarks.library_cells import LibrarySeq2Seq
from benchmarks.measuring import Row, in_turn, ratio
from benchmarks.models import DROPOUT, SMOOTHING, VOCABULARY, config, sentences, update
from s2s_core import Seq2Seq
from s2s_core.batch import Batch
from s2s_core.threads import limit

ROUNDS = 12
BF16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("size", [128, 256])
@pytest.mark.parametrize("batch", [64, 128])
def test_training(table: list[Row], size: int, batch: int, threads: int) -> None:
    limit(threads)
    torch.manual_seed(0)
    calls = updates(size, batch)
    clock = time.process_time if threads == 1 else time.perf_counter
    seconds = in_turn(calls, rounds=ROUNDS, clock=clock)
    where = f"hidden {size}, batch {batch}, {threads} {'thread' if threads == 1 else 'threads'}"
    table.append(ratio(f"training, {where}: beside JoeyNMT", seconds["joey"], seconds["ours"], target="at least 1.3"))
    if BF16:
        table.append(
            ratio(f"training, {where}: bf16 beside JoeyNMT", seconds["joey"], seconds["bf16"], target="at least 1.7")
        )
    table.append(
        ratio(f"training, {where}: time over nn.LSTM's", seconds["ours"], seconds["library"], target="at most 1.3")
    )


def updates(size: int, count: int) -> dict[str, Callable[[], None]]:
    """One update of each model."""
    source, target = sentences(count, seed=1), sentences(count, seed=2)
    batch = Batch.of(source, target)
    nets = {"ours": Seq2Seq(config(size)), "bf16": Seq2Seq(config(size)), "library": LibrarySeq2Seq(config(size))}

    def loss(name: str) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=name == "bf16"):
            return nets[name].loss(batch, label_smoothing=SMOOTHING)

    calls = {
        name: update(
            net, torch.optim.AdamW(net.parameters(), weight_decay=0.0, fused=True), lambda name=name: loss(name)
        )
        for name, net in nets.items()
        if name != "bf16" or BF16
    }
    other = joey.model(size, vocabulary=VOCABULARY, dropout=DROPOUT, label_smoothing=SMOOTHING)
    theirs = joey.batch(source, target)
    calls["joey"] = update(other, torch.optim.Adam(other.parameters()), lambda: joey.loss(other, theirs))
    return calls
