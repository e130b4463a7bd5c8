"""How many CPU threads one computation may use (in PyTorch and in NumPy's matrix products), and how a long computation
pauses so that short ones can run first.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """Let each computation of this process use at most ``count`` threads from now on."""
    torch.set_num_threads(count)
    threadpool_limits(count, user_api="blas")


T = TypeVar("T")
_PASSING: ContextVar[Callable[[], object] | None] = ContextVar("passing", default=None)


@contextmanager
def letting_pass(wait: Callable[[], object]) -> Iterator[None]:
    """Within the block, a long computation of this thread calls ``wait`` between its steps.

    All threads share one Python interpreter: without such pauses, a long series of small operations takes half of the
    interpreter's time from each computation that runs beside it.
    """
    token = _PASSING.set(wait)
    try:
        yield
    finally:
        _PASSING.reset(token)


def let_pass() -> None:
    """Called between two steps: wait for other computations, if the caller asked for that with `letting_pass`."""
    wait = _PASSING.get()
    if wait is not None:
        wait()


def passing(items: Iterable[T]) -> Iterator[T]:
    """The same items, for a long loop; before each of them `let_pass` is called."""
    for item in items:
        let_pass()
        yield item
