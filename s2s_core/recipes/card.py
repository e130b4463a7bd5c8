"""CARD.md: what a checkpoint is, how it was made and how good it is, written from the run's own results."""

import csv
import io
import platform
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

from s2s_core.evaluation import Evaluation
from s2s_core.recipes.recipe import Recipe
from s2s_core.training import Finished
from s2s_core.translator import Translator


def render(
    recipe: Recipe,
    translator: Translator,
    evaluation: Evaluation,
    *,
    command: str,
    pairs: int,
    finished: Finished,
    log: str,
) -> str:
    """The card as Markdown; ``pairs`` is the number of training pairs, ``log`` the training log as CSV."""
    parameters = sum(parameter.numel() for parameter in translator.net.parameters())
    sections = [
        f"# {recipe.title}",
        recipe.summary,
        "## Data",
        recipe.data,
        "## Training",
        f"```\n{command}\n```",
        _table(
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
        _table(("setting", "value"), _settings(translator.net.config.to_json())),
        "The run:",
        _table(("setting", "value"), _settings(recipe.train.to_json())),
        "## Scores",
        f"{evaluation.pairs:,} held-out pairs, greedy decoding. "
        f"Again: `python -m s2s_core evaluate --model {recipe.name}`.",
        _table(*evaluation.table()),
        *_alignment_words(evaluation),
        "## Known weaknesses",
        "\n".join(f"- {weakness}" for weakness in recipe.weaknesses),
        "## Training log",
        "One line a validation, on the development pairs; also in training-log.csv.",
        _csv_table(log),
    ]
    return "\n\n".join(sections) + "\n"


def _alignment_words(evaluation: Evaluation) -> Iterable[str]:
    if evaluation.alignment:
        yield (
            "*In the field*: of the output characters that come from the source, those whose largest attention weight "
            "lies inside the right field of it. *On the character*: of those that are copied, the ones whose largest "
            "weight lies on the very character. Entropy and weight on the end mark are means over all output steps."
        )


def _hardware(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "1 CPU thread" if (threads := torch.get_num_threads()) == 1 else f"{threads} CPU threads"


def _settings(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, f"`{value}`") for name, value in values.items()]


def _csv_table(log: str) -> str:
    header, *rows = csv.reader(io.StringIO(log))
    return _table(header, rows)


def _table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
