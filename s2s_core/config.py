"""What a model is: one small frozen dataclass, validated, saved with the weights."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from s2s_core.errors import InvalidConfig, TooLarge, quoted
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS, INITS

PEEPHOLES = ("full", "diagonal", "none")
BRIDGES = ("auto", "copy", "learned", "zero", "linear", "tanh")
ATTENDS = ("before", "after")
READOUTS = ("tanh", "linear", "relu")

MOST_PARAMETERS = 250_000_000  # 1 GB of weights, 4 GB in training
MOST = {"encoder_layers": 64, "decoder_layers": 64, "max_src_len": 10_000, "max_tgt_len": 10_000}
MOST_STD = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Sizes and variants of a sequence-to-sequence model; every name is looked up in its registry.

    Raises:
        InvalidConfig: if fields contradict each other.
        UnknownName: if a variant's name is not registered.
    """

    src_vocab_size: int
    tgt_vocab_size: int
    cell: str = "lstm"  # "lstm", (1)-(6); "gru"; or "rnn", (7) with tanh
    peephole: str = "full"  # W_cf, W_ci, W_co: "full" matrices, "diagonal" vectors, or "none"
    embedding_size: int = 64
    encoder_hidden: int = 64  # H of each direction
    decoder_hidden: int = 64
    encoder_layers: int = 1
    decoder_layers: int = 1
    bidirectional: bool = True  # (9)-(11)
    context: str = "attention"  # (8): "attention", or the fixed contexts "last", "mean", "max"
    attention: str = "additive"  # the alignment model a of (13); not read with a fixed context
    attention_size: int = 64  # of the additive and the concat score
    readout_size: int = 64  # size of the layer between (y, s, c) and the logits
    attend: str = "before"  # the cells, by s_{t-1}; cells read c_t. Or "after" them, by s_t (Luong et al. 2015)
    readout: str = "tanh"  # what follows the sum over (y, s, c): "tanh", "relu", or nothing ("linear")
    bridge: str = "auto"  # s_0 from the encoder: "copy" where sizes agree, else "learned"; or another way, see `Bridge`
    input_feeding: bool = False  # also feed the last readout into the cell (Luong et al. 2015, 3.3)
    tie_output: bool = False  # output weights = target embedding: readout_size = embedding_size, a small embedding_std
    source_start: bool = False  # the encoder reads a begin mark before the text
    source_end: bool = True  # the encoder reads an end mark after the text
    encoder_init: str = "local"  # states start as "this token", so attention finds the answer; see `initialisation`
    decoder_init: str = "usual"  # forget bias 1, recurrent weights orthogonal
    embedding_std: float = 0.125  # embeddings start as N(0, std²); embedding_size ** -0.5 makes them about as long as 1
    dropout: float = 0.0  # on embeddings, between layers and on the readout, in training
    max_src_len: int = 64  # tokens, the end mark not counted
    max_tgt_len: int = 64  # steps, the end mark counted

    def __post_init__(self) -> None:
        for registry, name in (
            (CELLS, self.cell),
            (CONTEXTS, self.context),
            (ATTENTIONS, self.attention),
            (INITS, self.encoder_init),
            (INITS, self.decoder_init),
        ):
            registry[name]
        chosen = (("peephole", PEEPHOLES), ("bridge", BRIDGES), ("attend", ATTENDS), ("readout", READOUTS))
        for name, known in chosen:
            if not isinstance(given := getattr(self, name), str) or given not in known:
                raise InvalidConfig(f"{name} is {quoted(given)}, must be one of {', '.join(known)}")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type is int and (type(value) is not int or value < 1):
                raise InvalidConfig(f"{field.name} is {quoted(value)}, must be a whole number of at least 1")
            if field.type is int and value > (most := MOST.get(field.name, MOST_PARAMETERS)):
                raise TooLarge(f"{field.name} is {quoted(value)}, must be at most {most:,}")
            if field.type is bool and type(value) is not bool:
                raise InvalidConfig(f"{field.name} is {quoted(value)}, must be true or false")
        if type(self.embedding_std) not in (int, float) or not 0 < self.embedding_std < math.inf:
            raise InvalidConfig(f"embedding_std is {quoted(self.embedding_std)}, must be a number above 0")
        if self.embedding_std > MOST_STD:
            raise TooLarge(f"embedding_std is {quoted(self.embedding_std)}, must be at most {MOST_STD:g}")
        if type(self.dropout) not in (int, float) or not 0 <= self.dropout < 1:
            raise InvalidConfig(f"dropout is {quoted(self.dropout)}, must be at least 0 and below 1")
        if self.parameters > MOST_PARAMETERS:
            raise TooLarge(
                f"the model would have {self.parameters:,} parameters, must be at most {MOST_PARAMETERS:,}: "
                "make its hidden states, its embeddings or its vocabularies smaller"
            )
        if self.tie_output and self.readout_size != self.embedding_size:
            raise InvalidConfig(
                f"tie_output needs readout_size = embedding_size, got {self.readout_size} and {self.embedding_size}"
            )
        same_size = self.context == "attention" and _of_one_size(self.attention)
        if same_size and self.decoder_hidden != self.memory_size:
            others = sorted((ATTENTIONS[name].learns(self), name) for name in ATTENTIONS if not _of_one_size(name))
            *first, last = (name for _, name in others)  # the smallest first
            way_out = f"{', '.join(first)} or {last}"
            raise InvalidConfig(
                f"attention {self.attention!r} multiplies s with h, so decoder_hidden ({self.decoder_hidden}) must be "
                f"the size of the joined encoder states ({self.memory_size}); use {way_out} otherwise"
            )
        if self.bridge == "copy" and not self.copies_states:
            raise InvalidConfig(
                f"bridge 'copy' needs as many encoder layers of joined size {self.memory_size} as decoder layers of "
                f"size {self.decoder_hidden}; use learned"
            )

    @property
    def directions(self) -> tuple[str, ...]:
        return ("forward", "backward") if self.bidirectional else ("forward",)

    @property
    def memory_size(self) -> int:
        """The size of a joined encoder state h_j, (11)."""
        return self.encoder_hidden * len(self.directions)

    @property
    def copies_states(self) -> bool:
        """Whether the encoder's last states fit the decoder's first without a bridge."""
        return self.memory_size == self.decoder_hidden and self.encoder_layers == self.decoder_layers

    @property
    def parameters(self) -> int:
        """The number of parameters, computed without building the model; an estimate for variants of other packages."""
        joined, embedding, readout = self.memory_size, self.embedding_size, self.readout_size
        bottom = embedding + (joined if self.attend == "before" else 0) + (readout if self.input_feeding else 0)
        encoder = self._cell(self.encoder_hidden, embedding)
        encoder += (self.encoder_layers - 1) * self._cell(self.encoder_hidden, joined)
        decoder = self._cell(self.decoder_hidden, bottom)
        decoder += (self.decoder_layers - 1) * self._cell(self.decoder_hidden, self.decoder_hidden)
        attention = ATTENTIONS[self.attention].learns(self) if self.context == "attention" else 0
        bridge, states = 0, 2 if self.cell == "lstm" else 1
        started, ended = states * self.decoder_hidden * self.decoder_layers, joined * self.encoder_layers
        if self.bridge == "learned" or (self.bridge == "auto" and not self.copies_states):
            bridge = (ended + 1) * started
        elif self.bridge in ("linear", "tanh"):
            bridge = (states * ended + 1) * started
        read_out = readout * (embedding + self.decoder_hidden + 1 + joined)
        output = self.tgt_vocab_size * ((0 if self.tie_output else readout) + 1)
        words = (self.src_vocab_size + self.tgt_vocab_size) * embedding
        return words + len(self.directions) * encoder + decoder + attention + bridge + read_out + output

    def _cell(self, hidden: int, size: int) -> int:
        """The parameters of one cell that reads vectors of that size."""
        kind = CELLS[self.cell]
        gates, own = len(getattr(kind, "gates", ())) or 1, getattr(kind, "extra_biases", 0)
        if self.cell == "lstm":
            own += {"full": 3 * hidden, "diagonal": 3, "none": 0}[self.peephole]
        return hidden * (gates * (size + hidden + 1) + own)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote, perhaps elsewhere.

        Raises:
            InvalidConfig: if fields are missing, unknown, contradictory or far too large.
        """
        if not isinstance(data, dict):
            raise InvalidConfig(f"the configuration is a {type(data).__name__}, must be an object")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(data.keys() - known):
            raise InvalidConfig(f"unknown fields {', '.join(unknown)}")
        for field in fields(cls):
            value = data.get(field.name, "")
            if field.type is str and not isinstance(value, str):
                raise InvalidConfig(f"{field.name} is {quoted(value)}, must be a name")
        try:
            return cls(**data)
        except TypeError as error:
            raise InvalidConfig(f"incomplete configuration: {error}") from error


def _of_one_size(attention: str) -> bool:
    """Whether a score function needs s and h to have one size."""
    return bool(ATTENTIONS[attention].same_size)
