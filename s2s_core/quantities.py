"""The quantities that each kind of cell computes at every step, in the order of the equations; needs no PyTorch."""

from s2s_core.registry import CELLS

LSTM = ("forget_gate", "input_gate", "candidate", "cell", "output_gate", "hidden")
GRU = ("reset_gate", "update_gate", "candidate", "hidden")
RNN = ("hidden",)
_SHIPPED = {"lstm": LSTM, "gru": GRU, "rnn": RNN}


def quantities_of(kind: object) -> tuple[str, ...] | None:
    """The quantities of a kind of cell, of this package or registered by another one; None if it is unknown."""
    if not isinstance(kind, str):
        return None
    registered = CELLS.registered()
    quantities: tuple[str, ...] | None = registered[kind].quantities if kind in registered else _SHIPPED.get(kind)
    return quantities
