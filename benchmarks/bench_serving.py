"""Serving: whether threads that trace share the cores fairly, and what one slow request costs the short ones.

The slow request is a beam of 20 over a text of 200 tokens, or a training; all go through the places of the server.
"""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import torch

import s2s_core as s2s
from benchmarks.measuring import Row, ratio
from s2s_core import threads
from s2s_core.recipes import Choice, run
from s2s_core.registry import TOKENIZERS
from s2s_ui.capacity.places import PLACES

LETTERS = "abcdefghijklmnopqrstuvwxyz"
THREADS = 8
TRACES = 40  # of each thread
ROUNDS, TURN = 60, 5  # short requests alone and beside a slow one, so many of each in turn


@pytest.fixture(scope="module")
def model() -> s2s.Translator:
    """A random model of hidden size 128 that takes long texts; an output ends by its length alone."""
    threads.limit(1)
    torch.manual_seed(0)
    tokenizer = TOKENIZERS["characters"].train([LETTERS])
    config = s2s.ModelConfig(
        src_vocab_size=tokenizer.vocab_size,
        tgt_vocab_size=tokenizer.vocab_size,
        encoder_hidden=128,
        decoder_hidden=128,
        max_src_len=200,
        max_tgt_len=200,
    )
    return s2s.Translator(net=s2s.Seq2Seq(config), src_tokenizer=tokenizer, tgt_tokenizer=tokenizer)


def short(model: s2s.Translator) -> float:
    """The seconds of one short request, its waiting included."""
    began = time.perf_counter()
    with PLACES.short():
        model.trace(LETTERS[:15], max_len=15)
    return time.perf_counter() - began


@contextmanager
def long_work(
    work: Callable[[], object], place: Callable[[], AbstractContextManager[None]] = PLACES.long
) -> Iterator[None]:
    """The same long work again and again, for as long as the block lasts; it begins inside the first time."""
    begun, over = threading.Event(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            with place():
                begun.set()
                work()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        begun.wait()
        yield
    finally:
        over.set()
        thread.join()


def test_threads_share_the_cores_fairly(table: list[Row], model: s2s.Translator) -> None:
    seconds: list[list[float]] = [[] for _ in range(THREADS)]
    together = threading.Barrier(THREADS)

    def visit(mine: list[float]) -> None:
        together.wait()
        mine += [short(model) for _ in range(TRACES)]

    visitors = [threading.Thread(target=visit, args=(mine,)) for mine in seconds]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    waits = sorted(sum(mine) for mine in seconds)
    what = (
        f"serving, {THREADS} threads of {TRACES} traces each on {os.cpu_count()} cores: the slowest over the quickest"
    )
    table.append(Row(what=what, value=waits[-1] / waits[0], target="near 1"))


def test_a_slow_request_does_not_hold_up_short_ones(table: list[Row], model: s2s.Translator) -> None:
    compare(table, model, "a slow request", lambda: model.search((LETTERS * 8)[:200], beam_size=20, max_len=40))


def test_a_training_does_not_hold_up_short_requests(table: list[Row], model: s2s.Translator, tmp_path: Path) -> None:
    """As the server trains: a place for every update."""
    updates = run(Choice(task="dates", size=128, steps=20_000).recipe("dates"), tmp_path / "dates", command="")
    next(updates)  # the data are drawn, the weights initialised
    compare(table, model, "a training", lambda: next(updates), PLACES.update)
    updates.close()


def compare(
    table: list[Row],
    model: s2s.Translator,
    name: str,
    work: Callable[[], object],
    place: Callable[[], AbstractContextManager[None]] = PLACES.long,
) -> None:
    """Short requests alone and beside long work, in turn."""
    alone, beside = [], []
    for _ in range(ROUNDS // TURN):
        alone += [short(model) for _ in range(TURN)]
        with long_work(work, place):
            beside += [short(model) for _ in range(TURN)]
    table.append(ratio(f"serving, a short trace beside {name} over alone", beside, alone, target="at most 2"))
    assert statistics.median(beside) < 4 * statistics.median(alone)
