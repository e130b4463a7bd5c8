"""Tasks by name: dates, pronounce, ko-pronounce, reverse, synopsis, own (once: pairs), and translations."""

from s2s_core.tasks.base import SPLITS, Link, Pair, Split, Task, split_of
from s2s_core.tasks.columns import Names
from s2s_core.tasks.count import Count
from s2s_core.tasks.dates import DatesTask
from s2s_core.tasks.encodings import ENCODINGS
from s2s_core.tasks.ko_pronounce import KoPronounceTask
from s2s_core.tasks.pairs import FileTask, PairsTask
from s2s_core.tasks.problems import PROBLEMS, FileProblem
from s2s_core.tasks.pronounce import PronounceTask
from s2s_core.tasks.reverse import ReverseTask
from s2s_core.tasks.synopsis import SynopsisTask
from s2s_core.tasks.table import Preview, preview_of
from s2s_core.tasks.tatoeba import EnglishFrenchTask, EnglishKoreanTask, KoreanEnglishTask, ToEnglishTask

__all__ = [
    "ENCODINGS",
    "PROBLEMS",
    "SPLITS",
    "Count",
    "DatesTask",
    "EnglishFrenchTask",
    "EnglishKoreanTask",
    "FileProblem",
    "FileTask",
    "KoPronounceTask",
    "KoreanEnglishTask",
    "Link",
    "Names",
    "Pair",
    "PairsTask",
    "Preview",
    "PronounceTask",
    "ReverseTask",
    "Split",
    "SynopsisTask",
    "Task",
    "ToEnglishTask",
    "preview_of",
    "split_of",
]
