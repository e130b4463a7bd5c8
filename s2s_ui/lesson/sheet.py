"""A chapter as a worksheet: its text, and its questions with space for an answer; and the sheet of right answers."""

import html
from collections.abc import Sequence

from s2s_ui.lesson import plain
from s2s_ui.lesson.questions import Question
from s2s_ui.lesson.speech import _

BLANK = '<span class="blank"></span>'


def head(title: str, paragraphs: Sequence[str], todo: str) -> str:
    """The part above the picture of the stage."""
    who = "".join(f"<span>{html.escape(name)} {BLANK}</span>" for name in (_("Name"), _("Date")))
    try_it = _("Try it:")
    said = "".join(f"<p>{plain.text(_(paragraph))}</p>" for paragraph in paragraphs)
    return (
        f'<div class="s2s-sheet s2s-sheet-head"><h1>{html.escape(title)}</h1><p class="who">{who}</p>{said}'
        f'<p class="todo"><strong>{html.escape(try_it)}</strong> {plain.text(_(todo))}</p></div>'
    )


def foot(questions: Sequence[Question]) -> str:
    """The part below the picture."""
    proof = _("How do you know? Write down the number that proves it.")
    asked = "".join(
        f"<li><p>{plain.text(question.words)}</p><ul>{_boxes(question)}</ul>"
        f"<p>{html.escape(proof)}</p>"
        f'<p class="lines">{BLANK}{BLANK}</p></li>'
        for question in questions
    )
    return f'<div class="s2s-sheet s2s-sheet-foot"><ol>{asked}</ol></div>'


def answers(title: str, questions: Sequence[Question]) -> str:
    """The right answers, with reasons."""
    answered = _("Answers")
    told = "".join(
        f"<li><p>{plain.text(question.words)}</p><p><strong>{html.escape(question.answers[question.right])}</strong></p>"
        f"<p>{plain.text(question.explanation)}</p></li>"
        for question in questions
    )
    return f'<section class="overleaf"><h1>{html.escape(answered)} · {html.escape(title)}</h1><ol>{told}</ol></section>'


def _boxes(question: Question) -> str:
    return "".join(f"<li>☐ {html.escape(answer)}</li>" for answer in question.answers)
