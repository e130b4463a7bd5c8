"""A session that the server has forgotten: what it knew comes back from the address that the page has.

Streamlit keeps 128 sessions without a connection, for two minutes: in a hall whose network drops, it forgets some.
"""

import asyncio

import pytest

from benchmarks.readers import Reader
from benchmarks.servers import serving

GONE = 3  # sessions that leave at the same time


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_reader_whose_network_drops_comes_back_to_the_same_picture(tmp_path, forgotten):
    texts = [f"{month} {8 + place}, 2031" for place, month in enumerate(("March", "April", "May"))]

    async def go(address: str) -> None:
        readers = [Reader(address, "model=dates-gru&lang=ko&peepholes=0") for _ in range(GONE)]
        for reader, text in zip(readers, texts, strict=True):
            await reader.open()
            await reader.ask(text)
        before = [(reader.shown, reader.session, reader.query) for reader in readers]
        for reader in readers:
            await reader.close()
        if forgotten:
            await asyncio.sleep(2)
            visitor = Reader(address, "model=dates")
            await visitor.open()
            await visitor.close()
        for reader, (shown, session, query) in zip(readers, before, strict=True):
            reader.shown = ""
            await reader.come_back()
            assert (reader.session != session) is forgotten
            assert reader.shown == shown and reader.query == query
            assert "dates-gru" in query and "lang=ko" in query
            await reader.close()

    options = ("--server.disconnectedSessionTTL=1",) if forgotten else ()
    with serving(tmp_path / "log.txt", {"S2S_RUNS": str(tmp_path)}, options=options) as (address, _):
        asyncio.run(go(address))
