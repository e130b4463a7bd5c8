"""How many of the processor's threads one computation may take: PyTorch's own, and those of NumPy's matrix products."""

import torch
from threadpoolctl import threadpool_limits


def limit(count: int) -> None:
    """From here on, at most so many threads in this process for each computation."""
    torch.set_num_threads(count)
    threadpool_limits(count, user_api="blas")
