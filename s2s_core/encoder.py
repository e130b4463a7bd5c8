"""The encoder, equations (7) and (9)-(11): one or two directions, any number of layers.

Padding: a cell also computes a step on a padded position, but the state stays the same. So the forward direction ends
with the state of each sentence's last token, and the backward direction starts from zero at that token.
"""

from collections.abc import Iterable, Iterator

from jaxtyping import Bool, Float, Int
from torch import nn

from s2s_core import fused
from s2s_core.arrays import Array, cat, unbind
from s2s_core.cells import Cell, build_cell
from s2s_core.config import ModelConfig
from s2s_core.edits import Edit, bind
from s2s_core.initialisation import build_embedding
from s2s_core.plain import is_plain, on_arrays
from s2s_core.records import CellState, EncoderStep
from s2s_core.threads import let_pass


@on_arrays
class Encoder(nn.Module):
    """Reads token ids and yields a record for each step; `summarise` joins the steps' states for the decoder."""

    def __init__(self, config: ModelConfig, *, padding_index: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = build_embedding(config, config.src_vocab_size, padding_index=padding_index)
        self.dropout = nn.Dropout(config.dropout)
        sizes = [config.embedding_size] + [config.memory_size] * (config.encoder_layers - 1)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                build_cell(config, input_sizes={"x": size}, hidden_size=config.encoder_hidden, init=config.encoder_init)
                for _ in config.directions
            )
            for size in sizes
        )

    def cell(self, layer: int, direction: str) -> Cell:
        """The cell of one layer and direction."""
        cell: Cell = self.layers[layer][self.config.directions.index(direction)]  # type: ignore[index]
        return cell

    def _cells(self) -> list[Cell]:
        ways = self.config.directions
        return [self.cell(layer, direction) for layer in range(len(self.layers)) for direction in ways]

    def steps(
        self,
        src: Int[Array, "batch src_len"],
        src_mask: Bool[Array, "batch src_len"],
        edit: Edit | None = None,
    ) -> Iterator[EncoderStep]:
        """Every step of every layer: (9) left to right, then (10) right to left, then the next layer reads (11)."""
        return self.steps_over(self.embedding(src), src_mask, edit)

    def steps_over(
        self,
        states: Float[Array, "batch src_len embedding"],
        src_mask: Bool[Array, "batch src_len"],
        edit: Edit | None = None,
    ) -> Iterator[EncoderStep]:
        """The steps of `steps` over embedded tokens, or over whatever else stands in their place."""
        for layer in range(len(self.layers)):
            x, hiddens = self.dropout(states), []
            for direction in self.config.directions:
                for step in self._unroll(x, src_mask, layer, direction, edit):
                    hiddens.append(step.cell.hidden)
                    yield step
            if layer + 1 < len(self.layers):
                states = self._joined(hiddens)

    def _unroll(
        self,
        x: Float[Array, "batch src_len input"],
        mask: Bool[Array, "batch src_len"],
        layer: int,
        direction: str,
        edit: Edit | None,
    ) -> Iterator[EncoderStep]:
        """The steps of one layer and direction. The terms of the input are computed for all positions at once."""
        cell = self.cell(layer, direction)
        terms = unbind(cell.project("x", x))
        real = unbind(mask)
        whole = mask.all(0).tolist()  # positions where no sentence is padded
        state = cell.initial(x.shape[0])
        positions = range(len(terms))
        for position in positions if direction == "forward" else reversed(positions):
            let_pass()
            step = cell.step({"x": terms[position]}, state, bind(edit, f"encoder.{direction}", layer, position))
            state = step.state if whole[position] else step.state.where(real[position], state)
            yield EncoderStep(direction, layer, position, step, state)

    def read(
        self, src: Int[Array, "batch src_len"], src_mask: Bool[Array, "batch src_len"]
    ) -> tuple[Float[Array, "batch src_len memory"], tuple[CellState, ...]]:
        """The result of `summarise` on every real token, without records, for training and searching."""
        if not is_plain(self):
            return self.summarise(self.steps(src, src_mask))
        return self.read_over(self.embedding(src), src_mask)

    def read_over(
        self, states: Float[Array, "batch src_len embedding"], src_mask: Bool[Array, "batch src_len"]
    ) -> tuple[Float[Array, "batch src_len memory"], tuple[CellState, ...]]:
        """The result of `read` over embedded tokens. If `fused` can compute the steps of all cells, it is used."""
        if not is_plain(self) or not all(fused.serves(cell, states) for cell in self._cells()):
            return self.summarise(self.steps_over(states, src_mask))
        finals = []
        for layer in range(len(self.layers)):
            cells = [self.cell(layer, direction) for direction in self.config.directions]
            states, last = fused.read(cells, self.dropout(states), src_mask)
            finals.append(last)
        return states, tuple(finals)

    def summarise(
        self, steps: Iterable[EncoderStep]
    ) -> tuple[Float[Array, "batch src_len memory"], tuple[CellState, ...]]:
        """The states h_j of the top layer and the last states of each layer; both directions are concatenated (11)."""
        top, last = [], {}
        for step in steps:
            last[step.layer, step.direction] = step.state
            if step.layer == len(self.layers) - 1:
                top.append(step.cell.hidden)
        finals = tuple(
            CellState.join([last[layer, direction] for direction in self.config.directions])
            for layer in range(len(self.layers))
        )
        return self._joined(top), finals

    def _joined(self, hiddens: list[Array]) -> Float[Array, "batch src_len memory"]:
        """The states h_j, both directions concatenated (11), from a layer's hidden states in the order of its steps."""
        length = len(hiddens) // len(self.config.directions)
        ways = (hiddens[:length], hiddens[: length - 1 : -1])[: len(self.config.directions)]  # the second is reversed
        rows = cat([hidden for position in zip(*ways, strict=True) for hidden in position], dim=-1)
        return rows.reshape(len(rows), length, -1)
