"""Chance as a function of the seed: the same seed and place in the run draw the same numbers, whatever else runs.

Initial weights, dropout and scheduled sampling draw inside `drawn_from(seed, "weights")`, `drawn_from(seed, step)`.
Nothing is carried from one step to the next, so a resumed run has no generator to restore, and whoever watches a run
may draw numbers of their own between two steps. Dropout draws from PyTorch's global generator, of which a process has
one: threads that draw take turns, so that a run is the same whatever runs beside it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch

_TURN = RLock()  # whose generator it is


@contextmanager
def drawn_from(seed: int, place: int | str, device: torch.device | None = None) -> Iterator[torch.Generator]:
    """PyTorch's global generators (dropout has no other) and the one handed out, seeded for this block alone."""
    digest = hashlib.sha256(f"{seed}/{place}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 1  # 63 bits: every backend takes them
    on_cuda = device is not None and device.type == "cuda"
    with _TURN, torch.random.fork_rng(devices=[device] if on_cuda else []):
        torch.manual_seed(number)
        yield torch.Generator().manual_seed(number)
