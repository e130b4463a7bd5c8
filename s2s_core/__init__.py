"""Seq2Scope's core: sequence-to-sequence networks whose every gate, state and alignment can be read.

>>> import s2s_core as s2s
>>> model = s2s.load("dates")
>>> model.trace("March 8, 2025").output
'2025-03-08'
"""

from s2s_core import edits, errors, registry, tasks
from s2s_core.checkpoint import load, names, save
from s2s_core.config import ModelConfig
from s2s_core.search import Beam, Greedy, Sample, SearchResult
from s2s_core.seq2seq import Seq2Seq
from s2s_core.trace import Trace
from s2s_core.translator import ModelInfo, Score, Translator

__all__ = [
    "Beam",
    "Greedy",
    "ModelConfig",
    "ModelInfo",
    "Sample",
    "Score",
    "SearchResult",
    "Seq2Seq",
    "Trace",
    "Translator",
    "edits",
    "errors",
    "load",
    "names",
    "registry",
    "save",
    "tasks",
]
