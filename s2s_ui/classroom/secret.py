"""The code of a class, the teacher's key, and a student's seat."""

import hmac
import re
import secrets
from hashlib import sha256

ALPHABET = "ACDEFHJKMNPRTUVWXY3479"
"""The characters of a code, without those that can be misread (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B)."""

LENGTH = 6
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")
"""A key or a seat, as `new_secret` writes it."""


def new_code() -> str:
    """A random code: one of 113 million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """A code from typed text, which may have small letters, spaces or hyphens. None if it cannot be a code."""
    found = re.sub(r"[\s-]", "", typed[:40]).upper()
    return found if CODE.fullmatch(found) else None


def new_secret() -> str:
    """A new key or seat, of 192 bits."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """The stored hash of a key or a seat. Secrets are random and long, so a plain hash is safe."""
    return sha256(secret.encode("ascii")).hexdigest()


def opens(secret: object, stored: str) -> bool:
    """Whether this is the secret with the ``stored`` hash, compared in constant time."""
    if not isinstance(secret, str) or not SECRET.fullmatch(secret):
        return False
    return hmac.compare_digest(hashed(secret), stored)
