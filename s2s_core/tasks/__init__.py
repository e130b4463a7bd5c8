"""Tasks by name: dates, pronounce, ko-pronounce, reverse, pairs."""

from s2s_core.tasks.base import SPLITS, Link, Pair, Split, Task, split_of
from s2s_core.tasks.dates import DatesTask
from s2s_core.tasks.ko_pronounce import KoPronounceTask
from s2s_core.tasks.pairs import PairsTask
from s2s_core.tasks.pronounce import PronounceTask
from s2s_core.tasks.reverse import ReverseTask

__all__ = [
    "SPLITS",
    "DatesTask",
    "KoPronounceTask",
    "Link",
    "Pair",
    "PairsTask",
    "PronounceTask",
    "ReverseTask",
    "Split",
    "Task",
    "split_of",
]
