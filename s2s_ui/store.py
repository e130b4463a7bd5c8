"""The store that the replicas of a server share: the Valkey or Redis in the variable S2S_STORE.

Without the variable there is only one server, which stores everything in memory and in its folders.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from s2s_core.errors import S2SError

if TYPE_CHECKING:  # a single server does not need the package
    from redis import Redis

NAME = "S2S_STORE"
SECONDS = 3.0  # the longest wait for an answer; normally it takes a millisecond


class StoreAway(S2SError):
    """The store cannot be used: its `place`, without a password, and the `reason` as a clause."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place, self.reason = place, reason

    def __str__(self) -> str:
        return f"{NAME} names a store that cannot be used ({self.place}): {self.reason}"


def client() -> "Redis | None":
    """The connection to the store in S2S_STORE; None if that is not set. Threads can share it.

    Raises:
        StoreAway: if the address is invalid, redis-py is not installed, or no server answers there.
    """
    url = os.environ.get(NAME, "").strip()
    return _connected(url) if url else None


@cache
def _connected(url: str) -> "Redis":
    place = url.rpartition("@")[2] if "@" in url else url.rpartition("://")[2]
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise StoreAway(place, "it needs redis-py: pip install 'seq2scope[replicas]'") from None
    try:
        made = redis.Redis.from_url(
            url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=Retry(NoBackoff(), 1)
        )
    except ValueError:
        raise StoreAway(place, "its address has to look like redis://HOST:6379/0") from None
    with reaching(place):
        made.ping()
    return made


@contextmanager
def reaching(place: str = "the store") -> Iterator[None]:
    """Turn errors of the connection to the store into one sentence.

    Raises:
        StoreAway: instead of an error of redis-py.
    """
    from redis.exceptions import ConnectionError, RedisError, TimeoutError

    try:
        yield
    except (ConnectionError, TimeoutError):
        raise StoreAway(place, "no Valkey or Redis answers there; start it, or leave the variable away") from None
    except RedisError as error:
        raise StoreAway(place, f"it answers {str(error).rstrip('.')}") from error
