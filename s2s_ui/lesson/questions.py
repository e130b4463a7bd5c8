"""A question for each chapter, asked before its answer is shown. Its numbers come from the stage's traces."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from s2s_core import Trace
from s2s_core.trace import Array
from s2s_ui.charts import tokens
from s2s_ui.charts.numbers import log_prob
from s2s_ui.lesson.on_stage import OnStage
from s2s_ui.lesson.speech import _
from s2s_ui.session import caches
from s2s_ui.session.messages import literal
from s2s_ui.session.request import Request, Runs
from s2s_ui.stage.payload import SHOWN_UNITS
from s2s_ui.stage.printed import printed

END = "</s>"


@dataclass(frozen=True, slots=True)
class Question:
    """A question: the possible answers, the right one, and the explanation after the answer.

    A question that asks "which?" is answered on the stage, where there are more places to click than answers in the
    list.
    """

    words: str
    answers: tuple[str, ...]
    right: int
    explanation: str
    stage: OnStage | None = None


Ask = Callable[[Runs], Question]


def lengths(runs: Runs) -> Question:
    """Chapter 0: how many characters come out."""
    trace = runs.shown
    read, written = len(trace.text), len(trace.output)
    place = 0 if trace.attention is None else int(trace.attention.weights[0].argmax())
    return Question(
        _("The model reads {text}, which has {n} characters. How many will it write?").format(
            text=quoted(trace.text), n=read
        ),
        (str(read), str(written), _("as many as it has time for")),
        1,
        _(
            "It writes {output}: {m} characters for {n}. The first of them comes from place {place} of the source."
        ).format(output=quoted(trace.output), m=written, n=read, place=place + 1),
    )


def keeping(runs: Runs) -> Question:
    """Chapter 1: a cell that keeps, (4)."""
    trace = runs.shown
    cell = trace.encoder.forward
    step, unit = keeping_place(runs)
    before = cell.cell[step - 1]
    return Question(
        _("In some unit the forget gate is 1 and the input gate is 0. What is its cell state after the step?"),
        (_("what it was before"), "0", _("the candidate")),
        0,
        _(
            "By (4) it is 1 · c + 0 · c̃ = c: it stays. On the stage, at {token}, unit {unit} comes closest to "
            "that: f = {f}, i = {i}, and its cell state goes from {before} to {after}."
        ).format(
            token=quoted(tokens.source(trace, _)[step]),
            unit=unit,
            f=number(cell.forget_gate[step, unit]),
            i=number(cell.input_gate[step, unit]),
            before=number(before[unit]),
            after=number(cell.cell[step, unit]),
        ),
    )


def reading(runs: Runs) -> Question:
    """Chapter 2: what a state has read, (7)."""
    trace = runs.shown
    other = traced(trace.model, trace.text[:-1] + ("1" if trace.text[-1] != "1" else "2"))
    moved = np.abs(trace.encoder.forward.hidden - other.encoder.forward.hidden).max(axis=1)
    third, last = tokens.source(trace, _)[2], len(trace.text) - 1
    return Question(
        _(
            "The cell that reads from left to right has just read the third token, {token}. What can its state know?"
        ).format(token=quoted(third)),
        (_("the whole source"), _("the third token alone"), _("the first three tokens")),
        2,
        _(
            "With {other} instead, the third state is the same to the last digit (largest difference {third}); the one "
            "at the character that changed is not ({last})."
        ).format(other=quoted(other.text), third=number(moved[2]), last=number(moved[last])),
    )


def squeezing(runs: Runs) -> Question:
    """Chapter 3: one context for all steps, (8)."""
    trace = runs.shown
    attending = traced(caches.family(trace.model), trace.text)
    return Question(
        _("How much does the context of its last output step differ from that of the first?"),
        (_("a little"), _("not at all"), _("it is another vector altogether")),
        1,
        _(
            "The largest difference of any of its {size} numbers is {fixed}. In the same model with attention it is "
            "{own}."
        ).format(
            size=trace.context.shape[1], fixed=number(_apart(trace.context)), own=number(_apart(attending.context))
        ),
    )


def beginning(runs: Runs) -> Question:
    """Chapter 4: what the first step is fed, (12)."""
    trace = runs.shown
    return Question(
        _("Before the first token nothing has been written. What is the first step fed instead?"),
        (_("a start mark"), _("the first token of the source"), _("nothing but zeros")),
        0,
        _(
            "{fed}, a mark that training taught it to begin from. Then it writes {first}, with a probability of {p}."
        ).format(
            fed=quoted(printed(trace.fed_tokens[0], _)),
            first=quoted(tokens.target(trace, _)[0]),
            p=number(math.exp(trace.token_log_probs[0])),
        ),
    )


def ending(runs: Runs) -> Question:
    """Chapter 5: who ends an output, (16)."""
    trace = runs.shown
    ended = trace.tgt_ids[-1]
    last, before = np.exp(trace.log_probs[-1, ended]), np.exp(trace.log_probs[-2, ended])
    return Question(
        _("Who decides that the output has {n} characters?").format(n=len(trace.output)),
        (_("the source, by its length"), _("the program, by counting"), _("the model, by writing an end mark")),
        2,
        _(
            "After {output} it gives the end mark a probability of {last}; one character earlier it gave it "
            "{before}. All steps together have log p(Y|X) = {total} (16)."
        ).format(output=quoted(trace.output), last=_small(last), before=_small(before), total=log_prob(trace.log_prob)),
    )


def costing(runs: Runs) -> Question:
    """Chapter 6: the loss of a step, (17)."""
    trace = runs.shown
    dearest = int(trace.token_log_probs.argmin())
    reference = trace.reference_tokens or trace.tgt_tokens
    return Question(
        _("The model gives the right token a probability of ½. What is the loss of that step?"),
        ("0.5", f"{math.log(2):.2f}", "2"),
        1,
        _(
            "−log ½ = {half}. On the stage a reference with a wrong character is fed: {token}, at place {place}, "
            "costs most, {loss}, because the model gives it {p}."
        ).format(
            half=f"{math.log(2):.2f}",
            token=quoted(printed(reference[dearest], _)),
            place=dearest + 1,
            loss=f"{-trace.token_log_probs[dearest]:.2f}",
            p=_small(np.exp(trace.token_log_probs[dearest])),
        ),
    )


def forcing(runs: Runs) -> Question:
    """Chapter 8: what a step is fed, (18)."""
    trace = runs.shown
    step = parting(runs)
    fed, own = printed(trace.fed_tokens[step + 1], _), printed(trace.tgt_tokens[step], _)
    return Question(
        _("The reference {reference} has a wrong character in it. What is the step after that character fed?").format(
            reference=quoted(trace.reference or "")
        ),
        (
            _("the right character"),
            _("the reference's character, wrong as it is"),
            _("what the model wrote in that place"),
        ),
        1,
        _(
            "{fed}, from the reference, though the model itself had written {own} there and gave {fed} a "
            "probability of {p}. Run freely it would have been fed {own}."
        ).format(fed=quoted(fed), own=quoted(own), p=_small(np.exp(trace.token_log_probs[step]))),
    )


def vanishing(runs: Runs) -> Question:
    """Chapter 11: what is left of a gradient after many steps, (4)."""
    trace = runs.shown
    kept = trace.encoder.forward.forget_gate[1:].prod(axis=0)
    unit, steps = int(kept[:SHOWN_UNITS].argmax()), len(trace.src_tokens) - 1
    return Question(
        _(
            "A forget gate is {f} at each of {steps} steps. How much of the gradient is left along the cell state?"
        ).format(f=FORGET, steps=FORGET_STEPS),
        (f"{FORGET}", f"{FORGET**FORGET_STEPS:.2f}", f"{FORGET * FORGET_STEPS:g}"),
        1,
        _(
            "{f} to the power of {steps} is {left}. On the stage, unit {unit} of the forward cell keeps the most: its "
            "forget gates over the {count} steps from {first} to the end multiply to {kept}. Attention need not go "
            "that way."
        ).format(
            f=FORGET,
            steps=FORGET_STEPS,
            left=f"{FORGET**FORGET_STEPS:.2f}",
            unit=unit,
            count=steps,
            first=quoted(tokens.source(trace, _)[0]),
            kept=f"{kept[unit]:.1g}".replace("-", "−"),
        ),
    )


FORGET, FORGET_STEPS = 0.9, 20  # for the question about gradients
LOOKING_STEP = 9  # of the decoder, counted from 0: the last digit of a date in ISO form
OTHER_SYLLABLE = "수"
SOMETHING = 0.3  # a cell state with a larger size counts as not 0


def keeping_place(runs: Runs) -> tuple[int, int]:
    """The encoder step and the unit that keep most of their cell state: f near 1, i near 0, c not near 0.

    The unit is one of those that the stage shows.
    """
    cell = runs.shown.encoder.forward
    state, forget, let_in = (part[:, :SHOWN_UNITS] for part in (cell.cell, cell.forget_gate, cell.input_gate))
    kept = np.where(np.abs(state[:-1]) > SOMETHING, forget[1:] - let_in[1:], -1.0)
    step, unit = np.unravel_index(kept.argmax(), kept.shape)
    return int(step) + 1, int(unit)


def kept_unit(runs: Runs) -> dict[str, str]:
    """This unit with its cell and token, as options of a page."""
    step, unit = keeping_place(runs)
    return {"cell": "forward", "unit": str(unit), "position": str(step)}


def with_attention(runs: Runs) -> dict[str, str]:
    """The same model with attention, to compare with."""
    return {"other": caches.family(runs.shown.model)}


def first_syllable(runs: Runs) -> list[int]:
    """The positions of the first character of the text, which may be several tokens."""
    return [place for place, (start, _) in enumerate(runs.shown.src_offsets[:-1]) if start == 0]


def replaced_syllable(runs: Runs) -> dict[str, str]:
    """The character after it and its replacement in the question, as options of the page Both directions."""
    return {"position": str(len(first_syllable(runs))), "replacement": OTHER_SYLLABLE}


def changed_digit(runs: Runs) -> tuple[int, Trace]:
    """The position of the text's first digit, and the trace of the text with this digit replaced by the next digit."""
    text = runs.shown.text
    place = next((at for at, character in enumerate(text) if character.isdigit()), len(text) - 1)
    digit = str((int(text[place]) + 1) % 10) if text[place].isdigit() else "1"
    return place, traced(runs.shown.model, text[:place] + digit + text[place + 1 :])


def parting(runs: Runs) -> int:
    """The first step, from 0, at which the reference differs from the model's output."""
    trace = runs.shown
    reference = trace.reference_tokens or ()
    pairs = zip(reference, trace.tgt_tokens, strict=True)
    return next((step for step, (wanted, own) in enumerate(pairs) if wanted != own and wanted != END), 0)


def traced(model: str, text: str) -> Trace:
    """The free run of a model on a text."""
    return caches.runs(Request(model, text)).shown


def _apart(contexts: Array) -> float:
    """The largest difference between the contexts of the first and the last step."""
    return float(np.abs(contexts[0] - contexts[-1]).max())


def quoted(text: str) -> str:
    """A token or a text in quotation marks, as Markdown."""
    return f"“{literal(text)}”"


def number(value: float) -> str:
    """Two decimals and a true minus."""
    return f"{value:.2f}".replace("-", "−")


def _small(probability: float) -> str:
    return f"{probability:.2g}".replace("-", "−") if probability < 0.01 else f"{probability:.2f}"
