"""Results of one recipe with several seeds: experiments/seeds-FAMILY.csv, one line per model and measure.

A line has its seeds and the number of each seed; mean and interval are computed from them. With only one seed there is
no interval, and a text that quotes the number has to say "one seed".
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s2s_core import foreign
from s2s_core.bootstrap import Estimate, mean
from s2s_core.described import described
from s2s_core.errors import DataError
from s2s_core.files import writing
from s2s_core.home import HOME

FOLDER = HOME / "experiments"
DECIMALS = 5
_FACTS = ("family", "model", "kind", "recipe", "measure")
_DERIVED = ("count", "mean", "low", "high", "minus_base", "minus_base_low", "minus_base_high")
_MOST_BYTES = 1 << 22
_MOST_SEEDS = 10_000  # of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One measure of one model, over seeds."""

    family: str  # the base's name, "dates"
    model: str  # "dates-last"
    kind: str  # "last"; "" is the base
    recipe: str  # a digest of the recipe's settings, see `s2s_core.recipes.identity`
    measure: str  # "exact"
    seeds: tuple[int, ...]
    values: tuple[float, ...]  # one for each seed

    __repr__ = described

    def __post_init__(self) -> None:
        if not self.seeds or len(self.seeds) != len(self.values) or len({*self.seeds}) != len(self.seeds):
            raise DataError(f"{self.model}, {self.measure}: every figure needs a seed of its own")

    @property
    def estimate(self) -> Estimate | None:
        """The mean with its interval over seeds; None if there is only one seed."""
        return _estimate(self.values)

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    def minus(self, base: "Spread") -> "Spread | None":
        """The differences of this model's numbers from the base's, seed by seed; None if they share no seed."""
        theirs = dict(zip(base.seeds, base.values, strict=True))
        shared = [(seed, value) for seed, value in zip(self.seeds, self.values, strict=True) if seed in theirs]
        if not shared:
            return None
        facts = {name: getattr(self, name) for name in _FACTS}
        differences = tuple(round(value - theirs[seed], DECIMALS) for seed, value in shared)
        return Spread(**facts, seeds=tuple(seed for seed, _ in shared), values=differences)


def path_of(family: str) -> Path:
    """The file of a family's table."""
    return FOLDER / f"seeds-{family}.csv"


def write(path: Path, spreads: Iterable[Spread]) -> None:
    """Replace a table. It also has the mean and the interval of each line, for people who read it.

    Raises:
        CannotWrite: if it cannot be written; the old table stays.
    """
    spreads = list(spreads)
    with writing(path) as new, new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*_FACTS, "seeds", "values", *_DERIVED], lineterminator="\n")
        writer.writeheader()
        for entry in spreads:
            differs = entry.minus(base) if (base := base_of(entry, spreads)) else None
            writer.writerow(
                {name: getattr(entry, name) for name in _FACTS}
                | {"seeds": _joined(entry.seeds), "values": _joined(entry.values), "count": len(entry.seeds)}
                | dict(zip(_DERIVED[1:4], _numbers(entry), strict=True))
                | dict(zip(_DERIVED[4:], _numbers(differs), strict=True))
            )


def read(path: Path) -> tuple[Spread, ...]:
    """Every line of a table; empty if there is no such file.

    Raises:
        DataError: if the file is not such a table.
    """
    try:
        text = foreign.file_bytes(path, most=_MOST_BYTES, links=True).decode("utf-8")
        return tuple(_spread(row) for row in csv.DictReader(io.StringIO(text, newline="")))
    except FileNotFoundError:
        return ()
    except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
        raise DataError(f"{path} is not a table of seeds: {error}") from error


def base_of(entry: Spread, spreads: Iterable[Spread]) -> Spread | None:
    """The base's line of the same measure; None for the base itself."""
    same = (other for other in spreads if (other.family, other.measure) == (entry.family, entry.measure))
    return next((other for other in same if other.kind == ""), None) if entry.kind else None


def written(entry: Spread, *, signed: bool = False) -> str:
    """A number to be quoted in text: the mean with its interval and the number of seeds, or "(one seed)".

    >>> facts = {"family": "dates", "model": "dates-last", "kind": "last", "recipe": "", "measure": "exact"}
    >>> written(Spread(**facts, seeds=(1, 2, 3), values=(99.4, 99.5, 99.6)))
    '99.50 (99.40 to 99.60, 3 seeds)'
    >>> written(Spread(**facts, seeds=(1,), values=(-0.5,)), signed=True)
    '-0.50 (one seed)'
    """
    sign = "+" if signed else ""
    if entry.estimate is None:
        return f"{entry.mean:{sign}.2f} (one seed)"
    low, high = entry.estimate.low, entry.estimate.high
    return f"{entry.mean:{sign}.2f} ({low:{sign}.2f} to {high:{sign}.2f}, {len(entry.seeds)} seeds)"


def _estimate(values: tuple[float, ...]) -> Estimate | None:
    return mean(np.array(values)) if len(values) > 1 else None


def _numbers(entry: Spread | None) -> tuple[float | str, float | str, float | str]:
    """Mean, low and high for the table; empty texts if there is no interval."""
    if entry is None:
        return "", "", ""
    if (found := entry.estimate) is None:
        return round(entry.mean, DECIMALS), "", ""
    return round(entry.mean, DECIMALS), round(found.low, DECIMALS), round(found.high, DECIMALS)


def _joined(values: Iterable[float | int]) -> str:
    return " ".join(map(str, values))


def _spread(row: dict[str, str]) -> Spread:
    seeds, values = row["seeds"].split(), row["values"].split()
    if len(seeds) > _MOST_SEEDS:
        raise ValueError(f"{len(seeds)} seeds on one line")
    numbers = tuple(map(float, values))
    if not np.isfinite(numbers).all():
        raise ValueError("a figure is no finite number")
    return Spread(**{name: str(row[name]) for name in _FACTS}, seeds=tuple(map(int, seeds)), values=numbers)
