"""A server whose readers type, leave and come back is no larger after the last of them than it was once warm."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.readers import Reader, texts
from benchmarks.servers import resident_mb, serving
from s2s_ui.capacity.collector import EVERY

AT_ONCE, SENTENCES = 4, 4  # readers of a round, and what each of them types
WARM, ROUNDS = 2, 4
CLIMB = 0.15  # of a warm server: where pages of memory are given back, its size changes by a tenth from round to round
SETTLES = EVERY + 5  # seconds after which the server has collected what the readers left
MODELS = ("en-fr", "dates")


async def _round(address: str, number: int) -> None:
    """Readers who come, type and go."""

    async def one(place: int) -> None:
        model = MODELS[place % len(MODELS)]
        reader = Reader(address, f"model={model}")
        await reader.open()
        ask = texts(model, 100 * number + place)
        for _ in range(SENTENCES):
            await reader.ask(next(ask))
        await reader.close()

    await asyncio.gather(*(one(place) for place in range(AT_ONCE)))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_memory_does_not_climb_while_readers_come_and_go(tmp_path):
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_CACHE_MB": "20"}
    options = ("--server.disconnectedSessionTTL=1",)  # else Streamlit keeps whoever has left for two minutes

    async def go(address: str, pid: int) -> list[float]:
        sizes = []
        for number in range(WARM + ROUNDS):
            await _round(address, number)
            if number + 1 in (WARM, WARM + ROUNDS):
                await asyncio.sleep(2)  # the readers of this round are forgotten
                await _round(address, 0)  # something has been done since, so there is something to collect
                await asyncio.sleep(SETTLES)
                sizes.append(resident_mb(pid))
        return sizes

    with serving(tmp_path / "log.txt", environment, options=options) as (address, pid):
        warm, last = asyncio.run(go(address, pid))
    assert last < (1 + CLIMB) * warm, f"{warm:.0f} MB once warm, {last:.0f} MB after {ROUNDS} rounds more"
