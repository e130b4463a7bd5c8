"""A few hundred held-out sentences, and the states of a model at each of their tokens.

Similar states can be looked up in it. It is computed in batches, without traces, and keeps only the hidden states.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from s2s_core import arguments
from s2s_core.analysis.layers import place
from s2s_core.decoder import free_running
from s2s_core.described import described
from s2s_core.errors import DataError, InvalidConfig, UnknownName
from s2s_core.records import EncoderStep
from s2s_core.registry import TASKS
from s2s_core.tasks import Pair
from s2s_core.threads import passing
from s2s_core.tokenizer import BOS, EOS
from s2s_core.tracing import framed
from s2s_core.translator import Translator

SIZE = 300
MAX_SIZE = 1_000_000
BATCH = 64


@dataclass(frozen=True, eq=False)
class States:
    """The hidden states of one cell, one row a token."""

    hidden: Float[np.ndarray, "rows units"]
    sentence: Int[np.ndarray, " rows"]  # index into the corpus
    position: Int[np.ndarray, " rows"]  # of the token in its sentence

    __repr__ = described


@dataclass(frozen=True, eq=False)
class Corpus:
    """Sentences, the model's outputs, and the states of one layer's cells: "forward", "backward" and "decoder"."""

    texts: tuple[str, ...]
    src_tokens: tuple[tuple[str, ...], ...]  # with the marks that the model reads
    src_offsets: tuple[tuple[tuple[int, int], ...], ...]  # of each token in its text
    tgt_tokens: tuple[tuple[str, ...], ...]
    cells: Mapping[str, States]

    __repr__ = described

    @property
    def joined(self) -> States:
        """h_j of (11): both directions side by side."""
        directions = [self.cells[name] for name in ("forward", "backward") if name in self.cells]
        hidden = np.concatenate([states.hidden for states in directions], axis=1)
        return States(hidden, directions[0].sentence, directions[0].position)


def held_out(translator: Translator, size: int = SIZE) -> list[Pair]:
    """Test pairs of the model's task that are short enough for it; empty if the task's file is not on this machine."""
    size = arguments.whole("size", size, 1, MAX_SIZE)
    try:
        pairs = TASKS[translator.info.task]().pairs("test", size=size)
    except (UnknownName, DataError, TypeError):  # TypeError: a task on a user's file needs the file's path
        return []
    return [pair for pair in passing(pairs) if translator.reads(pair.source)]


def corpus(translator: Translator, texts: Sequence[str], layer: int | None = None) -> Corpus:
    """The states of a model on the texts. Texts that it cannot read, such as too long ones, are left out.

    ``layer`` counts from 0; None, or a number that is too large, is the top layer.

    Raises:
        InvalidConfig: if ``texts`` is one text instead of a list, or if no text is left.
    """
    texts = sorted((text for text in arguments.texts("texts", texts) if translator.reads(text)), key=len)
    if not texts:
        raise InvalidConfig("texts has no text that the model can take")
    config = translator.net.config
    encodings = [framed(config, translator.encode(text), text) for text in passing(texts)]
    tgt_tokens: list[tuple[str, ...]] = []
    rows: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(texts), BATCH):
        chunk = texts[start : start + BATCH]
        written, states = _states(translator, chunk, layer)
        tgt_tokens += [tuple(translator.tgt_tokenizer.token(token) for token in row) for row in written]
        for name, arrays in states.items():
            rows.setdefault(name, []).extend(arrays)
    return Corpus(
        texts=tuple(texts),
        src_tokens=tuple(encoding.tokens for encoding in encodings),
        src_offsets=tuple(encoding.offsets for encoding in encodings),
        tgt_tokens=tuple(tgt_tokens),
        cells={name: _stacked(arrays) for name, arrays in rows.items()},
    )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A token of the corpus, and how similar its state is to the given one."""

    sentence: int
    position: int
    similarity: float  # cosine, -1 to 1


def nearest(
    corpus: Corpus, states: States, state: Float[np.ndarray, " units"], *, count: int, without: str | None = None
) -> list[Neighbour]:
    """The tokens of the corpus whose states are most similar to a state: at most one per sentence, the nearest first.

    ``states`` are the states of one cell of the corpus, or `Corpus.joined`. The text ``without`` is left out.
    """
    lengths = np.linalg.norm(states.hidden, axis=1) * np.linalg.norm(state)
    similarity = np.divide(states.hidden @ state, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    found: dict[int, Neighbour] = {}
    for row in np.argsort(-similarity, kind="stable"):
        sentence = int(states.sentence[row])
        if sentence not in found and corpus.texts[sentence] != without:
            found[sentence] = Neighbour(sentence, int(states.position[row]), float(similarity[row]))
        if len(found) == count:
            break
    return list(found.values())


@torch.inference_mode()
def _states(
    translator: Translator, texts: Sequence[str], layer: int | None
) -> tuple[list[list[int]], dict[str, list[np.ndarray]]]:
    """The output for each text, and for each cell the states [tokens, H] of each text."""
    net = translator.net
    batch = translator.source_batch(texts)
    steps = list(net.encoder.steps(batch.src, batch.src_mask))
    memory = net.memory(steps, batch.src_mask)
    lengths = batch.src_mask.sum(dim=1).tolist()
    reading, writing = place(layer, len(net.encoder.layers)), place(layer, len(net.decoder.layers))
    states = {name: _cut(_row(steps, name, reading), lengths) for name in net.config.directions}
    first = torch.full((len(texts),), BOS, device=net.device)
    hiddens: list[Tensor] = []
    chosen: list[Tensor] = []
    ended = torch.zeros(len(texts), dtype=torch.bool, device=net.device)
    for step in net.decoder.steps(memory, free_running(first), length=net.config.max_tgt_len):
        hiddens.append(step.cells[writing].hidden)
        chosen.append(step.logits.argmax(dim=-1))
        ended |= chosen[-1] == EOS
        if ended.all():
            break
    written = [row[: row.index(EOS) + 1] if EOS in row else row for row in torch.stack(chosen, dim=1).tolist()]
    states["decoder"] = _cut(torch.stack(hiddens, dim=1), [len(row) for row in written])
    return written, states


def _row(steps: Sequence[EncoderStep], direction: str, layer: int) -> Tensor:
    """The states of one direction of a layer, [batch, src_len, H]."""
    row = {step.position: step.cell.hidden for step in steps if (step.direction, step.layer) == (direction, layer)}
    return torch.stack([row[position] for position in sorted(row)], dim=1)


def _cut(states: Tensor, lengths: Sequence[int]) -> list[np.ndarray]:
    """The rows of each sentence, without padding."""
    array = states.float().cpu().numpy()
    return [row[:length] for row, length in zip(array, lengths, strict=True)]


def _stacked(arrays: Sequence[np.ndarray]) -> States:
    return States(
        hidden=np.concatenate(arrays),
        sentence=np.repeat(np.arange(len(arrays)), [len(array) for array in arrays]),
        position=np.concatenate([np.arange(len(array)) for array in arrays]),
    )
