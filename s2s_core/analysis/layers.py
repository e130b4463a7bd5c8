"""Cut a trace at one of its layers, so that code that reads the top layer can show any layer."""

from dataclasses import replace

import numpy as np

from s2s_core.analysis.gates import Part
from s2s_core.trace import DecoderTrace, EncoderTrace, Trace


def depth(trace: Trace, part: Part | None = None) -> int:
    """The number of layers of a part of the model; without a part, the larger one of encoder and decoder."""
    encoder, decoder = len(trace.encoder.layers), len(trace.decoder.layers)
    if part is None:
        return max(encoder, decoder)
    return decoder if part == "decoder" else encoder


def place(layer: int | None, count: int) -> int:
    """The index (from 0) of a layer among ``count`` layers. None, or a number that is too large, is the top layer."""
    return count - 1 if layer is None else min(layer, count - 1)


def at_layer(trace: Trace, layer: int | None) -> Trace:
    """The trace without the cells above a layer (from 0). Its joined states are the states of that layer.

    With None, or if a part has fewer layers, that part stays unchanged. The attention is still that of the top layer.
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
