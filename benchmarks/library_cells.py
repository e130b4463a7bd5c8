"""Our model with PyTorch's own LSTM in the place of the peephole cells: fused kernels, one bias too many, no peepholes.

What the peepholes cost is measured against it. It reads and writes as `Seq2Seq` does, but keeps no records, so there
is nothing in it to look at.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from s2s_core.batch import Batch
from s2s_core.config import ModelConfig
from s2s_core.loss import cross_entropy
from s2s_core.records import CellState, Memory
from s2s_core.seq2seq import Seq2Seq


class LibrarySeq2Seq(Seq2Seq):
    """One layer, two directions; the decoder's cell is torch.nn.LSTMCell, since the context has to be fed each step."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.encoder.layers = nn.ModuleList()
        self.decoder.layers = nn.ModuleList()
        self.reader = nn.LSTM(config.embedding_size, config.encoder_hidden, batch_first=True, bidirectional=True)
        self.writer = nn.LSTMCell(config.embedding_size + config.memory_size, config.decoder_hidden)

    def loss(self, batch: Batch, *, label_smoothing: float) -> Tensor:  # type: ignore[override]
        memory, decoder = self._memory(batch.src, batch.src_mask), self.decoder
        zeros = memory.states.new_zeros(len(batch), self.config.decoder_hidden)
        start = decoder.bridge(memory.finals, CellState(zeros, zeros))[0]
        hidden, cell = start.hidden, start.cell
        y = decoder.dropout(decoder.embedding(batch.tgt_in))
        hiddens, contexts = [], []
        for y_t in y.unbind(dim=1):
            context = decoder.context(hidden, memory).context
            hidden, cell = self.writer(torch.cat([y_t, context], dim=-1), (hidden, cell))
            hiddens.append(hidden)
            contexts.append(context)
        readouts = decoder.readout(y, torch.stack(hiddens, dim=1), decoder.readout_c(torch.stack(contexts, dim=1)))
        real = batch.tgt_mask
        logits = decoder.logits(readouts[real])
        return cross_entropy(logits, batch.tgt_out[real], label_smoothing=label_smoothing)

    def _memory(self, src: Tensor, src_mask: Tensor) -> Memory:
        x = self.encoder.dropout(self.encoder.embedding(src))
        packed = pack_padded_sequence(x, src_mask.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False)
        states, (hidden, cell) = self.reader(packed)
        states = pad_packed_sequence(states, batch_first=True, total_length=src.shape[1])[0]
        finals = (CellState(torch.cat(tuple(hidden), dim=-1), torch.cat(tuple(cell), dim=-1)),)
        return Memory(states, src_mask, finals, self.decoder.context.prepare(states, src_mask, finals))
