"""The limits on disk space. An order or a training reserves its space before anything is written.

Reservations are only in this process. Of other processes on the same folder, only their files on the disk count. So
together they can exceed the limit by trainings that are running there and not saved yet.
"""

import math
from pathlib import Path
from threading import Lock

from s2s_ui.workshop import storage
from s2s_ui.workshop.limits import MB, Limits, ShareFull, TooManyOpen
from s2s_ui.workshop.storage import Stored

PER_PARAMETER = 16  # bytes of an unfinished training: best and current weights, Adam's two averages
BESIDE = MB  # the most bytes of the other files: vocabularies, snapshots, log, card


class Quota:
    """The limits of a folder of trainings."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root, self.limits = root, limits
        self._promised: dict[str, Stored] = {}
        self._lock = Lock()

    def order(self, name: str, visitor: str, upload: int) -> None:
        """Reserve space for a new order with a file of ``upload`` bytes.

        Raises:
            TooManyOpen: if its visitor has too many trainings that are not finished.
            ShareFull: if the visitor, or all visitors together, would exceed the limit.
        """
        self._promise(name, visitor, upload + 4 * storage.BLOCK, most_open=self.limits.open_each)

    def training(self, name: str, visitor: str, parameters: int) -> None:
        """Reserve space for an unfinished training with this number of parameters.

        Raises:
            ShareFull: as `order`.
        """
        order = storage.size(self.root / storage.ORDERS / name)
        self._promise(name, visitor, order + parameters * PER_PARAMETER + BESIDE)

    def settle(self, name: str) -> None:
        """Remove a reservation: from now on, the files on the disk count."""
        with self._lock:
            self._promised.pop(name, None)

    def _promise(self, name: str, visitor: str, size: int, *, most_open: float = math.inf) -> None:
        with self._lock:
            there = storage.stored(self.root)
            taken = {other: self._larger(other, there.get(other)) for other in there.keys() | self._promised.keys()}
            mine = Stored(visitor, max(size, there[name].size if name in there else 0), finished=False)
            taken[name] = mine
            if visitor:  # trainings of older versions have no visitor
                theirs = [each for each in taken.values() if each.visitor == visitor]
                if sum(not each.finished for each in theirs) > most_open:
                    raise TooManyOpen(most_open)
                if sum(each.size for each in theirs) > self.limits.mb_each * MB:
                    raise ShareFull("visitor", self.limits.mb_each)
            if sum(each.size for each in taken.values()) > self.limits.mb * MB:
                raise ShareFull("all", self.limits.mb)
            self._promised[name] = mine

    def _larger(self, name: str, there: Stored | None) -> Stored:
        """The larger one of a training's files on the disk and its reservation."""
        promised = self._promised.get(name)
        both = [each for each in (there, promised) if each is not None]
        return max(both, key=lambda each: each.size)
