"""The initial weights. Those of cells have a name, so that a configuration can choose them.

"usual": forget bias 1 (Jozefowicz et al. 2015), recurrent matrices orthogonal. States carry over from the first step
on, so each state starts as a mixture of its neighbours.

"local", for encoders: forget bias -1, recurrent matrices scaled by 0.1. So h_j starts as a state of its own token.
The equations are the same. With the usual start, each token spreads over the states of its neighbours; attention to
many positions is then equally good, and chance decides. With the local start, attention learns to be where the answer
is.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from s2s_core.config import ModelConfig
from s2s_core.registry import INITS

PEEPHOLE_STD = 0.02


class CellInit:
    """Fills a cell's tensors: Glorot input weights, orthogonal recurrent blocks, a bias for the gate that keeps."""

    keep_bias: float = 1.0
    recurrent_gain: float = 1.0

    @torch.no_grad()
    def recurrent(self, weight: Float[Tensor, "gates hidden"]) -> None:
        """An orthogonal matrix, times the gain, for each gate's square block."""
        for block in weight.chunk(weight.shape[0] // weight.shape[1]):
            nn.init.orthogonal_(block, gain=self.recurrent_gain)

    @torch.no_grad()
    def inputs(self, weight: Float[Tensor, "gates input"], *, gates: int, fan_in: int) -> None:
        """Glorot uniform for one gate's whole input (Glorot & Bengio 2010); ``weight`` may be only a part of it."""
        bound = math.sqrt(6 / (fan_in + weight.shape[0] // gates))
        nn.init.uniform_(weight, -bound, bound)

    @torch.no_grad()
    def peephole(self, weight: Float[Tensor, "..."]) -> None:
        nn.init.normal_(weight, std=PEEPHOLE_STD)

    @torch.no_grad()
    def bias(self, bias: Float[Tensor, " gates"], keep: slice) -> None:
        """Zero, except for the gate that keeps the old state (LSTM: forget; GRU: update; a plain cell has none)."""
        nn.init.zeros_(bias)
        bias[keep] = self.keep_bias


@INITS.register("usual")
class UsualInit(CellInit):
    """Forget bias 1, recurrent matrices orthogonal."""


@INITS.register("local")
class LocalInit(CellInit):
    """Forget bias -1, recurrent matrices orthogonal times 0.1."""

    keep_bias = -1.0
    recurrent_gain = 0.1


def build_embedding(config: ModelConfig, vocab_size: int, *, padding_index: int) -> nn.Embedding:
    """One vector per token, initially N(0, embedding_std²); the vector of padding stays 0.

    Their initial size decides how much an initial state depends on its own token: with small embeddings, the recurrent
    term is relatively larger.
    """
    embedding = nn.Embedding(vocab_size, config.embedding_size, padding_idx=padding_index)
    with torch.no_grad():
        embedding.weight.mul_(config.embedding_std)
    return embedding
