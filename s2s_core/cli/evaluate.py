"""`evaluate`: measure the scores on a model's card again."""

from pathlib import Path
from typing import Annotated

import typer

from s2s_core import checkpoint
from s2s_core.cli.options import (
    Amp,
    Columns,
    Data,
    Device,
    FileEncoding,
    Json,
    Model,
    Seed,
    column_names,
    mixed_precision,
)
from s2s_core.cli.output import print_json, progress_bar, stdout
from s2s_core.cli.watch import print_rules, print_scores
from s2s_core.errors import DataError, UnknownName
from s2s_core.evaluation import evaluate
from s2s_core.files import require_file, writing
from s2s_core.recipes import by_rule, rescored, scores
from s2s_core.registry import TASKS
from s2s_core.tasks import SPLITS, Split, Task

SAMPLE = 64
MOST_PAIRS = 1_000_000


def evaluate_command(
    model: Model = "dates",
    data: Data = None,
    columns: Columns = None,
    encoding: FileEncoding = None,
    split: Annotated[str, typer.Option(help="train, dev or test.")] = "test",
    size: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_PAIRS, help="Pairs of every group (language); without it, as many as on the card."
        ),
    ] = None,
    beam: Annotated[
        int | None, typer.Option(min=1, help="Beam of a second decoding; without it, as on the card; 1: greedy alone.")
    ] = None,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Write the scores into the checkpoint's card, in place of its own.")
    ] = False,
    json: Json = False,
    device: Device = "auto",
    amp: Amp = "off",
    seed: Seed = 0,
) -> None:
    """Score a model on held-out pairs: the task's scores, the scores for each rule, and where its attention is.

    Examples:
    - `python -m s2s_core evaluate --model dates`
    - `python -m s2s_core evaluate --model dates-sink --size 500 --seed 7 --json`
    - `python -m s2s_core evaluate --model runs/my --data my.tsv --beam 5`
    - `python -m s2s_core evaluate --model en-fr --data pairs.tsv.gz --write-card`
    """
    if write_card and (split != "test" or size or seed or beam or amp != "off"):
        raise typer.BadParameter("a card has the scores of the usual test pairs: leave out the other options")
    if write_card:
        place = checkpoint.whole(checkpoint.locate(model)) / checkpoint.CARD
        card = _card(place)
        rescored(card, "")  # raises an error if the card has no section of scores
        require_file(place)
    translator = checkpoint.load(model, device=device)
    task, wanted = _task(translator.info.task, data, column_names(columns), encoding), _split(split)
    pairs = task.pairs(wanted, size=None if size is None else size * _groups(task, wanted), seed=seed)
    with progress_bar() as progress, mixed_precision(translator, amp):
        bar = progress.add_task("translating", total=len(pairs))
        evaluation = evaluate(
            translator, task, pairs, beam_size=beam, progress=lambda done: progress.update(bar, completed=done)
        )
        rules = by_rule(translator, task) if wanted == "test" and size is None else {}
    if write_card:
        section = scores(evaluation, name=translator.info.name, task=task, rules=rules)
        with writing(place) as new:
            new.write_text(rescored(card, section), encoding="utf-8", errors="replace")
    if json:
        told = {rule: {"pairs": pairs, "exact": exact} for rule, (pairs, exact) in rules.items()}
        about = {"model": translator.info.name, "fingerprint": translator.info.fingerprint, "split": split}
        print_json(about | evaluation.to_json() | ({"rules": told} if rules else {}))
    else:
        print_scores(evaluation)
        print_rules(rules)
        stdout().print(f"{evaluation.pairs} pairs in {evaluation.seconds:.1f} s", highlight=False)


def _card(place: Path) -> str:
    """The text of a card.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return place.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot read the card {place}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"the card {place} is not written in UTF-8") from error


def _task(name: str, data: Path | None, columns: tuple[str, str] | None, encoding: str | None) -> Task:
    task: Task = TASKS[name]()
    return task if data is None else task.reading(data, columns, encoding)


def _split(name: str) -> Split:
    if name not in SPLITS:
        raise UnknownName("split", name, SPLITS)
    return name


def _groups(task: Task, split: Split) -> int:
    """The number of groups of a task's pairs, counted on a few of them."""
    return len({pair.group for pair in task.pairs(split, size=SAMPLE)})
