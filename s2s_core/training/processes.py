"""One training run on several processes: `torchrun --nproc_per_node=N -m s2s_core train ...`.

Each process computes its share of every batch, and PyTorch's DistributedDataParallel adds up the gradients (gloo on the
CPU, nccl on CUDA). So all processes have the same weights, and the loss is that of one process with the whole batch.
All of them validate; only the first one writes to the disk and to the screen.
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
    """Join the group of processes that torchrun has started, for this block. Without torchrun, nothing happens.

    Raises:
        TrainingError: instead of PyTorch's error, if another process of the group has ended.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    except RuntimeError as error:  # torch.distributed has no special error for a process that has ended
        if "Connection" not in str(error) and "NCCL" not in str(error):
            raise
        raise TrainingError(
            "another process of the run has ended, so this one cannot go on: --resume goes on from the last checkpoint"
        ) from error
    finally:
        distributed.destroy_process_group()


def is_first() -> bool:
    """Whether this process is the first one, which writes files and output."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


class Processes:
    """The processes of a run, from one process's view. A single process computes the loss as the network does."""

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
        """This process's part of a batch's pairs; empty if there are fewer pairs than processes."""
        return list(indices[self.rank :: self.size])

    def place(self, step: int) -> int | str:
        """The place of this process's random numbers, for `drawn_from`. That of the first process is the step."""
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
        """The loss (17) of this process's pairs, weighted by their share of the whole batch's target tokens.

        DistributedDataParallel takes the mean of the processes' gradients, and each loss is a mean over its own tokens.
        With this weight, the gradient is that of the mean loss over all tokens, and `mean` of the losses is that mean
        loss.
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
    """The loss as the forward method of a module, because DistributedDataParallel wraps modules."""

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
