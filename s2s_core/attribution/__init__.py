"""Why this token: how much each input speaks for one output token, by several methods, and how far they can be trusted.

`inputs` is a run of the model as a function of its embedded inputs, `methods` are the attributions, `faithfulness`
takes tokens away in the order in which a method calls them important.
"""

from s2s_core.attribution.faithfulness import CHANCE, REMOVALS, Curve, Faithfulness, faithfulness
from s2s_core.attribution.inputs import BASELINES, Question
from s2s_core.attribution.methods import METHODS, POINTS, attribute
from s2s_core.attribution.result import Attribution, Row

__all__ = [
    "BASELINES",
    "CHANCE",
    "METHODS",
    "POINTS",
    "REMOVALS",
    "Attribution",
    "Curve",
    "Faithfulness",
    "Question",
    "Row",
    "attribute",
    "faithfulness",
]
