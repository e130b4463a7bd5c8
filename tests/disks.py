"""A full disk, for tests."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(free: int = 0) -> Iterator[None]:
    """During the block, no file of this process can have more than ``free`` bytes, as on a full disk."""
    if sys.platform == "win32":
        pytest.skip("the limit is one of POSIX")
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
