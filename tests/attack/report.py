"""Options of the attack, and the table at the end of a run; works with and without xdist."""

from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("attack", "tests/attack: hostile inputs, drawn from seeds")
    group.addoption(
        "--attack-seconds", type=float, default=60.0, help="Processor seconds for drawn inputs, all surfaces together."
    )
    group.addoption("--attack-seed", type=int, default=None, help="Run this seed alone.")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    surfaces: dict[str, dict[str, Any]] = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", "") == "call":
            for name, figures in report.user_properties:
                if name == "attack":
                    _add(surfaces.setdefault(figures["surface"], {}), figures)
    if not surfaces:
        return
    terminalreporter.write_sep("=", "attack: the worst of each surface")
    for surface, all_ in sorted(surfaces.items()):
        counts = ", ".join(f"{all_[kind]} {kind}" for kind in ("calls", "refused", "answered", "faults"))
        terminalreporter.write_line(f"{surface}: {counts}")
        for kind, unit in (("slowest refused", "s"), ("slowest answered", "s"), ("largest", "MB")):
            figure, what = all_[kind]
            terminalreporter.write_line(f"    {kind:16} {figure:8.2f} {unit:2} {what}")


def _add(all_: dict[str, Any], figures: dict[str, Any]) -> None:
    for name, figure in figures.items():
        if isinstance(figure, int):
            all_[name] = all_.get(name, 0) + figure
        elif isinstance(figure, list | tuple):
            all_[name] = max(all_.get(name, figure), figure, key=lambda entry: entry[0])
