"""Sentence -> Trace: the same steps that training and search take, all of them kept.

Free running, teacher forced, or a seeded mixture of the two; with edits applied inside the steps.
"""

from collections.abc import Sequence

import numpy as np
import torch

from s2s_core import arguments
from s2s_core.arrays import Array, argmax, as_numpy, cat, ids, in_a_row, is_tensor, log_softmax, pick
from s2s_core.batch import Batch
from s2s_core.cells import Cell
from s2s_core.config import ModelConfig
from s2s_core.edits import Clamp, Edit, Edits, Replace, bind
from s2s_core.errors import DataError
from s2s_core.records import CellState, CellStep, DecoderStep, EncoderStep
from s2s_core.registry import CELLS
from s2s_core.search import steps_allowed
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import BOS, EOS, Encoding, Tokenizer
from s2s_core.trace import AttentionTrace, CellTrace, DecoderTrace, EncoderLayerTrace, EncoderTrace, Trace

END = "</s>"
START = "<s>"


class _Feed:
    """Chooses what each step writes and what the next one is fed, and remembers where that came from."""

    def __init__(
        self, reference: Sequence[int] | None, ratio: float, seed: int, edit: Edit | None, source: Array
    ) -> None:
        self.source = source  # tokens are fed as it has them
        self.reference = reference
        self.edit = edit
        self.written: list[int] = []
        self.fed: list[int] = []
        self.fed_from: list[str] = []
        self._wrote_edit = False
        self._forced: list[bool] = []
        if reference is not None:
            coins = torch.rand(1, len(reference) + 1, generator=torch.Generator().manual_seed(seed))
            self._forced = (coins[0] < ratio).tolist()

    def next_token(self, t: int, last: DecoderStep | None) -> Array:
        """The token for step t, (18)."""
        if last is None:
            token, origin = BOS, "start"
        elif self.reference is not None and self._forced[t]:
            token, origin = self.reference[t - 1], "reference"
        else:
            token, origin = self.written[-1], "edit" if self._wrote_edit else "model"
        self.fed.append(token)
        self.fed_from.append(origin)
        return ids(self.source, [token])

    def write(self, t: int, step: DecoderStep) -> int:
        """The token that step t writes: the most probable one, unless an edit forces another."""
        best = argmax(step.logits)
        token = int(bind(self.edit, "output", 0, t)("token", best).item())
        if not 0 <= token < step.logits.shape[1]:
            raise DataError(f"the edit writes token {token} at step {t}; known are 0 to {step.logits.shape[1] - 1}")
        self.written.append(token)
        self._wrote_edit = token != best.item()
        return token


@torch.inference_mode()
@np.errstate(all="ignore")  # what is too large becomes infinite, as with tensors
def trace(
    net: Seq2Seq,
    source: Encoding,
    reference: Encoding | None,
    *,
    tokenizer: Tokenizer,
    text: str,
    reference_text: str | None = None,
    teacher_forcing: float = 1.0,
    seed: int = 0,
    edit: Edit | None = None,
    max_len: int | None = None,
    model: str = "",
    fingerprint: str = "",
    vocabulary: tuple[str, ...] = (),
) -> Trace:
    """Run one sentence and keep everything.

    With a ``reference`` there are as many steps as it has tokens, and one for the end mark; each is fed the
    reference's previous token with probability ``teacher_forcing``, else the model's own. Without one the model runs
    freely until it writes the end mark or reaches ``max_len``.

    Raises:
        InvalidConfig: for a ratio outside 0..1, a seed or a length that is none.
        DataError: for an edit that does not fit the model.
    """
    teacher_forcing = arguments.number("teacher_forcing", teacher_forcing, 0.0, 1.0)
    seed = arguments.seed(seed)
    arguments.edit(edit)
    allowed = steps_allowed(net, max_len)
    batch = Batch.of([net.source_ids(source.ids)], device=net.device)
    net, src, mask = net.lightest(batch)
    encoder_steps = list(net.encoder.steps(src, mask, edit))
    memory = net.memory(encoder_steps, mask)

    targets = None if reference is None else [*reference.ids, EOS]
    feed = _Feed(targets, teacher_forcing if targets else 0.0, seed, edit, src)
    length = len(targets) if targets else allowed
    start = net.decoder.start(memory)
    steps: list[DecoderStep] = []
    for step in net.decoder.steps(memory, feed.next_token, length=length, start=start, edit=edit):
        steps.append(step)
        if feed.write(len(steps) - 1, step) == EOS and targets is None:
            break

    log_probs = log_softmax(cat([step.logits for step in steps]))
    scored = ids(src, targets or feed.written)
    source = framed(net.config, source, text)
    return Trace(
        model=model,
        fingerprint=fingerprint,
        text=text,
        reference=reference_text,
        teacher_forcing=float(teacher_forcing) if targets else 0.0,
        seed=seed,
        edits=_plain(edit),
        src_tokens=source.tokens,
        src_offsets=source.offsets,
        src_unknown=source.unknown,
        tgt_tokens=tuple(tokenizer.token(token) for token in feed.written),
        tgt_ids=tuple(feed.written),
        fed_tokens=tuple(tokenizer.token(token) for token in feed.fed),
        fed_from=tuple(feed.fed_from),
        reference_tokens=None if reference is None else (*reference.tokens, END),
        vocabulary=vocabulary,
        output=tokenizer.decode(_until_end(feed.written)),
        encoder=_encoder_trace(net, encoder_steps, memory.states),
        decoder=_decoder_trace(net, steps, start.cells),
        attention=_attention_trace(steps),
        context=_array(cat([step.attention.context for step in steps])),
        log_probs=_array(log_probs),
        token_log_probs=_array(pick(log_probs, scored)),
    )


def framed(config: ModelConfig, source: Encoding, text: str) -> Encoding:
    """A text's tokens with the marks that the encoder reads around them, which take up no room in the text."""
    start, end = int(config.source_start), int(config.source_end)
    return Encoding(
        ids=(BOS,) * start + source.ids + (EOS,) * end,
        tokens=(START,) * start + source.tokens + (END,) * end,
        offsets=((0, 0),) * start + source.offsets + ((len(text), len(text)),) * end,
        unknown=(False,) * start + source.unknown + (False,) * end,
    )


def _until_end(written: list[int]) -> list[int]:
    return written[: written.index(EOS)] if EOS in written else written


def _plain(edit: Edit | None) -> tuple[object, ...]:
    """An edit as data, for the trace's key: each in JSON form, a function of the caller's by its name."""
    if edit is None:
        return ()
    if isinstance(edit, Clamp | Replace):
        edit = Edits((edit,))
    if isinstance(edit, Edits):
        return tuple(tuple(sorted(entry.items())) for entry in edit.to_json())
    return (getattr(edit, "__qualname__", repr(edit)),)


def _array(numbers: Array) -> np.ndarray:
    """What a step computed as a read-only float32 array; on the CPU the very memory."""
    array: np.ndarray = np.asarray(as_numpy(numbers.float() if is_tensor(numbers) else numbers), np.float32)
    array.setflags(write=False)
    return array


def _attention_trace(steps: list[DecoderStep]) -> AttentionTrace | None:
    scores = [step.attention.scores for step in steps if step.attention.scores is not None]
    weights = [step.attention.weights for step in steps if step.attention.weights is not None]
    return AttentionTrace(_array(cat(scores)), _array(cat(weights))) if weights else None


def _encoder_trace(net: Seq2Seq, steps: list[EncoderStep], joined: Array) -> EncoderTrace:
    length, directions = joined.shape[1], net.encoder.config.directions
    rows = (steps[first : first + length] for first in range(0, len(steps), length))  # a direction of a layer each

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
