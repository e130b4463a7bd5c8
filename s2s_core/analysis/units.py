"""Find what units stand for: which are on over a span of tokens and off elsewhere, and where else they are on.

As in LSTMVis (Strobelt, Gehrmann, Pfister & Rush 2018), the reader chooses a span. The program finds the units whose
hidden state separates the span from the rest, and other sentences in which these units are on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from jaxtyping import Float

from s2s_core.analysis.corpus import Corpus, States
from s2s_core.described import described

Hidden = Float[np.ndarray, "steps units"]
Span = tuple[int, int]  # first and last step, from 0


@dataclass(frozen=True, slots=True)
class Contrast:
    """How well one unit separates a span from the rest; it is on if sign * h is large."""

    unit: int
    sign: int  # 1 or -1
    inside: float  # the least of sign * h in the span
    outside: float  # the greatest of sign * h elsewhere; 0 if the span is everything

    @property
    def margin(self) -> float:
        """inside - outside. Above 0, sign * h is larger at every token of the span than anywhere else."""
        return self.inside - self.outside


def contrasts(hidden: Hidden, span: Span) -> list[Contrast]:
    """Every unit, with the sign that separates the span better; the best unit first."""
    return sorted((contrast(hidden, span, unit) for unit in range(hidden.shape[1])), key=lambda found: -found.margin)


def contrast(hidden: Hidden, span: Span, unit: int) -> Contrast:
    """One unit, with the sign that separates the span better."""
    within = np.zeros(len(hidden), dtype=bool)
    within[span[0] : span[1] + 1] = True
    both = (_contrast(hidden[:, unit], within, unit, sign) for sign in (1, -1))
    return max(both, key=lambda found: found.margin)


def _contrast(course: Float[np.ndarray, " steps"], within: np.ndarray, unit: int, sign: int) -> Contrast:
    on = sign * course
    outside = float(on[~within].max()) if not within.all() else 0.0
    return Contrast(unit, sign, inside=float(on[within].min()), outside=outside)


def telling_span(tokens: Sequence[str]) -> Span:
    """The span to show first: the longest run of digits (if there is none, of letters) that is not the whole text.

    If several are equally long, the last one; if there is none, the token in the middle.
    """
    runs: list[tuple[bool, int, Span]] = []
    place = 0
    for kind, run in groupby(tokens, key=_kind):
        length = len(list(run))
        if kind in ("digits", "letters") and length < len(tokens) - 1:
            runs.append((kind == "digits", length, (place, place + length - 1)))
        place += length
    middle = (len(tokens) - 1) // 2
    return max(runs, default=(False, 0, (middle, middle)))[2]


def _kind(token: str) -> str:
    return "digits" if token.isdigit() else "letters" if token.isalpha() else "other"


@dataclass(frozen=True, eq=False)
class Firing:
    """A sentence of the corpus in which a unit is on: its values at all tokens, and where it is most on."""

    sentence: int
    position: int
    course: Float[np.ndarray, " tokens"]  # h, not multiplied by the sign

    __repr__ = described


def firing(
    corpus: Corpus, states: States, unit: int, sign: int, *, count: int, without: str | None = None
) -> list[Firing]:
    """The sentences in which the unit is most on, sorted from most to least.

    ``states`` are the states of one cell of the corpus. The text ``without`` is left out.
    """
    on = sign * states.hidden[:, unit]
    found: dict[int, Firing] = {}
    for row in np.argsort(-on, kind="stable"):
        sentence = int(states.sentence[row])
        if sentence not in found and corpus.texts[sentence] != without:
            course = states.hidden[states.sentence == sentence, unit]
            found[sentence] = Firing(sentence, int(states.position[row]), course)
        if len(found) == count:
            break
    return list(found.values())
