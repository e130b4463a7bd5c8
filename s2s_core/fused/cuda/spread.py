"""How a kernel is spread over the chip, and launched."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

FEWEST = 16  # sentences, or units, in a program: from 16 on a tensor core multiplies
SPREADS = ((16, 16), (16, 32), (32, 32), (64, 32))  # sentences and units in a program: the first that suffices is taken
WARPS = 4
TILE_BYTES = 128  # of a row of weights, where they come from memory at every step


@dataclass(frozen=True, slots=True)
class Spread:
    """The programs of a recurrence: teams that share sentences, their members with some units each."""

    rows: int
    units: int
    teams: int
    members: int
    at_once: bool  # whether all programs run at the same time, so that they can wait for one another

    @classmethod
    def of(cls, *, batch: int, ways: int, size: int, device: torch.device) -> "Spread":
        """As wide as the chip takes at once, and narrower where a team of one needs to wait for nobody."""
        alone = size <= 4 * FEWEST and size & (size - 1) == 0
        wanted = [(rows, size if alone else units) for rows, units in SPREADS if alone or size % units == 0]
        for rows, units in wanted:
            teams, members = ways * -(-batch // rows), size // units
            if at_once := teams * members <= _processors(device):
                break
        return cls(rows, units, teams, members, at_once)

    def constants(self, weight: Tensor, *, peepholes: bool) -> dict[str, Any]:
        """What all kernels are compiled for."""
        return {
            "H": self.units * self.members,
            "PEEPHOLES": peepholes,
            "ROWS": self.rows,
            "UNITS": self.units,
            "PRECISION": "tf32x3" if exact(weight.dtype) else "tf32",
        }

    def tile(self, weight: Tensor, *others: int) -> dict[str, Any]:
        """How much of the weights is read at a time: a power of two that divides the width and all others."""
        size = math.gcd(self.units * self.members, *others)
        return {"TILE": min(size & -size, TILE_BYTES // weight.element_size())}

    def resident(self, weight: Tensor, *, numbers: int) -> bool:
        """Whether the chip can hold so many rows of weights for each unit, as wide as the state, and states besides."""
        size = self.units * self.members
        # float32 by tensor cores is the sum of three products of halves, and the halves of the weights stay there
        held = (numbers * self.units * (2 if exact(weight.dtype) else 1) + 3 * self.rows) * size * weight.element_size()
        return size & (size - 1) == 0 and held <= _on_chip(weight.device)

    def launch(
        self, kernel: Any, parts: Sequence[str], *tensors: Tensor, batch: int, steps: int, constants: dict[str, Any]
    ) -> None:
        """All parts of all steps at once, or each in a launch of its own."""
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
    """How many programs run at once, each with a multiprocessor to itself; none where kernels are interpreted."""
    return torch.cuda.get_device_properties(device).multi_processor_count if device.type == "cuda" else 0


@cache
def _on_chip(device: torch.device) -> int:
    """How many bytes a program can hold on the chip."""
    if device.type != "cuda":
        return 64 * 1024
    properties: Any = torch.cuda.get_device_properties(device)  # whose types lack this one
    return int(properties.shared_memory_per_block_optin)


def exact(dtype: torch.dtype) -> bool:
    """Whether products of this type are in float32, in full: PyTorch may have been allowed its short form, TF32."""
    return dtype == torch.float32 and torch.backends.cuda.matmul.fp32_precision != "tf32"
