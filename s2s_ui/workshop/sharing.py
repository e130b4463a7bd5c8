"""Decide who runs a training: a single server, or one of the replicas that share a store.

The holder of a training's lease runs it. A lease expires unless it is renewed. So if a replica is killed, exactly one
other replica takes over its training. Each lease has its own token. If a replica was only frozen, it finds another
token or none in the store when it wakes up, and stops before it writes.

The replicas also share the folder of trainings, with orders and saved states. The store has the leases, the names of
the trainings that should run, the progress of each, and owners' requests for trainings that another replica runs.
"""

import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from s2s_core.errors import TrainingError
from s2s_ui.store import StoreAway, reaching
from s2s_ui.workshop import telling
from s2s_ui.workshop.progress import Progress

if TYPE_CHECKING:
    from redis import Redis

LEASE = 10.0  # seconds that a lease lasts unless it is renewed
KNOWN = 7 * 24 * 60 * 60  # seconds for which the progress of a training that does not run stays in the store
MOMENT = 2.0  # seconds for which a store that did not answer is not asked again
MOST = 64  # the number of cached progresses

Request = Literal["pause", "end"]
Purpose = Literal["start", "take over", "delete"]
"""start: for its owner; from now on it should run, and earlier requests are removed. take over: a training that should
run. delete: a training that does not run."""


class Lost(TrainingError):
    """This process must no longer run a training, because another one may be running it."""


class Lease(Protocol):
    """The right to run one training."""

    def check(self) -> None:
        """Check that no other process can have the lease. It is called before anything is written.

        Raises:
            Lost: if another process may have it.
        """

    def going(self) -> bool:
        """Whether the lease is valid, as far as this process knows without asking the store."""

    def renew(self, progress: Progress) -> Request | None:
        """Renew the lease, and store the progress of the training.

        Returns:
            The owner's request on another replica since the last call, or None.

        Raises:
            StoreAway: if the store does not answer.
        """

    def release(self, progress: Progress | None) -> None:
        """Give the lease back, because the training is paused or finished. ``progress`` is stored unless it is None.

        Raises:
            StoreAway: if the store does not answer; then the lease expires.
        """


class Sharing(Protocol):
    """The interface for sharing trainings with other processes."""

    beat: float  # seconds between two renewals; 0 if leases need no renewal

    def take(self, name: str, purpose: Purpose) -> Lease | None:
        """The lease of a training; None if another process has it, or the training's state does not fit the purpose.

        Raises:
            StoreAway: if the store does not answer.
        """

    def progress(self, name: str) -> Progress | None:
        """The progress of a training that does not run here; None if it is unknown."""

    def ask(self, name: str, request: Request) -> None:
        """Send a request to the process that runs a training.

        Raises:
            StoreAway: if the store does not answer.
        """

    def forget(self, name: str) -> None:
        """Remove the data of a deleted training."""

    def interrupted(self) -> Collection[str]:
        """The trainings that should run, but that no process runs."""


class _Mine:
    """The lease of a single server, which never expires."""

    def check(self) -> None:
        pass

    def going(self) -> bool:
        return True

    def renew(self, progress: Progress) -> Request | None:
        return None

    def release(self, progress: Progress | None) -> None:
        pass


class Alone:
    """A single server. File locks next to the checkpoints protect against other processes on the same folder."""

    beat = 0.0

    def take(self, name: str, purpose: Purpose) -> Lease | None:
        return _Mine()

    def progress(self, name: str) -> Progress | None:
        return None

    def ask(self, name: str, request: Request) -> None:
        pass

    def forget(self, name: str) -> None:
        pass

    def interrupted(self) -> Collection[str]:
        return ()


# Each script is atomic, so nothing can happen between the comparison of the token and the rest.
_TAKE = """
local going = redis.call('sismember', KEYS[3], ARGV[3])
if ARGV[4] == 'take over' and going == 0 or ARGV[4] == 'delete' and going == 1 then return 0 end
if not redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 0 end
if ARGV[4] == 'start' then redis.call('del', KEYS[2]) redis.call('sadd', KEYS[3], ARGV[3]) end
return 1
"""
_RENEW = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('pexpire', KEYS[1], ARGV[2])
redis.call('set', KEYS[2], ARGV[3])
local asked = redis.call('get', KEYS[3])
if asked then redis.call('del', KEYS[3]) return asked end
return 1
"""
_RELEASE = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then redis.call('set', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
redis.call('del', KEYS[3])
redis.call('srem', KEYS[4], ARGV[4])
redis.call('del', KEYS[1])
return 1
"""
_GOING = "s2s:trainings:going"  # the set of the names


def _keys(name: str) -> list[str]:
    return [f"s2s:training:{name}:{kind}" for kind in ("lease", "progress", "request")]


@dataclass(slots=True, eq=False)
class _Leased:
    """A lease in the store."""

    replicas: "Replicas"
    name: str
    token: str
    until: float  # in time.monotonic(): until then the store gives it to no other process
    lost: bool = False

    def check(self) -> None:
        if not self.lost:
            try:
                with self.replicas.reaching():
                    self.lost = self.replicas.client.get(_keys(self.name)[0]) != self.token.encode()
            except StoreAway:
                self.lost = not self.going()
        if self.lost:
            raise Lost(f"the training {self.name} was taken over by another replica, or its store is away")

    def going(self) -> bool:
        return not self.lost and time.monotonic() < self.until

    def renew(self, progress: Progress) -> Request | None:
        replicas, now = self.replicas, time.monotonic()
        with replicas.reaching():
            said = replicas.renewed(
                keys=_keys(self.name), args=[self.token, int(replicas.seconds * 1000), telling.packed(progress)]
            )
        if said == 0:
            self.lost = True
            return None
        self.until = now + replicas.seconds
        return {b"pause": "pause", b"end": "end"}.get(said)  # type: ignore[return-value]

    def release(self, progress: Progress | None) -> None:
        if self.lost:
            return
        told = b"" if progress is None else telling.packed(progress)
        with self.replicas.reaching():
            self.replicas.released(keys=[*_keys(self.name), _GOING], args=[self.token, told, KNOWN, self.name])


class Replicas:
    """Replicas that share a store and the folder of trainings."""

    def __init__(self, client: "Redis", *, seconds: float = LEASE) -> None:
        self.client, self.seconds, self.beat = client, seconds, min(1.0, seconds / 8)
        self.taken, self.renewed, self.released = map(client.register_script, (_TAKE, _RENEW, _RELEASE))
        self._told: dict[str, tuple[bytes, Progress | None]] = {}
        self._away_until = 0.0

    @contextmanager
    def reaching(self) -> Iterator[None]:
        """Ask the store. After a failure it is not asked for a moment, so that requests do not wait again and again.

        Raises:
            StoreAway: if it cannot be used.
        """
        if time.monotonic() < self._away_until:
            raise StoreAway("the store", "it was away a moment ago")
        try:
            with reaching():
                yield
        except StoreAway:
            self._away_until = time.monotonic() + MOMENT
            raise

    def take(self, name: str, purpose: Purpose) -> Lease | None:
        token, now = secrets.token_hex(16), time.monotonic()
        lease, _, request = _keys(name)
        with self.reaching():
            mine = self.taken(keys=[lease, request, _GOING], args=[token, int(self.seconds * 1000), name, purpose])
        return _Leased(self, name, token, now + self.seconds) if mine else None

    def progress(self, name: str) -> Progress | None:
        with self.reaching():
            said = self.client.get(_keys(name)[1])
        if not isinstance(said, bytes):
            return None
        if (known := self._told.get(name)) is None or known[0] != said:
            if len(self._told) > MOST:
                self._told.clear()
            self._told[name] = known = said, telling.unpacked(said)
        return known[1]

    def ask(self, name: str, request: Request) -> None:
        *_, place = _keys(name)
        with self.reaching():
            if self.client.sismember(_GOING, name):
                self.client.set(place, request)

    def forget(self, name: str) -> None:
        with self.reaching():
            self.client.delete(*_keys(name)[1:])

    def interrupted(self) -> Collection[str]:
        with self.reaching():
            names = sorted(str(name, "utf-8") for name in self.client.smembers(_GOING) if isinstance(name, bytes))
            held = self.client.mget([_keys(name)[0] for name in names]) if names else []
        return [name for name, token in zip(names, held, strict=True) if token is None]
