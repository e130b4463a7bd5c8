"""What `train` reports while it runs. The command line and the screens watch the same events."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from s2s_core.described import described


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The run is about to make its first update."""

    step: int  # 0, or where a resumed run goes on
    steps: int  # how many updates it will take at most
    pairs: int  # training pairs in use
    dropped: int  # training and development pairs left out because the model takes no text that long
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
    """A pair and what the model makes of it."""

    source: str
    target: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The development set was looked at."""

    step: int
    epoch: float
    train_loss: float  # mean over the updates since the last validation
    loss: float  # mean of -log p per target token under teacher forcing, no smoothing
    scores: Mapping[str, float]  # the task's, in percent, of greedy decoding; the first is the one that counts
    samples: tuple[Sample, ...]  # unseen: of the development set
    known: tuple[Sample, ...] = ()  # of the training pairs
    best: bool  # better than every one before
    seconds: float  # of training so far, interruptions left out

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAttention:
    """Where the model looks on one fixed sentence at this point of training."""

    step: int
    src_tokens: tuple[str, ...]
    tgt_tokens: tuple[str, ...]
    weights: Float32[np.ndarray, "tgt_len src_len"]  # read-only

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A whole checkpoint lies in ``folder``: the best weights so far, and what is needed to go on."""

    step: int
    folder: Path
    best: bool  # whether the weights in it are those of this step

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The run came to its end; the network now holds its best weights."""

    step: int
    best_step: int
    reason: str  # a clause, such as "all 2000 updates are made"
    seconds: float
    dropped: int = 0  # training and development pairs left out because the model takes no text that long


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The run cannot go on; the network holds the last good weights, those of ``best_step``."""

    step: int
    best_step: int
    reason: str  # a sentence


TrainEvent = Started | StepDone | Validated | ProbeAttention | Saved | Finished | Stopped
