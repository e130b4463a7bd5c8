"""The reports of a running sweep, the same for this machine and for a cluster."""

from dataclasses import dataclass

from s2s_core.described import described
from s2s_core.errors import S2SError
from s2s_core.sweep.folder import Result
from s2s_core.sweep.grid import Cell


class CellLost(S2SError):
    """The workers of a ``cell`` were lost again and again; ``why`` is a clause."""

    def __init__(self, cell: Cell, why: str) -> None:
        super().__init__(cell, why)
        self.cell, self.why = cell, why

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}; the same command goes on from the cells that are finished"


@dataclass(frozen=True, slots=True)
class Progressed:
    """The number of updates that a cell has made."""

    cell: Cell
    step: int
    steps: int

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker was lost; its cell is started again."""

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
