"""Classes in Redis or Valkey: for several servers that share them.

    s2s:class:CODE            hash: key, created, ends, state
    s2s:class:CODE:seats      hash: student -> number and name, as JSON
    s2s:class:CODE:handed     hash: student/number -> what was handed in, as JSON; the numbers begin at 0
    s2s:class:CODE:off        set: what was taken off the wall, by its name there
    s2s:class:CODE:answers    hash: question/student -> answer, as JSON
    s2s:class:CODE:plan       list: its plan; the same for its course
    s2s:class:CODE:present    hash: server -> how many are here there and since when, as JSON
    s2s:class                 channel: the code of a class that has changed

All of them vanish when the class's time is over.
"""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

import redis
from redis.client import Pipeline

from s2s_ui.classroom.errors import Closed, Full, Gone
from s2s_ui.classroom.limits import PRESENT
from s2s_ui.classroom.state import PAPERS, Answer, Handed, Room, Seat, State
from s2s_ui.store import reaching

PREFIX = "s2s:class"


class RedisStore:
    """See `store.Store`. Operations that depend on the state of a class are transactions that watch its key."""

    def __init__(self, client: redis.Redis) -> None:
        self.client: Any = client

    def reaching(self) -> AbstractContextManager[None]:
        return reaching()

    def create(self, room: Room) -> bool:
        place = _room(room.code)

        def make(pipe: Pipeline) -> bool:
            taken = bool(pipe.exists(place))
            pipe.multi()
            if not taken:
                values: dict[Any, Any] = {
                    "key": room.key,
                    "created": room.created,
                    "ends": room.ends,
                    "state": room.state.to_json(),
                }
                pipe.hset(place, mapping=values)
                pipe.expireat(place, _whole(room.ends))
            return not taken

        return bool(self.client.transaction(make, place, value_from_callable=True))

    def find(self, code: str) -> Room | None:
        return _read(code, self.client.hgetall(_room(code)))

    def change(self, code: str, changed: Callable[[State], State]) -> State:
        place = _room(code)

        def write(pipe: Pipeline) -> State:
            before = _found(pipe, code).state
            after = replace(changed(before), version=before.version + 1)
            pipe.multi()
            pipe.hset(place, "state", after.to_json())
            pipe.publish(PREFIX, code)
            return after

        state: State = self.client.transaction(write, place, value_from_callable=True)
        return state

    def seat(self, code: str, student: str, name: str = "", *, most: int) -> Seat | None:
        place = _seats(code)

        def sit(pipe: Pipeline) -> Seat | None:
            room = _found(pipe, code)
            known, taken = _seat(student, pipe.hget(place, student)), int(pipe.hlen(place))
            pipe.multi()
            if known is None and taken >= most:
                return None
            seat = known or Seat(student, taken + 1, name)
            seat = replace(seat, name=name or seat.name)
            if seat != known:
                pipe.hset(place, student, json.dumps([seat.number, seat.name]))
                pipe.expireat(place, _whole(room.ends))
            return seat

        found: Seat | None = self.client.transaction(sit, _room(code), place, value_from_callable=True)
        return found

    def seats(self, code: str) -> list[Seat]:
        found = [_seat(_text(student), entry) for student, entry in self.client.hgetall(_seats(code)).items()]
        return sorted(filter(None, found), key=lambda seat: seat.number)

    def find_seat(self, code: str, student: str) -> Seat | None:
        return _seat(student, self.client.hget(_seats(code), student))

    def hand_in(self, code: str, handed: Handed, *, most: int) -> Handed:
        place, slots = _handed(code), _slots(handed.student, most)
        handed = replace(handed, at=time.time())

        def put(pipe: Pipeline) -> Handed | None:
            room = _found(pipe, code)
            stored = pipe.hmget(place, slots)
            own = [Handed.from_json(entry) for entry in stored if entry is not None]
            known = next((other for other in own if other.id == handed.id), None)
            if known is None and not room.state.takes_sentences:
                raise Closed
            if known is None and len(own) >= most:
                raise Full
            pipe.multi()
            if known is not None:
                return known
            pipe.hsetnx(place, slots[len(own)], handed.to_json())
            pipe.expireat(place, _whole(room.ends))
            pipe.publish(PREFIX, code)
            return None

        while True:  # another request of this student may take the slot first
            found: Handed | None = self.client.transaction(put, _room(code), value_from_callable=True)
            if found is not None:
                return found

    def own(self, code: str, student: str, *, most: int) -> list[Handed]:
        stored = self.client.hmget(_handed(code), _slots(student, most))
        return [Handed.from_json(entry) for entry in stored if entry is not None]

    def handed(self, code: str) -> list[Handed]:
        off = {_text(name) for name in self.client.smembers(_off(code))}
        found = [Handed.from_json(entry) for entry in self.client.hvals(_handed(code))]
        marked = [replace(entry, off=entry.name in off) for entry in found]
        return sorted(marked, key=lambda entry: (entry.at, entry.name))

    def handed_count(self, code: str) -> tuple[int, int]:
        return int(self.client.hlen(_handed(code))), int(self.client.scard(_off(code)))

    def take_off(self, code: str, name: str) -> None:
        place = _off(code)

        def take(pipe: Pipeline) -> None:
            room = _found(pipe, code)
            pipe.multi()
            pipe.sadd(place, name)
            pipe.expireat(place, _whole(room.ends))
            pipe.publish(PREFIX, code)

        self.client.transaction(take, _room(code))

    def answer(self, code: str, answer: Answer) -> Answer:
        place, name = _answers(code), f"{answer.question}/{answer.student}"

        def put(pipe: Pipeline) -> None:
            room = _found(pipe, code)
            question = room.state.question
            if question is None or question.id != answer.question:
                raise Closed
            pipe.multi()
            if not question.closed:
                pipe.hsetnx(place, name, json.dumps(asdict(replace(answer, at=time.time()))))
                pipe.expireat(place, _whole(room.ends))
                pipe.publish(PREFIX, code)

        self.client.transaction(put, _room(code), value_from_callable=True)
        stored = self.client.hget(place, name)
        if stored is None:
            raise Closed
        return Answer(**json.loads(stored))

    def answers(self, code: str, question: str | None = None) -> list[Answer]:
        found = [Answer(**json.loads(entry)) for entry in self.client.hvals(_answers(code))]
        asked = [answer for answer in found if question in (None, answer.question)]
        return sorted(asked, key=lambda answer: (answer.at, answer.student))

    def present(self, code: str, place: str, count: int) -> int:
        where = _present(code)
        seconds, _ = self.client.time()  # the clocks of the servers may differ

        def say(pipe: Pipeline) -> list[int]:
            room = _found(pipe, code)
            told = {_text(other): json.loads(entry) for other, entry in pipe.hgetall(where).items()}
            told[place] = [count, seconds]
            old = [other for other, (_, at) in told.items() if at < seconds - PRESENT]
            pipe.multi()
            pipe.hset(where, place, json.dumps(told[place]))
            if old:
                pipe.hdel(where, *old)
            pipe.expireat(where, _whole(room.ends))
            return [number for other, (number, _) in told.items() if other not in old]

        return sum(self.client.transaction(say, _room(code), value_from_callable=True))

    def write(self, code: str, name: str, text: str, *, most: int = 1) -> None:
        place = _paper(code, name)

        def add(pipe: Pipeline) -> None:
            room = _found(pipe, code)
            pipe.multi()
            pipe.rpush(place, text)
            pipe.ltrim(place, -most, -1)
            pipe.expireat(place, _whole(room.ends))

        self.client.transaction(add, _room(code))

    def written(self, code: str, name: str) -> list[str]:
        return [_text(entry) for entry in self.client.lrange(_paper(code, name), 0, -1)]

    def delete(self, code: str) -> None:
        places = [of(code) for of in (_seats, _answers, _handed, _off, _present)] + [
            _paper(code, name) for name in PAPERS
        ]
        if not self.client.delete(_room(code), *places):
            raise Gone
        self.client.publish(PREFIX, code)

    def sweep(self) -> None:
        """Nothing to do: Redis deletes expired keys."""

    def count(self) -> int:
        places = self.client.scan_iter(match=f"{PREFIX}:??????", count=1000)
        return sum(1 for _ in places)

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None]:
        listener = self.client.pubsub(ignore_subscribe_messages=True)
        listener.subscribe(**{PREFIX: lambda message: heard(_text(message["data"]))})
        thread = listener.run_in_thread(sleep_time=1.0, daemon=True, exception_handler=_lost)

        def stop() -> None:
            thread.stop()
            thread.join(5)
            listener.close()

        return stop


def _lost(error: Exception, listener: Any, thread: Any) -> None:
    """Called when the connection is lost. The next check connects again; until then the hub checks by itself."""
    time.sleep(0.5)


def _room(code: str) -> str:
    return f"{PREFIX}:{code}"


def _seats(code: str) -> str:
    return f"{PREFIX}:{code}:seats"


def _handed(code: str) -> str:
    return f"{PREFIX}:{code}:handed"


def _off(code: str) -> str:
    return f"{PREFIX}:{code}:off"


def _slots(student: str, most: int) -> list[str]:
    return [f"{student}/{number}" for number in range(most)]


def _answers(code: str) -> str:
    return f"{PREFIX}:{code}:answers"


def _present(code: str) -> str:
    return f"{PREFIX}:{code}:present"


def _paper(code: str, name: str) -> str:
    return f"{PREFIX}:{code}:{name}"


def _whole(seconds: float) -> int:
    return int(seconds) + 1


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _found(pipe: Any, code: str) -> Room:
    room = _read(code, pipe.hgetall(_room(code)))
    if room is None:
        raise Gone
    return room


def _read(code: str, stored: Any) -> Room | None:
    values = {_text(name): _text(value) for name, value in stored.items()}
    if not values or float(values["ends"]) <= time.time():
        return None
    state = State.from_json(values["state"])
    return Room(code, values["key"], float(values["created"]), float(values["ends"]), state)


def _seat(student: str, entry: Any) -> Seat | None:
    return None if entry is None else Seat(student, *json.loads(entry))
