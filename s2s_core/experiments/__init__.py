"""Experiments on held-out pairs, with intervals: what siblings differ in, made once and kept as a small table."""

from s2s_core.experiments.gradients import UPDATES
from s2s_core.experiments.runs import CONTEXTS, EXPERIMENTS, FORCING_RATIOS
from s2s_core.experiments.table import FOLDER, Figure, read, stale, write

__all__ = ["CONTEXTS", "EXPERIMENTS", "FOLDER", "FORCING_RATIOS", "UPDATES", "Figure", "read", "stale", "write"]
