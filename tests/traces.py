"""Reading whole traces: every array by its name, and equality to the last bit."""

import dataclasses

import numpy as np

from s2s_core import Trace


def arrays_of(trace):
    """Every array of a trace with a name."""
    for part, layer, cell in trace.cells():
        yield from ((f"{part} {layer} {name}", array) for name, array in cell.arrays())
    yield from (("joined", trace.encoder.joined), ("context", trace.context), ("log_probs", trace.log_probs))
    yield "token_log_probs", trace.token_log_probs
    if trace.attention is not None:
        yield from (("scores", trace.attention.scores), ("weights", trace.attention.weights))


def same(one, other):
    """Whether two traces are equal to the last bit."""
    plain = [f.name for f in dataclasses.fields(Trace) if not hasattr(getattr(one, f.name), "shape")]
    plain = [name for name in plain if name not in ("encoder", "decoder", "attention")]
    assert {name: getattr(one, name) for name in plain} == {name: getattr(other, name) for name in plain}
    mine, others = dict(arrays_of(one)), dict(arrays_of(other))
    assert mine.keys() == others.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(array, others[name], err_msg=name)
