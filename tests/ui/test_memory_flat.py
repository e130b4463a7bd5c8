"""A server whose readers type, leave and come back is no larger after the last of them than it was once warm."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.readers import Reader, texts
from benchmarks.servers import resident_mb, serving
from s2s_ui.capacity.collector import EVERY

AT_ONCE, SENTENCES = 4, 4  # readers of a round, and what each of them types
ROUNDS, MEASURED = 6, 2  # the size is measured after the first and the last two
CLIMB = 0.08  # of a warm server: a session that is not let go, or a trace of each sentence, is more
FORGOTTEN = 2  # seconds after which a server with the option below has let go of a reader who left
SETTLES = EVERY + 5  # seconds after which it has collected
MODELS = ("en-fr", "dates")


async def _round(address: str, number: int) -> None:
    """Readers who come, type and go."""
    await asyncio.gather(*(_read(address, number, place) for place in range(AT_ONCE)))


async def _read(address: str, number: int, place: int) -> None:
    model = MODELS[place % len(MODELS)]
    reader = Reader(address, f"model={model}")
    await reader.open()
    ask = texts(model, 100 * number + place)
    for _ in range(SENTENCES):
        await reader.ask(next(ask))
    await reader.close()


async def _settled(address: str, pid: int) -> float:
    """The size of the server once it has collected what its readers left."""
    await asyncio.sleep(FORGOTTEN)
    await _read(address, 0, 1)  # something was done since, so the server does collect
    await asyncio.sleep(SETTLES)
    return resident_mb(pid)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_memory_does_not_climb_while_readers_come_and_go(tmp_path):
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_CACHE_MB": "20"}
    options = ("--server.disconnectedSessionTTL=1",)  # else Streamlit keeps whoever has left for two minutes

    async def go(address: str, pid: int) -> list[float]:
        sizes = []
        for number in range(ROUNDS):
            await _round(address, number)
            if number < MEASURED or number >= ROUNDS - MEASURED:
                sizes.append(await _settled(address, pid))
        return sizes

    with serving(tmp_path / "log.txt", environment, options=options) as (address, pid):
        sizes = asyncio.run(go(address, pid))
    warm, last = min(sizes[:MEASURED]), min(sizes[MEASURED:])
    assert last < (1 + CLIMB) * warm, f"MB, first and last: {', '.join(f'{size:.0f}' for size in sizes)}"
