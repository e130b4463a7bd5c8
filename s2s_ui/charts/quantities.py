"""The quantities of a cell: their names, letters and equation numbers, and all numbers of a cell as a table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from s2s_core.analysis.gates import Part
from s2s_core.trace import CellTrace
from s2s_ui.locales import N_

NAMES = {
    "forget_gate": N_("forget gate"),
    "input_gate": N_("input gate"),
    "candidate": N_("candidate"),
    "cell": N_("cell state"),
    "output_gate": N_("output gate"),
    "hidden": N_("hidden state"),
    "reset_gate": N_("reset gate"),
    "update_gate": N_("update gate"),
}
SHORT = {
    "forget_gate": N_("forget"),
    "input_gate": N_("input"),
    "output_gate": N_("output"),
    "reset_gate": N_("reset"),
    "update_gate": N_("update"),
}
LETTERS = {
    "lstm": {"forget_gate": "f", "input_gate": "i", "candidate": "c̃", "cell": "c", "output_gate": "o", "hidden": "h"},
    "gru": {"reset_gate": "r", "update_gate": "z", "candidate": "n", "hidden": "h"},
    "rnn": {"hidden": "h"},
}
NUMBERS = {"forget_gate": 1, "input_gate": 2, "candidate": 3, "cell": 4, "output_gate": 5, "hidden": 6}  # of an LSTM


def letter(kind: str, quantity: str, part: Part) -> str:
    """The letter of the equations; the decoder's hidden state is called s."""
    return "s" if part == "decoder" and quantity == "hidden" else LETTERS[kind][quantity]


def cell_frame(cell: CellTrace, tokens: Sequence[str]) -> pd.DataFrame:
    """Every number of a cell: quantity, unit, position (from 0), token, value."""
    frames = []
    for quantity, values in cell.quantities().items():
        steps, units = values.shape
        columns = {
            "quantity": quantity,
            "unit": np.repeat(np.arange(units), steps),
            "position": np.tile(np.arange(steps), units),
            "token": np.tile(np.array(tokens, dtype=object), units),
            "value": values.T.ravel(),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
