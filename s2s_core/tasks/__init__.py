"""Tasks by name: dates, reverse, pairs."""

from s2s_core.tasks.base import SPLITS, Link, Pair, Split, Task, split_of
from s2s_core.tasks.dates import DatesTask

__all__ = ["SPLITS", "DatesTask", "Link", "Pair", "Split", "Task", "split_of"]
