"""The question of the chapter about reasons: what happens to the output without the token that has the attention."""

import math

import numpy as np

from s2s_ui.charts import tokens
from s2s_ui.lesson.questions import Question, quoted
from s2s_ui.lesson.speech import _
from s2s_ui.session import caches
from s2s_ui.session.request import Runs

STEP = 5  # of the decoder, counted from 0: the first digit of the month of a date in ISO form
GONE, HALVED = 0.1, 0.75  # shares of p: less than this is left


def taking_out(runs: Runs) -> Question:
    """Chapter 10: whether the token with the largest weight carries the output (14)."""
    trace = runs.shown
    found, _curves = caches.attribution(trace.model, trace.text, STEP, None, "drop")
    kept = ~np.array(found.src_marks)
    weights, falls = (np.where(kept, found.row(name).source, -np.inf) for name in ("attention", "drop"))
    looked, dearest = int(weights.argmax()), int(falls.argmax())
    p, without, least = (math.exp(found.log_prob - fall) for fall in (0.0, falls[looked], falls[dearest]))
    left = without / p
    words = tokens.source(trace, _)
    return Question(
        _(
            "To write {token}, output {step}, it looks at {looked} with α = {weight}. Now {looked} is taken out of the "
            "text. What becomes of p = {p}?"
        ).format(
            token=quoted(tokens.target(trace, _)[STEP]),
            step=STEP + 1,
            looked=quoted(words[looked]),
            weight=f"{weights[looked]:.2f}",
            p=f"{p:.4f}",
        ),
        (_("it falls to nearly 0"), _("it falls to about a half"), _("it hardly moves")),
        0 if left < GONE else 1 if left < HALVED else 2,
        _(
            "Without {looked} p is {without}. The token that costs most is {dearest}: without it p is {least}. A "
            "weight says where a step looked, not what it would lose."
        ).format(
            looked=quoted(words[looked]), without=f"{without:.4f}", dearest=quoted(words[dearest]), least=f"{least:.4f}"
        ),
    )
