"""The training log: one line a validation, as CSV."""

import csv
import io
from collections.abc import Sequence

from s2s_core.training.events import Validated


def to_csv(history: Sequence[Validated]) -> str:
    """Step, epoch, seconds, losses, the task's scores, and whether the weights were the best so far."""
    if not history:
        return ""
    scores = list(history[0].scores)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", "epoch", "seconds", "train_loss", "dev_loss", *scores, "best"])
    for entry in history:
        numbers = [f"{entry.epoch:.2f}", f"{entry.seconds:.1f}", f"{entry.train_loss:.5f}", f"{entry.loss:.5f}"]
        writer.writerow([entry.step, *numbers, *(f"{entry.scores[name]:.2f}" for name in scores), int(entry.best)])
    return text.getvalue()
