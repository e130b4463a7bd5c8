"""Whose a training is: it is steered by whoever has its key, and nobody else.

A key is random and belongs to one training. The server writes down its hash alone, so whoever reads the disk, a backup
or a log cannot steer. A visitor's secret is the same kind of value for all trainings of one browser; it steers nothing
and only says whose share of the disk a training takes.
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
    """What may be written down of a key. There is too much chance in it for guessing, so a plain hash hides it."""
    return sha256(secret.encode("ascii")).hexdigest()


def opens(key: object, written: str) -> bool:
    """Whether this is the key with the ``written`` hash; the time that it takes tells nothing about it.

    Nothing opens what is no hash, such as the empty one of a training of an older version.
    """
    if not isinstance(key, str) or not SECRET.fullmatch(key) or not _HASH.fullmatch(written):
        return False
    return hmac.compare_digest(hashed(key), written)
