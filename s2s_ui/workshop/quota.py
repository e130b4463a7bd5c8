"""Who may have how much of the disk. What an order or a training will take is promised before anything is written.

Promises live in this process. Of another process on the same folder we see what lies on the disk: together they may
take more than the limit, by what is being trained there at the moment and not saved yet.
"""

import math
from pathlib import Path
from threading import Lock

from s2s_ui.workshop import storage
from s2s_ui.workshop.limits import MB, Limits, ShareFull, TooManyOpen
from s2s_ui.workshop.storage import Stored

PER_PARAMETER = 16  # bytes of an unfinished training: the best weights, those of now, and Adam's two averages
BESIDE = MB  # bytes at most of what lies beside the weights: vocabularies, snapshots, log, card


class Quota:
    """The limits of a folder of trainings."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root, self.limits = root, limits
        self._promised: dict[str, Stored] = {}
        self._lock = Lock()

    def order(self, name: str, visitor: str, upload: int) -> None:
        """Promise a new order, with a file of ``upload`` bytes.

        Raises:
            TooManyOpen: if its visitor has too many trainings that are not finished.
            ShareFull: if its visitor, or all, would have more than they may.
        """
        self._promise(name, visitor, upload + 4 * storage.BLOCK, most_open=self.limits.open_each)

    def training(self, name: str, visitor: str, parameters: int) -> None:
        """Promise what a training takes that has so many parameters, while it is not finished.

        Raises:
            ShareFull: as `order`.
        """
        order = storage.size(self.root / storage.ORDERS / name)
        self._promise(name, visitor, order + parameters * PER_PARAMETER + BESIDE)

    def settle(self, name: str) -> None:
        """Forget a promise: from now on what counts is what lies on the disk."""
        with self._lock:
            self._promised.pop(name, None)

    def _promise(self, name: str, visitor: str, size: int, *, most_open: float = math.inf) -> None:
        with self._lock:
            there = storage.stored(self.root)
            taken = {other: self._larger(other, there.get(other)) for other in there.keys() | self._promised.keys()}
            mine = Stored(visitor, max(size, there[name].size if name in there else 0), finished=False)
            taken[name] = mine
            if visitor:  # what older versions began belongs to nobody
                theirs = [each for each in taken.values() if each.visitor == visitor]
                if sum(not each.finished for each in theirs) > most_open:
                    raise TooManyOpen(most_open)
                if sum(each.size for each in theirs) > self.limits.mb_each * MB:
                    raise ShareFull("visitor", self.limits.mb_each)
            if sum(each.size for each in taken.values()) > self.limits.mb * MB:
                raise ShareFull("all", self.limits.mb)
            self._promised[name] = mine

    def _larger(self, name: str, there: Stored | None) -> Stored:
        """A training as it lies there, or as it was promised, whichever takes more."""
        promised = self._promised.get(name)
        both = [each for each in (there, promised) if each is not None]
        return max(both, key=lambda each: each.size)
