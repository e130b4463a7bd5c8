"""The decoder, equation (12): s_t = f([y_{t-1}; c_t], s_{t-1}), p(y_t | y_<t, X) = softmax(g(y_{t-1}, s_t, c_t)).

One output step, in this order:
1. attend with the last top state s_{t-1} and form the context c_t, (13)-(15);
2. feed the last token's embedding and the context (and with input feeding the last readout) into the bottom cell;
3. run the cells of all layers, (1)-(6);
4. read out g: tanh of a sum over y_{t-1}, s_t and c_t, then one row of logits.

With ``attend="after"`` (Luong, Pham & Manning 2015) step 1 comes after step 3, and the query is s_t: only the readout
reads c_t, the cells do not.

A function `next_token(t, last_step)` chooses the token that is fed: the reference (18), the model's own, or a mixture.
"""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from jaxtyping import Bool, Float, Int
from torch import nn

from s2s_core import fused
from s2s_core.arrays import Array, argmax, cat, is_tensor, relu, stack, tanh, unbind, zeros
from s2s_core.attention import AdditiveAttention, Context, FixedContext, build_context
from s2s_core.bridge import Bridge
from s2s_core.cells import Cell, LSTMCell, build_cell
from s2s_core.config import ModelConfig
from s2s_core.edits import Edit, bind
from s2s_core.initialisation import build_embedding
from s2s_core.plain import all_plain, is_plain, on_arrays
from s2s_core.records import AttentionStep, CellStep, DecoderState, DecoderStep, Memory
from s2s_core.threads import let_pass

NextToken = Callable[[int, DecoderStep | None], Int[Array, " batch"]]
Write = Callable[
    [Int[Array, " batch"], Memory, DecoderState, int], tuple[Float[Array, "batch tgt_vocab"], DecoderState]
]  # a step's token, memory, state and number -> the logits and the next state


@on_arrays
class Decoder(nn.Module):
    """Computes one output token per step; `steps` is a generator of the steps' records."""

    def __init__(self, config: ModelConfig, *, padding_index: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = build_embedding(config, config.tgt_vocab_size, padding_index=padding_index)
        self.dropout = nn.Dropout(config.dropout)
        self.context = build_context(config)
        bottom = {"y": config.embedding_size}
        if config.attend == "before":
            bottom["context"] = config.memory_size
        if config.input_feeding:
            bottom["feed"] = config.readout_size
        inputs = [bottom] + [{"x": config.decoder_hidden}] * (config.decoder_layers - 1)
        self.layers = nn.ModuleList(
            build_cell(config, input_sizes=sizes, hidden_size=config.decoder_hidden, init=config.decoder_init)
            for sizes in inputs
        )
        self.bridge = Bridge(config)
        self.readout_y = nn.Linear(config.embedding_size, config.readout_size, bias=False)
        self.readout_s = nn.Linear(config.decoder_hidden, config.readout_size)
        self.readout_c = nn.Linear(config.memory_size, config.readout_size, bias=False)
        self.output = nn.Linear(config.readout_size, config.tgt_vocab_size)
        if config.tie_output:
            self.output.weight = self.embedding.weight

    def cell(self, layer: int) -> Cell:
        """The cell of one layer."""
        cell: Cell = self.layers[layer]  # type: ignore[assignment]
        return cell

    def start(self, memory: Memory) -> DecoderState:
        """s_0, from the encoder's last states."""
        batch = memory.states.shape[0]
        cells = self.bridge(memory.finals, self.cell(0).initial(batch))
        readout = zeros(memory.states, batch, self.config.readout_size) if self.config.input_feeding else None
        return DecoderState(cells, readout)

    def step(
        self,
        token: Int[Array, " batch"],
        memory: Memory,
        state: DecoderState,
        *,
        t: int = 0,
        edit: Edit | None = None,
    ) -> DecoderStep:
        """One output step, from y_{t-1} and s_{t-1} to the logits of y_t."""
        y = self.dropout(self.embedding(token))
        attention, steps = self._advance(self.cell(0).project("y", y), memory, state, t=t, edit=edit)
        readout = self.readout(y, steps[-1].hidden, self._readout_term(attention))
        return DecoderStep(
            token=token,
            attention=attention,
            cells=steps,
            logits=self.logits(readout),
            state=self._state(steps, readout),
        )

    def writer(self, memory: Memory, edit: Edit | None = None) -> Write:
        """A function that computes the logits and the state of `step` without its records, for searching.

        It is valid as long as no weight changes.
        """
        if edit is None and not self.training and (parts := self._fused_parts(memory.states)):
            readouts = (self.readout_y, self.readout_c, self.readout_s)
            matrices = (*readouts, self.output)
            plain = self.config.readout == "tanh" and all_plain((*matrices, self.embedding, self.dropout))
            if plain and [matrix.bias is not None for matrix in matrices] == [False, False, True, True]:
                return fused.Writer(*parts, self.embedding, readouts, self.output)
        return partial(self._write, edit)

    def _write(
        self, edit: Edit | None, token: Int[Array, " batch"], memory: Memory, state: DecoderState, t: int
    ) -> tuple[Float[Array, "batch tgt_vocab"], DecoderState]:
        step = self.step(token, memory, state, t=t, edit=edit)
        return step.logits, step.state

    def forced_logits(
        self, memory: Memory, tgt_in: Int[Array, "batch tgt_len"], tgt_mask: Bool[Array, "batch tgt_len"]
    ) -> Float[Array, "tokens tgt_vocab"]:
        """The logits of every real token under teacher forcing (18), for training, in the order of the mask.

        They are the numbers of `step`, but computed faster. All inputs are known before, so the terms of y, and all
        results that the next step does not need, are computed for all steps at once. A decoder whose methods were
        changed uses the ordinary steps.
        """
        if not is_plain(self):
            steps = self.steps(memory, teacher_forced(tgt_in), length=tgt_in.shape[1])
            return stack([step.logits for step in steps], dim=1)[tgt_mask]
        return self.logits(self.forced_readouts(memory, self.embedding(tgt_in), tgt_mask))

    def forced_readouts(
        self,
        memory: Memory,
        fed: Float[Array, "batch tgt_len embedding"],
        tgt_mask: Bool[Array, "batch tgt_len"],
        edit: Edit | None = None,
    ) -> Float[Array, "tokens readout"]:
        """The readout, from which `logits` are computed, of every real token; ``fed`` are the embedded inputs."""
        y = self.dropout(fed)
        state = self.start(memory)
        if edit is None and (parts := self._fused_parts(y)):
            hidden, context = fused.decoder(*parts, y, tgt_mask, memory, state.cells[0])
            return self.readout(y[tgt_mask], hidden, self.readout_c(context))
        hiddens, contexts, readouts = [], [], []
        for t, (y_t, term) in enumerate(zip(unbind(y), unbind(self.cell(0).project("y", y)), strict=True)):
            let_pass()
            attended, steps = self._advance(term, memory, state, t=t, edit=edit)
            if self.config.input_feeding:  # the next step needs the readout
                readouts.append(self.readout(y_t, steps[-1].hidden, self.readout_c(attended.context)))
            state = self._state(steps, readouts[-1] if readouts else None)
            hiddens.append(steps[-1].hidden)
            contexts.append(attended.context)
        if readouts:
            return stack(readouts, dim=1)[tgt_mask]
        return self.readout(y, stack(hiddens, dim=1), self.readout_c(stack(contexts, dim=1)))[tgt_mask]

    def readout(
        self,
        y: Float[Array, "*steps embedding"],
        hidden: Float[Array, "*steps hidden"],
        context_term: Float[Array, "*steps readout"],
    ) -> Float[Array, "*steps readout"]:
        """g without its output layer, for one step or many at once; ``context_term`` is the term of the context."""
        total: Array = self.readout_y(y) + self.readout_s(hidden) + context_term
        match self.config.readout:
            case "tanh":
                return tanh(total)
            case "relu":
                return relu(total)
        return total

    def context_terms(self, states: Float[Array, "batch src_len memory"]) -> Float[Array, "batch src_len _"] | None:
        """For each h_j, its terms in the bottom cell's pre-activations and in the readout, if it were the context.

        The terms of a context are the sum of these, weighted as in (15). For one sentence in NumPy this is faster than
        multiplying the context by the weights, which takes most of its time to load the weights from memory. In all
        other cases the result is None.
        """
        if is_tensor(states) or isinstance(self.context, FixedContext):
            return None
        if self.config.attend == "after":
            return self.readout_c(states)
        return cat((self.cell(0).project("context", states), self.readout_c(states)), dim=-1)

    def logits(self, readout: Float[Array, "*steps readout"]) -> Float[Array, "*steps tgt_vocab"]:
        """The output layer of g, whose matrix is the largest of the model."""
        logits: Array = self.output(self.dropout(readout))
        return logits

    def _advance(
        self,
        y_term: Float[Array, "batch gates"],
        memory: Memory,
        state: DecoderState,
        *,
        t: int = 0,
        edit: Edit | None = None,
    ) -> tuple[AttentionStep, tuple[CellStep, ...]]:
        """The part of a step that the next step always needs: the context and the cells of all layers."""
        bottom, attend = self.cell(0), bind(edit, "attention", 0, t)
        before = self.context(state.cells[-1].hidden, memory, attend) if self.config.attend == "before" else None
        terms = {"y": y_term}
        if before is not None:
            terms["context"] = self._gate_term(before)
        if state.readout is not None:
            terms["feed"] = bottom.project("feed", state.readout)
        steps = [bottom.step(terms, state.cells[0], bind(edit, "decoder", 0, t))]
        for layer in range(1, len(self.layers)):
            cell = self.cell(layer)
            below = {"x": cell.project("x", self.dropout(steps[-1].hidden))}
            steps.append(cell.step(below, state.cells[layer], bind(edit, "decoder", layer, t)))
        attention = before if before is not None else self.context(steps[-1].hidden, memory, attend)
        return attention, tuple(steps)

    def _gate_term(self, attention: AttentionStep) -> Float[Array, "batch gates"]:
        """The term of c_i in the bottom cell's pre-activations."""
        if attention.terms is None:
            return self.cell(0).project("context", attention.context)
        return attention.terms[:, : len(self.cell(0).bias)]

    def _readout_term(self, attention: AttentionStep) -> Float[Array, "batch readout"]:
        """The term of c_i in the readout."""
        if attention.terms is None:
            return self.readout_c(attention.context)
        return attention.terms[:, -self.config.readout_size :]

    def _fused_parts(self, x: Array) -> tuple[LSTMCell, AdditiveAttention] | None:
        """The cell and the attention if `fused` can compute their steps, else None.

        It can do so for one layer that is fed by y and the context.
        """
        attention: Context = self.context
        cell = self.cell(0)
        config = self.config
        fits = len(self.layers) == 1 and not config.input_feeding and config.attend == "before" and is_plain(self)
        if fits and fused.serves(cell, x) and fused.serves_attention(attention):
            return cell, attention
        return None

    def _state(self, steps: tuple[CellStep, ...], readout: Float[Array, "batch readout"] | None) -> DecoderState:
        return DecoderState(tuple(step.state for step in steps), readout if self.config.input_feeding else None)

    def steps(
        self,
        memory: Memory,
        next_token: NextToken,
        *,
        length: int,
        start: DecoderState | None = None,
        edit: Edit | None = None,
    ) -> Iterator[DecoderStep]:
        """A generator of at most ``length`` output steps, from the state ``start`` on. The caller may stop earlier."""
        state = start or self.start(memory)
        step = None
        for t in range(length):
            let_pass()
            step = self.step(next_token(t, step), memory, state, t=t, edit=edit)
            state = step.state
            yield step


def teacher_forced(tgt_in: Int[Array, "batch tgt_len"]) -> NextToken:
    """(18), first line: the input is the reference's previous token."""
    columns = tgt_in.unbind(dim=1)
    return lambda t, last: columns[t]


def free_running(first: Int[Array, " batch"]) -> NextToken:
    """(18), second line: the input is the model's own most probable previous token."""
    return lambda t, last: first if last is None else argmax(last.logits)


def mixed(tgt_in: Int[Array, "batch tgt_len"], ratio: float, generator: torch.Generator) -> NextToken:
    """Token by token the reference with probability ``ratio``, else the model's own (Bengio et al. 2015)."""
    columns = tgt_in.unbind(dim=1)
    coins = torch.rand(tgt_in.shape, generator=generator, device=generator.device) < ratio
    forced = coins.to(tgt_in.device).unbind(dim=1)

    def next_token(t: int, last: DecoderStep | None) -> Int[Array, " batch"]:
        if last is None:
            return columns[0]
        return torch.where(forced[t], columns[t], argmax(last.logits))

    return next_token
