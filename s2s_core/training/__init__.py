"""Training as a generator of events. The command line and the screens use the same generator."""

from s2s_core.training.config import TrainConfig
from s2s_core.training.data import NothingFits
from s2s_core.training.events import (
    Finished,
    ProbeAttention,
    Sample,
    Saved,
    Started,
    StepDone,
    Stopped,
    TrainEvent,
    Validated,
)
from s2s_core.training.loop import Enough, train
from s2s_core.training.processes import is_first, joined
from s2s_core.training.resume import BegunEarlier
from s2s_core.training.schedules import FORCING_DECAYS, LR_DECAYS

__all__ = [
    "FORCING_DECAYS",
    "LR_DECAYS",
    "BegunEarlier",
    "Enough",
    "Finished",
    "NothingFits",
    "ProbeAttention",
    "Sample",
    "Saved",
    "Started",
    "StepDone",
    "Stopped",
    "TrainConfig",
    "TrainEvent",
    "Validated",
    "is_first",
    "joined",
    "train",
]
