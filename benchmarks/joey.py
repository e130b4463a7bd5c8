"""JoeyNMT's recurrent encoder-decoder (Kreutzer, Bastings & Riezler 2019), by its own code, to stand beside ours.

Bahdanau's attention, input feeding, LSTM cells of torch.nn.LSTM, one layer, two directions in the encoder; the output
layer is the target embedding, as in ours. Ids from 4 up mean the same to both; its special ones are others.
"""

import logging
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import torch
from joeynmt.batch import Batch
from joeynmt.config import _check_special_symbols
from joeynmt.model import Model, build_model
from joeynmt.search import search
from joeynmt.vocabulary import Vocabulary
from sentencepiece import SentencePieceProcessor

# Newer releases of SentencePiece restrict no vocabulary. It would be restricted to all of its own pieces: nothing lost.
SentencePieceProcessor.SetVocabulary = lambda self, pieces: None

for name in logging.root.manager.loggerDict:
    if name.startswith("joeynmt"):
        logging.getLogger(name).setLevel(logging.ERROR)

UNK, PAD, BOS, EOS = range(4)


def settings(size: int, dropout: float) -> dict[str, Any]:
    """Its configuration of a model, all of one width."""
    embeddings = {"embedding_dim": size, "scale": False, "dropout": dropout}
    part = {"type": "recurrent", "rnn_type": "lstm", "embeddings": embeddings, "hidden_size": size, "dropout": dropout}
    return {
        "tied_softmax": True,
        "encoder": part | {"bidirectional": True, "num_layers": 1},
        "decoder": part
        | {
            "num_layers": 1,
            "hidden_dropout": dropout,
            "init_hidden": "bridge",
            "input_feeding": True,
            "attention": "bahdanau",
        },
    }


def model(size: int, *, vocabulary: int, dropout: float, label_smoothing: float) -> Model:
    """A model with random weights."""
    words = Vocabulary([str(n) for n in range(vocabulary - 4)], SimpleNamespace(**_check_special_symbols({})))
    net = build_model(settings(size, dropout), words, words)
    net.loss_function = ("crossentropy", label_smoothing)
    return net


def batch(src: Sequence[Sequence[int]], tgt: Sequence[Sequence[int]] | None = None) -> Batch:
    """Its batch of the given ids (targets without marks)."""
    targets = None if tgt is None else _padded([[BOS, *ids, EOS] for ids in tgt])
    lengths = torch.tensor([len(ids) for ids in src])
    return Batch(
        src=_padded(src),
        src_length=lengths,
        src_prompt_mask=None,
        trg=targets,
        trg_prompt_mask=None,
        indices=torch.arange(len(src)),
        device=torch.device("cpu"),
        pad_index=PAD,
        eos_index=EOS,
        is_train=targets is not None,
    )


def _padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[PAD] * (width - len(row))] for row in rows])


def loss(net: Model, batch: Batch) -> torch.Tensor:
    """Its loss, as its trainer computes it: summed, then divided by the batch's tokens."""
    batch.sort_by_src_length()
    total, _, _, _ = net(return_type="loss", **vars(batch))
    return batch.normalize(total, "tokens")


def decode(net: Model, batch: Batch, *, beam_size: int, length: int) -> Any:
    """Its search, forced to exactly `length` steps."""
    return search(net, batch, max_output_length=length, beam_size=beam_size, beam_alpha=-1, min_output_length=length)


def translate(net: Model, text: Sequence[Sequence[int]], *, size: int, beam_size: int, length: int) -> list[Any]:
    """The outputs of a text, in batches of so many sentences as they come: as its prediction goes through a file."""
    outputs = []
    for first in range(0, len(text), size):
        rows = batch(text[first : first + size])
        back = rows.sort_by_src_length()
        outputs += list(search(net, rows, max_output_length=length, beam_size=beam_size, beam_alpha=-1)[0][back])
    return outputs


def end_with_the_source(net: Model) -> None:
    """From now on every output gets as many tokens as its source has, and then the end mark."""
    step = 0

    def end(net: Model, args: Any, kwargs: dict[str, Any], result: tuple[torch.Tensor, ...]) -> None:
        nonlocal step
        step = step + 1 if kwargs["return_type"] == "decode" else 0
        if step:
            over = kwargs["src_mask"].sum(dim=-1) < step
            result[0][:, :, EOS] = torch.where(over, 1e4, -1e4)

    net.register_forward_hook(end, with_kwargs=True)
