"""One table for all benchmarks of a run: printed at its end, and kept in results/."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import RESULTS, Row, file_of, keep, machine
from benchmarks.servers import serving

ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Where a benchmark puts its rows."""
    rows: list[Row] = []
    yield rows
    keep(rows)  # at once: a run may be cut off
    request.config.stash.setdefault(ROWS, []).extend(rows)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The address of a fresh server and its process."""
    with serving(tmp_path / "server.log") as (address, pid):
        yield f"http://{address}", pid


def pytest_terminal_summary(config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    printed = Table("what", "figure", "quartiles", "rounds", "target")
    for row in rows:
        rounds = str(row.rounds) if row.spread else ""
        printed.add_row(row.what, f"{row.value:.2f} {row.unit}", row.spread, rounds, row.target)
    Console(width=140).print(printed, f"kept in {RESULTS.name}/{file_of(machine())}")
