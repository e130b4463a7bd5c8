"""A toy task: reverse a string of letters. Every output character is a copy, so the alignment is known exactly."""

import random
from string import ascii_lowercase

from s2s_core.registry import TASKS
from s2s_core.tasks.base import Link, Pair, Split, Task, split_of
from s2s_core.threads import let_pass

USUAL_SIZES = {"train": 20_000, "dev": 1_000, "test": 2_000}


@TASKS.register("reverse")
class ReverseTask(Task):
    """Random strings of 1 to `max_len` lower-case letters, and their reversals."""

    name = "reverse"
    title = "Letters → reversed"
    examples = ("stressed", "drawer", "microscope", "attention")

    def __init__(self, *, max_len: int = 12) -> None:
        self.max_len = max_len

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        rng = random.Random(f"reverse {split} {seed}")
        pairs: list[Pair] = []
        while len(pairs) < (USUAL_SIZES[split] if size is None else size):
            let_pass()
            source = "".join(rng.choices(ascii_lowercase, k=rng.randint(1, self.max_len)))
            if split_of(source) == split:
                pairs.append(reversal(source))
        return pairs

    def aligned(self, text: str, answer: str) -> Pair | None:
        return reversal(text) if answer == text[::-1] else None


def reversal(source: str) -> Pair:
    """A string and its reversal, each target character linked to the one it copies."""
    links = tuple(Link((i,), i) for i in reversed(range(len(source))))
    return Pair(source, source[::-1], links=links)
