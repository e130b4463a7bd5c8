"""One table for all benchmarks of a run: printed at its end, and kept in results.json."""

from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import RESULTS, Row, keep

ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Where a benchmark puts its rows."""
    rows: list[Row] = []
    yield rows
    request.config.stash.setdefault(ROWS, []).extend(rows)


def pytest_terminal_summary(config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    keep(rows)
    printed = Table("what", "figure", "quartiles", "rounds", "target")
    for row in rows:
        rounds = str(row.rounds) if row.spread else ""
        printed.add_row(row.what, f"{row.value:.2f} {row.unit}", row.spread, rounds, row.target)
    Console(width=140).print(printed, f"kept in {RESULTS.name}")
