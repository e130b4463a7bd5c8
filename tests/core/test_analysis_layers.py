"""A trace as one of its layers has it: its own cells and joined states, and everything else as it was."""

import numpy as np
import pytest
from small_models import VARIANTS, small_translator

from s2s_core.analysis.corpus import corpus
from s2s_core.analysis.directions import shifts
from s2s_core.analysis.gates import cell_of, parts, per_unit
from s2s_core.analysis.layers import at_layer, depth
from s2s_core.analysis.saturation import saturation_over

TEXT, OTHER = "abcadge", "abcfdge"
DEEP = {
    "two layers": VARIANTS["two layers"],
    "gru of two layers": VARIANTS["gru of two layers"],
    "three layers": {"encoder_layers": 3, "decoder_layers": 3},
    "three layers under one": VARIANTS["three layers under one"],
    "one under three layers": {"encoder_layers": 1, "decoder_layers": 3, "bridge": "learned"},
    "two layers of one direction": {"encoder_layers": 2, "decoder_layers": 2, "bidirectional": False},
}
every_deep = pytest.mark.parametrize("changes", DEEP.values(), ids=DEEP)


@every_deep
def test_every_layer_is_read_as_the_top_one_is(changes):
    trace = small_translator(**changes).trace(TEXT)
    assert at_layer(trace, None) is trace
    assert depth(trace) == max(depth(trace, "forward"), depth(trace, "decoder"))
    for layer in range(depth(trace)):
        seen = at_layer(trace, layer)
        for part in parts(trace):
            own = min(layer, depth(trace, part) - 1)
            both = trace.encoder.layers[own if part != "decoder" else -1]
            expected = trace.decoder.layers[own] if part == "decoder" else getattr(both, part)
            assert cell_of(seen, part) is expected
        reading = seen.encoder.layers[-1]
        halves = [cell.hidden for cell in (reading.forward, reading.backward) if cell is not None]
        np.testing.assert_array_equal(seen.encoder.joined, np.concatenate(halves, axis=1))
        assert not seen.encoder.joined.flags.writeable
        assert (seen.attention, seen.context is trace.context, seen.output) == (trace.attention, True, trace.output)


@every_deep
def test_a_corpus_and_its_saturation_are_those_of_the_layer(changes):
    translator = small_translator(**changes)
    traces = [translator.trace(text) for text in ("bad", TEXT)]
    for layer in (*range(depth(traces[0])), None):
        built = corpus(translator, ["bad", TEXT], layer)
        shares = saturation_over(translator, ["bad", TEXT], layer)
        for part in parts(traces[0]):
            cells = [cell_of(at_layer(trace, layer), part) for trace in traces]
            np.testing.assert_allclose(
                built.cells[part].hidden, np.concatenate([cell.hidden for cell in cells]), atol=1e-5
            )
            for gate, share in shares[part].items():
                alone = per_unit(np.concatenate([cell.quantities()[gate] for cell in cells]))
                np.testing.assert_allclose(share.open, alone.open, atol=1e-6)
                np.testing.assert_allclose(share.shut, alone.shut, atol=1e-6)


def test_only_in_the_lowest_layer_does_a_direction_know_one_side_alone():
    translator = small_translator(**VARIANTS["two layers"])
    before, after = translator.trace(TEXT), translator.trace(OTHER)
    for layer, alone in ((0, True), (1, False)):
        moved = shifts(at_layer(before, layer), at_layer(after, layer))
        assert (not moved["forward"][:3].any()) is alone
        assert (not moved["backward"][4:].any()) is alone
        assert moved["forward"][3:].any() and moved["backward"][:4].any()
