"""Form batches of pairs with similar length, in an order that depends only on the seed.

In each epoch the pairs are shuffled and cut into pools of a few batches. Each pool is sorted by length and cut into
batches; then the batches are shuffled. So there is little padding, but a pair comes with other pairs in each epoch. The
batch of a step is a pure function of (seed, step), so a resumed run needs only its step.
"""

from collections.abc import Sequence

import numpy as np

POOL = 16  # batches that are sorted together


class Bucketing:
    """The batches of a data set whose items have the given ``lengths``.

    >>> batches = Bucketing([3, 1, 2, 5], batch_size=2, seed=1)
    >>> batches.per_epoch, len(batches.batch(0)), sorted(batches.batch(0) + batches.batch(1))
    (2, 2, [0, 1, 2, 3])
    """

    def __init__(self, lengths: Sequence[int], *, batch_size: int, seed: int) -> None:
        self._lengths = np.asarray(lengths)
        self._batch_size, self._seed = batch_size, seed
        self._epoch, self._batches = -1, list[list[int]]()  # the current epoch, cached
        self.per_epoch = -(-len(lengths) // batch_size)

    def batch(self, step: int) -> list[int]:
        """The indices of the items of update ``step`` (from 0)."""
        epoch, place = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._epoch, self._batches = epoch, self._shuffled(epoch)
        return self._batches[place]

    def _shuffled(self, epoch: int) -> list[list[int]]:
        generator = np.random.default_rng((self._seed, epoch))
        order = generator.permutation(len(self._lengths))
        pool = POOL * self._batch_size
        batches = []
        for start in range(0, len(order), pool):
            chunk = order[start : start + pool]
            chunk = chunk[np.argsort(self._lengths[chunk], kind="stable")]
            batches += [chunk[i : i + self._batch_size].tolist() for i in range(0, len(chunk), self._batch_size)]
        return [batches[i] for i in generator.permutation(len(batches))]
