"""A live class on one server: so many event streams while the teacher steps twice a second, then all answer at once.

The time of a step goes from the moment in which the teacher's command leaves until a follower has read its event. They
are coroutines of this program, which shares the machine with the server.

    make bench ARGS="-k followers"
    python -m benchmarks.bench_followers --followers 30 300 1000 --seconds 20
    python -m benchmarks.bench_followers --followers 300 --store redis://127.0.0.1:6379/0
"""

import argparse
import asyncio
import csv
import io
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.measuring import Row
from benchmarks.servers import resident_mb, serving

EVERY = 0.5  # seconds from one step of the teacher to the next
ANSWERS_IN = 5.0  # seconds in which everybody answers
AT_ONCE = 20  # followers that join at the same time
TEXT = "March 8, 2025"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a class was like."""

    median: float  # seconds from the teacher's command to a follower's event
    p95: float
    missing: int  # events of a step that nobody came to see, of all followers and steps
    acknowledged: int
    answered_p95: float  # seconds until an answer is acknowledged
    stored: int
    twice: int
    resident: float  # MB


async def ask(address: str, method: str, path: str, cookie: str = "", body: object = None) -> tuple[int, str, bytes]:
    """Status, cookie, content of one request on a connection of its own."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
    answer = await reader.read()
    writer.close()
    header, _, content = answer.partition(b"\r\n\r\n")
    lines = header.decode().split("\r\n")
    given = next((line[12:].partition(";")[0] for line in lines if line.lower().startswith("set-cookie: ")), "")
    return int(lines[0].split()[1]), given, content


@dataclass(slots=True)
class Follower:
    """One student: a seat and an open stream."""

    address: str
    code: str
    cookie: str = ""
    seen: dict[int, float] = field(default_factory=dict)  # version -> when it came
    question: str = ""
    line: asyncio.Task[None] | None = None

    async def join(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            status, self.cookie, _ = await ask(self.address, "POST", f"/class/{self.code}/join", body={})
            assert status == 200, status
            came = asyncio.Event()
            self.line = asyncio.create_task(self._follow(came))
            await came.wait()

    async def _follow(self, came: asyncio.Event) -> None:
        host, port = self.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        path = f"/class/{self.code}/stream"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.address}\r\nCookie: {self.cookie}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b'data: {"version"'):
                now = time.monotonic()
                told = json.loads(line[6:])
                self.seen.setdefault(told["version"], now)
                self.question = told["question"]["id"] if told["question"] else ""
                came.set()

    async def answer(self, number: int, after: float) -> tuple[int, float]:
        await asyncio.sleep(after)
        began = time.monotonic()
        body = {"question": self.question, "id": f"answer {number}", "choice": number % 14}
        status, _, _ = await ask(self.address, "POST", f"/class/{self.code}/answer", self.cookie, body)
        return status, time.monotonic() - began


async def attend(address: str, pid: int, count: int, seconds: float) -> Outcome:
    """One class, from the first seat to the last answer."""
    show = {"page": "", "link": {"model": "dates", "text": TEXT}, "step": {"at": "1"}}
    _, key, content = await ask(address, "POST", "/class", body=show)
    code = json.loads(content)["code"]
    gate = asyncio.Semaphore(AT_ONCE)
    followers = [Follower(address, code) for _ in range(count)]
    await asyncio.gather(*(follower.join(gate) for follower in followers))
    await asyncio.sleep(1)
    sent: dict[int, float] = {}
    for number in range(int(seconds / EVERY)):
        began = time.monotonic()
        step = {"do": "show", "step": {"at": str(1 + number % 25)}}
        status, _, content = await ask(address, "POST", f"/class/{code}/lead", key, step)
        assert status == 200, content
        sent[json.loads(content)["version"]] = began
        await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - began)))
    await asyncio.sleep(2)
    waits = sorted(f.seen[version] - began for version, began in sent.items() for f in followers if version in f.seen)
    question = {"do": "ask", "question": {"kind": "look", "output": 3}}
    await ask(address, "POST", f"/class/{code}/lead", key, question)
    while not all(follower.question for follower in followers):
        await asyncio.sleep(0.05)
    found = await asyncio.gather(*(f.answer(n, ANSWERS_IN * n / count) for n, f in enumerate(followers)))
    _, _, table = await ask(address, "GET", f"/class/{code}/answers.csv", key)
    students = [row["student"] for row in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))]
    resident = resident_mb(pid)
    for follower in followers:
        if follower.line is not None:
            follower.line.cancel()
    await ask(address, "POST", f"/class/{code}/lead", key, {"do": "delete"})
    return Outcome(
        median=statistics.median(waits),
        p95=waits[int(0.95 * (len(waits) - 1))],
        missing=count * len(sent) - len(waits),
        acknowledged=sum(status == 200 for status, _ in found),
        answered_p95=sorted(took for _, took in found)[int(0.95 * (count - 1))],
        stored=len(set(students)),
        twice=len(students) - len(set(students)),
        resident=resident,
    )


def measured(count: int, seconds: float, store: str = "") -> Outcome:
    """A class of so many on a fresh server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))  # the server inherits it
    with tempfile.TemporaryDirectory() as folder:
        environment = {"S2S_RUNS": folder, "S2S_STORE": store}
        with serving(Path(folder) / "server.log", environment) as (address, pid):
            return asyncio.run(attend(address, pid, count, seconds))


def rows(count: int, found: Outcome) -> Sequence[Row]:
    what, goal = f"a live class of {count}", {300: "at most 200", 1000: "at most 500"}.get(count, "")
    step = f"{what}: from the teacher's step to a follower's event"
    return [
        Row(what=f"{step}, p95", value=1000 * found.p95, unit="ms", target=goal),
        Row(what=f"{step}, median", value=1000 * found.median, unit="ms"),
        Row(what=f"{what}: answers within 5 s that were acknowledged", value=found.acknowledged, unit=""),
        Row(what=f"{what}: answers that were stored", value=found.stored, unit=""),
        Row(what=f"{what}: answers that were stored twice", value=found.twice, unit="", target="at most 0"),
        Row(what=f"{what}: resident", value=found.resident, unit="MB"),
    ]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process uses is read from /proc")
@pytest.mark.parametrize("count", [30, 300, 1000])
def test_followers(table: list[Row], count: int) -> None:
    table.extend(rows(count, measured(count, 20)))


def main() -> None:
    say = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    say.add_argument("--followers", type=int, nargs="+", default=[30, 300, 1000])
    say.add_argument("--seconds", type=float, default=20)
    say.add_argument("--store", default="", help="the address of a Redis or Valkey, instead of a file")
    given = say.parse_args()
    for count in given.followers:
        found = measured(count, given.seconds, given.store)
        print(
            f"{count} followers: median {1000 * found.median:.0f} ms, p95 {1000 * found.p95:.0f} ms, "
            f"{found.missing} events left out; {found.acknowledged} answers acknowledged "
            f"(p95 {1000 * found.answered_p95:.0f} ms), {found.stored} stored, {found.twice} twice; "
            f"{found.resident:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
