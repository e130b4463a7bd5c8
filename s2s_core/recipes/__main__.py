"""`python -m s2s_core.recipes`: ask every shipped model its specimens, and bring the words of the cards up to date.

The answers are kept as experiments/specimens.csv. With --confidence the models' probabilities are measured as well and
kept as experiments/calibration.csv; `--data en-fr=PATH` names the file of a task whose pairs are not shipped, and the
lines of other models stay. What the training and its scores put on a card stays.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from s2s_core import checkpoint
from s2s_core.files import writing
from s2s_core.recipes import RECIPES, confidence
from s2s_core.recipes.card import retold
from s2s_core.recipes.specimens import FOLDER, ask, specimens, write_table
from s2s_core.registry import TASKS
from s2s_core.tasks import FileTask
from s2s_core.translator import Translator


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask the models, measure what is asked for, and rewrite the cards whose words are others now."""
    parser = argparse.ArgumentParser(prog="python -m s2s_core.recipes", description=__doc__)
    parser.add_argument("--confidence", action="store_true", help="measure the models' probabilities, too")
    parser.add_argument("--data", action="append", default=[], metavar="TASK=PATH", help="the pairs of a task")
    given = parser.parse_args(arguments)
    shipped = [name for name in RECIPES if (checkpoint.SHIPPED / name / checkpoint.CARD).exists()]
    models = [checkpoint.load(checkpoint.SHIPPED / name, device="cpu") for name in shipped]
    if FOLDER.is_dir():  # a source distribution has no tests
        write_table(line for model in models for line in ask(model, specimens(model.info.task)))
    files = {task: Path(path) for task, _, path in (one.partition("=") for one in given.data)}
    confidence.write_table(lines(models, files, measure=given.confidence))
    for name in shipped:
        place = checkpoint.SHIPPED / name / checkpoint.CARD
        card = place.read_text(encoding="utf-8")
        if (new := retold(card, RECIPES[name]())) != card:
            with writing(place) as path:
                path.write_text(new, encoding="utf-8")


def lines(models: Sequence[Translator], data: Mapping[str, Path], *, measure: bool) -> list[confidence.Confidence]:
    """A line a model: measured now where that is wanted and the pairs are at hand, else as it is kept.

    The line of a model that has been trained anew since is dropped: it is of another model.
    """
    kept = {line.fingerprint: line for line in confidence.read_table()}
    tasks = {task: TASKS[task]().reading(path) for task, path in data.items()}
    for model in models if measure else ():
        task = model.info.task
        if task in tasks or not issubclass(TASKS[task], FileTask):
            kept[model.info.fingerprint] = confidence.measure(model, tasks.setdefault(task, TASKS[task]()))
    return [kept[model.info.fingerprint] for model in models if model.info.fingerprint in kept]


if __name__ == "__main__":
    main()
