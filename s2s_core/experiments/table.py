"""Results as a small table that is kept with the program: experiments/NAME.csv, one line a figure.

Every line says which checkpoint it was measured on, by fingerprint: a result whose model has been trained anew since
is out of date, and `stale` finds it.
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
    """One figure of one model: a measure, at a place on the x axis where it has one, with its interval."""

    family: str  # the base's name, "dates"
    model: str  # "dates-last"
    kind: str  # "last"; "" is the base
    fingerprint: str  # of the model's checkpoint
    measure: str
    at: float  # source length, step, ...
    size: int  # pairs that were asked for: the command that gives the figure again names it
    pairs: int  # that it was measured on
    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, str | int | float]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class About:
    """What every figure of one model in one experiment has in common."""

    family: str
    model: str
    kind: str
    fingerprint: str
    size: int


def figure(about: About, measure: str, estimate: Estimate, *, pairs: int, at: float = 0.0) -> Figure:
    """A figure of the model that `about` describes."""
    value, low, high = (round(number, DECIMALS) for number in (estimate.value, estimate.low, estimate.high))
    return Figure(
        **asdict(about), measure=measure, at=round(at, DECIMALS), pairs=pairs, value=value, low=low, high=high
    )


def write(path: Path, figures: Iterable[Figure]) -> None:
    """Replace the table.

    Raises:
        CannotWrite: where that cannot be done; the old one stays.
    """
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(Figure, figures, path)


def read(path: Path) -> list[Figure]:
    """Every figure of a table; none where the experiment has not been made.

    Raises:
        DataError: where the file is no such table.
    """
    return list(read_rows(Figure, path, "results"))


def stale(figures: Iterable[Figure], fingerprints: Mapping[str, str]) -> list[str]:
    """The models of these figures that have another fingerprint now, or none."""
    return sorted({entry.model for entry in figures if fingerprints.get(entry.model) != entry.fingerprint})
