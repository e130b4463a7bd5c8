"""The decoder's steps without records, for searching: additive attention and one LSTM, (12)-(15).

It computes the numbers of `Decoder.step` in fewer matrix products. The inputs of a step are columns of one tensor, and
their weights are concatenated to match. The weights are concatenated (and cast, under autocast) once for all steps. The
scores are computed with σ, as in `decoder`.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.fused import cell as equations
from s2s_core.records import CellState, DecoderState, Memory


class Writer:
    """Computes one step after the other, with the weights at the time of its creation: no gradients, no dropout."""

    def __init__(
        self,
        cell: LSTMCell,
        attention: AdditiveAttention,
        embedding: nn.Embedding,
        readouts: tuple[nn.Linear, nn.Linear, nn.Linear],
        output: nn.Linear,
    ) -> None:
        """``readouts`` are the layers for y, for the context and for s_t; the last one has the bias."""
        self.dtype = equations.product_type(embedding.weight)
        self.of_y, self.of_hidden = embedding.embedding_dim, cell.hidden_size  # columns; the context is in between
        self.embedding = embedding.weight
        self.query = (2 * attention.query.weight.T).to(self.dtype)
        self.energy = 2 * attention.energy.weight[0]
        gates = [cell.weight_input["y"], cell.weight_input["context"], cell.weight_hidden]
        self.gates, self.gates_bias = torch.cat(gates, dim=1).to(self.dtype), cell.bias
        self.peepholes = equations.peepholes(cell.weight_peephole, self.dtype)
        self.readout = torch.cat([part.weight for part in readouts], dim=1).to(self.dtype)
        self.readout_bias = readouts[-1].bias
        self.output, self.output_bias = output.weight.to(self.dtype), output.bias

    def __call__(
        self, token: Int[Tensor, " batch"], memory: Memory, state: DecoderState, t: int
    ) -> tuple[Float[Tensor, "batch tgt_vocab"], DecoderState]:
        """The logits of y_t and the next state; ``t`` is not used."""
        hidden, cell = state.cells[0].hidden, state.cells[0].cell
        assert cell is not None, "an LSTM's state has a cell"
        with torch.autocast(cell.device.type, enabled=False):
            inputs = torch.empty(len(token), self.gates.shape[1], dtype=self.dtype, device=cell.device)
            inputs[:, : self.of_y] = self.embedding.index_select(0, token)
            inputs[:, -self.of_hidden :] = hidden
            query = torch.mm(inputs[:, -self.of_hidden :], self.query).to(self.energy.dtype).unsqueeze(1)
            activations = torch.add(query, memory.prepared, alpha=2).sigmoid_()
            scores = torch.mv(activations.flatten(0, 1), self.energy).view(memory.mask.shape)  # (13)
            weights = scores.masked_fill_(~memory.mask, -torch.inf).softmax(dim=-1)  # (14)
            inputs[:, self.of_y : -self.of_hidden] = torch.bmm(weights.unsqueeze(1), memory.states).squeeze(1)  # (15)
            z = equations.affine(inputs, self.gates, self.gates_bias)
            new, squashed, hidden = z.new_empty(3, *cell.shape)
            equations.step(z, cell, new, squashed, hidden, self.peepholes)
            inputs[:, -self.of_hidden :] = hidden
            readout = equations.tanh_(equations.affine(inputs, self.readout, self.readout_bias))
            logits = equations.affine(readout, self.output, self.output_bias)
        return logits, DecoderState((CellState(hidden, new),), None)
