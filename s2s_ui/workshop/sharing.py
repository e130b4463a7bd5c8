"""Who runs which training: a server that is alone, or replicas that share a store.

A training runs on whoever holds its lease. A lease ends by itself unless it is renewed, so the training of a replica
that was killed is taken over by another one, exactly once. Each lease has a token of its own. A replica that was only
frozen finds another token in the store, or none, when it wakes up, and stops before it writes.

The replicas share the folder of trainings as well: orders and whole states lie there. In the store lie the leases, the
names of the trainings that are to go on, how far each is, and what an owner asks of one that another replica runs.
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
KNOWN = 7 * 24 * 60 * 60  # seconds for which the progress of a training that rests stays in the store
MOMENT = 2.0  # seconds in which a store that was away is not asked again
MOST = 64  # progresses that are kept as they were read last

Request = Literal["pause", "end"]
Purpose = Literal["start", "take over", "delete"]
"""To start it for its owner, so that it is to go on from now on and what was asked of it before is forgotten; to take
over one that is to go on; to delete one that rests."""


class Lost(TrainingError):
    """This process no longer runs a training: another one may do so by now."""


class Lease(Protocol):
    """The right to run one training."""

    def check(self) -> None:
        """Make sure that nobody else can have the lease; asked before anything is written.

        Raises:
            Lost: if somebody may.
        """

    def going(self) -> bool:
        """Whether it still holds, as far as this process knows without asking."""

    def renew(self, progress: Progress) -> Request | None:
        """Keep the lease, and tell how far the training is.

        Returns:
            What its owner has asked for elsewhere since the last time.

        Raises:
            StoreAway: if nobody can be told.
        """

    def release(self, progress: Progress | None) -> None:
        """Give it back: the training rests, or is done. Without a ``progress`` there is nothing new to tell.

        Raises:
            StoreAway: if it cannot be given back; then it ends by itself.
        """


class Sharing(Protocol):
    """What is known of the trainings beyond this process."""

    beat: float  # seconds between two renewals; 0 where nothing has to be renewed

    def take(self, name: str, purpose: Purpose) -> Lease | None:
        """The lease of a training; None if somebody holds it, or it is not as the purpose needs it.

        Raises:
            StoreAway: if nobody can be asked.
        """

    def progress(self, name: str) -> Progress | None:
        """How far a training is that does not run here; None if nobody has told."""

    def ask(self, name: str, request: Request) -> None:
        """Ask whoever runs a training for something.

        Raises:
            StoreAway: if nobody can be asked.
        """

    def forget(self, name: str) -> None:
        """Forget a training that is deleted."""

    def interrupted(self) -> Collection[str]:
        """The trainings that are to go on and that nobody runs."""


class _Mine:
    """The lease of a process that is alone: nobody takes it away."""

    def check(self) -> None:
        pass

    def going(self) -> bool:
        return True

    def renew(self, progress: Progress) -> Request | None:
        return None

    def release(self, progress: Progress | None) -> None:
        pass


class Alone:
    """One process has the trainings; of others on the same folder the locks beside the checkpoints tell."""

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


# Each is done as a whole, so that nothing comes between the comparison of the token and the rest.
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
    until: float  # of time.monotonic(): before that the store gives it to nobody else
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
        """Ask the store. Once it was away it is not asked for a moment, so that nobody waits for it again and again.

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
