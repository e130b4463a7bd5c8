"""The probabilities of a trace at another temperature: (12) with all logits divided by it (`s2s_core.calibration`)."""

from dataclasses import replace

import numpy as np

from s2s_core import arguments
from s2s_core.trace import Trace


def at_temperature(trace: Trace, temperature: float) -> Trace:
    """The same run with the probabilities of its output tokens at ``temperature``: no token and no state changes.

    Raises:
        InvalidConfig: for a temperature that is not above 0.
    """
    temperature = arguments.above_zero("temperature", temperature)
    scaled = trace.log_probs.astype(np.float64) / temperature  # logits minus a constant, which cancels
    highest = scaled.max(axis=1)
    totals = highest + np.log(np.exp(scaled - highest[:, None]).sum(axis=1))
    return replace(
        trace,
        log_probs=(scaled - totals[:, None]).astype(np.float32),
        token_log_probs=(trace.token_log_probs.astype(np.float64) / temperature - totals).astype(np.float32),
    )
