"""One training run on several processes: `torchrun --nproc_per_node=N -m s2s_core train ...`.

Each process takes its share of every batch, and PyTorch's DistributedDataParallel adds up the gradients (gloo on the
CPU, nccl on CUDA), so that all processes hold the same weights and the loss is that of one process with the whole
batch. All of them validate, the first one alone writes to the disk and to the screen.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from s2s_core.batch import Batch
from s2s_core.errors import TrainingError
from s2s_core.seq2seq import Seq2Seq


@contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """The group of processes that torchrun has started, for this block; nothing where it has started none.

    Raises:
        TrainingError: in place of what the group says where one of the processes has ended.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    except RuntimeError as error:  # torch.distributed has no narrower one for a peer that is gone
        if "Connection" not in str(error) and "NCCL" not in str(error):
            raise
        raise TrainingError(
            "another process of the run has ended, so this one cannot go on: --resume goes on from the last checkpoint"
        ) from error
    finally:
        distributed.destroy_process_group()


def is_first() -> bool:
    """Whether this process is the one that writes."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


class Processes:
    """The processes of a run as one of them sees them; alone, it computes the loss as the network does."""

    def __init__(self, net: Seq2Seq) -> None:
        together = distributed.is_initialized()
        self.rank = distributed.get_rank() if together else 0
        self.size = distributed.get_world_size() if together else 1
        self.device = net.device
        self._loss: nn.Module = _Loss(net)
        if together:
            devices = [self.device] if self.device.type == "cuda" else None
            self._loss = DistributedDataParallel(self._loss, device_ids=devices)

    def share(self, indices: Sequence[int]) -> list[int]:
        """This process's part of a batch's pairs; none where there are not enough for all."""
        return list(indices[self.rank :: self.size])

    def place(self, step: int) -> int | str:
        """Where in the run this process draws its random numbers: the first one where one alone does."""
        return f"{step} on {self.rank}" if self.rank else step

    def loss(
        self,
        batch: Batch,
        *,
        share: float,
        label_smoothing: float,
        forcing: float,
        generator: torch.Generator,
        guided: float = 0.0,
    ) -> Float[Tensor, ""]:
        """The loss (17) of this process's pairs, which have that share of the whole batch's target tokens.

        DistributedDataParallel takes the mean of the processes' gradients, and each loss is a mean over its own
        tokens: weighted so, the gradient is that of the mean over all tokens, and `mean` of the losses is theirs.
        """
        loss: Tensor = self._loss(batch, label_smoothing, forcing, generator, guided)
        return loss * (share * self.size)

    def mean(self, value: float) -> float:
        """The mean of a number over the processes."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self.device)
        distributed.all_reduce(total)
        return total.item() / self.size


class _Loss(nn.Module):
    """The loss as a module's forward, which is what DistributedDataParallel wraps."""

    def __init__(self, net: Seq2Seq) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, batch: Batch, label_smoothing: float, forcing: float, generator: torch.Generator, guided: float
    ) -> Float[Tensor, ""]:
        return self.net.loss(
            batch,
            label_smoothing=label_smoothing,
            teacher_forcing_ratio=forcing,
            generator=generator,
            guided=guided,
        )
