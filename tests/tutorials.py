"""Small models with the structure and the names of well-known tutorials, each a function of ids written in torch.nn."""

import torch
from torch import nn
from torch.nn import functional as F

CELLS = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}


class Tutorial(nn.Module):
    """A model of a tutorial. `forward` takes the source's ids and the fed ids, and returns a result for `reference`."""

    def forward(self, source, fed):
        src = torch.tensor([source])
        states, hidden = self.read(src)
        rows, weights = [], []
        carried = None
        start = hidden[0] if isinstance(hidden, tuple) else hidden
        for token in fed:
            logits, hidden, carried, looked = self.write(torch.tensor([token]), hidden, states, carried)
            rows.append(logits)
            weights.append(looked)
        found = {"logits": torch.cat(rows), "states": states[0], "start": start[:, 0]}
        if weights[0] is not None:
            found["weights"] = torch.cat(weights)
        return found


def top(hidden):
    """The top layer's hidden state, [batch, hidden]."""
    return (hidden[0] if isinstance(hidden, tuple) else hidden)[-1]


class Encoder(nn.Module):
    def __init__(self, words, embedding, hidden, *, cell="gru", layers=1, both=False, called="rnn"):
        super().__init__()
        self.embedding = nn.Embedding(words, embedding)
        rnn = CELLS[cell](embedding, hidden, layers, bidirectional=both, batch_first=True)
        setattr(self, called, rnn)
        self.called = called

    def forward(self, src):
        return getattr(self, self.called)(self.embedding(src))


class Additive(nn.Module):
    """v tanh(W s + U h) with three biases, as PyTorch's translation tutorial has it."""

    def __init__(self, state, memory, size):
        super().__init__()
        self.Wa, self.Ua, self.Va = nn.Linear(state, size), nn.Linear(memory, size), nn.Linear(size, 1)

    def forward(self, query, states):
        return self.Va(torch.tanh(self.Wa(query)[:, None] + self.Ua(states)))[..., 0].softmax(-1)


class Translation(Tutorial):
    """PyTorch's "Translation with a sequence to sequence network and attention"."""

    def __init__(self, src, tgt, *, hidden=6, cell="gru", layers=1):
        super().__init__()
        self.encoder = Encoder(src, hidden, hidden, cell=cell, layers=layers, called=cell)
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, hidden)
        self.decoder.attention = Additive(hidden, hidden, hidden)
        setattr(self.decoder, cell, CELLS[cell](2 * hidden, hidden, layers, batch_first=True))
        self.decoder.out = nn.Linear(hidden, tgt)
        self.cell = cell

    def read(self, src):
        return self.encoder(src)

    def write(self, token, hidden, states, carried):
        weights = self.decoder.attention(top(hidden), states)
        y, context = self.decoder.embedding(token), weights[:, None] @ states
        output, hidden = getattr(self.decoder, self.cell)(torch.cat([y[:, None], context], dim=2), hidden)
        return self.decoder.out(output[:, 0]).log_softmax(-1), hidden, None, weights


class Plain(Tutorial):
    """The same tutorial's decoder without attention: a ReLU after the embedding, and the encoder's state alone."""

    def __init__(self, src, tgt, *, hidden=6, cell="gru", layers=1, relu=True):
        super().__init__()
        self.encoder = Encoder(src, hidden, hidden, cell=cell, layers=layers, called=cell)
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, hidden)
        setattr(self.decoder, cell, CELLS[cell](hidden, hidden, layers, batch_first=True))
        self.decoder.out = nn.Linear(hidden, tgt)
        self.cell, self.relu = cell, relu

    def read(self, src):
        return self.encoder(src)

    def write(self, token, hidden, states, carried):
        y = self.decoder.embedding(token)[:, None]
        output, hidden = getattr(self.decoder, self.cell)(F.relu(y) if self.relu else y, hidden)
        return self.decoder.out(output[:, 0]), hidden, None, None


class Attending(nn.Module):
    """PyTorch's older tutorial: attention weights of positions that do not depend on the tokens, of a fixed length."""

    def __init__(self, src, tgt, *, hidden=6, longest=10):
        super().__init__()
        self.encoder = Encoder(src, hidden, hidden, called="gru")
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, hidden)
        self.decoder.attn = nn.Linear(2 * hidden, longest)
        self.decoder.attn_combine = nn.Linear(2 * hidden, hidden)
        self.decoder.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.decoder.out = nn.Linear(hidden, tgt)

    def forward(self, source, fed):
        states, hidden = self.encoder(torch.tensor([source]))
        padded = F.pad(states, (0, 0, 0, self.decoder.attn.out_features - len(source)))
        rows = []
        for token in fed:
            y = self.decoder.embedding(torch.tensor([token]))
            weights = self.decoder.attn(torch.cat([y, hidden[0]], dim=1)).softmax(-1)
            joined = torch.cat([y, (weights[:, None] @ padded)[:, 0]], dim=1)
            output, hidden = self.decoder.gru(F.relu(self.decoder.attn_combine(joined))[:, None], hidden)
            rows.append(self.decoder.out(output[:, 0]))
        return torch.cat(rows)


class Sequences(Tutorial):
    """bentrevett/pytorch-seq2seq, 1: LSTMs of several layers, the decoder starts as the encoder ends."""

    def __init__(self, src, tgt, *, embedding=(5, 4), hidden=6, cell="lstm", layers=2):
        super().__init__()
        self.encoder = Encoder(src, embedding[0], hidden, cell=cell, layers=layers)
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, embedding[1])
        self.decoder.rnn = CELLS[cell](embedding[1], hidden, layers, batch_first=True)
        self.decoder.fc_out = nn.Linear(hidden, tgt)

    def read(self, src):
        return self.encoder(src)

    def write(self, token, hidden, states, carried):
        output, hidden = self.decoder.rnn(self.decoder.embedding(token)[:, None], hidden)
        return self.decoder.fc_out(output[:, 0]), hidden, None, None


class Phrases(Tutorial):
    """bentrevett/pytorch-seq2seq, 2: every step of the decoder, and its output, read the encoder's last state."""

    def __init__(self, src, tgt, *, embedding=(5, 5), hidden=6, cell="gru"):
        super().__init__()
        self.encoder = Encoder(src, embedding[0], hidden, cell=cell)
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, embedding[1])
        self.decoder.rnn = CELLS[cell](embedding[1] + hidden, hidden, batch_first=True)
        self.decoder.fc_out = nn.Linear(embedding[1] + 2 * hidden, tgt)

    def read(self, src):
        return self.encoder(src)

    def write(self, token, hidden, states, carried):
        y, context = self.decoder.embedding(token), states[:, -1]
        output, hidden = self.decoder.rnn(torch.cat([y, context], dim=1)[:, None], hidden)
        return self.decoder.fc_out(torch.cat([y, output[:, 0], context], dim=1)), hidden, None, None


class Aligning(Tutorial):
    """bentrevett/pytorch-seq2seq, 3 and 4: both directions, v tanh(W [s; h] + b) before a GRU, an output of three."""

    def __init__(self, src, tgt, *, embedding=(5, 4), hidden=(3, 7), both=True, order=("y", "c"), out=("s", "c", "y")):
        super().__init__()
        memory = hidden[0] * (1 + both)
        self.encoder = Encoder(src, embedding[0], hidden[0], both=both)
        self.encoder.fc = nn.Linear(memory, hidden[1])
        self.decoder = nn.Module()
        self.decoder.attention = nn.Module()
        self.decoder.attention.attn = nn.Linear(memory + hidden[1], hidden[1])
        self.decoder.attention.v = nn.Linear(hidden[1], 1, bias=False)
        self.decoder.embedding = nn.Embedding(tgt, embedding[1])
        self.decoder.rnn = nn.GRU(memory + embedding[1], hidden[1], batch_first=True)
        self.decoder.fc_out = nn.Linear(memory + hidden[1] + embedding[1], tgt)
        self.order, self.out = order, out

    def read(self, src):
        states, hidden = self.encoder(src)
        return states, torch.tanh(self.encoder.fc(torch.cat(list(hidden), dim=1)))[None]

    def write(self, token, hidden, states, carried):
        repeated = hidden[-1][:, None].expand(-1, states.shape[1], -1)
        energy = torch.tanh(self.decoder.attention.attn(torch.cat([repeated, states], dim=2)))
        weights = self.decoder.attention.v(energy)[..., 0].softmax(-1)
        parts = {"y": self.decoder.embedding(token), "c": (weights[:, None] @ states)[:, 0]}
        output, hidden = self.decoder.rnn(torch.cat([parts[part] for part in self.order], dim=1)[:, None], hidden)
        parts["s"] = output[:, 0]
        return self.decoder.fc_out(torch.cat([parts[part] for part in self.out], dim=1)), hidden, None, weights


class Chat(Tutorial):
    """PyTorch's chatbot tutorial: directions added up, Luong's scores after the GRU, tanh(W [s; c])."""

    def __init__(self, src, tgt, *, hidden=6, layers=2, method="dot", cell="gru", both=True, bias=True):
        super().__init__()
        self.encoder = Encoder(src, hidden, hidden, cell=cell, layers=layers, both=both, called="gru")
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, hidden)
        self.decoder.gru = CELLS[cell](hidden, hidden, layers, batch_first=True)
        self.decoder.concat = nn.Linear(2 * hidden, hidden)
        self.decoder.out = nn.Linear(hidden, tgt)
        self.decoder.attn = nn.Module()
        if method == "general":
            self.decoder.attn.attn = nn.Linear(hidden, hidden, bias=bias)
        if method == "concat":
            self.decoder.attn.attn = nn.Linear(2 * hidden, hidden, bias=bias)
            self.decoder.attn.v = nn.Parameter(torch.randn(hidden))
        self.method, self.layers, self.hidden = method, layers, hidden

    def read(self, src):
        states, hidden = self.encoder(src)
        if states.shape[2] == 2 * self.hidden:
            states = states[:, :, : self.hidden] + states[:, :, self.hidden :]
        first = tuple(part[: self.layers] for part in hidden) if isinstance(hidden, tuple) else hidden[: self.layers]
        return states, first

    def write(self, token, hidden, states, carried):
        output, hidden = self.decoder.gru(self.decoder.embedding(token)[:, None], hidden)
        if self.method == "concat":
            both = torch.cat([output.expand(-1, states.shape[1], -1), states], dim=2)
            scores = (self.decoder.attn.v * torch.tanh(self.decoder.attn.attn(both))).sum(dim=2)
        else:
            keys = self.decoder.attn.attn(states) if self.method == "general" else states
            scores = (output * keys).sum(dim=2)
        weights = scores.softmax(-1)
        joined = torch.cat([output[:, 0], (weights[:, None] @ states)[:, 0]], dim=1)
        return self.decoder.out(torch.tanh(self.decoder.concat(joined))).softmax(-1).log(), hidden, None, weights


class Practical(Tutorial):
    """spro/practical-pytorch: the GRU reads the last context, the output reads [s; c]."""

    def __init__(self, src, tgt, *, hidden=6, layers=2):
        super().__init__()
        self.encoder = Encoder(src, hidden, hidden, layers=layers, called="gru")
        self.decoder = nn.Module()
        self.decoder.embedding = nn.Embedding(tgt, hidden)
        self.decoder.gru = nn.GRU(2 * hidden, hidden, layers, batch_first=True)
        self.decoder.attn = nn.Module()
        self.decoder.attn.attn = nn.Linear(hidden, hidden)
        self.decoder.out = nn.Linear(2 * hidden, tgt)
        self.hidden = hidden

    def read(self, src):
        return self.encoder(src)

    def write(self, token, hidden, states, carried):
        last = torch.zeros(1, self.hidden) if carried is None else carried
        output, hidden = self.decoder.gru(torch.cat([self.decoder.embedding(token), last], dim=1)[:, None], hidden)
        weights = (output * self.decoder.attn.attn(states)).sum(dim=2).softmax(-1)
        context = (weights[:, None] @ states)[:, 0]
        return self.decoder.out(torch.cat([output[:, 0], context], dim=1)).log_softmax(-1), hidden, context, weights


class Course(Tutorial):
    """Stanford's CS224n, assignment 4: an LSTM of both directions, an LSTMCell with input feeding, projected states."""

    def __init__(self, src, tgt, *, embedding=5, hidden=4):
        super().__init__()
        self.model_embeddings = nn.Module()
        self.model_embeddings.source = nn.Embedding(src, embedding, padding_idx=0)
        self.model_embeddings.target = nn.Embedding(tgt, embedding, padding_idx=0)
        self.encoder = nn.LSTM(embedding, hidden, bidirectional=True, batch_first=True)
        self.decoder = nn.LSTMCell(embedding + hidden, hidden)
        self.h_projection = nn.Linear(2 * hidden, hidden, bias=False)
        self.c_projection = nn.Linear(2 * hidden, hidden, bias=False)
        self.att_projection = nn.Linear(2 * hidden, hidden, bias=False)
        self.combined_output_projection = nn.Linear(3 * hidden, hidden, bias=False)
        self.target_vocab_projection = nn.Linear(hidden, tgt, bias=False)
        self.hidden = hidden

    def read(self, src):
        states, (hidden, cell) = self.encoder(self.model_embeddings.source(src))
        start = self.h_projection(torch.cat(list(hidden), dim=1)), self.c_projection(torch.cat(list(cell), dim=1))
        return states, tuple(part[None] for part in start)

    def write(self, token, hidden, states, carried):
        last = torch.zeros(1, self.hidden) if carried is None else carried
        reads = torch.cat([self.model_embeddings.target(token), last], dim=1)
        state, cell = self.decoder(reads, (hidden[0][0], hidden[1][0]))
        weights = (self.att_projection(states) @ state[:, :, None])[..., 0].softmax(-1)
        both = torch.cat([(weights[:, None] @ states)[:, 0], state], dim=1)
        carried = torch.tanh(self.combined_output_projection(both))
        return self.target_vocab_projection(carried), (state[None], cell[None]), carried, weights


def large(model, seed=0):
    """The model with large weights, so that no number is near zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator) * 0.6)
    return model.eval()
