"""A trace as one of its layers has it, so that whatever reads the top layer of a trace can read any."""

from dataclasses import replace

import numpy as np

from s2s_core.analysis.gates import Part
from s2s_core.trace import DecoderTrace, EncoderTrace, Trace


def depth(trace: Trace, part: Part | None = None) -> int:
    """How many layers a part of the model has; without a part, those of the deeper one."""
    encoder, decoder = len(trace.encoder.layers), len(trace.decoder.layers)
    if part is None:
        return max(encoder, decoder)
    return decoder if part == "decoder" else encoder


def place(layer: int | None, count: int) -> int:
    """Where a layer stands among so many, both from 0: None, and more than there are, is the top one."""
    return count - 1 if layer is None else min(layer, count - 1)


def at_layer(trace: Trace, layer: int | None) -> Trace:
    """The trace without the cells above a layer, which is counted from 0; its joined states are those of that layer.

    None, and more layers than a part has, leave that part as it is. What attention read stays the top layer's.
    """
    if layer is None:
        return trace
    layers = trace.encoder.layers[: layer + 1]
    joined = trace.encoder.joined
    if len(layers) < len(trace.encoder.layers):
        ways = (layers[-1].forward, layers[-1].backward)
        joined = np.concatenate([cell.hidden for cell in ways if cell is not None], axis=1)
        joined.setflags(write=False)
    return replace(trace, encoder=EncoderTrace(layers, joined), decoder=DecoderTrace(trace.decoder.layers[: layer + 1]))
