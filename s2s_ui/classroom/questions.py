"""The kinds of questions, and the summary of a class's answers.

The choices of *What comes next?* are the model's most probable tokens, in alphabetical order so that it does not show
the answer. The choices of *Where will it look?* are the source tokens; so the answers are a distribution over the
source, like α.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from s2s_core import Trace
from s2s_ui.classroom.secret import new_secret
from s2s_ui.classroom.state import KINDS, Answer, Question
from s2s_ui.locales import Translate
from s2s_ui.stage.printed import printed, source

CANDIDATES = 4
MOST_CHOICES = 8
LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_TEXT, LONGEST_NAME = 300, 80, 200, 24  # characters
MOST_TEXTS = 60  # the most different text answers that are shown
CHANGES = ("nothing", "numbers", "answer")
"""The choices of *What will change?*: the possible effects of an edit."""
ON_THE_STAGE = {"next": "What comes next?", "look": "Where will it look?"}
"""The questions about an output, in English, for the table of all answers."""


class NoQuestion(ValueError):
    """The question cannot be asked; the reason is a clause."""


def question(wish: Mapping[str, Any], trace: Trace | None, labels: Translate) -> Question:
    """The question that a teacher asks, about the trace that the class sees.

    ``wish`` has the kind. For the first two kinds it also has the output (from 0); for a teacher's own question the
    text; for a choice also the choices and, if there is a right one, its number (from 0). *What will change?* is a
    choice too.

    Raises:
        NoQuestion: if it is not a valid question about this trace.
    """
    if wish.get("kind") == "change":
        wish = change(wish, labels)
    kind = wish.get("kind")
    if kind not in KINDS:
        raise NoQuestion(f"it is one of {', '.join(KINDS)}")
    name = f"{kind}-{new_secret()[:12]}"
    if kind in ("next", "look"):
        output = wish.get("output")
        if trace is None or not isinstance(output, int) or isinstance(output, bool):
            raise NoQuestion("it is about an output on the stage")
        if not 0 <= output < len(trace.tgt_tokens):
            raise NoQuestion("the stage has no such output")
        return _next(name, trace, output, labels) if kind == "next" else _look(name, trace, output, labels)
    text = bounded(wish.get("text"), LONGEST_QUESTION)
    if not text:
        raise NoQuestion("it has words")
    if kind == "text":
        return Question(name, "text", text, free=True)
    given = wish.get("choices")
    choices = [bounded(choice, LONGEST_CHOICE) for choice in given] if isinstance(given, list) else []
    choices = list(dict.fromkeys(filter(None, choices)))
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise NoQuestion(f"it has 2 to {MOST_CHOICES} choices")
    right = wish.get("right")
    known = isinstance(right, int) and not isinstance(right, bool) and 0 <= right < len(choices)
    return Question(name, "choice", text, choices=tuple(choices), right=right if known else None)


def anew(asked: Question) -> Question:
    """The same question again, with new answers."""
    name = f"{asked.kind}-{new_secret()[:12]}"
    return replace(asked, id=name, shown=False, closed=False)


def change(wish: Mapping[str, Any], labels: Translate) -> dict[str, Any]:
    """*What will change?* as a choice; ``wish`` may have its own text, and the right one of CHANGES."""
    choices = [labels("Nothing at all"), labels("The numbers, but not the answer"), labels("The answer")]
    found: dict[str, Any] = {"kind": "choice", "text": wish.get("text") or labels("What will change?")}
    right = wish.get("right")
    return found | {"choices": choices, "right": CHANGES.index(right) if right in CHANGES else None}


def _next(name: str, trace: Trace, output: int, labels: Translate) -> Question:
    top = trace.top(output, CANDIDATES)
    numbered = sorted((printed(token, labels), round(p, 4), place) for place, (token, _, p) in enumerate(top))
    choices, model, places = zip(*numbered, strict=True)
    about = bounded(trace.text, LONGEST_QUESTION)
    return Question(name, "next", "", output, tuple(choices), True, tuple(model), places.index(0), about=about)


def _look(name: str, trace: Trace, output: int, labels: Translate) -> Question:
    if trace.attention is None:
        raise NoQuestion("this model has no attention")
    weights = [round(float(weight), 4) for weight in trace.attention.weights[output]]
    right = max(range(len(weights)), key=weights.__getitem__)
    about = bounded(trace.text, LONGEST_QUESTION)
    return Question(name, "look", "", output, tuple(source(trace, labels)), False, tuple(weights), right, about=about)


def in_a_table(asked: Question) -> str:
    """A question's name in the table of all answers: its text, or its kind and output."""
    if asked.output is None:
        return asked.text
    return f"{ON_THE_STAGE[asked.kind]} Output {asked.output + 1} of: {asked.about}"


def bounded(text: object, most: int) -> str:
    """A text from a request as one line of at most ``most`` characters; empty if it is not a text."""
    if not isinstance(text, str):
        return ""
    proper = text[: 4 * most].encode(errors="ignore").decode()  # without lone surrogates
    return " ".join("".join(" " if _is_control(char) else char for char in proper).split())[:most].rstrip()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} and char != "\u200d"  # U+200D joins emoji


def read_answer(asked: Question, told: Mapping[str, Any]) -> tuple[int | None, str] | None:
    """A student's answer: the number of the choice (None for a text), and the words. None if there is no valid answer.

    A text that equals a choice counts as this choice.
    """
    choice = told.get("choice")
    if isinstance(choice, int) and not isinstance(choice, bool):
        return (choice, asked.choices[choice]) if 0 <= choice < len(asked.choices) else None
    text = bounded(told.get("text"), LONGEST_TEXT) if asked.free else ""
    if not text:
        return None
    return (asked.choices.index(text) if text in asked.choices else None), text


def tally(asked: Question, answers: Sequence[Answer]) -> dict[str, Any]:
    """The summary of the answers: how many in all, how many for each choice, and the texts, the most frequent first.

    For a question about attention also the entropy of the class's answers and of α, in bits.
    """
    counts = [0] * len(asked.choices)
    for answer in answers:
        if answer.choice is not None and answer.choice < len(counts):
            counts[answer.choice] += 1
    texts = Counter(answer.text for answer in answers if answer.choice is None)
    found: dict[str, Any] = {"count": len(answers), "choices": counts, "texts": texts.most_common(MOST_TEXTS)}
    if asked.kind == "look":
        found |= {"entropy": entropy(counts), "model_entropy": entropy(asked.model)}
    return found


def entropy(shares: Sequence[float]) -> float:
    """The entropy of a distribution in bits; its numbers need not sum to 1. 0 if all are 0."""
    total = sum(shares)
    parts = [share / total for share in shares if share > 0] if total > 0 else []
    return abs(round(sum(-part * math.log2(part) for part in parts), 3))
