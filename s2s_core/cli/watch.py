"""Show a training run: a progress bar and a line per validation, or JSON lines. Ctrl-C saves and stops it."""

import dataclasses
import math
import os
import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
from rich.progress import Progress, TaskID

from s2s_core.cli.output import print_json_line, print_table, progress_bar, stderr
from s2s_core.evaluation import Evaluation
from s2s_core.recipes import Evaluated, Rules
from s2s_core.recipes.rules import HEADER
from s2s_core.training import Finished, Saved, Started, StepDone, Stopped, TrainEvent, Validated, is_first

INTERRUPTED, ENDED = 130, 143
SIGNALS = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: ENDED}


class Watch:
    """Follows the events of one run and returns the exit code. Of several processes, only the first one prints."""

    def __init__(self, *, json: bool, resume_hint: str, about: Sequence[str] = ()) -> None:
        self._json, self._resume_hint, self._about = json, resume_hint, about
        self._samples: Validated | None = None  # the best validation, whose samples are shown at the end
        self._interrupted = 0  # the exit code that a signal asked for

    def follow(self, events: Generator[TrainEvent | Evaluated, None, None]) -> int:
        """The exit code: 0 finished, 1 the run could not continue, 130 or 143 interrupted or ended after a save."""
        code = 0
        with progress_bar() as progress, self._patient_interrupt():
            bar = progress.add_task("training", total=None)
            for event in events:
                if is_first():
                    self._show(event, progress, bar)
                if isinstance(event, Stopped):
                    code = 1
                if self._interrupted and not isinstance(event, Finished | Stopped | Evaluated):
                    progress.update(bar, description="saving")
                    events.close()
                    code = self._interrupted
                    break
        if self._interrupted and code == self._interrupted:
            stderr().print(f"interrupted: {self._resume_hint}", highlight=False, soft_wrap=True, markup=False)
        return code

    @contextmanager
    def _patient_interrupt(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM ends the run after the current update; a second one ends it at once."""
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def note(number: int, frame: FrameType | None) -> None:
            self._interrupted = SIGNALS[signal.Signals(number)]
            for known, handler in before.items():
                signal.signal(known, handler)

        for number in SIGNALS if int(os.environ.get("WORLD_SIZE", "1")) == 1 else (signal.SIGINT,):
            signal.signal(number, note)  # torchrun sends SIGTERM to the other processes if one has ended
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _show(self, event: TrainEvent | Evaluated, progress: Progress, bar: TaskID) -> None:
        if self._json:
            print_json_line(_as_json(event))
        if isinstance(event, Started):
            progress.update(bar, total=event.steps, completed=event.step)
            for sentence in self._about:
                self._say(progress, sentence)
            self._say(
                progress, f"{event.pairs} pairs, {event.parameters} parameters, {event.steps} updates on {event.device}"
            )
            if event.dropped:
                self._say(progress, f"{event.dropped} pairs left out: empty, or longer than the model takes")
        elif isinstance(event, StepDone):
            progress.update(bar, completed=event.step, description=f"loss {event.loss:.4f}")
        elif isinstance(event, Validated):
            self._samples = event if event.best or self._samples is None else self._samples
            scores = "  ".join(f"{name} {value:.2f}" for name, value in event.scores.items() if "/" not in name)
            best = "  best so far" if event.best else ""
            self._say(
                progress, f"update {event.step:>6}  loss {event.train_loss:.4f}  dev {event.loss:.4f}  {scores}{best}"
            )
        elif isinstance(event, Finished):
            progress.update(bar, description="scoring on held-out pairs", total=None)
            self._say(
                progress, f"{event.reason}, in {event.seconds:.0f} s; the weights of update {event.best_step} are kept"
            )
        elif isinstance(event, Stopped):
            stderr().print(f"error: {event.reason}", style="red", highlight=False, soft_wrap=True, markup=False)
        elif isinstance(event, Evaluated) and not self._json:
            print_scores(event.evaluation)
            if self._samples is not None:
                print_samples(self._samples)
            self._say(progress, f"the checkpoint is in {event.folder}")

    @staticmethod
    def _say(progress: Progress, text: str) -> None:
        progress.console.print(text, highlight=False, soft_wrap=True, markup=False)


def print_scores(evaluation: Evaluation) -> None:
    """The scores of all pairs and of each group as a table on stdout."""
    header, rows = evaluation.table()
    print_table(header, rows)


def print_rules(rules: Rules) -> None:
    """The rules as a table on stdout; nothing for a task that has none."""
    if rules:
        print_table(HEADER, [[rule, *figures] for rule, figures in rules.items()])


def print_samples(validated: Validated) -> None:
    """What the model writes for a few pairs that it was trained on, and a few that it was not, as a table on stdout."""
    shown = [("training", sample) for sample in validated.known] + [("unseen", sample) for sample in validated.samples]
    rows = [[kind, sample.source, sample.target, sample.output] for kind, sample in shown]
    print_table(["pair", "source", "target", "writes by itself"], rows)


def _as_json(event: TrainEvent | Evaluated) -> dict[str, Any]:
    kind = {"event": type(event).__name__.lower()}
    if isinstance(event, Evaluated):
        return kind | {"folder": str(event.folder)} | event.evaluation.to_json()
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    if isinstance(event, Saved):
        fields["folder"] = str(event.folder)
    if isinstance(event, Validated):
        fields |= {name: [dataclasses.asdict(sample) for sample in fields[name]] for name in ("samples", "known")}
    return kind | {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """The value as plain JSON data."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return None if isinstance(value, float) and not math.isfinite(value) else value
