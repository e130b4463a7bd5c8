"""CARD.md: what a checkpoint is, how it was made and how good it is, written from the results of its training."""

import csv
import io
import platform
import shlex
from collections.abc import Mapping
from typing import Any

import torch

from s2s_core.errors import DataError
from s2s_core.evaluation import Evaluation
from s2s_core.recipes import confidence, specimens
from s2s_core.recipes.compared import compared
from s2s_core.recipes.markdown import Code, block, code, escaped, table
from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.rules import HEADER, Rules
from s2s_core.tasks import FileTask, Task
from s2s_core.training import Finished
from s2s_core.translator import Translator

SCORES, LOG = "## Scores", "## Training log"
_KNOWN_WORDS = """\
*In the field*: of the output characters that come from the source, those whose largest attention weight lies inside the
right field of it. *On the character*: of those that are copied, the ones whose largest weight lies on the very
character."""
_LINKED_WORDS = """\
*Meets {evaluation.aligner}*: of the output tokens that the statistical aligner {evaluation.aligner} (Dyer, Chahuneau &
Smith 2013; by sil-thot, both directions joined by grow-diag-final-and) links to something in the source, those whose
largest attention weight lies on it: {evaluation.alignment.digits:,} tokens of the references."""
_BY_RULE = """\
Held-out forms of each rule, by greedy decoding. No training text has the word; each phrase and sentence has two words
side by side that stand so in no training text."""
_MEANS = "Entropy and weight on the end mark are means over all output steps."


def render(
    recipe: Recipe,
    translator: Translator,
    evaluation: Evaluation,
    *,
    command: str,
    pairs: int,
    finished: Finished,
    log: str,
    rules: Rules,
) -> str:
    """The card as Markdown; ``pairs`` is the number of training pairs, ``log`` the training log as CSV."""
    parameters = sum(parameter.numel() for parameter in translator.net.parameters())
    sections = [
        f"# {escaped(recipe.title)}",
        recipe.summary,
        "## Data",
        recipe.data,
        *_counted(recipe.task, finished),
        "## Training",
        block(command),
        table(
            ("", ""),
            [
                ("seed", str(recipe.train.seed)),
                ("parameters", f"{parameters:,}"),
                ("training pairs", f"{pairs:,}"),
                ("updates", f"{finished.step:,} (weights of update {finished.best_step:,} kept: {finished.reason})"),
                ("wall time", f"{finished.seconds:.0f} s on {_hardware(translator.net.device)}, validation included"),
                ("made with", f"PyTorch {torch.__version__}, Python {platform.python_version()}"),
            ],
        ),
        "The model:",
        table(("setting", "value"), _settings(translator.net.config.to_json())),
        "The run:",
        table(("setting", "value"), _settings(recipe.train.to_json())),
        SCORES,
        scores(evaluation, name=recipe.name, task=recipe.task, rules=rules),
        *_told(recipe),
        LOG,
        "One line a validation, on the development pairs; also in training-log.csv.",
        _csv_table(log),
    ]
    return "\n\n".join(sections) + "\n"


def scores(evaluation: Evaluation, *, name: str, task: Task, rules: Rules) -> str:
    """The text under the heading of the scores; ``name`` is the model's name."""
    again = shlex.join(["python", "-m", "s2s_core", "evaluate", "--model", name, *task.options])
    decoding = f"greedy decoding and a beam of {evaluation.beam_size}" if evaluation.beam_scores else "greedy decoding"
    parts = [f"{evaluation.pairs:,} held-out pairs, {decoding}. Again: {code(again)}.", table(*evaluation.table())]
    if evaluation.alignment:
        parts.append(f"{_LINKED_WORDS if evaluation.aligner else _KNOWN_WORDS} {_MEANS}".format(evaluation=evaluation))
    if rules:
        parts += ["### By rule", _BY_RULE, table(HEADER, [(rule, *figures) for rule, figures in rules.items()])]
    return "\n\n".join(parts)


def rescored(card: str, section: str) -> str:
    """The card with its scores replaced by ``section``, which `scores` made.

    Raises:
        DataError: if the card has no scores.
    """
    before, heading, after = card.partition(f"\n{SCORES}\n")
    if not heading:
        raise DataError(f"the card has no section {SCORES!r} to write the scores into")
    _, next_heading, rest = after.partition("\n## ")
    return f"{before}{heading}\n{section}\n{next_heading}{rest}"


def retold(card: str, recipe: Recipe) -> str:
    """The card of a shipped checkpoint, with the current text of its recipe and the current numbers of the tables.

    The results of its training stay.

    Raises:
        DataError: if `render` did not write the card.
    """
    _, data, measured = card.partition("\n## Data\n")
    measured, scores_, rest = measured.partition(f"\n{SCORES}\n")
    kept, _, rest = rest.partition("\n## ")
    log = rest[at:] if (at := f"\n## {rest}".rfind(f"\n{LOG}\n") - len("\n## ")) >= 0 else ""
    if not (data and scores_ and log):
        raise DataError("the card has not the sections that a card has")
    head = f"# {escaped(recipe.title)}\n\n{recipe.summary}\n"
    told = "\n\n".join((*_told(recipe), *_measured(recipe)))
    return f"{head}{data}{measured}{scores_}{kept}\n{told}\n{log}"


def _told(recipe: Recipe) -> list[str]:
    """The sections between the scores and the log, from the recipe's texts."""
    remarks = dict(recipe.remarks)
    if text := compared(recipe):
        remarks[f"Compared with `{recipe.base}`"] = text
    return [
        *(part for heading, text in remarks.items() for part in (f"## {heading}", text)),
        "## Known weaknesses",
        "\n".join(f"- {weakness}" for weakness in recipe.weaknesses),
    ]


def _measured(recipe: Recipe) -> list[str]:
    """The sections from the tables in experiments; only the shipped checkpoint has them."""
    task = recipe.task
    sections = {}
    if asked := [line for line in specimens.read_table() if line.model == recipe.name]:
        sections["## Specimens"] = specimens.section(asked, task.name)
    for line in confidence.read_table():
        if line.model == recipe.name:
            data = ("--data", f"{task.name}=pairs.tsv.gz") if isinstance(task, FileTask) else ()
            sections["## Confidence"] = confidence.section(line, data)
    return [part for heading in sections.items() for part in heading]


def _hardware(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "1 CPU thread" if (threads := torch.get_num_threads()) == 1 else f"{threads} CPU threads"


def _counted(task: Task, finished: Finished) -> list[str]:
    """How the rows of the file were used, as a list; empty if the task makes its own pairs."""
    if task.count is None:
        return []
    lines = [escaped(sentence) for sentence in task.count.sentences()]
    if finished.dropped:
        lines.insert(-1 if task.count.few else len(lines), f"Too long for the model: {finished.dropped:,} of them.")
    return ["\n".join(f"- {line}" for line in lines)]


def _settings(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, Code(value)) for name, value in values.items()]


def _csv_table(log: str) -> str:
    header, *rows = csv.reader(io.StringIO(log or "step\n"))  # the log may have been deleted
    return table(header, rows)
