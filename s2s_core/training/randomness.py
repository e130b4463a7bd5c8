"""Chance as a function of the seed: the same seed and place in the run draw the same numbers, whatever else runs.

Initial weights, dropout and scheduled sampling draw inside `drawn_from(seed, "weights")`, `drawn_from(seed, step)`.
Nothing is carried from one step to the next, so a resumed run has no generator to restore, and whoever watches a run
may draw numbers of their own between two steps. Two runs with dropout in threads of one process share PyTorch's
global generator, and are then not the same from one time to the next.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def drawn_from(seed: int, place: int | str, device: torch.device | None = None) -> Iterator[torch.Generator]:
    """PyTorch's global generators (dropout has no other) and the one handed out, seeded for this block alone."""
    digest = hashlib.sha256(f"{seed}/{place}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 1  # 63 bits: every backend takes them
    on_cuda = device is not None and device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_cuda else []):
        torch.manual_seed(number)
        yield torch.Generator().manual_seed(number)
