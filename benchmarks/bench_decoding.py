"""Decoding: sentences a second beside JoeyNMT, both forced to the same number of steps."""

import time

import pytest
import torch

from benchmarks import joey
from benchmarks.measuring import Row, in_turn, ratio
from benchmarks.models import DROPOUT, SMOOTHING, VOCABULARY, config, sentences
from s2s_core import Seq2Seq, threads
from s2s_core.batch import Batch
from s2s_core.search import Beam, Greedy
from s2s_core.tokenizer import EOS

STEPS = 15
ROUNDS = {1: 40, 64: 8}  # by batch


@pytest.mark.parametrize("size", [128, 256])
@pytest.mark.parametrize("beam", [1, 5])
@pytest.mark.parametrize("batch", [1, 64])
def test_decoding(table: list[Row], size: int, batch: int, beam: int) -> None:
    threads.limit(1)
    torch.manual_seed(0)
    net = Seq2Seq(config(size)).eval()
    with torch.no_grad():
        net.decoder.output.bias[EOS] = -1e4  # never ends
    other = joey.model(size, vocabulary=VOCABULARY, dropout=DROPOUT, label_smoothing=SMOOTHING).eval()
    source = sorted(sentences(batch, seed=1), key=len, reverse=True)
    mine, theirs = Batch.of(source), joey.batch(source)
    search = Greedy() if beam == 1 else Beam(beam)

    @torch.inference_mode()
    def decode() -> None:
        search(net, mine, max_len=STEPS)

    def decode_in_bf16() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            decode()

    calls = {"ours": decode, "joey": lambda: joey.decode(other, theirs, beam_size=beam, length=STEPS)}
    if batch > 1:  # one sentence takes its steps in NumPy, which has no bfloat16
        calls["bf16"] = decode_in_bf16
    seconds = in_turn(calls, rounds=ROUNDS[batch], clock=time.process_time)
    what = f"decoding, {'greedy' if beam == 1 else f'beam of {beam}'}, batch {batch}, hidden {size}"
    target = "" if beam > 1 else "at least 3" if batch == 1 else "at least 2"
    table.append(ratio(f"{what}: beside JoeyNMT", seconds["joey"], seconds["ours"], target=target))
    if batch > 1:
        what = f"{what}, bf16: beside JoeyNMT in float32"
        table.append(ratio(what, seconds["joey"], seconds["bf16"], target=target))
