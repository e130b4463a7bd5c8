"""Decoding: sentences a second beside JoeyNMT, both forced to outputs of the same lengths.

First a batch whose outputs are all of one length, which compares the steps themselves; then a text, whose sentences
and outputs are as unequal as in a real one. Who translates a text picks its batches: the library those of similar
length, JoeyNMT the sentences as they come; it searches on until the longest of a batch has ended.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
import torch

from benchmarks import joey
from benchmarks.measuring import Row, in_turn, ratio
from benchmarks.models import DROPOUT, SMOOTHING, TEXT_LONGEST, VOCABULARY, config, sentences, text
from s2s_core import Seq2Seq, threads
from s2s_core.batch import Batch
from s2s_core.decoder import Write
from s2s_core.edits import Edit
from s2s_core.records import DecoderState, Memory
from s2s_core.search import Beam, Greedy
from s2s_core.tokenizer import EOS

STEPS = 15
ROUNDS = {1: 40, 64: 8}  # by batch
TEXT, BATCH = 512, 64  # sentences


@pytest.mark.parametrize("size", [128, 256])
@pytest.mark.parametrize("beam", [1, 5])
@pytest.mark.parametrize("batch", [1, 64])
def test_decoding(table: list[Row], size: int, batch: int, beam: int) -> None:
    net, other = both(size)
    with torch.no_grad():
        net.decoder.output.bias[EOS] = -1e4  # never ends
    source = sorted(sentences(batch, seed=1), key=len, reverse=True)
    mine, theirs = Batch.of(source), joey.batch(source)
    search = Greedy() if beam == 1 else Beam(beam)

    compare(
        table,
        f"decoding, {named(beam)}, batch {batch}, hidden {size}",
        lambda: search(net, mine, max_len=STEPS),
        lambda: joey.decode(other, theirs, beam_size=beam, length=STEPS),
        rounds=ROUNDS[batch],
        in_bf16=batch > 1,  # one sentence takes its steps in NumPy, which has no bfloat16
        target="" if beam > 1 else "at least 3" if batch == 1 else "at least 2",
    )


@pytest.mark.parametrize("size", [128, 256])
@pytest.mark.parametrize("beam", [1, 5])
def test_translating_a_text(table: list[Row], size: int, beam: int) -> None:
    net, other = both(size)
    end_with_the_source(net)
    joey.end_with_the_source(other)
    source = text(TEXT, seed=1)
    search = Greedy() if beam == 1 else Beam(beam)

    def translate() -> list[tuple[int, ...]]:
        order = sorted(range(TEXT), key=lambda row: len(source[row]))
        outputs: list[tuple[int, ...]] = [()] * TEXT
        for rows in (order[first : first + BATCH] for first in range(0, TEXT, BATCH)):
            found = search(net, Batch.of([source[row] for row in rows]), max_len=TEXT_LONGEST + 1)
            for row, result in zip(rows, found, strict=True):
                outputs[row] = result.hypotheses[0].ids
        return outputs

    def translate_too() -> list[torch.Tensor]:
        return joey.translate(other, source, size=BATCH, beam_size=beam, length=TEXT_LONGEST + 1)

    with torch.inference_mode():
        assert list(map(len, translate())) == list(map(len, source))
        assert [int((row > joey.EOS).sum()) for row in translate_too()] == list(map(len, source))
    compare(
        table,
        f"a text, {named(beam)}, batch {BATCH}, hidden {size}",
        translate,
        translate_too,
        rounds=ROUNDS[BATCH],
        in_bf16=True,
        target="" if beam > 1 else "at least 2",
    )


def both(size: int) -> tuple[Seq2Seq, Any]:
    """The library's model and JoeyNMT's, with random weights, on one thread."""
    threads.limit(1)
    torch.manual_seed(0)
    net = Seq2Seq(config(size)).eval()
    return net, joey.model(size, vocabulary=VOCABULARY, dropout=DROPOUT, label_smoothing=SMOOTHING).eval()


def named(beam: int) -> str:
    return "greedy" if beam == 1 else f"beam of {beam}"


def end_with_the_source(net: Seq2Seq) -> None:
    """From now on every output gets as many tokens as its source has, and then the end mark."""
    writer = net.decoder.writer

    def ending(memory: Memory, edit: Edit | None = None) -> Write:
        write = writer(memory, edit)

        def step(token: torch.Tensor, memory: Memory, state: DecoderState, t: int) -> tuple[torch.Tensor, DecoderState]:
            logits, state = write(token, memory, state, t)
            logits[:, EOS] = torch.where(memory.mask.sum(dim=-1) <= t, 1e4, -1e4)
            return logits, state

        return step

    net.decoder.writer = ending  # type: ignore[method-assign]


def compare(
    table: list[Row],
    what: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    rounds: int,
    in_bf16: bool,
    target: str,
) -> None:
    """The rows of both in float32, and of the library's in bf16 beside the other in float32."""

    def autocast() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            ours()

    calls = {"ours": ours, "joey": theirs} | ({"bf16": autocast} if in_bf16 else {})
    with torch.inference_mode():
        seconds = in_turn(calls, rounds=rounds, clock=time.process_time)
    table.append(ratio(f"{what}: beside JoeyNMT", seconds["joey"], seconds["ours"], target=target))
    if in_bf16:
        row = ratio(f"{what}, bf16: beside JoeyNMT in float32", seconds["joey"], seconds["bf16"], target=target)
        table.append(row)
