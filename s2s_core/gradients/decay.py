"""The size of the gradient as a function of the number of steps back: vanishing, exploding, or kept by attention."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from s2s_core.described import described
from s2s_core.gradients.forward import Run


@dataclass(frozen=True, eq=False)
class Decay:
    """|∂L_i/∂state| for every output i and every step of one cell, and the number of recurrent steps between them."""

    part: str  # "forward", "backward" or "decoder"
    sizes: Float[np.ndarray, "tgt_len steps"]
    distance: Int[np.ndarray, "tgt_len steps"]  # recurrent steps from L_i back to the state; -1 if there is no way

    __repr__ = described

    def by_distance(self) -> tuple[Int[np.ndarray, " distances"], Float[np.ndarray, " distances"]]:
        """All distances, and the mean size of the gradients at each."""
        known = self.distance >= 0
        distances = np.unique(self.distance[known])
        means = np.array([self.sizes[self.distance == distance].mean() for distance in distances])
        return distances, means


def decay(run: Run) -> list[Decay]:
    """The top layer's cells: the gradient of each output's loss -log p with respect to every hidden state.

    The distance is the number of recurrent steps without attention: from output i back through the decoder to s_0, then
    through the encoder from its last state to h_j; within the decoder, i - t. Attention is a shorter way, so with
    attention the curve does not fall.
    """
    top = run.net.config.encoder_layers - 1
    cells = {way: [step.cell.hidden for step in run.reading[top, way]] for way in run.net.config.directions}
    cells["decoder"] = [step.cells[-1].hidden for step in run.writing]
    states = [state for row in cells.values() for state in row]
    sizes = np.stack([_sizes(run.back(loss, states)) for loss in run.losses])
    found, first, outputs = [], 0, np.arange(len(run.losses))[:, None]
    for part, row in cells.items():
        steps = np.arange(len(row))
        if part == "decoder":
            distance = np.where(outputs >= steps, outputs - steps, -1)
        else:
            distance = outputs + 1 + (len(row) - 1 - steps)  # in the order of reading
        here = sizes[:, first : first + len(row)]
        first += len(row)
        if part == "backward":
            here, distance = here[:, ::-1], distance[:, ::-1]
        found.append(Decay(part, here, np.broadcast_to(distance, here.shape).copy()))
    return found


def _sizes(gradients: Sequence[torch.Tensor]) -> Float[np.ndarray, " states"]:
    return np.array([float(torch.linalg.vector_norm(gradient)) for gradient in gradients])
