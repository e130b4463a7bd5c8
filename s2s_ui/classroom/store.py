"""Where classes lie: what a store can do, and which one this server uses.

A store is safe to use from several threads and by several processes. What it has acknowledged outlives the process.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from s2s_ui.classroom.sqlite import SqliteStore
from s2s_ui.classroom.state import Answer, Handed, Room, Seat, State

if TYPE_CHECKING:
    import redis

FILE = "S2S_CLASSES"
"""The variable that names the file of the classes; without it, they lie beside the trainings."""

HOURS = "S2S_CLASS_HOURS"
"""The variable that says after how many hours a class ends by itself."""


class Store(Protocol):
    """Classes, their students and their answers."""

    def reaching(self) -> AbstractContextManager[None]:
        """Inside it a store on another machine that cannot be reached raises StoreAway."""

    def create(self, room: Room) -> bool:
        """Store a new class; False if its code is taken."""

    def find(self, code: str) -> Room | None:
        """A class by its code; None if there is none, or its time is over."""

    def change(self, code: str, changed: Callable[[State], State]) -> State:
        """Replace the state by what ``changed`` makes of it, at once and with the next version.

        Raises:
            Gone: if there is no such class.
        """

    def seat(self, code: str, student: str, name: str = "", *, most: int) -> Seat | None:
        """The seat of a student, a new one with the next number if they have none; a name replaces an older one.

        Returns:
            None if the class has ``most`` seats already.

        Raises:
            Gone: if there is no such class.
        """

    def seats(self, code: str) -> list[Seat]:
        """All seats of a class, by their numbers."""

    def find_seat(self, code: str, student: str) -> Seat | None:
        """The seat of a student, or None."""

    def hand_in(self, code: str, handed: Handed, *, most: int) -> Handed:
        """Store what a student hands in. What is sent again, with the same id, is stored once.

        Returns:
            What is stored now, once it is.

        Raises:
            Gone: if there is no such class.
            Closed: if nothing is to be handed in now.
            Full: if this student has handed in ``most`` already.
        """

    def own(self, code: str, student: str, *, most: int) -> list[Handed]:
        """What one student has handed in, the oldest first; no more than ``most``, which is that of `hand_in`."""

    def handed(self, code: str) -> list[Handed]:
        """All that was handed in, the oldest first."""

    def handed_count(self, code: str) -> tuple[int, int]:
        """How many were handed in, and how many of them were taken off the wall."""

    def take_off(self, code: str, name: str) -> None:
        """Take off the wall what the wall calls so.

        Raises:
            Gone: if there is no such class.
        """

    def answer(self, code: str, answer: Answer) -> Answer:
        """Store an answer. Of several by one student to one question the first one stays, whatever is sent later.

        Returns:
            The answer that is stored now, once it is.

        Raises:
            Gone: if there is no such class.
            Closed: if the question is not asked, or no longer.
        """

    def answers(self, code: str, question: str | None = None) -> list[Answer]:
        """The answers to a question, or to all questions, the oldest first."""

    def present(self, code: str, place: str, count: int) -> int:
        """Say that ``count`` students are here at one server, its ``place``.

        Returns:
            How many are here at all servers that have said so in the last PRESENT seconds.

        Raises:
            Gone: if there is no such class.
        """

    def write(self, code: str, name: str, text: str, *, most: int = 1) -> None:
        """Add a text to those of this name, of PAPERS; of more than ``most`` the oldest ones go.

        Raises:
            Gone: if there is no such class.
        """

    def written(self, code: str, name: str) -> list[str]:
        """The texts of this name, the oldest first."""

    def delete(self, code: str) -> None:
        """Delete a class with all that belongs to it."""

    def sweep(self) -> None:
        """Delete the classes whose time is over."""

    def count(self) -> int:
        """How many classes there are."""

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None] | None:
        """Call ``heard`` with the code of each class that changes in another process.

        Returns:
            What ends it; None if this store cannot tell.
        """


def open_store(client: "redis.Redis | None" = None, environment: Mapping[str, str] = os.environ) -> Store:
    """The store of this server: the ``client``'s if there is one, else a file."""
    if client is not None:
        from s2s_ui.classroom.redis import RedisStore  # a server without one needs no package for it

        return RedisStore(client)
    named = environment.get(FILE)
    beside = Path(environment.get("S2S_RUNS") or "runs") / ".classes.sqlite3"
    return SqliteStore(Path(named or beside).expanduser().absolute())


def hours(environment: Mapping[str, str] = os.environ) -> float:
    """After how many hours a class ends by itself."""
    try:
        found = float(environment.get(HOURS) or 24)
    except ValueError:
        return 24.0
    return found if 0 < found < 24 * 366 else 24.0
