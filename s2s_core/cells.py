"""The recurrent cells: the LSTM with peephole connections, equations (1)-(6), the GRU, and the plain cell (7).

Peepholes: Gers, Schraudolph & Schmidhuber 2002 (diagonal); full matrices in the text that this project follows.
With ``peephole="none"`` the cell is torch.nn.LSTM, with one bias instead of two. GRU: Cho et al. 2014, as torch.nn.GRU.
The plain cell, "rnn": Elman 1990, as torch.nn.RNN with tanh.

A cell is one pure step; the loop over time is outside. Its input may have several named parts ("x", or "y" and
"context"), each with its own weight, so that each term of a pre-activation is known. `project` computes the term of a
part for any number of steps at once, so it can be called once before the loop.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter

import torch
from jaxtyping import Float
from torch import nn

from s2s_core.arrays import Array, cat, chunk, linear, sigmoid, tanh, zeros
from s2s_core.config import ModelConfig
from s2s_core.edits import PEEPHOLES, BoundEdit, unchanged
from s2s_core.initialisation import CellInit
from s2s_core.plain import on_arrays
from s2s_core.quantities import GRU, LSTM, RNN
from s2s_core.records import CellState, CellStep, GRUStep, LSTMStep, RNNStep
from s2s_core.registry import CELLS, INITS

Terms = Mapping[str, Float[Array, "batch gates"]]


@on_arrays
class Cell(nn.Module, ABC):
    """One step of a recurrence, (7): h_t = f(x_t, h_{t-1})."""

    gates: tuple[str, ...]  # what has a pre-activation, in storage order
    quantities: tuple[str, ...]  # fields of a step's record, in the order of the equations
    peepholes: tuple[str, ...] = ()  # fields of a step's record; empty if the cell has no peepholes
    keep_gate: int | None = None  # index of the gate that keeps the old state, if there is one
    extra_biases: int = 0  # vectors of H beside `bias`

    def __init__(self, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        rows, fan_in = len(self.gates) * hidden_size, sum(input_sizes.values())
        self.weight_input = nn.ParameterDict(
            {part: nn.Parameter(torch.empty(rows, size)) for part, size in input_sizes.items()}
        )
        self.weight_hidden = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias = nn.Parameter(torch.empty(rows))
        for weight in self.weight_input.values():
            init.inputs(weight, gates=len(self.gates), fan_in=fan_in)
        init.recurrent(self.weight_hidden)
        first = 0 if self.keep_gate is None else self.keep_gate * hidden_size
        init.bias(self.bias, slice(first, first if self.keep_gate is None else first + hidden_size))

    @classmethod
    @abstractmethod
    def build(cls, config: ModelConfig, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit) -> "Cell":
        """The cell with the settings of the configuration."""

    @abstractmethod
    def initial(self, batch: int) -> CellState:
        """The zero state."""

    @abstractmethod
    def step(self, input_terms: Terms, state: CellState, edit: BoundEdit = unchanged) -> CellStep:
        """Compute step t from the terms of x_t (see `project`) and the state at t-1."""

    @abstractmethod
    def numbers(self, step: CellStep) -> tuple[Float[Array, "batch _"], ...]:
        """The terms and then the quantities of a step, without the terms of its input and the bias."""

    def rows(self, steps: Sequence[CellStep]) -> list[Float[Array, "1 _"]]:
        """All numbers of one sentence's steps, step by step; those of a step are in the order of `columns`."""
        rows: list[Array] = []
        bias = self.bias[None]
        for step in steps:
            rows += step.input_terms.values()
            rows += self.numbers(step)
            rows.append(bias)
        return rows

    def columns(self, step: CellStep) -> tuple[str, ...]:
        """The names of a step's numbers in `rows`: "terms.GATE.SOURCE" and the quantities. Each stands for H numbers.

        The sources ("x", "h", "peephole", "bias") are the terms of a gate's pre-activation, in the order of its sum.
        """
        return _columns(type(self), tuple(step.input_terms), self.peepholes)

    def project(self, part: str, x: Float[Array, "*time size"]) -> Float[Array, "*time gates"]:
        """W_x x, the term of one part of the input, for any leading dimensions of x."""
        return linear(x, self.weight_input[part])


@CELLS.register("lstm")
@on_arrays
class LSTMCell(Cell):
    """Equations (1)-(6). Gates are stored as input, forget, candidate, output; peepholes as input, forget, output.

    ``weight_peephole`` is [3H, H] with full peepholes, [3H] with diagonal ones, and None without peepholes.
    """

    gates = ("input_gate", "forget_gate", "candidate", "output_gate")
    quantities = LSTM
    keep_gate = 1

    def __init__(
        self, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit, peephole: str = "full"
    ) -> None:
        super().__init__(input_sizes=input_sizes, hidden_size=hidden_size, init=init)
        shapes = {"full": (3 * hidden_size, hidden_size), "diagonal": (3 * hidden_size,), "none": None}
        shape = shapes[peephole]
        self.weight_peephole = None if shape is None else nn.Parameter(torch.empty(shape))
        if self.weight_peephole is not None:
            init.peephole(self.weight_peephole)

    @property
    def peepholes(self) -> tuple[str, ...]:  # type: ignore[override]
        return () if self.weight_peephole is None else PEEPHOLES

    @classmethod
    def build(
        cls, config: ModelConfig, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit
    ) -> "LSTMCell":
        return cls(input_sizes=input_sizes, hidden_size=hidden_size, init=init, peephole=config.peephole)

    def initial(self, batch: int) -> CellState:
        zero = zeros(self.bias, batch, self.hidden_size)
        return CellState(zero, zero)

    def step(self, input_terms: Terms, state: CellState, edit: BoundEdit = unchanged) -> LSTMStep:
        assert state.cell is not None, "an LSTM's state has a cell"
        hidden_term = linear(state.hidden, self.weight_hidden)  # W_h h_{t-1}
        z = hidden_term + self.bias
        for term in input_terms.values():
            z += term  # in place: nobody else holds this tensor
        z_if = z[:, : 2 * self.hidden_size]
        peep_f = peep_i = peep_o = None
        if self.weight_peephole is not None:
            peeps = self._peep(state.cell, 0, 2)
            peep_i, peep_f = chunk(peeps, 2)  # W_ci c_{t-1}, W_cf c_{t-1}
            if edit is not unchanged:
                peep_f, peep_i = edit("forget_peephole", peep_f), edit("input_peephole", peep_i)
                peeps = cat((peep_i, peep_f), dim=-1)
            z_if += peeps
        z_c, z_o = chunk(z[:, 2 * self.hidden_size :], 2)
        input_gate, forget_gate = chunk(sigmoid(z_if), 2)
        forget_gate = edit("forget_gate", forget_gate)  # (1)
        input_gate = edit("input_gate", input_gate)  # (2)
        candidate = edit("candidate", tanh(z_c))  # (3)
        cell = edit("cell", forget_gate * state.cell + input_gate * candidate)  # (4)
        if self.weight_peephole is not None:
            peep_o = edit("output_peephole", self._peep(cell, 2, 3))  # W_co c_t: the new cell
            z_o = z_o + peep_o
        output_gate = edit("output_gate", sigmoid(z_o))  # (5)
        hidden = edit("hidden", output_gate * tanh(cell))  # (6)
        return LSTMStep(
            input_terms=input_terms,
            hidden_term=hidden_term,
            forget_peephole=peep_f,
            input_peephole=peep_i,
            output_peephole=peep_o,
            forget_gate=forget_gate,
            input_gate=input_gate,
            candidate=candidate,
            cell=cell,
            output_gate=output_gate,
            hidden=hidden,
        )

    def _peep(self, cell: Float[Array, "batch hidden"], first: int, end: int) -> Float[Array, "batch _"]:
        """W_c c for the gates ``first`` to ``end - 1`` (0 input, 1 forget, 2 output); element-wise if diagonal."""
        assert self.weight_peephole is not None
        weight = self.weight_peephole[first * self.hidden_size : end * self.hidden_size]
        if weight.ndim == 2:
            return linear(cell, weight)
        return cat([cell] * (end - first), dim=-1) * weight

    def numbers(self, step: CellStep) -> tuple[Float[Array, "batch _"], ...]:
        assert isinstance(step, LSTMStep)
        return (_numbers if step.output_peephole is None else _numbers_with_peepholes)(step)


_numbers = attrgetter("hidden_term", *LSTMCell.quantities)
_numbers_with_peepholes = attrgetter("hidden_term", *PEEPHOLES, *LSTMCell.quantities)


@CELLS.register("gru")
@on_arrays
class GRUCell(Cell):
    """The gated recurrent unit (Cho et al. 2014) in torch.nn.GRU's form and storage order: reset, update, candidate.

    r = σ(W_xr x + W_hr h + b_r); z = σ(W_xz x + W_hz h + b_z); n = tanh(W_xn x + r ⊙ (W_hn h + b_hn) + b_n);
    h_t = (1 - z) ⊙ n + z ⊙ h_{t-1}. It has no cell state and no peepholes.
    """

    gates = ("reset_gate", "update_gate", "candidate")
    quantities = GRU
    keep_gate = 1
    extra_biases = 1  # b_hn

    def __init__(self, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit) -> None:
        super().__init__(input_sizes=input_sizes, hidden_size=hidden_size, init=init)
        self.bias_hidden = nn.Parameter(torch.zeros(hidden_size))  # b_hn, inside the reset

    @classmethod
    def build(
        cls, config: ModelConfig, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit
    ) -> "GRUCell":
        return cls(input_sizes=input_sizes, hidden_size=hidden_size, init=init)

    def initial(self, batch: int) -> CellState:
        return CellState(zeros(self.bias, batch, self.hidden_size))

    def step(self, input_terms: Terms, state: CellState, edit: BoundEdit = unchanged) -> GRUStep:
        hidden_term = linear(state.hidden, self.weight_hidden)
        h_r, h_z, h_n = chunk(hidden_term, 3)
        x_r, x_z, x_n = chunk(sum(input_terms.values(), start=self.bias), 3)
        reset_gate = edit("reset_gate", sigmoid(x_r + h_r))
        update_gate = edit("update_gate", sigmoid(x_z + h_z))
        reset_term = reset_gate * (h_n + self.bias_hidden)
        candidate = edit("candidate", tanh(x_n + reset_term))
        hidden = edit("hidden", (1 - update_gate) * candidate + update_gate * state.hidden)
        return GRUStep(
            input_terms=input_terms,
            hidden_term=hidden_term,
            reset_term=reset_term,
            reset_gate=reset_gate,
            update_gate=update_gate,
            candidate=candidate,
            hidden=hidden,
        )

    def numbers(self, step: CellStep) -> tuple[Float[Array, "batch _"], ...]:
        assert isinstance(step, GRUStep)
        h_r, h_z, _ = chunk(step.hidden_term, 3)
        return h_r, h_z, step.reset_term, step.reset_gate, step.update_gate, step.candidate, step.hidden


@CELLS.register("rnn")
@on_arrays
class RNNCell(Cell):
    """The plain recurrent cell (Elman 1990) in torch.nn.RNN's form, with one bias instead of two.

    h_t = tanh(W_x x_t + W_h h_{t-1} + b), which is (7) with the simplest f. It has no gates, no cell state and no
    peepholes; the hidden state itself has a pre-activation, so its terms have the name ``hidden``.
    """

    gates = ("hidden",)
    quantities = RNN

    @classmethod
    def build(
        cls, config: ModelConfig, *, input_sizes: Mapping[str, int], hidden_size: int, init: CellInit
    ) -> "RNNCell":
        return cls(input_sizes=input_sizes, hidden_size=hidden_size, init=init)

    def initial(self, batch: int) -> CellState:
        return CellState(zeros(self.bias, batch, self.hidden_size))

    def step(self, input_terms: Terms, state: CellState, edit: BoundEdit = unchanged) -> RNNStep:
        hidden_term = linear(state.hidden, self.weight_hidden)  # W_h h_{t-1}
        hidden = edit("hidden", tanh(sum(input_terms.values(), start=hidden_term + self.bias)))  # (7)
        return RNNStep(input_terms=input_terms, hidden_term=hidden_term, hidden=hidden)

    def numbers(self, step: CellStep) -> tuple[Float[Array, "batch _"], ...]:
        assert isinstance(step, RNNStep)
        return step.hidden_term, step.hidden


@cache
def _columns(kind: type[Cell], parts: tuple[str, ...], peepholes: tuple[str, ...]) -> tuple[str, ...]:
    of_parts = [f"terms.{gate}.{part}" for part in (*parts, "h") for gate in kind.gates]
    of_peepholes = [f"terms.{name.removesuffix('_peephole')}_gate.peephole" for name in peepholes]
    return (*of_parts, *of_peepholes, *kind.quantities, *(f"terms.{gate}.bias" for gate in kind.gates))


def build_cell(config: ModelConfig, *, input_sizes: Mapping[str, int], hidden_size: int, init: str) -> Cell:
    """The configured cell, with weights of the named initialisation."""
    cell: Cell = CELLS[config.cell].build(config, input_sizes=input_sizes, hidden_size=hidden_size, init=INITS[init]())
    return cell
