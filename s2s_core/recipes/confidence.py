"""The calibration of the shipped models' probabilities, and the temperature that improves it: one line per model.

`python -m s2s_core.recipes --confidence` measures it on held-out pairs and writes it to experiments/calibration.csv and
to the cards. The measures are computed by `s2s_core.calibration`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from s2s_core.batch import Batch
from s2s_core.bootstrap import Estimate
from s2s_core.calibration import BINS, HIGHEST, LOWEST, best_temperature, confidences, error_interval, mean_loss
from s2s_core.errors import DataError
from s2s_core.home import HOME
from s2s_core.pair import Pair
from s2s_core.recipes.compared import WIDTH
from s2s_core.recipes.markdown import table
from s2s_core.recipes.rows import read_rows, write_rows
from s2s_core.tasks import Task
from s2s_core.translator import Translator

TABLE = HOME / "experiments" / "calibration.csv"
TEST_PAIRS, DEV_PAIRS = 4000, 1000
SURE = 0.99
WORTH = 0.5  # percentage points: a smaller gain is not offered
BATCH = 128
_DECIMALS = 4
_OFFERED = "`python -m s2s_core trace --calibrated` and a button beside (12) on Watch use it; both are off by default."
_LEFT = "It gains too little to be used."


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A model's probabilities and how right they are: teacher forced, on held-out pairs; shares in percent."""

    model: str
    fingerprint: str  # of the model's checkpoint
    pairs: int
    tokens: int  # of the references, the end marks included
    right: float  # share of the most probable tokens that are right
    said: float  # the mean probability of the most probable tokens
    error: float  # the expected calibration error, with its interval
    low: float
    high: float
    loss: float  # -log p of a reference's token, in nats
    sure: float  # share of the tokens with a probability of SURE or more
    sure_right: float  # share of these that are right; 0 if there are none
    temperature: float  # the best one on the development pairs; the fields below are measured at it
    scaled_said: float
    scaled_error: float
    scaled_low: float
    scaled_high: float
    scaled_loss: float
    scaled_sure: float
    scaled_sure_right: float

    @property
    def mends(self) -> bool:
        """Whether the temperature clearly lowers the error: by at least WORTH, and the intervals do not overlap."""
        return self.error - self.scaled_error >= WORTH and self.scaled_high < self.low


def measure(translator: Translator, task: Task) -> Confidence:
    """Fit the temperature on development pairs, and measure with it and without it on test pairs.

    Raises:
        DataError: if the task has no pairs.
    """
    dev = list(_logits(translator, _taken(translator, task.pairs("dev", size=DEV_PAIRS))))
    temperature = best_temperature(torch.cat([part[1] for part in dev]), torch.cat([part[2] for part in dev]))
    del dev
    temperature = round(temperature, _DECIMALS)
    pairs = _taken(translator, task.pairs("test", size=TEST_PAIRS))
    plain, scaled = _Sums(1.0), _Sums(temperature)
    numbers: list[Int[np.ndarray, " tokens"]] = []
    for rows, logits, targets in _logits(translator, pairs):
        numbers.append(rows)
        plain.add(logits, targets)
        scaled.add(logits, targets)
    pair = np.concatenate(numbers)
    before, after = plain.facts(pair), scaled.facts(pair)
    right = before.pop("right")
    del after["right"]
    return Confidence(
        model=translator.info.name,
        fingerprint=translator.info.fingerprint,
        pairs=len(pairs),
        tokens=len(pair),
        right=right,
        temperature=temperature,
        **before,
        **{f"scaled_{name}": value for name, value in after.items()},
    )


class _Sums:
    """Sums over the batches at one temperature."""

    def __init__(self, temperature: float) -> None:
        self.temperature = temperature
        self.confidence: list[Float[np.ndarray, " tokens"]] = []
        self.right: list[np.ndarray] = []
        self.loss = 0.0

    def add(self, logits: Float[Tensor, "tokens vocab"], targets: Int[Tensor, " tokens"]) -> None:
        confidence, right = confidences(logits, targets, self.temperature)
        self.confidence.append(confidence)
        self.right.append(right)
        self.loss += mean_loss(logits, targets, self.temperature) * len(targets)

    def facts(self, pair: Int[np.ndarray, " tokens"]) -> dict[str, float]:
        confidence, right = np.concatenate(self.confidence), np.concatenate(self.right)
        error: Estimate = error_interval(confidence, right, pair)
        sure = confidence >= SURE
        facts = {
            "right": 100.0 * float(right.mean()),
            "said": 100.0 * float(confidence.mean()),
            "error": 100.0 * error.value,
            "low": 100.0 * error.low,
            "high": 100.0 * error.high,
            "loss": self.loss / len(right),
            "sure": 100.0 * float(sure.mean()),
            "sure_right": 100.0 * float(right[sure].mean()) if sure.any() else 0.0,
        }
        return {name: round(value, _DECIMALS) for name, value in facts.items()}


def _taken(translator: Translator, pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if translator.takes(pair)]


def _logits(
    translator: Translator, pairs: Sequence[Pair]
) -> Iterator[tuple[Int[np.ndarray, " tokens"], Float[Tensor, "tokens vocab"], Int[Tensor, " tokens"]]]:
    """For each batch: the pair of every token, its logits and its target. The first reference is fed, (18)."""
    order = sorted(range(len(pairs)), key=lambda row: len(pairs[row].source))
    for first in range(0, len(order), BATCH):
        rows = order[first : first + BATCH]
        sources = [translator.net.source_ids(translator.encode(pairs[row].source).ids) for row in rows]
        targets = [list(translator.encode_reference(pairs[row].target).ids) for row in rows]
        batch = Batch.of(sources, targets, device=translator.net.device)
        real = batch.tgt_mask
        numbers = np.repeat(np.array(rows), real.sum(dim=1).cpu().numpy())
        with torch.no_grad():
            logits = translator.net.logits(batch)[real].float()
        yield numbers, logits, batch.tgt_out[real]


def write_table(lines: Iterable[Confidence], path: Path = TABLE) -> None:
    """Replace the table.

    Raises:
        CannotWrite: if it cannot be written; the old table stays.
    """
    write_rows(Confidence, lines, path)


def read_table(path: Path = TABLE) -> tuple[Confidence, ...]:
    """Every line of the table; empty if there is no such file.

    Raises:
        DataError: if the file is not such a table.
    """
    return read_rows(Confidence, path, "confidence")


def mended(fingerprint: str) -> Confidence | None:
    """The measurement of the checkpoint with this fingerprint, if its temperature clearly lowers the error; else None.

    Raises:
        DataError: if the file is not such a table.
    """
    line = _measured(fingerprint)
    return line if line and line.mends else None


def temperature_of(translator: Translator) -> float:
    """The stored temperature of a shipped model.

    Raises:
        DataError: if there is none: the model was not measured, or the temperature does not clearly lower the error.
    """
    info = translator.info
    line = _measured(info.fingerprint)
    if line is None:
        raise DataError(f"no temperature is stored for {info.name}: its probabilities were never measured")
    if not line.mends:
        raise DataError(
            f"no temperature is stored for {info.name}: its probabilities are off by {line.error:.2f} points as they "
            f"are, and by {line.scaled_error:.2f} at the best temperature"
        )
    return line.temperature


def _measured(fingerprint: str) -> Confidence | None:
    return next((line for line in read_table() if line.fingerprint == fingerprint), None)


def section(line: Confidence, data: Sequence[str] = ()) -> str:
    """The card's section, in Markdown; ``data`` are the options that name the pairs."""
    again = " ".join(["python -m s2s_core.recipes --confidence", *data])
    rows = [
        ("mean probability of the most probable token %", _share(line.said), _share(line.scaled_said)),
        (
            "expected calibration error %",
            _interval(line.error, line.low, line.high),
            _interval(line.scaled_error, line.scaled_low, line.scaled_high),
        ),
        ("loss a token (nats)", f"{line.loss:.4f}", f"{line.scaled_loss:.4f}"),
        (f"tokens said with {SURE:.2f} or more %", _share(line.sure), _share(line.scaled_sure)),
        ("of them right %", _right(line.sure, line.sure_right), _right(line.scaled_sure, line.scaled_sure_right)),
    ]
    several = "Of several translations the first one is fed, and it alone counts. " if data else ""
    right, offered = _share(line.right), _OFFERED if line.mends else _LEFT
    words = f"""\
Of {line.tokens:,} tokens of {line.pairs:,} held-out pairs, each after the reference's tokens before it, {right} % are
the most probable one. The expected calibration error (Guo et al. 2017; {BINS} bins of equal mass, 95 % bootstrap
interval over the pairs) is how far that share lies from the probability that the model gives them, on average. The
temperature, by which all logits are divided, is the one from {LOWEST:g} to {HIGHEST:g} with the smallest loss on
development pairs; no answer of greedy decoding changes with it. {offered} All of this is known of texts of the
training's kind: of others a model may be sure and wrong. {several}Again: `{again}`."""
    words = fill(" ".join(words.split()), WIDTH, break_on_hyphens=False, break_long_words=False)
    return "\n\n".join([words, table(("", "as trained", f"at temperature {line.temperature:.2f}"), rows)])


def _share(value: float) -> str:
    return f"{value:.2f}"


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _right(tokens: float, right: float) -> str:
    return f"{right:.2f}" if tokens else ""
