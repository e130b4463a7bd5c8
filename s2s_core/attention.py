"""Attention, equations (13)-(15), and the fixed contexts (8) of models without attention.

Every module has two methods: `prepare` is called once per sentence and computes the keys or the fixed context;
`forward` is called once per output step. A score function implements `keys` and `score`, and registers itself with the
label that the screens show. Masking, the softmax and the weighted sum are shared.

Bahdanau, Cho & Bengio 2015 (additive); Luong, Pham & Manning 2015 (dot, general, concat); Vaswani et al. 2017
(scaled dot).
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

from jaxtyping import Bool, Float
from torch import nn

from s2s_core.arrays import Array, amax, cat, dots, expand, masked, softmax, tanh, weighted_sum, zeros
from s2s_core.config import ModelConfig
from s2s_core.edits import BoundEdit, unchanged
from s2s_core.plain import on_arrays
from s2s_core.records import AttentionStep, CellState, Memory
from s2s_core.registry import ATTENTIONS, CONTEXTS

States = Float[Array, "batch src_len memory"]
Keys = Float[Array, "batch src_len key"]
Query = Float[Array, "batch query"]
Scores = Float[Array, "batch src_len"]


@on_arrays
class Context(nn.Module, ABC):
    """The source of the context vectors c_i."""

    @abstractmethod
    def prepare(
        self, states: States, mask: Bool[Array, "batch src_len"], finals: tuple[CellState, ...]
    ) -> Float[Array, "batch _ _"]:
        """Compute what is needed once per sentence: `Memory.prepared`."""

    @abstractmethod
    def forward(self, query: Query, memory: Memory, edit: BoundEdit = unchanged) -> AttentionStep:
        """The context of one output step, from the decoder's last state s_{i-1}."""


@on_arrays
class Attention(Context):
    """The shared part of all score functions: the subclass computes (13), this class (14) and (15)."""

    same_size: ClassVar[bool] = False
    """Whether s and h must have the same size, as a dot product needs."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()

    @staticmethod
    def learns(config: ModelConfig) -> int:
        """The number of parameters of the score function."""
        return 0

    def keys(self, states: States) -> Keys:
        """The part of the score that depends on h_j only; it is computed once per sentence."""
        return states

    @abstractmethod
    def score(self, query: Query, keys: Keys) -> Scores:
        """e_ij = a(s_{i-1}, h_j)."""

    def prepare(
        self, states: States, mask: Bool[Array, "batch src_len"], finals: tuple[CellState, ...]
    ) -> Float[Array, "batch _ _"]:
        return self.keys(states)

    def forward(self, query: Query, memory: Memory, edit: BoundEdit = unchanged) -> AttentionStep:
        scores = edit("scores", self.score(query, memory.prepared))  # (13)
        scores = masked(scores, memory.mask)
        weights = edit("weights", softmax(scores))  # (14): exactly 0 on padding
        context = weighted_sum(weights, memory.states)  # (15)
        edited = edit("context", context)
        terms = None if memory.terms is None or edited is not context else weighted_sum(weights, memory.terms)
        return AttentionStep(scores, weights, edited, terms)


@ATTENTIONS.register("additive", label="additive attention")
@on_arrays
class AdditiveAttention(Attention):
    """v · tanh(W s + U h)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.query = nn.Linear(config.decoder_hidden, config.attention_size, bias=False)  # W
        self.key = nn.Linear(config.memory_size, config.attention_size, bias=False)  # U
        self.energy = nn.Linear(config.attention_size, 1, bias=False)  # v

    @staticmethod
    def learns(config: ModelConfig) -> int:
        return config.attention_size * (config.decoder_hidden + config.memory_size + 1)

    def keys(self, states: States) -> Keys:
        keys: Array = self.key(states)
        return keys if keys.dtype == states.dtype else keys.to(states.dtype)  # autocast: cast once, not every step

    def score(self, query: Query, keys: Keys) -> Scores:
        return self.energy(tanh(self.query(query)[:, None] + keys))[..., 0]


@ATTENTIONS.register("dot", label="dot attention")
@on_arrays
class DotAttention(Attention):
    """s · h; both must have the same size."""

    same_size = True

    def score(self, query: Query, keys: Keys) -> Scores:
        return dots(keys, query)


@ATTENTIONS.register("scaled_dot", label="scaled dot attention")
@on_arrays
class ScaledDotAttention(DotAttention):
    """s · h / √D."""

    def score(self, query: Query, keys: Keys) -> Scores:
        return super().score(query, keys) / math.sqrt(keys.shape[-1])


@ATTENTIONS.register("general", label="general attention")
@on_arrays
class GeneralAttention(DotAttention):
    """s · W h."""

    same_size = False

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.key = nn.Linear(config.memory_size, config.decoder_hidden, bias=False)  # W

    @staticmethod
    def learns(config: ModelConfig) -> int:
        return config.decoder_hidden * config.memory_size

    def keys(self, states: States) -> Keys:
        return self.key(states)


@ATTENTIONS.register("concat", label="concat attention")
@on_arrays
class ConcatAttention(Attention):
    """v · tanh(W [s; h] + b)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.join = nn.Linear(config.decoder_hidden + config.memory_size, config.attention_size)  # W, b
        self.energy = nn.Linear(config.attention_size, 1, bias=False)  # v

    @staticmethod
    def learns(config: ModelConfig) -> int:
        return config.attention_size * (config.decoder_hidden + config.memory_size + 2)

    def score(self, query: Query, keys: Keys) -> Scores:
        queries = expand(query[:, None], *keys.shape[:2], query.shape[-1])
        return self.energy(tanh(self.join(cat((queries, keys), dim=-1))))[..., 0]


@CONTEXTS.register("attention")
def attention(config: ModelConfig) -> Context:
    """A different c_i for every output step, with the configured score function."""
    module: Context = ATTENTIONS[config.attention](config)
    return module


@on_arrays
class FixedContext(Context):
    """The same c for all output steps, (8): the bottleneck that attention removes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()

    def forward(self, query: Query, memory: Memory, edit: BoundEdit = unchanged) -> AttentionStep:
        return AttentionStep(None, None, edit("context", memory.prepared[:, 0]))


@CONTEXTS.register("last", label="no attention (last)")
@on_arrays
class LastContext(FixedContext):
    """c = h_T, the last state of each direction."""

    def prepare(
        self, states: States, mask: Bool[Array, "batch src_len"], finals: tuple[CellState, ...]
    ) -> Float[Array, "batch 1 memory"]:
        return finals[-1].hidden[:, None]


@CONTEXTS.register("mean", label="no attention (mean)")
@on_arrays
class MeanContext(FixedContext):
    """c = the mean of h_1..h_T, without padding."""

    def prepare(
        self, states: States, mask: Bool[Array, "batch src_len"], finals: tuple[CellState, ...]
    ) -> Float[Array, "batch 1 memory"]:
        uniform = softmax(masked(zeros(states, *mask.shape), mask))
        return weighted_sum(uniform, states)[:, None]


@CONTEXTS.register("max", label="no attention (max)")
@on_arrays
class MaxContext(FixedContext):
    """c = the element-wise maximum of h_1..h_T, without padding."""

    def prepare(
        self, states: States, mask: Bool[Array, "batch src_len"], finals: tuple[CellState, ...]
    ) -> Float[Array, "batch 1 memory"]:
        return amax(masked(states, mask[:, :, None]))


def build_context(config: ModelConfig) -> Context:
    """The configured source of context vectors."""
    context: Context = CONTEXTS[config.context](config)
    return context
