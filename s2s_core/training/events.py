"""What `train` reports while it runs. The command line and the screens watch the same events."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from s2s_core.described import described


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The run is ready for its first update."""

    step: int  # 0, or the number of updates that a resumed run has already made
    steps: int  # the most updates of the run
    pairs: int  # training pairs in use
    dropped: int  # training and development pairs that are left out because they are too long for the model
    parameters: int
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """One update."""

    step: int  # updates made so far
    epoch: float  # passes over the data made so far
    loss: float  # (17): mean of -log p per target token, label smoothing included
    lr: float
    tokens_per_second: float  # target tokens


@dataclass(frozen=True, slots=True)
class Sample:
    """A pair and the model's output for its source."""

    source: str
    target: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The model was validated on the development set."""

    step: int
    epoch: float
    train_loss: float  # mean over the updates since the last validation
    loss: float  # mean of -log p per target token under teacher forcing, no smoothing
    scores: Mapping[str, float]  # the task's scores of greedy decoding, in percent; the first is the most important
    samples: tuple[Sample, ...]  # outputs for pairs of the development set
    known: tuple[Sample, ...] = ()  # outputs for training pairs
    best: bool  # whether it is better than all validations before
    seconds: float  # of training so far, without interruptions

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAttention:
    """The model's attention on one fixed sentence at this point of the training."""

    step: int
    src_tokens: tuple[str, ...]
    tgt_tokens: tuple[str, ...]
    weights: Float32[np.ndarray, "tgt_len src_len"]  # read-only

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A checkpoint was saved in ``folder``: the best weights so far, and the state to resume the training."""

    step: int
    folder: Path
    best: bool  # whether the weights in it are those of this step

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The run has ended; the network now has its best weights."""

    step: int
    best_step: int
    reason: str  # a clause, such as "all 2000 updates are made"
    seconds: float
    dropped: int = 0  # as in `Started`


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The run cannot continue; the network has the last good weights, those of ``best_step``."""

    step: int
    best_step: int
    reason: str  # a sentence


TrainEvent = Started | StepDone | Validated | ProbeAttention | Saved | Finished | Stopped
