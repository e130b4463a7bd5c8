"""Random numbers as a function of the seed and the place in the run, independent of everything else that runs.

Initial weights, dropout and scheduled sampling draw inside `drawn_from(seed, "weights")`, `drawn_from(seed, step)`.
No state is carried from one step to the next. So a resumed run needs no saved generator, and other code may draw random
numbers between two steps. Dropout uses PyTorch's global generator, which all threads of a process share, so only one
thread draws at a time.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch

_TURN = RLock()  # only one thread at a time uses the global generator


@contextmanager
def drawn_from(seed: int, place: int | str, device: torch.device | None = None) -> Iterator[torch.Generator]:
    """A seeded generator; for this block, PyTorch's global generators (dropout uses them) have the same seed."""
    digest = hashlib.sha256(f"{seed}/{place}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 1  # 63 bits: every backend takes them
    on_cuda = device is not None and device.type == "cuda"
    with _TURN, torch.random.fork_rng(devices=[device] if on_cuda else []):
        torch.manual_seed(number)
        yield torch.Generator().manual_seed(number)
