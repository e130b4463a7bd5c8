"""The result of a backward pass: the gradients of a loss with respect to every state and input, and their paths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from s2s_core.described import described

Vectors = Float[np.ndarray, "_ _"]  # [steps, units]
Sizes = Float[np.ndarray, " _"]  # [steps]


@dataclass(frozen=True, eq=False)
class Flow:
    """The gradients at one cell over all its steps. They are in source (or output) order, also if it reads backwards.

    ``hidden`` is ∂L/∂h_t (∂L/∂s_t of the decoder), ``cell`` ∂L/∂c_t, ``inputs`` ∂L/∂x_t; nats per unit of the state.
    The paths of a state are vectors that add up to its gradient; they show where the gradient comes from.
    """

    kind: str  # "lstm", "gru" or "rnn"
    hidden: Vectors
    cell: Vectors | None  # None for a cell without a cell state
    inputs: Vectors  # [steps, E]; of an upper layer [steps, size of the states below]
    hidden_paths: Mapping[str, Vectors]
    cell_paths: Mapping[str, Vectors]  # empty without a cell state
    input_paths: Mapping[str, Vectors]

    __repr__ = described

    def quantities(self) -> Iterator[tuple[str, Vectors, Mapping[str, Vectors]]]:
        """Each gradient by name ("hidden", "cell", "inputs") with its paths."""
        yield "hidden", self.hidden, self.hidden_paths
        if self.cell is not None:
            yield "cell", self.cell, self.cell_paths
        yield "inputs", self.inputs, self.input_paths


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of one loss in the whole network.

    ``loss`` is -log p of the token at ``output``, or the sum over all tokens where ``output`` is None, in nats.
    """

    src_tokens: tuple[str, ...]
    fed_tokens: tuple[str, ...]
    tgt_tokens: tuple[str, ...]  # whose probabilities are in the loss
    output: int | None
    loss: float
    losses: Float[np.ndarray, " tgt_len"]  # -log p of every token
    encoder: tuple[Mapping[str, Flow], ...]  # by layer: "forward" and, if there are two directions, "backward"
    decoder: tuple[Flow, ...]  # by layer
    joined: Vectors  # ∂L/∂h_j, through attention or the fixed context and the bridge: [src_len, memory]
    joined_paths: Mapping[str, Vectors]  # "context" (15), "scores" (13)
    context: Vectors  # ∂L/∂c_i, [tgt_len, memory]
    scores: Vectors | None  # ∂L/∂e_ij; None without attention
    strands: Vectors | None  # the size of h_j's gradient from output step i, through (13)-(15)

    __repr__ = described

    def flows(self) -> Iterator[tuple[str, int, Flow]]:
        """Each cell: "encoder.forward", "encoder.backward" or "decoder", its layer, its flow."""
        for layer, ways in enumerate(self.encoder):
            for way, flow in ways.items():
                yield f"encoder.{way}", layer, flow
        for layer, flow in enumerate(self.decoder):
            yield "decoder", layer, flow


def sizes(vectors: Vectors) -> Sizes:
    """The length of each step's vector."""
    lengths: Sizes = np.linalg.norm(vectors, axis=1)
    return lengths


def shares(total: Vectors, paths: Mapping[str, Vectors]) -> dict[str, Sizes]:
    """The part of each step's |gradient| that comes through each path: its vector, projected onto the gradient.

    The parts add up to |gradient|. A path that works against the others has a negative part. All are 0 if the gradient
    is 0.
    """
    length = sizes(total)[:, None]
    direction = np.divide(total, length, out=np.zeros_like(total), where=length > 0)
    return {name: (vectors * direction).sum(axis=1) for name, vectors in paths.items()}
