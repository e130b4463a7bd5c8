"""What comes of a training of so many minutes, and what both sides have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from s2s_core.metrics import bleu
from s2s_core.pair import Pair

SIZE = 256  # of embeddings, hidden states, attention and readout
BATCH = 64
DROPOUT = 0.3
SMOOTHING = 0.1
PEAK = 1.5e-3  # learning rate
WARM_UP = 200  # updates
CLIP = 1.0
BEAM = 5
LONGEST = 64  # tokens of an output

Translate = Callable[[Sequence[str], int], list[str]]  # texts and the beam's size -> outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How far one side came."""

    name: str
    updates: int
    epochs: float
    minutes: float  # of training
    parameters: int
    dev: float  # BLEU, greedy
    greedy: float  # BLEU on the test split
    beam: float

    @classmethod
    def of(
        cls,
        name: str,
        translate: Translate,
        *,
        dev: Sequence[Pair],
        test: Sequence[Pair],
        updates: int,
        epochs: float,
        seconds: float,
        parameters: int,
    ) -> "Outcome":
        """Score what was trained."""

        def score(pairs: Sequence[Pair], beam: int) -> float:
            return bleu(translate([pair.source for pair in pairs], beam), [pair.target for pair in pairs])

        return cls(
            name=name,
            updates=updates,
            epochs=epochs,
            minutes=seconds / 60,
            parameters=parameters,
            dev=score(dev, 1),
            greedy=score(test, 1),
            beam=score(test, BEAM),
        )
