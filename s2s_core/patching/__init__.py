"""Causal tracing: put a state of one run into another run, and measure how far the answer changes.

Activation patching (Vig et al. 2020; Meng et al. 2022) needs two sentences, a donor and a receiver. A state of the
receiver's run is replaced by the donor's state, and everything after it is computed again. With a corrupted receiver
and a clean donor, this is called denoising: is the state sufficient to restore the answer? With the two exchanged it is
called noising: is the state necessary for the answer? (Heimersheim & Nanda 2024)

`parts` defines what can be replaced and which positions correspond. `runs` computes many changed runs at once.
`smallest` finds the few units that carry the difference. Each change is an edit (`s2s_core.edits`), so it also works in
`Translator.trace` and in a link.
"""

from s2s_core.patching.parts import ALIGNMENTS, FED, partners, parts_of, states_of
from s2s_core.patching.result import Patched, Patching, patch
from s2s_core.patching.runs import Side
from s2s_core.patching.smallest import Smallest

__all__ = ["ALIGNMENTS", "FED", "Patched", "Patching", "Side", "Smallest", "partners", "parts_of", "patch", "states_of"]
