"""What one step computed: frozen records, returned by every cell, attention and decoder step.

Loops over time are generators of these records. Training uses the logits, search uses the states, and tracing stores
everything. So there is one code path, and what is shown is what was computed. Autograd saves the same tensors anyway,
so returning them costs no memory; if the caller drops a record, its memory is free again.

Dimensions: batch B, hidden H, gates 4H (LSTM, storage order input, forget, candidate, output, as torch.nn.LSTM) or
3H (GRU: reset, update, candidate) or H (plain recurrent cell), memory size D (H of the encoder times its directions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int

from s2s_core.arrays import Array, cat, log_softmax
from s2s_core.described import described


@dataclass(frozen=True, slots=True)
class CellState:
    """The state that a cell passes to its next step: the hidden state and, for an LSTM, the cell state."""

    hidden: Float[Array, "batch hidden"]
    cell: Float[Array, "batch hidden"] | None = None

    __repr__ = described

    def where(self, keep: Bool[Array, " batch"], other: "CellState") -> "CellState":
        """This state for the batch items where ``keep`` is true, ``other`` for the rest (padding)."""
        column = keep.unsqueeze(1)
        cell = None
        if self.cell is not None and other.cell is not None:
            cell = torch.where(column, self.cell, other.cell)
        return CellState(torch.where(column, self.hidden, other.hidden), cell)

    def select(self, rows: Int[Array, " rows"]) -> "CellState":
        """The state of the given batch items, in the given order (beam search)."""
        return CellState(self.hidden[rows], None if self.cell is None else self.cell[rows])

    @classmethod
    def join(cls, states: Sequence["CellState"]) -> "CellState":
        """The states of both directions side by side."""
        cells = [state.cell for state in states if state.cell is not None]
        hidden = cat([state.hidden for state in states], dim=-1)
        return cls(hidden, cat(cells, dim=-1) if cells else None)


@dataclass(frozen=True, slots=True)
class LSTMStep:
    """One step of the peephole LSTM, equations (1)-(6), with the terms its pre-activations were added up from."""

    input_terms: Mapping[str, Float[Array, "batch gates"]]  # W_x x_t, one entry for each part of the input
    hidden_term: Float[Array, "batch gates"]  # W_h h_{t-1}
    forget_peephole: Float[Array, "batch hidden"] | None  # W_cf c_{t-1}; None without peepholes
    input_peephole: Float[Array, "batch hidden"] | None  # W_ci c_{t-1}
    output_peephole: Float[Array, "batch hidden"] | None  # W_co c_t
    forget_gate: Float[Array, "batch hidden"]
    input_gate: Float[Array, "batch hidden"]
    candidate: Float[Array, "batch hidden"]
    cell: Float[Array, "batch hidden"]
    output_gate: Float[Array, "batch hidden"]
    hidden: Float[Array, "batch hidden"]

    __repr__ = described

    @property
    def state(self) -> CellState:
        return CellState(self.hidden, self.cell)


@dataclass(frozen=True, slots=True)
class GRUStep:
    """One step of a GRU, in torch.nn.GRU's formulation (the reset gate acts on W_h h + b_h)."""

    input_terms: Mapping[str, Float[Array, "batch gates"]]
    hidden_term: Float[Array, "batch gates"]  # W_h h_{t-1}
    reset_term: Float[Array, "batch hidden"]  # r ⊙ (W_hn h_{t-1} + b_hn): what the candidate adds of it
    reset_gate: Float[Array, "batch hidden"]
    update_gate: Float[Array, "batch hidden"]
    candidate: Float[Array, "batch hidden"]
    hidden: Float[Array, "batch hidden"]

    __repr__ = described

    @property
    def state(self) -> CellState:
        return CellState(self.hidden)


@dataclass(frozen=True, slots=True)
class RNNStep:
    """One step of a plain recurrent cell, (7) with tanh, and the terms its pre-activation was added up from."""

    input_terms: Mapping[str, Float[Array, "batch gates"]]
    hidden_term: Float[Array, "batch gates"]  # W_h h_{t-1}
    hidden: Float[Array, "batch hidden"]

    __repr__ = described

    @property
    def state(self) -> CellState:
        return CellState(self.hidden)


CellStep = LSTMStep | GRUStep | RNNStep


@dataclass(frozen=True, slots=True)
class EncoderStep:
    """One step of one encoder cell: its direction, layer and source position, and the results."""

    direction: str  # "forward" or "backward"
    layer: int
    position: int
    cell: CellStep
    state: CellState  # after the step, on padding still the state before it

    __repr__ = described


@dataclass(frozen=True, slots=True)
class Memory:
    """The source sentence as the decoder sees it, (11)."""

    states: Float[Array, "batch src_len memory"]  # h_j = [forward h_j; backward h_j]
    mask: Bool[Array, "batch src_len"]  # true on real positions
    finals: tuple[CellState, ...]  # per layer: each direction's last state, joined
    prepared: Float[Array, "batch _ _"]  # what the context module computes once: keys, or the fixed context
    terms: Float[Array, "batch src_len _"] | None = None  # see `Decoder.context_terms`

    __repr__ = described

    def select(self, rows: Int[Array, " rows"]) -> "Memory":
        """The memory of the given batch items, in the given order (beam search)."""
        return Memory(
            states=self.states[rows],
            mask=self.mask[rows],
            finals=tuple(final.select(rows) for final in self.finals),
            prepared=self.prepared[rows],
            terms=None if self.terms is None else self.terms[rows],
        )


@dataclass(frozen=True, slots=True)
class AttentionStep:
    """Equations (13)-(15) for one output step; a fixed context (8) has neither scores nor weights."""

    scores: Float[Array, "batch src_len"] | None  # e_ij, -inf on padding
    weights: Float[Array, "batch src_len"] | None  # alpha_ij, exactly 0 on padding
    context: Float[Array, "batch memory"]  # c_i
    terms: Float[Array, "batch _"] | None = None  # the terms of c_i, if `Memory.terms` is there

    __repr__ = described


@dataclass(frozen=True, slots=True)
class DecoderState:
    """The state that the decoder passes to its next step: each layer's state and, with input feeding, the readout."""

    cells: tuple[CellState, ...]
    readout: Float[Array, "batch readout"] | None = None

    __repr__ = described

    def select(self, rows: Int[Array, " rows"]) -> "DecoderState":
        """The state of the given batch items, in the given order (beam search)."""
        readout = None if self.readout is None else self.readout[rows]
        return DecoderState(tuple(cell.select(rows) for cell in self.cells), readout)


@dataclass(frozen=True, slots=True)
class DecoderStep:
    """One output step, (12)-(15): the token that was fed, the attention, the cells and the logits."""

    token: Int[Array, " batch"]  # y_{t-1}, as fed
    attention: AttentionStep
    cells: tuple[CellStep, ...]  # one a layer
    logits: Float[Array, "batch tgt_vocab"]  # g(y_{t-1}, s_t, c_t) before the softmax
    state: DecoderState

    __repr__ = described

    @property
    def log_probs(self) -> Float[Array, "batch tgt_vocab"]:
        """log p(y_t | y_<t, X)."""
        return log_softmax(self.logits)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One finished (or cut off) output of a search."""

    ids: tuple[int, ...]  # without the end mark
    log_prob: float  # (16), the end mark included where it was reached
    score: float  # log_prob after the length penalty: what the search ranks by
    finished: bool  # false if it was cut off at the maximum length

    __repr__ = described
