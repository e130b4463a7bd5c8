"""The interface of a store of classes, and the choice of this server's store.

Several threads and processes can use a store safely. Data that it has acknowledged is kept when the process ends.
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
"""The variable that names the file of the classes; by default it is next to the trainings."""

HOURS = "S2S_CLASS_HOURS"
"""The variable that says after how many hours a class ends by itself."""


class Store(Protocol):
    """Classes, their students and their answers."""

    def reaching(self) -> AbstractContextManager[None]:
        """During this block, a store on another machine raises StoreAway if it does not answer."""

    def create(self, room: Room) -> bool:
        """Store a new class; False if its code is taken."""

    def find(self, code: str) -> Room | None:
        """A class by its code; None if there is none, or its time is over."""

    def change(self, code: str, changed: Callable[[State], State]) -> State:
        """Replace the state by the result of ``changed``, atomically and with the next version number.

        Raises:
            Gone: if there is no such class.
        """

    def seat(self, code: str, student: str, name: str = "", *, most: int) -> Seat | None:
        """The seat of a student; a new student gets the next number. A given name replaces the old one.

        Returns:
            None if the class already has ``most`` seats.

        Raises:
            Gone: if there is no such class.
        """

    def seats(self, code: str) -> list[Seat]:
        """All seats of a class, by their numbers."""

    def find_seat(self, code: str, student: str) -> Seat | None:
        """The seat of a student, or None."""

    def hand_in(self, code: str, handed: Handed, *, most: int) -> Handed:
        """Store a hand-in. If it is sent again with the same id, it is stored only once.

        Returns:
            The stored hand-in, after it was stored.

        Raises:
            Gone: if there is no such class.
            Closed: if nothing can be handed in now.
            Full: if this student has already handed in ``most``.
        """

    def own(self, code: str, student: str, *, most: int) -> list[Handed]:
        """The hand-ins of one student, the oldest first; ``most`` as in `hand_in`."""

    def handed(self, code: str) -> list[Handed]:
        """All hand-ins, the oldest first."""

    def handed_count(self, code: str) -> tuple[int, int]:
        """The number of hand-ins, and how many of them were taken off the wall."""

    def take_off(self, code: str, name: str) -> None:
        """Take the hand-in with this name off the wall.

        Raises:
            Gone: if there is no such class.
        """

    def answer(self, code: str, answer: Answer) -> Answer:
        """Store an answer. If a student has already answered the question, the first answer stays.

        Returns:
            The stored answer, after it was stored.

        Raises:
            Gone: if there is no such class.
            Closed: if the question is not open for answers.
        """

    def answers(self, code: str, question: str | None = None) -> list[Answer]:
        """The answers to a question, or to all questions, the oldest first."""

    def present(self, code: str, place: str, count: int) -> int:
        """Store that ``count`` students are present at the server ``place``.

        Returns:
            The sum over all servers that have called this in the last PRESENT seconds.

        Raises:
            Gone: if there is no such class.
        """

    def write(self, code: str, name: str, text: str, *, most: int = 1) -> None:
        """Add a text to those of this name, one of PAPERS; if there are more than ``most``, the oldest are deleted.

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
            A function that stops it; None if this store cannot report changes.
        """


def open_store(client: "redis.Redis | None" = None, environment: Mapping[str, str] = os.environ) -> Store:
    """The store of this server: that of the ``client`` if there is one, else a file."""
    if client is not None:
        from s2s_ui.classroom.redis import RedisStore  # the package is only needed with a client

        return RedisStore(client)
    named = environment.get(FILE)
    beside = Path(environment.get("S2S_RUNS") or "runs") / ".classes.sqlite3"
    return SqliteStore(Path(named or beside).expanduser().absolute())


def hours(environment: Mapping[str, str] = os.environ) -> float:
    """The number of hours after which a class ends by itself."""
    try:
        found = float(environment.get(HOURS) or 24)
    except ValueError:
        return 24.0
    return found if 0 < found < 24 * 366 else 24.0
