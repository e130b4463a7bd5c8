"""Classes in one file of SQLite: for one server, or several processes on one machine."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Any

from s2s_ui.classroom.errors import Closed, Full, Gone
from s2s_ui.classroom.limits import PRESENT
from s2s_ui.classroom.state import Answer, Handed, Room, Seat, State

_TABLES = """
CREATE TABLE IF NOT EXISTS rooms (
    code TEXT PRIMARY KEY, key TEXT NOT NULL, created REAL NOT NULL, ends REAL NOT NULL, state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seats (
    code TEXT, student TEXT, number INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (code, student)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handed (
    code TEXT, student TEXT, id TEXT, name TEXT NOT NULL, entry TEXT NOT NULL, at REAL NOT NULL, off INTEGER NOT NULL,
    PRIMARY KEY (code, student, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    code TEXT, question TEXT, student TEXT, id TEXT NOT NULL, choice INTEGER, text TEXT NOT NULL,
    asked TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (code, question, student)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
    code TEXT, name TEXT, number INTEGER, text TEXT NOT NULL, PRIMARY KEY (code, name, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS present (
    code TEXT, place TEXT, count INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (code, place)
) STRICT, WITHOUT ROWID;
"""
_OF_A_ROOM = ("seats", "answers", "handed", "papers", "present")
WAIT = 10.0  # seconds for another process that writes


class SqliteStore:
    """See `store.Store`. The file is made with the first class."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._opened: sqlite3.Connection | None = None

    def reaching(self) -> AbstractContextManager[None]:
        return nullcontext()

    def create(self, room: Room) -> bool:
        with self._writing(make=True) as file:
            self._sweep(file)
            values = (room.code, room.key, room.created, room.ends, room.state.to_json())
            return file.execute("INSERT OR IGNORE INTO rooms VALUES (?, ?, ?, ?, ?)", values).rowcount == 1

    def find(self, code: str) -> Room | None:
        with self._lock:
            file = self._file()
            if file is None:
                return None
            row = file.execute("SELECT * FROM rooms WHERE code = ? AND ends > ?", (code, time.time())).fetchone()
        return Room(row[0], row[1], row[2], row[3], State.from_json(row[4])) if row else None

    def change(self, code: str, changed: Callable[[State], State]) -> State:
        with self._writing() as file:
            before = self._found(file, code).state
            after = replace(changed(before), version=before.version + 1)
            file.execute("UPDATE rooms SET state = ? WHERE code = ?", (after.to_json(), code))
            return after

    def seat(self, code: str, student: str, name: str = "", *, most: int) -> Seat | None:
        with self._writing() as file:
            self._found(file, code)
            known = self.find_seat(code, student)
            if known is None:
                (taken,) = file.execute("SELECT count(*) FROM seats WHERE code = ?", (code,)).fetchone()
                if taken >= most:
                    return None
                known = Seat(student, taken + 1, name)
                file.execute("INSERT INTO seats VALUES (?, ?, ?, ?)", (code, student, known.number, name))
            elif name and name != known.name:
                known = replace(known, name=name)
                file.execute("UPDATE seats SET name = ? WHERE code = ? AND student = ?", (name, code, student))
            return known

    def seats(self, code: str) -> list[Seat]:
        with self._lock:
            asked = "SELECT student, number, name FROM seats WHERE code = ? ORDER BY number"
            return [Seat(*row) for row in self._asked(asked, (code,))]

    def find_seat(self, code: str, student: str) -> Seat | None:
        asked = "SELECT student, number, name FROM seats WHERE code = ? AND student = ?"
        rows = self._asked(asked, (code, student))
        return Seat(*rows[0]) if rows else None

    def hand_in(self, code: str, handed: Handed, *, most: int) -> Handed:
        with self._writing() as file:
            state = self._found(file, code).state
            asked = "SELECT id, entry, off FROM handed WHERE code = ? AND student = ?"
            own = {name: (entry, off) for name, *(entry, off) in file.execute(asked, (code, handed.student))}
            if handed.id in own:
                entry, off = own[handed.id]
                return Handed.from_json(entry, off=bool(off))
            if not state.takes_sentences:
                raise Closed
            if len(own) >= most:
                raise Full
            handed = replace(handed, at=time.time())
            values = (code, handed.student, handed.id, handed.name, handed.to_json(), handed.at)
            file.execute("INSERT INTO handed VALUES (?, ?, ?, ?, ?, ?, 0)", values)
            return handed

    def own(self, code: str, student: str, *, most: int) -> list[Handed]:
        asked = f"{_HANDED} WHERE code = ? AND student = ? ORDER BY at LIMIT ?"
        return [Handed.from_json(entry, off=bool(off)) for entry, off in self._asked(asked, (code, student, most))]

    def handed(self, code: str) -> list[Handed]:
        rows = self._asked(f"{_HANDED} WHERE code = ? ORDER BY at, name", (code,))
        return [Handed.from_json(entry, off=bool(off)) for entry, off in rows]

    def handed_count(self, code: str) -> tuple[int, int]:
        rows = self._asked("SELECT count(*), coalesce(sum(off), 0) FROM handed WHERE code = ?", (code,))
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def take_off(self, code: str, name: str) -> None:
        with self._writing() as file:
            self._found(file, code)
            file.execute("UPDATE handed SET off = 1 WHERE code = ? AND name = ?", (code, name))

    def answer(self, code: str, answer: Answer) -> Answer:
        with self._writing() as file:
            question = self._found(file, code).state.question
            if question is None or question.id != answer.question:
                raise Closed
            given = (answer.id, answer.choice, answer.text, answer.asked, time.time())
            if not question.closed:
                values = (code, answer.question, answer.student, *given)
                file.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            asked = f"{_ANSWERS} WHERE code = ? AND question = ? AND student = ?"
            row = file.execute(asked, (code, answer.question, answer.student)).fetchone()
            if row is None:
                raise Closed
            return Answer(*row)

    def answers(self, code: str, question: str | None = None) -> list[Answer]:
        asked = f"{_ANSWERS} WHERE code = ? AND (?2 IS NULL OR question = ?2) ORDER BY at, student"
        return [Answer(*row) for row in self._asked(asked, (code, question))]

    def present(self, code: str, place: str, count: int) -> int:
        with self._writing() as file:
            self._found(file, code)
            now = time.time()
            file.execute("INSERT OR REPLACE INTO present VALUES (?, ?, ?, ?)", (code, place, count, now))
            file.execute("DELETE FROM present WHERE code = ? AND at < ?", (code, now - PRESENT))
            (all_of_them,) = file.execute("SELECT sum(count) FROM present WHERE code = ?", (code,)).fetchone()
            return int(all_of_them)

    def write(self, code: str, name: str, text: str, *, most: int = 1) -> None:
        with self._writing() as file:
            self._found(file, code)
            of = (code, name)
            found = file.execute("SELECT max(number) FROM papers WHERE code = ? AND name = ?", of).fetchone()
            number = (found[0] or 0) + 1
            file.execute("INSERT INTO papers VALUES (?, ?, ?, ?)", (*of, number, text))
            file.execute("DELETE FROM papers WHERE code = ? AND name = ? AND number <= ?", (*of, number - most))

    def written(self, code: str, name: str) -> list[str]:
        asked = "SELECT text FROM papers WHERE code = ? AND name = ? ORDER BY number"
        return [row[0] for row in self._asked(asked, (code, name))]

    def delete(self, code: str) -> None:
        with self._writing() as file:
            for table in ("rooms", *_OF_A_ROOM):
                file.execute(f"DELETE FROM {table} WHERE code = ?", (code,))
        self._empty_the_log()

    def sweep(self) -> None:
        with self._writing() as file:
            self._sweep(file)
        self._empty_the_log()

    def count(self) -> int:
        rows = self._asked("SELECT count(*) FROM rooms WHERE ends > ?", (time.time(),))
        return int(rows[0][0]) if rows else 0

    def listen(self, heard: Callable[[str], None]) -> None:
        return None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _empty_the_log(self) -> None:
        """Empty the write-ahead log: it still has data that was deleted from the file."""
        with self._lock:
            if (file := self._file()) is not None:
                file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _file(self, *, make: bool = False) -> sqlite3.Connection | None:
        if self._opened is None and (make or self.path.exists()):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                file.execute(f"PRAGMA {setting}")
            file.executescript(_TABLES)
            self._opened = file
        return self._opened

    @contextmanager
    def _writing(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction that is written to the disk at the end of the block.

        Raises:
            Gone: if there is no file yet and ``make`` is false.
        """
        with self._lock:
            file = self._file(make=make)
            if file is None:
                raise Gone
            file.execute("BEGIN IMMEDIATE")
            try:
                yield file
            except BaseException:
                file.execute("ROLLBACK")
                raise
            file.execute("COMMIT")

    def _asked(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        with self._lock:
            file = self._file()
            return [] if file is None else file.execute(statement, values).fetchall()

    def _found(self, file: sqlite3.Connection, code: str) -> Room:
        room = self.find(code)
        if room is None:
            raise Gone
        return room

    @staticmethod
    def _sweep(file: sqlite3.Connection) -> None:
        now = time.time()
        for table in _OF_A_ROOM:
            file.execute(f"DELETE FROM {table} WHERE code IN (SELECT code FROM rooms WHERE ends <= ?)", (now,))
        file.execute("DELETE FROM rooms WHERE ends <= ?", (now,))


_ANSWERS = "SELECT question, student, id, choice, text, asked, at FROM answers"
_HANDED = "SELECT entry, off FROM handed"
