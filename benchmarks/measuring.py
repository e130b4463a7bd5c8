"""How things are timed against each other: in turn, round by round, so that a drift of the machine meets all alike.

What comes out is a row of the one table of `make bench`: a ratio with its spread, or (memory, a cold start) a figure of
its own. The rows stand in results/ beside this file, one file for each kind of machine.
"""

import json
import platform
import re
import shutil
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

RESULTS = Path(__file__).parent / "results"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    value: float  # of a ratio the median
    low: float | None = None  # its quartiles
    high: float | None = None
    rounds: int = 1
    unit: str = "×"
    target: str = ""  # "at least 1.3"

    @property
    def spread(self) -> str:
        return "" if self.low is None or self.high is None else f"{self.low:.2f} to {self.high:.2f}"


def in_turn(
    calls: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 2,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """The seconds of each call, taken in turn: A, B, A, B, ...

    What runs on one thread can be measured by `time.process_time`, which others on the machine do not make longer.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(-warm_up, rounds):
        for name, call in calls.items():
            began = clock()
            call()
            if number >= 0:
                seconds[name].append(clock() - began)
    return seconds


def ratio(what: str, above: list[float], below: list[float], *, target: str = "") -> Row:
    """The ratio of two calls that were timed in turn, round by round: its median and quartiles."""
    ratios = [one / other for one, other in zip(above, below, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Row(what=what, value=middle, low=low, high=high, rounds=len(ratios), target=target)


def machine() -> dict[str, str | int]:
    """What the figures depend on."""
    cpuinfo = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2] for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if cpuinfo.exists()
        else []
    )
    return {
        "processor": names[0].strip() if names else platform.processor(),
        "cores": torch.multiprocessing.cpu_count(),
        "instructions": str(torch.backends.cpu.get_cpu_capability()),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "",
        "system": platform.system(),
        "torch": torch.__version__,
    }


def file_of(where: dict[str, str | int]) -> str:
    """The name of a machine's file: its GPU, or its processor and cores."""
    name = where["gpu"] or f"{where['processor']} {where['cores']} cores"
    return re.sub(r"[^a-z0-9]+", "-", str(name).lower()).strip("-") + ".json"


def keep(rows: list[Row], folder: Path = RESULTS) -> Path:
    """Write rows beside those that were measured before on the same kind of machine; where they are now."""
    where = machine()
    path = folder / file_of(where)
    known: dict[str, Row] = {}
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        if before["machine"] == where:
            known = {row["what"]: Row(**row) for row in before["rows"]}
    known |= {row.what: row for row in rows}
    text = json.dumps({"machine": where, "rows": [asdict(row) for row in known.values()]}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path
