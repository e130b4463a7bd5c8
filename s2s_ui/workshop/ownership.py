"""Ownership of trainings: only somebody with the key of a training can steer it.

A key is random and belongs to one training. The server stores only its hash, so somebody who reads the disk, a backup
or a log cannot steer. A visitor's secret is a similar value for all trainings of one browser. It cannot steer; it is
only used for the limit on a visitor's disk space.
"""

import hmac
import re
import secrets
from hashlib import sha256

SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")
"""A key, or a visitor's secret: 128 bits or more, as `secrets.token_urlsafe` writes them."""

_HASH = re.compile(r"[0-9a-f]{64}")


def new_secret() -> str:
    """A new key, or a new visitor's secret, of 192 bits."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """The hash of a key, which may be stored. Keys are too random to be guessed, so a plain hash is safe."""
    return sha256(secret.encode("ascii")).hexdigest()


def opens(key: object, written: str) -> bool:
    """Whether this is the key with the ``written`` hash, compared in constant time.

    No key fits a text that is not a hash, such as the empty one of a training from an older version.
    """
    if not isinstance(key, str) or not SECRET.fullmatch(key) or not _HASH.fullmatch(written):
        return False
    return hmac.compare_digest(hashed(key), written)
