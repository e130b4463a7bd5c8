"""How a model is trained: one frozen, validated dataclass, kept in the training state and printed on the card."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from s2s_core.checkpoint.device import DEVICES
from s2s_core.errors import InvalidConfig, UnknownName
from s2s_core.training.schedules import FORCING_DECAYS, LR_DECAYS

AMP = ("auto", "off", "bf16")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything about a run except its model and its data (dropout belongs to the model's configuration).

    Raises:
        InvalidConfig, UnknownName: where a field contradicts its comment.
    """

    steps: int | None = None  # updates; give either this or epochs
    epochs: int | None = None  # passes over the training pairs
    batch_size: int = 64  # pairs in an update
    lr: float = 3e-3  # Adam's learning rate at its peak, after the warm-up
    warmup: int = 100  # updates over which the learning rate rises linearly from 0
    lr_decay: str = "cosine"  # a name of LR_DECAYS: how it falls from there to the end of the run
    betas: tuple[float, float] = (0.9, 0.999)  # Adam's two averages (Kingma & Ba 2015)
    weight_decay: float = 0.0  # decoupled from the gradient (Loshchilov & Hutter 2019); 0 is plain Adam
    clip: float = 1.0  # longest gradient, in the Euclidean norm over all parameters
    label_smoothing: float = 0.0  # share of the target's probability spread over the whole vocabulary
    forcing: str = "constant"  # a name of FORCING_DECAYS: how the teacher-forcing ratio goes from start to end
    forcing_start: float = 1.0  # share of decoder inputs taken from the reference, (18): 1 is teacher forcing
    forcing_end: float = 0.0  # where the schedule leads (a constant one stays at its start)
    validate_every: int = 200  # updates between two looks at the development set
    patience: int | None = None  # validations in a row without a better one before the run ends; None: never
    probe: str = ""  # a sentence whose attention is reported as it develops
    probe_every: int | None = None  # updates between two reports; None: with every validation
    snapshots: int = 0  # points of the run, ever further apart, at which the specimens are looked at and kept; 0: none
    specimens: tuple[tuple[str, str], ...] = ()  # sentences, each with its answer
    seed: int = 1  # decides initial weights, order of the pairs, dropout and sampling
    device: str = "auto"  # "auto" takes CUDA, else MPS, else the CPU
    amp: str = "auto"  # bfloat16 autocast: "auto" (on CUDA only), "off" or "bf16"

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.epochs is None):
            raise InvalidConfig(f"give either steps or epochs, not steps={self.steps} and epochs={self.epochs}")
        for name in ("steps", "epochs", "batch_size", "validate_every", "patience", "probe_every"):
            _require(self, name, "at least 1", lambda value: value is None or value >= 1)
        for name in ("lr", "clip"):
            _require(self, name, "a positive number", lambda value: 0.0 < value < math.inf)
        for name in ("warmup", "weight_decay", "seed"):
            _require(self, name, "0 or more", lambda value: 0 <= value < math.inf)
        for name in ("forcing_start", "forcing_end"):
            _require(self, name, "between 0 and 1", lambda value: 0.0 <= value <= 1.0)
        _require(self, "label_smoothing", "at least 0 and below 1", lambda value: 0.0 <= value < 1.0)
        _require(self, "snapshots", "0, or 2 and more", lambda value: value == 0 or value >= 2)
        if (self.snapshots > 0) != bool(self.specimens):
            raise InvalidConfig(f"snapshots and specimens go together, not {self.snapshots} of {len(self.specimens)}")
        _require(self, "betas", "two numbers from 0 to below 1", lambda value: all(0.0 <= b < 1.0 for b in value))
        for kind, name, known in (
            ("learning-rate decay", self.lr_decay, LR_DECAYS.names()),
            ("teacher-forcing schedule", self.forcing, FORCING_DECAYS.names()),
            ("device", self.device, DEVICES),
            ("mixed precision", self.amp, AMP),
        ):
            if name not in known:
                raise UnknownName(kind, name, known)

    def total_steps(self, per_epoch: int) -> int:
        """The number of updates, where an epoch takes ``per_epoch``."""
        return self.steps if self.steps is not None else (self.epochs or 0) * per_epoch

    def to_json(self) -> dict[str, Any]:
        """Plain data, equal for equal configurations."""
        specimens = [list(specimen) for specimen in self.specimens]
        return asdict(self) | {"betas": list(self.betas), "specimens": specimens}


def _require(config: TrainConfig, name: str, expected: str, holds: Any) -> None:
    value = getattr(config, name)
    if not holds(value):
        raise InvalidConfig(f"{name} must be {expected}, not {value}")
