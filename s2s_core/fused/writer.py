"""The decoder's steps without records, for searching: additive attention and one LSTM, (12)-(15).

The numbers of `Decoder.step`, in few products: what a step multiplies with weights stands side by side in one row, and
so do the weights. They are joined once for all steps, and under autocast rounded once. See `decoder` for the scores.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from s2s_core.attention import AdditiveAttention
from s2s_core.cells import LSTMCell
from s2s_core.fused import cell as written
from s2s_core.records import CellState, DecoderState, Memory


class Writer:
    """Takes one step after the other, with the weights as they are when it is made: no gradients, no dropout."""

    def __init__(
        self,
        cell: LSTMCell,
        attention: AdditiveAttention,
        embedding: nn.Embedding,
        readouts: tuple[nn.Linear, nn.Linear, nn.Linear],
        output: nn.Linear,
    ) -> None:
        """The readouts are those of y, of the context and of s_t, which has the bias."""
        self.dtype = written.product_type(embedding.weight)
        self.of_y, self.of_hidden = embedding.embedding_dim, cell.hidden_size  # columns; the context's are in between
        self.embedding = embedding.weight
        self.query, self.energy = (2 * attention.query.weight.T).to(self.dtype), 2 * attention.energy.weight[0]
        gates = [cell.weight_input["y"], cell.weight_input["context"], cell.weight_hidden]
        self.gates, self.gates_bias = torch.cat(gates, dim=1).to(self.dtype), cell.bias
        self.peepholes = written.peepholes(cell.weight_peephole, self.dtype)
        self.readout = torch.cat([part.weight for part in readouts], dim=1).to(self.dtype)
        self.readout_bias = readouts[-1].bias
        self.output, self.output_bias = output.weight.to(self.dtype), output.bias

    def __call__(
        self, token: Int[Tensor, " batch"], memory: Memory, state: DecoderState, t: int
    ) -> tuple[Float[Tensor, "batch tgt_vocab"], DecoderState]:
        """The logits of y_t and the next state; every t is alike."""
        hidden, cell = state.cells[0].hidden, state.cells[0].cell
        assert cell is not None, "an LSTM's state has a cell"
        with torch.autocast(cell.device.type, enabled=False):
            seen = torch.empty(len(token), self.gates.shape[1], dtype=self.dtype, device=cell.device)
            seen[:, : self.of_y] = self.embedding.index_select(0, token)
            seen[:, -self.of_hidden :] = hidden
            asked = torch.mm(seen[:, -self.of_hidden :], self.query).to(self.energy.dtype).unsqueeze(1)
            curve = torch.add(asked, memory.prepared, alpha=2).sigmoid_()
            scores = torch.mv(curve.flatten(0, 1), self.energy).view(memory.mask.shape)  # (13)
            weights = scores.masked_fill_(~memory.mask, -torch.inf).softmax(dim=-1)  # (14)
            seen[:, self.of_y : -self.of_hidden] = torch.bmm(weights.unsqueeze(1), memory.states).squeeze(1)  # (15)
            z = written.affine(seen, self.gates, self.gates_bias)
            new, squashed, hidden = z.new_empty(3, *cell.shape)
            written.step(z, cell, new, squashed, hidden, self.peepholes)
            seen[:, -self.of_hidden :] = hidden
            readout = written.tanh_(written.affine(seen, self.readout, self.readout_bias))
            logits = written.affine(readout, self.output, self.output_bias)
        return logits, DecoderState((CellState(hidden, new),), None)
