"""A class on one server: so many sessions without a browser, each of which types another sentence every few seconds.

A reader whose answer has not come yet waits for it before typing on, as people do; so past what a server can carry the
answers of a second say how much it does, and the times how long each one waits.

    make bench ARGS="-k class"
    python -m benchmarks.bench_class --sessions 30 60 100 --model dates --seconds 20 --rounds 3 --at HEAD~20

The second also measures another commit (``--at``) or another checkout (``--tree``), in turn with this one, so that both
meet the same machine. The processor seconds of an answer are the server's, and the steadiest figure where other
work shares the cores.
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Row
from benchmarks.readers import Answer, Reader, texts
from benchmarks.servers import ROOT, processor_seconds, resident_mb, serving

EVERY = 5.0  # seconds from one sentence of a reader to the next
AT_ONCE = 8  # readers that come in at the same time


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of a class was like."""

    median: float  # seconds from a sentence to the end of its script
    p95: float
    rate: float  # answers a second
    received: float  # bytes an answer
    resident: float  # MB after the round
    work: float  # processor seconds of the server for each answer
    told: float  # share of the answers whose wait the screen told


async def come(address: str, count: int, model: str) -> list[Reader]:
    """So many readers who have the model's first picture before them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> Reader:
        reader = Reader(address, f"model={model}")
        async with gate:
            await reader.open()
        return reader

    return await asyncio.gather(*(one() for _ in range(count)))


async def type_on(readers: Sequence[Reader], model: str, seconds: float, seed: int) -> list[Answer]:
    """Everybody types for so long; the answers to what was sent in this time."""
    began = time.monotonic()

    async def one(number: int, reader: Reader) -> list[Answer]:
        ask, phase = texts(model, seed * 1000 + number), random.Random(seed * 1000 + number).uniform(0, EVERY)
        answers = []
        due = began + phase
        while due < began + seconds:
            await asyncio.sleep(due - time.monotonic())
            answers.append(await reader.ask(next(ask)))
            due = max(due + EVERY, time.monotonic())
        return answers

    return [answer for each in await asyncio.gather(*map(one, range(len(readers)), readers)) for answer in each]


async def attend(address: str, pid: int, count: int, model: str, seconds: float, rounds: int, seed: int) -> list[Round]:
    """The rounds of one class; before the first, everybody has come."""
    readers = await come(address, count, model)
    await type_on(readers, model, EVERY, seed)  # what a server does only once
    outcome = []
    for number in range(1, rounds + 1):
        before, began = processor_seconds(pid), time.monotonic()
        answers = await type_on(readers, model, seconds, seed + number)
        took = time.monotonic() - began
        waits = sorted(answer.seconds for answer in answers)
        outcome.append(
            Round(
                median=statistics.median(waits),
                p95=waits[int(0.95 * (len(waits) - 1))],
                rate=len(answers) / max(took, seconds),
                received=statistics.mean(answer.received for answer in answers),
                resident=resident_mb(pid),
                work=(processor_seconds(pid) - before) / len(answers),
                told=statistics.mean(answer.told for answer in answers),
            )
        )
    await asyncio.gather(*(reader.close() for reader in readers))
    return outcome


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A worktree of a commit, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="s2s-class-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def measured(tree: Path, count: int, model: str, seconds: float, rounds: int, seed: int) -> list[Round]:
    """The rounds of a class on a fresh server of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with serving(log, {"S2S_RUNS": folder}, tree=tree) as (address, pid):
            return asyncio.run(attend(address, pid, count, model, seconds, rounds, seed))


COLUMNS = (
    "sessions",
    "server",
    "median ms",
    "p95 ms",
    "answers/s",
    "kB/answer",
    "resident MB",
    "CPU ms/answer",
    "told",
)


def line(name: str, count: int, found: Round) -> tuple[str, ...]:
    return (
        str(count),
        name,
        f"{1000 * found.median:.0f}",
        f"{1000 * found.p95:.0f}",
        f"{found.rate:.1f}",
        f"{found.received / 1000:.0f}",
        f"{found.resident:.0f}",
        f"{1000 * found.work:.1f}",
        f"{100 * found.told:.0f} %",
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process uses is read from /proc")
@pytest.mark.parametrize("model", ["dates", "en-fr"])
@pytest.mark.parametrize("count", [30, 60, 100])
def test_a_class_types(table: list[Row], count: int, model: str) -> None:
    found = measured(ROOT, count, model, 20, 3, seed=count)
    what = f"a class of {count}, each another sentence of {model} every {EVERY:.0f} s"
    goal = {"dates": "at most 300", "en-fr": "at most 600"}[model]
    table.append(Row(what=f"{what}: p95", value=1000 * statistics.median(r.p95 for r in found), unit="ms", target=goal))
    for name, value, unit in (
        ("median", 1000 * statistics.median(r.median for r in found), "ms"),
        ("answers", statistics.median(r.rate for r in found), "1/s"),
        ("an answer", statistics.median(r.received for r in found) / 1000, "kB"),
        ("processor time of an answer", 1000 * statistics.median(r.work for r in found), "ms"),
        ("resident", found[-1].resident, "MB"),
    ):
        table.append(Row(what=f"{what}: {name}", value=value, unit=unit))


def main() -> None:
    say = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    say.add_argument("--sessions", type=int, nargs="+", default=[30, 60, 100])
    say.add_argument("--model", default="dates")
    say.add_argument("--seconds", type=float, default=20)
    say.add_argument("--rounds", type=int, default=3)
    say.add_argument("--seed", type=int, default=1)
    say.add_argument("--at", action="append", default=[], help="another commit to measure in turn with this checkout")
    say.add_argument("--tree", action="append", default=[], help="another checkout to measure in turn with this one")
    say.add_argument("--alone", action="store_true", help="leave this checkout out")
    given = say.parse_args()
    table = Table(*COLUMNS, title=f"{given.model}, a sentence every {EVERY:.0f} s, {os.cpu_count()} cores")
    console = Console(width=140)

    def measure(trees: dict[str, Path]) -> None:
        for count in given.sessions:
            for name, tree in trees.items():
                for found in measured(tree, count, given.model, given.seconds, given.rounds, given.seed):
                    table.add_row(*line(name, count, found))
                    console.print(" ".join(line(name, count, found)))

    trees = {} if given.alone else {"this": ROOT}
    trees |= {Path(tree).name: Path(tree).absolute() for tree in given.tree}
    if given.at:
        with checkout(given.at[0]) as tree:
            measure({given.at[0]: tree} | trees)
    else:
        measure(trees)
    console.print(table)


if __name__ == "__main__":
    main()
