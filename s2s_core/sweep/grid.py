"""The plan of a sweep: every member of a family from every seed. A cell is one member with one seed."""

import dataclasses
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from s2s_core.arguments import SEEDS
from s2s_core.described import described
from s2s_core.errors import InvalidConfig, UnknownName, quoted
from s2s_core.recipes import RECIPES, VARIATIONS, Recipe

MOST_SEEDS = 100
MOST_CELLS = 1000
ALL, NONE = "all", "none"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One training of a sweep."""

    name: str  # of the recipe, "dates-last"
    seed: int

    def __str__(self) -> str:
        return f"{self.name}, seed {self.seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A family, its members and the seeds, with what differs from the recipes."""

    family: str
    members: tuple[str, ...]  # names of recipes; the base is the first one
    seeds: tuple[int, ...]
    model: Mapping[str, Any] = field(default_factory=dict)  # fields of ModelConfig that all members get
    train: Mapping[str, Any] = field(default_factory=dict)  # fields of TrainConfig that all members get
    sizes: Mapping[str, int] = field(default_factory=dict)  # of train_size, dev_size, test_size
    data: Path | None = None  # the file of pairs, for a task that reads one
    columns: tuple[str, str] | None = None
    encoding: str | None = None

    __repr__ = described

    def __post_init__(self) -> None:
        if (count := len(self.members) * len(self.seeds)) > MOST_CELLS:
            raise InvalidConfig(f"{count:,} trainings are more than the {MOST_CELLS:,} of one sweep: name fewer seeds")

    def cells(self) -> list[Cell]:
        """Every cell, one seed after the other, so that the members always have about equally many seeds."""
        return [Cell(name, seed) for seed in self.seeds for name in self.members]

    def recipe(self, name: str, seed: int = 0) -> Recipe:
        """A member's recipe with the sweep's changes, from this seed, on the CPU.

        Raises:
            InvalidConfig, UnknownName: if a change does not fit the recipe.
            DataError: if the file of pairs cannot be read.
        """
        made = RECIPES[name]()
        train = dict(self.train) | {"seed": seed, "device": "cpu"}
        if {"steps", "epochs"} & self.train.keys():
            train = {"steps": None, "epochs": None} | train
        task = made.task if self.data is None else made.task.reading(self.data, self.columns, self.encoding)
        return dataclasses.replace(
            made,
            task=task,
            model={**made.model, **self.model},
            train=dataclasses.replace(made.train, **train),
            **dict[str, Any](self.sizes),
        )

    def parent(self, cell: Cell) -> Cell | None:
        """The cell that this one goes on from, which is trained from the same seed; None where there is none.

        Raises:
            InvalidConfig: where it learns from other pairs than this one, which the sweep has not.
        """
        recipe = RECIPES[cell.name]()
        if not recipe.parent:
            return None
        if RECIPES[recipe.parent]().task.name != recipe.task.name:
            raise InvalidConfig(
                f"{cell.name} goes on from {recipe.parent}, which learns from other pairs: a sweep cannot train it; "
                "`train` can, as its card says"
            )
        return Cell(recipe.parent, cell.seed)

    def command(self, cell: Cell) -> str:
        """The command line that trains only this cell, for its card."""
        words = ["python", "-m", "s2s_core", "train", cell.name, "--seed", str(cell.seed)]
        before = self.parent(cell)
        words += ["--from", f"{before.name}/seed-{before.seed}"] if before else []
        words += ["--data", self.data.name] if self.data is not None else []
        changes = {name: value for name, value in {**self.model, **self.train}.items() if value is not None}
        for name, value in changes.items():
            text = value if isinstance(value, str) else json.dumps(value)
            words += [f"--{name}", text] if name in ("steps", "epochs") else ["--set", f"{name}={text}"]
        return shlex.join(words)


def members_of(family: str, siblings: str) -> tuple[str, ...]:
    """The base and its siblings. ``siblings`` is "all", "none", or kinds ("last") and names ("dates-last") with commas.

    Raises:
        UnknownName: for a family or a sibling that does not exist.
        InvalidConfig: if ``family`` is the name of a sibling.
    """
    if family in VARIATIONS:
        base, kind = VARIATIONS[family].base, VARIATIONS[family].kind
        raise InvalidConfig(f"{family} is a sibling: give its family, {base} --siblings {kind}")
    bases = tuple(name for name in RECIPES if name not in VARIATIONS)
    if family not in bases:
        raise UnknownName("family", family, bases)
    known = {variation.kind: name for name, variation in VARIATIONS.items() if variation.base == family}
    wanted = [word.strip() for word in siblings.split(",") if word.strip()]
    if wanted in ([ALL], [NONE]):
        return (family, *(known.values() if wanted == [ALL] else ()))
    names = {**known, **{name: name for name in known.values()}}
    for word in wanted:
        if word not in names:
            raise UnknownName(f"sibling of {family}", word, (ALL, NONE, *known))
    if not wanted:
        raise InvalidConfig(f"--siblings is empty: give {ALL}, {NONE}, or some of {', '.join(known) or NONE}")
    chosen = {names[word] for word in wanted}
    return (family, *(name for name in known.values() if name in chosen))


def seeds_of(text: str) -> tuple[int, ...]:
    """The seeds of "1-5", "7" or "1,3,7-9", each once, in increasing order.

    Raises:
        InvalidConfig: for anything else, and for more than MOST_SEEDS of them.

    >>> seeds_of("7-9, 1")
    (1, 7, 8, 9)
    """
    found: set[int] = set()
    for part in text.split(","):
        numbers = re.fullmatch(r"\s*([0-9]{1,19})\s*(?:-\s*([0-9]{1,19})\s*)?", part, re.ASCII)
        if numbers is None:
            raise InvalidConfig(f"--seeds takes numbers and ranges, such as 1-5 or 1,3,7, not {quoted(text)}")
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        if last > SEEDS:
            raise InvalidConfig(f"--seeds takes numbers up to {SEEDS}, not {last}")
        if last < first:
            raise InvalidConfig(f"--seeds {first}-{last} counts down: write {last}-{first}")
        if last - first >= MOST_SEEDS or len(found | {*range(first, last + 1)}) > MOST_SEEDS:
            raise InvalidConfig(f"--seeds names more than {MOST_SEEDS} seeds: take fewer")
        found |= {*range(first, last + 1)}
    return tuple(sorted(found))
