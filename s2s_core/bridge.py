"""The decoder's first state, from the encoder's last states."""

from torch import nn

from s2s_core.arrays import cat, chunk, tanh
from s2s_core.config import ModelConfig
from s2s_core.plain import on_arrays
from s2s_core.records import CellState


@on_arrays
class Bridge(nn.Module):
    """s_0 and its cell from the encoder's last states.

    - "copy": the states themselves, if the sizes agree;
    - "learned": hidden states from hidden states, with a tanh, and cell states from cell states;
    - "linear": one affine map from all hidden and cell states to all hidden and cell states;
    - "tanh": the same, then a tanh;
    - "zero": zeros.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        kind = config.bridge
        if kind == "auto":
            kind = "copy" if config.copies_states else "learned"
        self.kind = kind
        self.decoder_layers = config.decoder_layers
        read, start = config.memory_size * config.encoder_layers, config.decoder_hidden * config.decoder_layers
        if kind == "learned":
            self.hidden = nn.Linear(read, start)
            self.cell = nn.Linear(read, start) if config.cell == "lstm" else None
        elif kind in ("linear", "tanh"):
            states = 2 if config.cell == "lstm" else 1
            self.all = nn.Linear(states * read, states * start)

    def forward(self, finals: tuple[CellState, ...], zeros: CellState) -> tuple[CellState, ...]:
        """One starting state for each decoder layer."""
        if self.kind == "zero":
            return (zeros,) * self.decoder_layers
        if self.kind == "copy":
            return finals
        last_hiddens = [final.hidden for final in finals]
        last_cells = [final.cell for final in finals if final.cell is not None]
        if self.kind in ("linear", "tanh"):
            started = self.all(cat([*last_hiddens, *last_cells], dim=-1))
            if self.kind == "tanh":
                started = tanh(started)
            if not last_cells:
                return tuple(map(CellState, chunk(started, self.decoder_layers)))
            states = chunk(started, 2 * self.decoder_layers)
            pairs = zip(states[: self.decoder_layers], states[self.decoder_layers :], strict=True)
            return tuple(CellState(hidden, cell) for hidden, cell in pairs)
        hiddens = chunk(tanh(self.hidden(cat(last_hiddens, dim=-1))), self.decoder_layers)
        if self.cell is None:
            return tuple(map(CellState, hiddens))
        cells = chunk(self.cell(cat(last_cells, dim=-1)), self.decoder_layers)
        return tuple(CellState(hidden, cell) for hidden, cell in zip(hiddens, cells, strict=True))
