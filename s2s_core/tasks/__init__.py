"""Tasks by name: dates, pronounce, ko-pronounce, reverse, pairs, and translations (en-fr, en-ko, ko-en)."""

from s2s_core.tasks.base import SPLITS, Link, Pair, Split, Task, split_of
from s2s_core.tasks.dates import DatesTask
from s2s_core.tasks.ko_pronounce import KoPronounceTask
from s2s_core.tasks.pairs import FileTask, PairsTask
from s2s_core.tasks.pronounce import PronounceTask
from s2s_core.tasks.reverse import ReverseTask
from s2s_core.tasks.tatoeba import EnglishFrenchTask, EnglishKoreanTask, KoreanEnglishTask

__all__ = [
    "SPLITS",
    "DatesTask",
    "EnglishFrenchTask",
    "EnglishKoreanTask",
    "FileTask",
    "KoPronounceTask",
    "KoreanEnglishTask",
    "Link",
    "Pair",
    "PairsTask",
    "PronounceTask",
    "ReverseTask",
    "Split",
    "Task",
    "split_of",
]
