"""Convert a model from another program to a Translator, which is traced, edited and saved like ours.

The conversion succeeds only if both models give the same outputs.

`from_pytorch` takes encoders and decoders of torch.nn's LSTM, GRU and RNN, as tutorials write them, `from_joeynmt`
recurrent models of JoeyNMT. Nothing is ever unpickled: callers load state dicts from files that they trust.

What the other model has, and what it becomes in `ModelConfig`:

| there | here |
| --- | --- |
| nn.LSTM, nn.LSTMCell | cell "lstm", peephole "none", the two biases added up |
| nn.GRU, nn.GRUCell | cell "gru", whose reset gate acts after the product as torch's does |
| nn.RNN, nn.RNNCell | cell "rnn", the two biases added up; the activation has to be tanh |
| directions side by side | bidirectional |
| directions added up (PyTorch's chatbot) | bidirectional; a matrix that reads h_j has its columns twice |
| Bahdanau's score, v · tanh(W s + U h) | attention "additive"; with biases "concat" |
| v · tanh(W [s; h] + b), in either order | attention "concat" |
| s · W h | attention "general" |
| s · h | attention "dot"; where directions are added up "general" with W = [1 1] |
| no attention | context "last"; it is read where the other model reads it, or nowhere |
| attention before the cell, which reads c | attend "before" |
| Luong's order, tanh(W [s; c]) | attend "after", readout "tanh" |
| an output layer over s, [s; c] or [s; c; y], in any order | readout "linear", which passes them on |
| input feeding; the last context fed | input_feeding |
| the encoder's states passed on | bridge "copy" or "linear" |
| W h, tanh(W h), for hidden states and cells | bridge "linear" or "tanh" |
| <sos> before a source | source_start |
| tied embeddings | copies |

Refused, with a sentence: other cells, projections of an LSTM, a decoder of two directions, cells of two kinds,
convolutions and normalisations, scores that do not depend on h_j (PyTorch's older AttnDecoderRNN), and whatever else
has weights without a known role; texts that the vocabulary cannot spell; numbers that are not finite.
"""

from s2s_core.adapters.joeynmt import from_joeynmt
from s2s_core.adapters.pytorch import from_pytorch

__all__ = ["from_joeynmt", "from_pytorch"]
