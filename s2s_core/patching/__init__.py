"""Causal tracing: put a state of one run into another, and see how far the answer goes over.

Activation patching (Vig et al. 2020; Meng et al. 2022) needs two sentences, the donor and the receiver. A state that is
computed while the donor is read or answered takes the place of the receiver's, and all that follows is computed anew.
With a corrupted receiver and a clean donor this is denoising: is that state enough to bring the answer back? The other
way about it is noising: is the state needed for the answer? (Heimersheim & Nanda 2024)

`parts` says what can be put in and which places correspond, `runs` computes many changed runs at once, `smallest` finds
the few units that carry the difference. Each change is an edit (`s2s_core.edits`), so `Translator.trace` and a link
take it too.
"""

from s2s_core.patching.parts import ALIGNMENTS, FED, partners, parts_of, states_of
from s2s_core.patching.result import Patched, Patching, patch
from s2s_core.patching.runs import Side
from s2s_core.patching.smallest import Smallest

__all__ = ["ALIGNMENTS", "FED", "Patched", "Patching", "Side", "Smallest", "partners", "parts_of", "patch", "states_of"]
