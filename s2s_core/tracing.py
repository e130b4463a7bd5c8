"""Sentence -> Trace: the same steps as in training and search, with all their records.

The decoder runs freely, with teacher forcing, or with a random mixture of both. Edits are applied inside the steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from s2s_core import arguments
from s2s_core.arrays import Array, argmax, as_numpy, cat, ids, in_a_row, is_tensor, log_softmax, pick
from s2s_core.batch import Batch
from s2s_core.cells import Cell
from s2s_core.config import ModelConfig
from s2s_core.decoder import Decoder
from s2s_core.described import described
from s2s_core.edits import Clamp, Edit, Edits, Replace, bind
from s2s_core.errors import DataError
from s2s_core.records import CellState, CellStep, DecoderState, DecoderStep, EncoderStep, Memory
from s2s_core.registry import CELLS
from s2s_core.search import steps_allowed
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, EOS, Encoding, Tokenizer
from s2s_core.trace import AttentionTrace, CellTrace, DecoderTrace, EncoderLayerTrace, EncoderTrace, Trace

END = "</s>"
START = "<s>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The model that a trace comes from."""

    tokenizer: Tokenizer  # of the target
    model: str = ""
    fingerprint: str = ""
    vocabulary: tuple[str, ...] = ()  # of the target

    __repr__ = described


class _Decoding:
    """Decodes one sentence. It chooses the output token and the input token of each step, and records both.

    With a ``reference``, there are as many steps as it has tokens, and a step is fed the reference's previous token
    with probability ``ratio``. Without one, decoding ends with the end mark or after ``length`` steps.
    """

    def __init__(
        self,
        decoder: Decoder,
        reference: Sequence[int] | None,
        *,
        ratio: float,
        seed: int,
        length: int,
        edit: Edit | None,
    ) -> None:
        self.decoder = decoder
        self.reference = reference
        self.length = length if reference is None else len(reference)
        self.edit = edit
        self.written: list[int] = []  # the output token of each step
        self.fed: list[int] = []  # the input token of each step
        self.fed_from: list[str] = []  # where it came from: "start", "reference", "model" or "edit"
        self._wrote_edit = False  # whether an edit chose the last output token
        self._forced: list[bool] = []
        if reference is not None:
            coins = torch.rand(1, len(reference) + 1, generator=torch.Generator().manual_seed(seed))
            self._forced = (coins[0] < ratio).tolist()

    def steps(self, memory: Memory, start: DecoderState, source: Array) -> Iterator[DecoderStep]:
        """The decoder's steps. Token ids have the library and the device of ``source``.

        Raises:
            DataError: if an edit writes a token that is not in the vocabulary.
        """

        def next_token(t: int, last: DecoderStep | None) -> Array:
            return ids(source, [self._feed(t)])

        steps = self.decoder.steps(memory, next_token, length=self.length, start=start, edit=self.edit)
        for t, step in enumerate(steps):
            self._write(t, step)
            yield step
            if self.reference is None and self.written[-1] == EOS:
                return

    def _feed(self, t: int) -> int:
        """The input token of step t, (18)."""
        if t == 0:
            token, origin = BOS, "start"
        elif self.reference is not None and self._forced[t]:
            token, origin = self.reference[t - 1], "reference"
        else:
            token, origin = self.written[-1], "edit" if self._wrote_edit else "model"
        self.fed.append(token)
        self.fed_from.append(origin)
        return token

    def _write(self, t: int, step: DecoderStep) -> None:
        """Record the output token of step t: the most probable one, unless an edit forces another."""
        best = argmax(step.logits)
        token = int(bind(self.edit, "output", 0, t)("token", best).item())
        if not 0 <= token < step.logits.shape[1]:
            raise DataError(f"the edit writes token {token} at step {t}; known are 0 to {step.logits.shape[1] - 1}")
        self.written.append(token)
        self._wrote_edit = token != best.item()


@torch.inference_mode()
@np.errstate(all="ignore")  # an overflow gives infinity, as in PyTorch
def trace(
    net: Seq2Seq,
    source: Encoding,
    reference: Encoding | None,
    *,
    origin: Origin,
    text: str,
    reference_text: str | None = None,
    teacher_forcing: float = 1.0,
    seed: int = 0,
    edit: Edit | None = None,
    max_len: int | None = None,
) -> Trace:
    """Run the model on one sentence and record everything that it computes.

    With a ``reference`` there is a step for each of its tokens, and one for the end mark. Each step is fed the
    reference's previous token with probability ``teacher_forcing``, else the model's own previous token. Without a
    reference, the model runs freely until it writes the end mark or reaches ``max_len`` steps.

    Raises:
        InvalidConfig: if the ratio is outside 0..1, or the seed or the length is not valid.
        DataError: if the edit does not fit the model.
    """
    teacher_forcing = arguments.number("teacher_forcing", teacher_forcing, 0.0, 1.0)
    seed = arguments.seed(seed)
    arguments.edit(edit)
    _check_layers(net.config, edit)
    allowed = steps_allowed(net, max_len)
    batch = Batch.of([net.source_ids(source.ids)], device=net.device)
    net, src, mask = net.lightest(batch)
    encoder_steps = list(net.encoder.steps(src, mask, edit))
    memory = net.memory(encoder_steps, mask, edit)

    targets = None if reference is None else [*reference.ids, EOS]
    decoding = _Decoding(net.decoder, targets, ratio=teacher_forcing, seed=seed, length=allowed, edit=edit)
    start = net.decoder.start(memory)
    steps = list(decoding.steps(memory, start, src))

    log_probs = log_softmax(cat([step.logits for step in steps]))
    scored = ids(src, targets or decoding.written)
    source = framed(net.config, source, text)
    return Trace(
        model=origin.model,
        fingerprint=origin.fingerprint,
        text=text,
        reference=reference_text,
        teacher_forcing=float(teacher_forcing) if targets else 0.0,
        seed=seed,
        edits=_plain(edit),
        src_tokens=source.tokens,
        src_offsets=source.offsets,
        src_unknown=source.unknown,
        tgt_tokens=tuple(origin.tokenizer.token(token) for token in decoding.written),
        tgt_ids=tuple(decoding.written),
        fed_tokens=tuple(origin.tokenizer.token(token) for token in decoding.fed),
        fed_from=tuple(decoding.fed_from),
        reference_tokens=None if reference is None else (*reference.tokens, END),
        vocabulary=origin.vocabulary,
        output=origin.tokenizer.decode(_until_end(decoding.written)),
        encoder=_encoder_trace(net, encoder_steps, memory.states),
        decoder=_decoder_trace(net, steps, start.cells),
        attention=_attention_trace(steps),
        context=_array(cat([step.attention.context for step in steps])),
        log_probs=_array(log_probs),
        token_log_probs=_array(pick(log_probs, scored)),
    )


def framed(config: ModelConfig, source: Encoding, text: str) -> Encoding:
    """A text's tokens with the start and end marks that the encoder reads; the marks have empty spans in the text."""
    start, end = int(config.source_start), int(config.source_end)
    return Encoding(
        ids=(BOS,) * start + source.ids + (EOS,) * end,
        tokens=(START,) * start + source.tokens + (END,) * end,
        offsets=((0, 0),) * start + source.offsets + ((len(text), len(text)),) * end,
        unknown=(False,) * start + source.unknown + (False,) * end,
    )


def _check_layers(config: ModelConfig, edit: Edit | None) -> None:
    """Raise DataError if an edit names a layer that the model does not have: it would do nothing."""
    layers = {"encoder": config.encoder_layers, "decoder": config.decoder_layers}
    singles = edit.edits if isinstance(edit, Edits) else (edit,) if isinstance(edit, Clamp | Replace) else ()
    for single in singles:
        part = single.part
        count = max(layers.values()) if part is None else layers.get(part.partition(".")[0], 1)
        if single.layer is not None and single.layer >= count:
            where = "the model" if part is None else part
            raise DataError(f"the edit names layer {single.layer} of {where}, which has {count} (counted from 0)")


def _until_end(written: list[int]) -> list[int]:
    return written[: written.index(EOS)] if EOS in written else written


def _plain(edit: Edit | None) -> tuple[object, ...]:
    """An edit as data for the trace's key: the entries of its JSON, or the name of a function."""
    if edit is None:
        return ()
    if isinstance(edit, Clamp | Replace):
        edit = Edits((edit,))
    if isinstance(edit, Edits):
        return tuple(tuple(sorted(entry.items())) for entry in edit.to_json())
    return (getattr(edit, "__qualname__", repr(edit)),)


def _array(numbers: Array) -> np.ndarray:
    """A result of a step as a read-only float32 array; on the CPU it shares the result's memory."""
    array: np.ndarray = np.asarray(as_numpy(numbers.float() if is_tensor(numbers) else numbers), np.float32)
    array.setflags(write=False)
    return array


def _attention_trace(steps: list[DecoderStep]) -> AttentionTrace | None:
    scores = [step.attention.scores for step in steps if step.attention.scores is not None]
    weights = [step.attention.weights for step in steps if step.attention.weights is not None]
    return AttentionTrace(_array(cat(scores)), _array(cat(weights))) if weights else None


def _encoder_trace(net: Seq2Seq, steps: list[EncoderStep], joined: Array) -> EncoderTrace:
    length, directions = joined.shape[1], net.encoder.config.directions
    rows = (steps[first : first + length] for first in range(0, len(steps), length))  # one row per layer and direction

    def cell_trace(layer: int, direction: str) -> CellTrace:
        row = next(rows)
        in_source_order = row if direction == "forward" else row[::-1]
        cell = net.encoder.cell(layer, direction)
        return _cell_trace(net, cell, [step.cell for step in in_source_order], cell.initial(1))

    layers = (
        EncoderLayerTrace(
            cell_trace(layer, "forward"), cell_trace(layer, "backward") if "backward" in directions else None
        )
        for layer in range(len(net.encoder.layers))
    )
    return EncoderTrace(tuple(layers), _array(joined[0]))


def _decoder_trace(net: Seq2Seq, steps: list[DecoderStep], initial: tuple[CellState, ...]) -> DecoderTrace:
    return DecoderTrace(
        tuple(
            _cell_trace(net, net.decoder.cell(layer), [step.cells[layer] for step in steps], initial[layer])
            for layer in range(len(net.decoder.layers))
        )
    )


def _cell_trace(net: Seq2Seq, cell: Cell, steps: list[CellStep], initial: CellState) -> CellTrace:
    numbers = in_a_row(cell.rows(steps))
    return CellTrace(
        kind=next((name for name in CELLS if CELLS[name] is type(cell)), net.config.cell),
        columns=cell.columns(steps[0]),
        block=_array(numbers.reshape(len(steps), -1, cell.hidden_size)),
        initial_hidden=_array(initial.hidden[0]),
        initial_cell=None if initial.cell is None else _array(initial.cell[0]),
    )
