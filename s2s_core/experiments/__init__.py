"""Experiments on held-out pairs, with intervals: what siblings differ in, made once and kept as a small table."""

from s2s_core.experiments.runs import EXPERIMENTS
from s2s_core.experiments.table import FOLDER, Figure, read, stale, write

__all__ = ["EXPERIMENTS", "FOLDER", "Figure", "read", "stale", "write"]
