"""A reading of somebody else's weights: the role of each weight, and the order in which the parts compute.

Matrices are [out, in], as in torch.nn.Linear. The inputs of a layer are named in their order: "y" is the embedding of
the last token, "s" the decoder's new top state, "c" the context, "feed" the last readout.
"""

from dataclasses import dataclass

from torch import Tensor

from s2s_core.adapters.recurrence import Recurrence
from s2s_core.described import described


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A matrix [out, in] and its bias [out], or None."""

    weight: Tensor
    bias: Tensor | None = None

    __repr__ = described


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """The alignment model a of (13)."""

    kind: str  # "dot": s · h; "general": s · W h; "concat": v · tanh(W s + U h + b); "fixed": the encoder's last state
    query: Tensor | None = None  # W of "concat" [attention, decoder]
    key: Tensor | None = None  # W of "general" [decoder, memory], U of "concat" [attention, memory]
    bias: Tensor | None = None  # b [attention]
    energy: Tensor | None = None  # v [attention]

    __repr__ = described


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The decoder's first states from the encoder's last ones.

    ``hidden`` and ``cell`` give a state of each decoder layer, [layers · decoder, numbers read]. They read the last
    hidden states of all layers, with the directions of a layer side by side, then (LSTM) the last cell states.
    """

    kind: str  # "copy", "zero", or a map: "linear", "tanh"
    hidden: Linear | None = None
    cell: Linear | None = None

    __repr__ = described


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Everything that the assembled model is made from, in somebody else's order of ids."""

    source: Tensor  # embedding [source vocabulary, size]
    target: Tensor
    encoder: Recurrence
    decoder: Recurrence
    summed: bool  # true: the directions' states are added up; false: they are side by side
    score: Score
    attend: str  # "before" or "after" the decoder's cells
    cell_reads: tuple[str, ...]  # of "y", "c", "feed"
    feeds: str  # what "feed" is: the last "readout", or the last context, "c"
    start: Start
    readout: Linear | None  # the layer before the output, where there is one
    readout_reads: tuple[str, ...]  # of "y", "s", "c": the inputs of the readout, or of the output if there is none
    activation: str  # after the readout: "tanh", "relu" or "linear"
    output: Linear

    __repr__ = described

    @property
    def memory(self) -> int:
        """The size of the other model's h_j."""
        return self.encoder.hidden if self.summed else self.encoder.size

    @property
    def summary(self) -> str:
        """The properties of this reading, as a phrase for an error message."""
        return (
            f"{self.score.kind} attention {self.attend} the cells, cells that read [{'; '.join(self.cell_reads)}], "
            f"a {self.activation} readout of [{'; '.join(self.readout_reads)}], states {self.start.kind}"
            f"{', directions added up' if self.summed else ''}"
        )
