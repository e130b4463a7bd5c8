"""The folder of a sweep. It records what is trained there, stores every finished cell, and only one call can use it.

DIR/
  sweep.json                     the family and, by member, what its recipe trains by
  cells/dates-last/seed-2/       the checkpoint
  cells/dates-last/seed-2.json   the scores; written last, so its cell is finished
  cells/en-fr-first/             the same for a member's parent; not in the table
  seeds.csv  seeds.md            the table
"""

import dataclasses
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from s2s_core import foreign
from s2s_core.described import described
from s2s_core.errors import InvalidConfig, shown
from s2s_core.files import require_room, telling, writing
from s2s_core.foreign import Unreadable
from s2s_core.locks import Taken, locked
from s2s_core.recipes import identity
from s2s_core.sweep.grid import Cell, Plan

FORMAT, CELL_FORMAT = "seq2scope sweep", "seq2scope sweep cell"
SWEEP, CELLS, TABLE, PAGE = "sweep.json", "cells", "seeds.csv", "seeds.md"
_MOST = 1 << 22  # bytes
_LOCK = ".sweep.running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a finished cell. It is the same on every machine with the same version of PyTorch."""

    name: str
    seed: int
    recipe: str  # the digest of its recipe
    fingerprint: str  # of its checkpoint
    pairs: int  # held-out pairs that it was scored on
    measures: dict[str, float]  # empty if the training could not continue
    stopped: str  # why it could not continue; empty if it finished
    made_with: str

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Folder:
    """A sweep's folder."""

    path: Path

    __repr__ = described

    def checkpoint(self, cell: Cell) -> Path:
        return self.path / CELLS / cell.name / f"seed-{cell.seed}"

    def result(self, cell: Cell) -> Path:
        return self.checkpoint(cell).with_suffix(".json")

    def require_folder(self) -> None:
        """Check that the path is not a file.

        Raises:
            InvalidConfig: if it is.
        """
        if os.path.lexists(self.path) and not self.path.is_dir():
            raise InvalidConfig(f"{shown(self.path)} is a file: give --out a folder")

    @contextmanager
    def reserved(self, plan: Plan) -> Iterator[None]:
        """During the block, no other sweep can use the folder. The folder records what this sweep trains.

        Raises:
            InvalidConfig: if the folder contains something else or another sweep, or a sweep is running in it.
            CannotWrite: if the folder cannot be written.
        """
        self.require_folder()
        there = self._settings()
        if there is None and self.path.is_dir() and any(path.name[0] != "." for path in self.path.iterdir()):
            raise InvalidConfig(f"{shown(self.path)} holds something else than a sweep: give --out a new folder")
        settings = _settings(plan, there)
        require_room(self.path / SWEEP, parents=True)
        try:
            with telling(self.path):
                self.path.mkdir(parents=True, exist_ok=True)
            with locked(self.path / _LOCK):
                if settings != there:
                    _write(self.path / SWEEP, settings)
                yield
        except Taken:
            raise InvalidConfig(
                f"another sweep runs in {shown(self.path)}: wait for its end, or give another --out"
            ) from None

    def is_of(self, mark: str) -> bool:
        """Whether this path, on this machine, is the folder of the sweep with this `mark`."""
        try:
            return self.mark() == mark
        except InvalidConfig:
            return False

    def mark(self) -> str:
        """A text that identifies this sweep."""
        return str((self._settings() or {}).get("mark", ""))

    def finished(self, cell: Cell) -> Result | None:
        """The result of a finished cell; None if it is not finished.

        Raises:
            InvalidConfig: if this program did not write the file.
        """
        data = _read(self.result(cell), CELL_FORMAT)
        if data is None:
            return None
        try:
            return Result(**{name: data[name] for name in Result.__dataclass_fields__})
        except KeyError as error:
            raise InvalidConfig(
                f"{shown(self.result(cell))} lacks {error}: delete it, and the cell is scored again"
            ) from None

    def results(self) -> list[Result]:
        """The results of all finished cells, also of earlier calls with other seeds and members."""
        names = (self._settings() or {}).get("recipes", {})
        cells = (
            Cell(name, int(path.stem.removeprefix("seed-")))
            for name in sorted(names)
            for path in (self.path / CELLS / name).glob("seed-*.json")
            if path.stem.removeprefix("seed-").isdecimal()
        )
        return [found for cell in sorted(cells) if (found := self.finished(cell))]

    def finish(self, cell: Cell, result: Result) -> None:
        """Store the result of a finished cell."""
        _write(self.result(cell), {"format": CELL_FORMAT, **asdict(result)})

    def _settings(self) -> dict[str, Any] | None:
        return _read(self.path / SWEEP, FORMAT)


def _settings(plan: Plan, there: dict[str, Any] | None) -> dict[str, Any]:
    """The content of sweep.json, with the members of this plan; seeds and members may be added later.

    Raises:
        InvalidConfig: if the existing cells were trained with other settings.
    """
    without_pairs = dataclasses.replace(plan, data=None)
    recipes = {name: identity(without_pairs.recipe(name)) for name in plan.members}
    data = _hash(plan.data) if plan.data is not None else ""
    known = there or {
        "format": FORMAT,
        "family": plan.family,
        "data": data,
        "mark": secrets.token_hex(8),
        "recipes": {},
    }
    if not isinstance(known.get("recipes"), dict):
        raise InvalidConfig(f"{SWEEP} names no recipes: give another --out")
    if known.get("family") != plan.family:
        raise InvalidConfig(f"--out holds a sweep of {shown(known.get('family'))}, not {plan.family}: give another one")
    if known.get("data") != data:
        raise InvalidConfig("--out holds a sweep on other pairs: give the file they came from, or another --out")
    for name, recipe in recipes.items():
        then = known["recipes"].get(name, recipe)
        for setting in recipe.keys() | then.keys():
            if then.get(setting) != recipe.get(setting):
                was, now = shown(then.get(setting)), shown(recipe.get(setting))
                raise InvalidConfig(f"--out holds {name} with {setting} = {was}, not {now}: give another --out")
    return {**known, "recipes": {**known["recipes"], **recipes}}


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidConfig(f"cannot read {shown(path)}: {error.strerror}") from error


def _write(path: Path, data: dict[str, Any]) -> None:
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as new:
        new.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read(path: Path, format_name: str) -> dict[str, Any] | None:
    """The content of a JSON file that we wrote; None if it does not exist."""
    try:
        data = foreign.plain_data(foreign.file_bytes(path, most=_MOST, links=True))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Unreadable as error:
        raise InvalidConfig(f"{shown(path)} {error}: delete it, or give another --out") from error
    if not isinstance(data, dict) or data.get("format") != format_name:
        raise InvalidConfig(f"{shown(path)} was not written by this program: delete it, or give another --out")
    return data
