"""Why this token: how much each input supports one output token, by several methods, and how reliable the methods are.

`inputs` computes a run of the model as a function of its embedded inputs. `methods` has the attribution methods.
`faithfulness` tests a method: it removes the tokens that the method calls most important first.

>>> import s2s_core as s2s
>>> why = s2s.load("dates").attribute("8 March 2025", step=9)
>>> why.token, why.src_tokens[why.row("integrated").source.argmax()], abs(why.gap) < 0.01
('8', '8', True)
>>> curve = faithfulness(why).curve("drop")
>>> why.src_tokens[curve.order[0]], bool(curve.deletion[0] > 0.99), bool(curve.deletion[1] < 0.01)
('8', True, True)
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
