"""What a sweep reports while it runs, the same from this machine's cores and from a cluster."""

from dataclasses import dataclass

from s2s_core.described import described
from s2s_core.errors import S2SError
from s2s_core.sweep.folder import Result
from s2s_core.sweep.grid import Cell


class CellLost(S2SError):
    """Whatever worked on a cell was lost again and again: the ``cell``, and ``why`` as a clause."""

    def __init__(self, cell: Cell, why: str) -> None:
        super().__init__(cell, why)
        self.cell, self.why = cell, why

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}; the same command goes on from the cells that are finished"


@dataclass(frozen=True, slots=True)
class Progressed:
    """A cell has made so many of its updates."""

    cell: Cell
    step: int
    steps: int

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker was lost; its cell is done again."""

    cell: Cell
    why: str

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Done:
    """A cell is finished."""

    cell: Cell
    result: Result

    __repr__ = described


Report = Progressed | Lost | Done
