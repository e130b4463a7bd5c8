"""`experiment`: compare the members of a family on held-out pairs, with intervals."""

from pathlib import Path
from typing import Annotated

import typer

from s2s_core.cli.options import Columns, Data, FileEncoding, Json, Seed, column_names
from s2s_core.cli.output import print_json, print_table, progress_bar, stderr
from s2s_core.errors import InvalidConfig, UnknownName
from s2s_core.experiments import EXPERIMENTS, FOLDER, read, write
from s2s_core.experiments.runs import families
from s2s_core.files import require_file
from s2s_core.home import INSTALLED
from s2s_core.recipes import RECIPES
from s2s_core.tasks import FileTask

SIZE = 4000
TABLES = Path("runs/experiments") if INSTALLED else FOLDER


def experiment_command(
    name: Annotated[str, typer.Argument(help=f"{', '.join(EXPERIMENTS)}.")],
    family: Annotated[
        list[str] | None, typer.Option(help="The base of a family; without it, every family with several members.")
    ] = None,
    size: Annotated[int, typer.Option(min=1, max=1_000_000, help="Held-out pairs of each family.")] = SIZE,
    data: Data = None,
    columns: Columns = None,
    encoding: FileEncoding = None,
    out: Annotated[Path, typer.Option(help="The folder of the tables; the screens read the program's own.")] = TABLES,
    json: Json = False,
    seed: Seed = 0,
) -> None:
    """Measure every member of a family on the same held-out pairs and write the results to OUT/NAME.csv.

    The results of other families stay in the table. If the pairs of a family do not come with the program, name their
    file with --data.

    Examples:
    - `python -m s2s_core experiment scores`
    - `python -m s2s_core experiment forced-errors --family dates --size 1000`
    - `python -m s2s_core experiment length --out runs/experiments --json`
    - `python -m s2s_core experiment length --family en-fr --data pairs.tsv.gz`
    """
    measure, known = EXPERIMENTS[name], families()
    tasks = {base: RECIPES[base]().task for base in known}
    reads_file = {base: isinstance(task, FileTask) for base, task in tasks.items()}
    several = [base for base, members in known.items() if len(members) > 1]
    wanted = family or [base for base in several if reads_file[base] == (data is not None)]
    for base in wanted:
        if base not in known:
            raise UnknownName("family", base, tuple(known))
    if not wanted:
        raise InvalidConfig("no family has several members yet: train a sibling, or name a family with --family")
    path = out / f"{name}.csv"
    require_file(path, parents=True)
    figures = [entry for entry in read(path) if entry.family not in wanted]
    with progress_bar() as progress:
        for base in progress.track(wanted, description=name):
            task = tasks[base] if data is None else tasks[base].reading(data, column_names(columns), encoding)
            figures += measure(base, task, size, seed)
    write(path, figures)
    rows = [entry for entry in figures if entry.family in wanted]
    if json:
        print_json([entry.to_json() for entry in rows])
    else:
        header = ("model", "measure", "at", "pairs", "value", "low", "high")
        print_table(header, [[getattr(entry, column) for column in header] for entry in rows])
        stderr().print(f"kept as {path}", highlight=False, soft_wrap=True)
