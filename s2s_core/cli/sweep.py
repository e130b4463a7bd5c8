"""`sweep`: train a family of models from several seeds, on this machine or on a cluster, and write one table."""

import dataclasses
import signal
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from s2s_core.cli.options import Columns, Data, FileEncoding, Json, column_names
from s2s_core.cli.output import print_json, print_table, progress_bar, stderr
from s2s_core.cli.train import parsed
from s2s_core.recipes import RECIPES, VARIATIONS
from s2s_core.seeds import Spread, base_of, read, written
from s2s_core.sweep import ALL, TABLE, Cell, Done, Folder, Lost, Plan, Progressed, Report, members_of, seeds_of, sweep
from s2s_core.sweep.grid import MOST_SEEDS
from s2s_core.sweep.local import cores

SEEDS = "1-5"
FAMILIES = tuple(name for name in RECIPES if name not in VARIATIONS)


def sweep_command(
    family: Annotated[str, typer.Argument(help=f"A family's base: {', '.join(FAMILIES)}.")],
    siblings: Annotated[
        str, typer.Option(help="all, none, or some of the family, such as last,forward: the base is always among them.")
    ] = ALL,
    seeds: Annotated[
        str, typer.Option(help=f"Numbers and ranges, such as 1-5 or 1,3,7; at most {MOST_SEEDS}.")
    ] = SEEDS,
    out: Annotated[Path | None, typer.Option(help="The sweep's folder; without it, runs/sweeps/FAMILY.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Trainings at once here; without it, one a core.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="ADDRESS", help="Train on the Ray cluster at HOST:PORT, or auto.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Updates, in place of each recipe's own.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the data, instead of --steps.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Any other field, for all members.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Held-out pairs; without it, as many as on a card.")
    ] = None,
    data: Data = None,
    columns: Columns = None,
    encoding: FileEncoding = None,
    json: Json = False,
) -> None:
    """Train every member of a family from every seed, and write one table with intervals over the seeds.

    A cell is one training: one member from one seed. After Ctrl-C or a crash, the same command continues: finished
    cells are not trained again, and an unfinished cell is resumed. Later calls may add seeds and siblings. The table is
    OUT/seeds.csv and OUT/seeds.md; OUT/cells/NAME/seed-N is a checkpoint as `train` makes it.

    Examples:
    - `python -m s2s_core sweep dates --siblings all --seeds 1-5 --out runs/sweeps/dates`
    - `python -m s2s_core sweep dates --siblings last,mean --seeds 1-3 --processes 2`
    - `python -m s2s_core sweep dates --seeds 1-5 --out /shared/dates --ray 192.168.1.5:6379`
    - `python -m s2s_core sweep en-fr --data pairs.tsv.gz --seeds 1-3`
    """
    if (columns or encoding) and data is None:
        raise typer.BadParameter("--columns and --encoding go with --data", param_hint="--data")
    if ray is not None and processes is not None:
        raise typer.BadParameter("a cluster has its own cores: leave out --processes", param_hint="--processes")
    if ray is not None and not ray.strip():
        raise typer.BadParameter("an address is HOST:PORT, or auto", param_hint="--ray")
    model, train = parsed(set_ or [])
    if fixed := {"seed", "device"} & train.keys():
        raise typer.BadParameter(f"a sweep sets {fixed.pop()} itself: see --seeds", param_hint="--set")
    plan = Plan(
        family=family,
        members=members_of(family, siblings),
        seeds=seeds_of(seeds),
        model=model,
        train=train | ({"steps": steps, "epochs": epochs} if steps is not None or epochs is not None else {}),
        sizes={} if size is None else {"test_size": size},
        data=None if data is None else data.absolute(),
        columns=column_names(columns),
        encoding=encoding,
    )
    folder = Folder((out or Path("runs/sweeps") / family).absolute())
    folder.require_folder()
    where = f"the Ray cluster at {ray}" if ray else f"{processes or cores()} processes"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore SIGINT
    try:
        with closing(sweep(plan, folder.path, processes=processes, ray=ray or "")) as reports:
            _watch(plan, folder, reports, where)
    except KeyboardInterrupt:
        _say("interrupted: the same command goes on from there")
        raise
    _show(read(folder.path / TABLE), json=json)
    _say(f"the table is in {folder.path / TABLE}, and for readers in seeds.md beside it")


def _watch(plan: Plan, folder: Folder, reports: Generator[Report, None, None], where: str) -> None:
    """Show a progress bar over all cells and their updates, and print a line for each finished cell."""
    cells = plan.cells()
    done = {cell for cell in cells if folder.finished(cell)}
    _say(
        f"{len(cells)} trainings, {len(done)} of them finished" + (f"; the rest on {where}" if done < {*cells} else "")
    )
    parts: dict[Cell, float] = {}
    with progress_bar() as progress:
        bar = progress.add_task("trainings", total=len(cells), completed=len(done))
        for report in reports:
            match report:
                case Progressed(cell=cell, step=step, steps=steps):
                    parts[cell] = step / (steps + 1)
                case Lost(cell=cell, why=why):
                    parts.pop(cell, None)
                    _say(f"{cell}: {why}; it is done again")
                case Done(cell=cell, result=result):
                    done.add(cell)
                    parts.pop(cell, None)
                    scores = ", ".join(f"{name} {value:.2f}" for name, value in result.measures.items())
                    _say(f"{cell}: {result.stopped or scores} ({len(done)} of {len(cells)})")
            progress.update(bar, completed=len(done) + sum(parts.values()))


def _show(lines: tuple[Spread, ...], *, json: bool) -> None:
    if json:
        print_json([_as_json(line, lines) for line in lines])
        return
    rows = []
    for line in lines:
        base = base_of(line, lines)
        apart = line.minus(base) if base else None
        rows.append([line.model, line.measure, written(line), "" if apart is None else written(apart, signed=True)])
    print_table(("model", "measure", "mean (95 % interval over seeds)", "minus the base"), rows)


def _as_json(line: Spread, lines: tuple[Spread, ...]) -> dict[str, Any]:
    base = base_of(line, lines)
    apart = line.minus(base) if base else None
    return dataclasses.asdict(line) | {"all": _estimate(line), "minus_base": apart and _estimate(apart)}


def _estimate(line: Spread) -> dict[str, Any]:
    found = line.estimate
    interval = {"low": found.low, "high": found.high} if found else {"low": None, "high": None}
    return {"seeds": len(line.seeds), "mean": line.mean} | interval


def _say(text: str) -> None:
    stderr().print(text, highlight=False, soft_wrap=True, markup=False)
