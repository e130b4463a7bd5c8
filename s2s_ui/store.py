"""The store that several servers share: the Valkey or Redis that the variable S2S_STORE names."""

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a server that is alone does not need the package
    from redis import Redis

NAME = "S2S_STORE"


def client() -> "Redis | None":
    """The connection to the store that S2S_STORE names; None where it names none. Threads may share it."""
    url = os.environ.get(NAME, "").strip()
    return _connected(url) if url else None


@cache
def _connected(url: str) -> "Redis":
    import redis

    made = redis.Redis.from_url(url, socket_timeout=3.0, socket_connect_timeout=3.0)
    made.ping()
    return made
