"""How many of the processor's threads one computation may take (PyTorch's own, and those of NumPy's matrix products),
and where a long one lets others pass.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """From here on, at most so many threads in this process for each computation."""
    torch.set_num_threads(count)
    threadpool_limits(count, user_api="blas")


T = TypeVar("T")
_PASSING: ContextVar[Callable[[], object] | None] = ContextVar("passing", default=None)


@contextmanager
def letting_pass(wait: Callable[[], object]) -> Iterator[None]:
    """Within the block this thread calls ``wait`` between the steps of a long computation.

    Threads share an interpreter, half of which a long row of small operations takes from whoever computes beside it.
    """
    before = _PASSING.set(wait)
    try:
        yield
    finally:
        _PASSING.reset(before)


def let_pass() -> None:
    """Between two steps: wait for others, where somebody has asked for it with `letting_pass`."""
    wait = _PASSING.get()
    if wait is not None:
        wait()


def passing(items: Iterable[T]) -> Iterator[T]:
    """The items of a long loop; before each of them others may pass."""
    for item in items:
        let_pass()
        yield item
