"""`python -m s2s_core.recipes`: run every shipped model on its specimens, and update the texts of the cards.

The answers are written to experiments/specimens.csv. With --confidence, the calibration of the models' probabilities is
measured and written to experiments/calibration.csv. `--data en-fr=PATH` names the file of a task whose pairs are not
shipped; the lines of models without pairs stay. The parts of a card that come from its training and its scores stay.
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
    """Run the models, measure what is asked for, and rewrite the cards whose texts have changed."""
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
    """One line per model: measured now if that is wanted and the pairs are there, else the stored line.

    The stored line of a model that was trained again since then is dropped.
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
