"""Train every shipped model again, several at a time. A model with a parent starts after its parent is finished.

    python deploy/train_models.py --out models --at-once 12 --data en-fr=fr.tsv.gz --data ko-en=ko.tsv.gz

`--data to-en=both.tsv.gz` names the pairs of the parent of `ko-en`: `cat fr.tsv.gz ko.tsv.gz > both.tsv.gz`.

Each training is a separate process (`python -m s2s_core train NAME`), so that many share one GPU; its output goes to
OUT/NAME.txt. If the command is started again, finished trainings are skipped and interrupted ones are resumed. Unknown
options are passed to every training, such as `--set amp=bf16`.
"""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore

from s2s_core import checkpoint
from s2s_core.recipes import RECIPES


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 if every model was trained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="recipes; without any, those of all shipped models")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the checkpoints")
    parser.add_argument("--at-once", type=int, default=4, help="trainings at the same time")
    parser.add_argument("--data", action="append", default=[], metavar="TASK=PATH", help="the pairs of a task")
    given, options = parser.parse_known_args(arguments)
    data = dict(one.split("=", 1) for one in given.data)
    names = with_parents(given.names or [name for name in RECIPES if RECIPES[name]().shipped])
    given.out.mkdir(parents=True, exist_ok=True)
    failed = train_all(names, given.out, data, options, at_once=given.at_once)
    for name in failed:
        parent = RECIPES[name]().parent
        why = f"it goes on from {parent}" if parent in failed else f"{given.out / name}.txt says why"
        sys.stderr.write(f"{name} is not trained: {why}\n")
    return int(bool(failed))


def with_parents(names: Sequence[str]) -> list[str]:
    """The recipes and all that they go on from, parents first."""
    ordered: list[str] = []
    for name in names:
        line = [name]
        while parent := RECIPES[line[-1]]().parent:
            line.append(parent)
        ordered += [one for one in reversed(line) if one not in ordered]
    return ordered


def train_all(
    names: Sequence[str], out: Path, data: Mapping[str, str], options: Sequence[str], *, at_once: int
) -> list[str]:
    """Train them, a child after its parent; the names of those that failed, or whose parent did."""
    places = Semaphore(at_once)
    with ThreadPoolExecutor(len(names)) as pool:
        done: dict[str, Future[bool]] = {}
        for name in names:  # parents first, so each finds what it waits for
            done[name] = pool.submit(_train, name, done.get(RECIPES[name]().parent), places, out, data, options)
        return [name for name, future in done.items() if not future.result()]


def _train(
    name: str,
    parent: Future[bool] | None,
    places: Semaphore,
    out: Path,
    data: Mapping[str, str],
    options: Sequence[str],
) -> bool:
    if parent is not None and not parent.result():
        return False
    folder = out / name
    if checkpoint.is_checkpoint(folder) and not checkpoint.is_unfinished(folder):
        return True
    recipe = RECIPES[name]()
    command = [sys.executable, "-m", "s2s_core", "train", name, "--out", str(folder), *options]
    command += ["--data", data[recipe.task.name]] if recipe.task.name in data else []
    command += ["--from", str(out / recipe.parent)] if recipe.parent else []
    command += ["--resume"] if checkpoint.is_unfinished(folder) else []
    with places, (out / f"{name}.txt").open("a", encoding="utf-8") as log:
        return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
