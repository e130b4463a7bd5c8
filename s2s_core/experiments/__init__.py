"""Experiments on held-out pairs that compare siblings, with intervals. Their results are stored as small tables."""

from s2s_core.experiments.gradients import UPDATES
from s2s_core.experiments.runs import CONTEXTS, EXPERIMENTS, FORCING_RATIOS
from s2s_core.experiments.table import FOLDER, Figure, read, stale, write

__all__ = ["CONTEXTS", "EXPERIMENTS", "FOLDER", "FORCING_RATIOS", "UPDATES", "Figure", "read", "stale", "write"]
