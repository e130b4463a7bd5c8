"""The settings of a training: one frozen, validated dataclass, saved in the training state and shown on the card."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from s2s_core.arguments import SEEDS
from s2s_core.checkpoint.device import DEVICES
from s2s_core.described import described
from s2s_core.errors import InvalidConfig, TooLarge, UnknownName, shown
from s2s_core.training.schedules import FORCING_DECAYS, LR_DECAYS

AMP = ("auto", "off", "bf16")

MOST = {
    "steps": 1_000_000_000,
    "epochs": 1_000_000,
    "batch_size": 10_000,  # one batch is in memory at once, with every gate of every step
    "validate_every": 1_000_000_000,
    "patience": 1_000_000_000,
    "probe_every": 1_000_000_000,
}
MOST_SNAPSHOTS = 1000

LARGEST = 1e38  # what single precision holds


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything about a run except its model and its data (dropout belongs to the model's configuration).

    Raises:
        InvalidConfig, UnknownName: if a field does not have a value that its comment allows.
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
    guided: float = 0.0  # weight of the attention's distance from the pairs' links (guided alignment)
    forcing: str = "constant"  # a name of FORCING_DECAYS: how the teacher-forcing ratio goes from start to end
    forcing_start: float = 1.0  # share of decoder inputs taken from the reference, (18): 1 is teacher forcing
    forcing_end: float = 0.0  # where the schedule leads (a constant one stays at its start)
    validate_every: int = 200  # updates between two validations on the development set
    patience: int | None = None  # validations in a row without a better one before the run ends; None: never
    probe: str = ""  # a sentence whose attention is reported as it develops
    probe_every: int | None = None  # updates between two reports; None: with every validation
    snapshots: int = 0  # number of snapshots of the specimens, at growing intervals
    specimens: tuple[tuple[str, str], ...] = ()  # sentences, each with its answer
    seed: int = 1  # decides initial weights, order of the pairs, dropout and sampling
    device: str = "auto"  # "auto" takes CUDA, else MPS, else the CPU
    amp: str = "auto"  # bfloat16 autocast: "auto" (on CUDA only), "off" or "bf16"

    __repr__ = described

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.epochs is None):
            given = f"steps={shown(self.steps)} and epochs={shown(self.epochs)}"
            raise InvalidConfig(f"give either steps or epochs, not {given}")
        for name, most in MOST.items():
            if getattr(self, name) is not None or name in ("batch_size", "validate_every"):
                _require_whole(name, getattr(self, name), 1, most)
        for name, most in (("warmup", MOST["steps"]), ("seed", SEEDS)):
            _require_whole(name, getattr(self, name), 0, most)
        _require(self, "snapshots", "0, or 2 and more", lambda value: type(value) is int and value >= 0 and value != 1)
        _require_whole("snapshots", self.snapshots, 0, MOST_SNAPSHOTS)
        for name in ("lr", "clip"):
            _require(self, name, "a positive number", lambda value: _is_number(value) and 0.0 < value < math.inf)
        _require(self, "weight_decay", "0 or more", lambda value: _is_number(value) and 0 <= value < math.inf)
        _require(self, "guided", "0 or more", lambda value: _is_number(value) and 0 <= value < math.inf)
        if self.guided and (self.forcing_start < 1 or self.forcing != "constant"):
            raise InvalidConfig("attention is guided only under teacher forcing: guided needs forcing_start = 1")
        for name in ("lr", "clip", "weight_decay", "guided"):
            _require(self, name, f"at most {LARGEST:g}", lambda value: value <= LARGEST)
        for name in ("forcing_start", "forcing_end"):
            _require(self, name, "between 0 and 1", lambda value: _is_number(value) and 0.0 <= value <= 1.0)
        _require(
            self, "label_smoothing", "at least 0 and below 1", lambda value: _is_number(value) and 0.0 <= value < 1.0
        )
        _require(self, "probe", "a text", lambda value: isinstance(value, str))
        _require(self, "specimens", "pairs of a text and its answer", _are_pairs)
        if (self.snapshots > 0) != bool(self.specimens):
            raise InvalidConfig(f"snapshots and specimens go together, not {self.snapshots} of {len(self.specimens)}")
        _require(
            self,
            "betas",
            "two numbers from 0 to below 1",
            lambda value: (
                isinstance(value, tuple | list)
                and len(value) == 2
                and all(_is_number(beta) and 0.0 <= beta < 1.0 for beta in value)
            ),
        )
        for kind, name, known in (
            ("learning-rate decay", self.lr_decay, LR_DECAYS.names()),
            ("teacher-forcing schedule", self.forcing, FORCING_DECAYS.names()),
            ("device", self.device, DEVICES),
            ("mixed precision", self.amp, AMP),
        ):
            if name not in tuple(known):  # whatever it is: a list has no hash
                raise UnknownName(kind, shown(name), known)

    def total_steps(self, per_epoch: int) -> int:
        """The number of updates, if an epoch has ``per_epoch`` updates."""
        return self.steps if self.steps is not None else (self.epochs or 0) * per_epoch

    def to_json(self) -> dict[str, Any]:
        """Plain data, equal for equal configurations."""
        specimens = [list(specimen) for specimen in self.specimens]
        return asdict(self) | {"betas": list(self.betas), "specimens": specimens}


def _require(config: TrainConfig, name: str, expected: str, holds: Callable[[Any], bool]) -> None:
    value = getattr(config, name)
    if not holds(value):
        raise InvalidConfig(f"{name} must be {expected}, not {shown(value)}")


def _require_whole(name: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or value < least:
        expected = f"at least {least}" if least else "0 or more"
        whole = "" if type(value) is int else "a whole number of "
        raise InvalidConfig(f"{name} must be {whole}{expected}, not {shown(value)}")
    if value > most:
        raise TooLarge(f"{name} must be at most {most:,}, not {shown(value)}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_pairs(value: object) -> bool:
    pairs = value if isinstance(value, tuple | list) else (None,)
    return all(
        isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(t, str) for t in pair) for pair in pairs
    )
