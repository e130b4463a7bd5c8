"""How the programs of a kernel are distributed over the GPU, and how the kernel is launched."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

FEWEST = 16  # sentences, or units, of a program: tensor cores need at least 16
SPREADS = ((16, 16), (16, 32), (32, 32), (64, 32))  # sentences and units of a program; the first that fits is used
WARPS = 4
TILE_BYTES = 128  # bytes of a row of weights that are read at a time, where the weights do not stay on the chip


@dataclass(frozen=True, slots=True)
class Spread:
    """The programs of a recurrence. The programs of a team have the same sentences, and each has some of the units."""

    rows: int  # sentences of a program
    units: int  # units of a program
    teams: int
    members: int  # programs of a team
    at_once: bool  # whether all programs run at the same time, so that they can wait for one another

    @classmethod
    def of(cls, *, batch: int, ways: int, size: int, device: torch.device) -> "Spread":
        """The first of SPREADS whose programs all run at the same time; the last one if there is none.

        A small hidden size (16, 32 or 64 units) has teams of one program, which never waits.
        """
        alone = size <= 4 * FEWEST and size & (size - 1) == 0
        wanted = [(rows, size if alone else units) for rows, units in SPREADS if alone or size % units == 0]
        for rows, units in wanted:
            teams, members = ways * -(-batch // rows), size // units
            if at_once := teams * members <= _processors(device):
                break
        return cls(rows, units, teams, members, at_once)

    def constants(self, weight: Tensor, *, peepholes: bool) -> dict[str, Any]:
        """The constants that all kernels are compiled with."""
        return {
            "H": self.units * self.members,
            "PEEPHOLES": peepholes,
            "ROWS": self.rows,
            "UNITS": self.units,
            "PRECISION": "tf32x3" if exact(weight.dtype) else "tf32",
        }

    def tile(self, weight: Tensor, *others: int) -> dict[str, Any]:
        """How many columns of the weights are read at a time: a power of two that divides the hidden size and all
        ``others``.
        """
        size = math.gcd(self.units * self.members, *others)
        return {"TILE": min(size & -size, TILE_BYTES // weight.element_size())}

    def resident(self, weight: Tensor, *, numbers: int) -> bool:
        """Whether a program's shared memory can hold ``numbers`` rows of weights for each unit, and the states too."""
        size = self.units * self.members
        # a float32 product is computed as three products of shorter parts, so the weights are stored as two parts
        needed = (
            (numbers * self.units * (2 if exact(weight.dtype) else 1) + 3 * self.rows) * size * weight.element_size()
        )
        return size & (size - 1) == 0 and needed <= _on_chip(weight.device)

    def launch(
        self, kernel: Any, parts: Sequence[str], *tensors: Tensor, batch: int, steps: int, constants: dict[str, Any]
    ) -> None:
        """Launch the kernel: once for all parts of all steps if all programs run at once, else once for each part."""
        arrived = torch.zeros(self.teams, dtype=torch.int32, device=tensors[0].device)
        grid = kernel[self.teams, self.members]
        if self.at_once:
            together = {"num_warps": WARPS, "launch_cooperative_grid": True, **constants, **dict.fromkeys(parts, True)}
            grid(*tensors, arrived, batch, steps, 0, steps, **together)
            return
        for step in range(steps):
            for part in parts:
                alone = {"num_warps": WARPS, **constants, **{name: name == part for name in parts}}
                grid(*tensors, arrived, batch, steps, step, step + 1, **alone)


@cache
def _processors(device: torch.device) -> int:
    """How many programs run at once: the number of multiprocessors; 0 where Triton interprets the kernels."""
    return torch.cuda.get_device_properties(device).multi_processor_count if device.type == "cuda" else 0


@cache
def _on_chip(device: torch.device) -> int:
    """How many bytes of shared memory a program can use."""
    if device.type != "cuda":
        return 64 * 1024
    properties: Any = torch.cuda.get_device_properties(device)  # its type stubs lack the next property
    return int(properties.shared_memory_per_block_optin)


def exact(dtype: torch.dtype) -> bool:
    """Whether products of this dtype are computed in full float32: PyTorch may be set to the shorter TF32."""
    return dtype == torch.float32 and torch.backends.cuda.matmul.fp32_precision != "tf32"
