"""Results as a small table that comes with the program: experiments/NAME.csv, one line per result.

Every line has the fingerprint of the checkpoint that was measured. If the model was trained again since then, the
result is out of date; `stale` finds such models.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from s2s_core.bootstrap import Estimate
from s2s_core.files import telling
from s2s_core.home import HOME
from s2s_core.recipes.rows import read_rows, write_rows

FOLDER = HOME / "experiments"
DECIMALS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One result of one model: the value of a measure with its interval and, for a curve, its place on the x axis."""

    family: str  # the base's name, "dates"
    model: str  # "dates-last"
    kind: str  # "last"; "" is the base
    fingerprint: str  # of the model's checkpoint
    measure: str
    at: float  # source length, step, ...
    size: int  # the number of pairs that was asked for, as in the command that repeats the measurement
    pairs: int  # pairs that it was measured on
    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, str | int | float]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class About:
    """The fields that all results of one model in one experiment share."""

    family: str
    model: str
    kind: str
    fingerprint: str
    size: int


def figure(about: About, measure: str, estimate: Estimate, *, pairs: int, at: float = 0.0) -> Figure:
    """A result of the model that `about` describes."""
    value, low, high = (round(number, DECIMALS) for number in (estimate.value, estimate.low, estimate.high))
    return Figure(
        **asdict(about), measure=measure, at=round(at, DECIMALS), pairs=pairs, value=value, low=low, high=high
    )


def write(path: Path, figures: Iterable[Figure]) -> None:
    """Replace the table.

    Raises:
        CannotWrite: if it cannot be written; the old table stays.
    """
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(Figure, figures, path)


def read(path: Path) -> list[Figure]:
    """Every result in a table; empty if there is no such file.

    Raises:
        DataError: if the file is not such a table.
    """
    return list(read_rows(Figure, path, "results"))


def stale(figures: Iterable[Figure], fingerprints: Mapping[str, str]) -> list[str]:
    """The models in these results that now have another fingerprint, or do not exist any more."""
    return sorted({entry.model for entry in figures if fingerprints.get(entry.model) != entry.fingerprint})
