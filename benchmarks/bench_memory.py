"""The memory of a server over an hour of teaching: readers type, leave and come back, and look at every model.

    make bench ARGS="-k memory"
    python -m benchmarks.bench_memory --sessions 60 --minutes 30 --csv memory.csv --picture docs/memory.svg

The benchmark takes ten minutes, the second command as long as it is told. A reader opens a model, types some sentences
of `dates` or `en-fr`, one every five seconds, closes the page, and comes back as somebody else.
"""

import argparse
import asyncio
import csv
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

import s2s_core as s2s
from benchmarks.bench_class import EVERY
from benchmarks.measuring import Row
from benchmarks.readers import TEXTS, Reader, texts
from benchmarks.servers import ROOT, resident_mb, serving

MOST_MB = 700
WARM = 1 / 6  # of the time: 5 of 30 minutes
TYPES = 6  # sentences before a reader leaves, at most
AWAY = 5.0  # seconds until somebody comes back, at most

Point = tuple[float, float, int]  # minutes, MB, answers so far


async def _reader(address: str, seed: int, ends: float, models: Sequence[str], answered: list[int]) -> None:
    draw, looks = random.Random(seed), 0
    await asyncio.sleep(draw.uniform(0, EVERY))
    while time.monotonic() < ends:
        # the readers together look at all models, one after the other; between them each types
        model = models[(seed + looks) % len(models)] if looks % 2 == 0 else draw.choice([*TEXTS])
        looks += 1
        reader = Reader(address, f"model={model}")
        await reader.open()
        answered[0] += 1
        if any(model.startswith(name) for name in TEXTS):
            ask = texts(model, draw.randrange(10**9))
            for _ in range(draw.randint(1, TYPES)):
                await asyncio.sleep(EVERY)
                await reader.ask(next(ask))
                answered[0] += 1
        await reader.close()
        await asyncio.sleep(draw.uniform(0, AWAY))


async def teach(address: str, pid: int, sessions: int, minutes: float) -> list[Point]:
    """The curve: how many MB are resident, every few seconds."""
    began, models, answered = time.monotonic(), s2s.names(), [0]
    ends = began + 60 * minutes
    curve: list[Point] = []

    async def watch() -> None:
        while time.monotonic() < ends:
            curve.append(((time.monotonic() - began) / 60, resident_mb(pid), answered[0]))
            await asyncio.sleep(min(5.0, minutes))

    await asyncio.gather(watch(), *(_reader(address, seed, ends, models, answered) for seed in range(sessions)))
    return curve


def measured(sessions: int, minutes: float, tree: Path = ROOT) -> list[Point]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "server.log", {"S2S_RUNS": folder}, tree=tree) as (address, pid),
    ):
        return asyncio.run(teach(address, pid, sessions, minutes))


def growth(curve: Sequence[Point]) -> float:
    """By how much the last sixth of the time is above the sixth after the warming up, as a share."""
    whole = curve[-1][0]
    early = [memory for minute, memory, _ in curve if WARM * whole <= minute < 2 * WARM * whole]
    late = [memory for minute, memory, _ in curve if minute >= (1 - WARM) * whole]
    return statistics.median(late) / statistics.median(early) - 1


def picture(curve: Sequence[Point]) -> alt.LayerChart:
    frame = pd.DataFrame(curve, columns=["minute", "MB", "answers"])
    line = (
        alt.Chart(frame)
        .mark_line(color="#14181f")
        .encode(
            alt.X("minute:Q", title="minutes"), alt.Y("MB:Q", title="resident memory, MB", scale=alt.Scale(zero=True))
        )
    )
    limit = alt.Chart(pd.DataFrame({"MB": [MOST_MB]})).mark_rule(color="#b42318", strokeDash=[4, 4]).encode(y="MB:Q")
    return (line + limit).properties(width=640, height=280)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process uses is read from /proc")
def test_memory_stays_flat(table: list[Row]) -> None:
    curve = measured(60, 10)
    most = max(memory for _, memory, _ in curve)
    what = "a server of 60 readers who type, leave and come back, all models looked at, 10 minutes"
    table.append(Row(what=f"{what}: most memory", value=most, unit="MB", target=f"at most {MOST_MB}"))
    table.append(Row(what=f"{what}: grown since it was warm", value=100 * growth(curve), unit="%", target="at most 5"))
    assert most < MOST_MB


def main() -> None:
    say = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    say.add_argument("--sessions", type=int, default=60)
    say.add_argument("--minutes", type=float, default=30)
    say.add_argument("--tree", type=Path, default=ROOT, help="another checkout")
    say.add_argument("--csv", type=Path)
    say.add_argument("--picture", type=Path)
    given = say.parse_args()
    curve = measured(given.sessions, given.minutes, given.tree.absolute())
    if given.csv:
        with given.csv.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("minute", "MB", "answers"))
            writer.writerows((f"{minute:.2f}", f"{memory:.0f}", answers) for minute, memory, answers in curve)
    if given.picture:
        picture(curve).save(given.picture)
    print(
        f"{given.sessions} readers, {given.minutes:g} minutes, {curve[-1][2]} answers: most "
        f"{max(memory for _, memory, _ in curve):.0f} MB, grown by {100 * growth(curve):.1f} % since it was warm"
    )


if __name__ == "__main__":
    main()
