"""A whole sweep: train the unfinished cells, on this machine or on a cluster, and update the table after each."""

import dataclasses
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from s2s_core.recipes import require_model
from s2s_core.sweep import table
from s2s_core.sweep.cluster import on_cluster
from s2s_core.sweep.folder import Folder
from s2s_core.sweep.grid import Cell, Plan
from s2s_core.sweep.local import cores, in_processes
from s2s_core.sweep.report import Done, Report


def sweep(plan: Plan, path: Path, *, processes: int | None = None, ray: str = "") -> Generator[Report, None, None]:
    """Train every cell of the plan that is not yet finished in the folder ``path``, and report the progress.

    The cells run in ``processes`` processes of this machine (None: one per core), or on the Ray cluster at the address
    ``ray``. The tables in the folder always have all finished cells. Closing the generator stops the sweep; the next
    sweep with the same plan continues.

    Raises:
        InvalidConfig: if the folder contains something else, or a member's parent is trained on other pairs.
        S2SError: if a cell cannot be trained.
    """
    folder = Folder(path)
    for name in plan.members:
        require_model(dataclasses.replace(plan, data=None).recipe(name))
        plan.parent(Cell(name, 0))
    with folder.reserved(plan):
        left = [cell for cell in plan.cells() if folder.finished(cell) is None]
        if left:
            plan.recipe(plan.family).task.pairs("dev", size=1)  # raises now if the task's data is missing
            table.write(folder, plan.family)
            reports = (
                on_cluster(plan, left, folder, address=ray)
                if ray
                else in_processes(plan, left, folder, processes=processes or cores())
            )
            with closing(reports):
                for report in reports:
                    if isinstance(report, Done):
                        table.write(folder, plan.family)
                    yield report
        table.write(folder, plan.family)
