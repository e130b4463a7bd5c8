"""Questions that ask "which?": they are answered on the stage."""

import numpy as np

from s2s_core import Trace
from s2s_ui.charts import tokens
from s2s_ui.lesson import on_stage
from s2s_ui.lesson.on_stage import OnStage
from s2s_ui.lesson.questions import (
    LOOKING_STEP,
    OTHER_SYLLABLE,
    Question,
    changed_digit,
    keeping_place,
    number,
    quoted,
    traced,
)
from s2s_ui.lesson.speech import _
from s2s_ui.session.request import Runs
from s2s_ui.stage.printed import printed

SHUT = 0.1  # a forget gate below this forgets nearly everything


def letting_go(runs: Runs) -> Question:
    """Chapter 1: where the unit that keeps its memory forgets it, (1)."""
    trace = runs.shown
    cell = trace.encoder.forward
    step, unit = keeping_place(runs)
    gate = cell.forget_gate[:, unit]
    after = np.flatnonzero(gate[step + 1 :] < SHUT)
    first = step + 1 + int(after[0] if len(after) else gate[step + 1 :].argmin())
    words = tokens.source(trace, _)
    told = [f"f = {value:.2f}" for value in gate]
    stage, answers, right = on_stage.sources(trace, told, first, step, len(gate) - 2)
    return Question(
        _(
            "Unit {unit} keeps its memory at {token}. Step on with →: at which token after it does its forget gate "
            "first fall below {bound}?"
        ).format(unit=unit, token=quoted(words[step]), bound=SHUT),
        answers,
        right,
        _("At {token}: f = {f}, after {before} one step earlier. Its cell state goes from {old} to {new}.").format(
            token=quoted(words[first]),
            f=f"{gate[first]:.2f}",
            before=f"{gate[first - 1]:.2f}",
            old=number(cell.cell[first - 1, unit]),
            new=number(cell.cell[first, unit]),
        ),
        stage,
    )


def moving_first(runs: Runs) -> Question:
    """Chapter 2: the first state that another token changes, (7)."""
    trace = runs.shown
    place, other = changed_digit(runs)
    moved = np.abs(trace.encoder.forward.hidden - other.encoder.forward.hidden).max(axis=1)
    first = int(np.flatnonzero(moved)[0])
    told = [_("largest difference {value}").format(value=f"{value:.2f}") for value in moved]
    stage, answers, right = on_stage.sources(trace, told, first, 0, len(moved) - 1)
    return Question(
        _("Now {old} becomes {new}: {text}. Which is the first token whose state changes?").format(
            old=quoted(trace.text[place]), new=quoted(other.text[place]), text=quoted(other.text)
        ),
        answers,
        right,
        _(
            "{token}, at place {place}: its state moves by up to {moved}. All states before it stay as they were, to "
            "the last digit; the last one still moves by {last}."
        ).format(
            token=quoted(tokens.source(trace, _)[first]),
            place=first + 1,
            moved=f"{moved[first]:.2f}",
            last=f"{moved[-1]:.2f}",
        ),
        stage,
    )


def least_sure(runs: Runs) -> Question:
    """Chapter 4: which output had the lowest probability, (12)."""
    trace = runs.shown
    chosen = trace.token_log_probs
    least = int(chosen.argmin())
    runner_up = trace.top(least, 2)[1]
    told = [on_stage.probability(value) for value in chosen]
    stage, answers, right = on_stage.outputs(trace, told, least, 0, len(chosen) - 1)
    return Question(
        _("Step to the end and look at the bars. At which output was the model least sure?"),
        answers,
        right,
        _("At output {step}: {token} got {p}, the next best, {other}, got {q}.").format(
            step=least + 1,
            token=quoted(tokens.target(trace, _)[least]),
            p=f"{np.exp(chosen[least]):.2f}",
            other=quoted(printed(runner_up[0], _)),
            q=f"{runner_up[2]:.2f}",
        ),
        stage,
    )


def looking(runs: Runs) -> Question:
    """Chapter 7: which token has the largest weight, (14)."""
    token = quoted(tokens.target(runs.shown, _)[LOOKING_STEP])
    return looking_from(
        runs.shown,
        LOOKING_STEP,
        _(
            "It is about to write {token}, the last digit of the day. Which character will get most of its weight?"
        ).format(token=token),
    )


def looking_from(trace: Trace, step: int, words: str) -> Question:
    """Which source token has the largest weight of an output step."""
    assert trace.attention is not None, "this question is about a model that attends"
    weights = trace.attention.weights[step]
    most = int(weights.argmax())
    told = [f"α = {number(weight)}" for weight in weights]
    stage, answers, right = on_stage.sources(trace, told, most, 0, len(weights) - 2, 1)
    return Question(
        words,
        answers,
        right,
        _("On {token}, at place {place}: {weight} of it. All {count} weights together make {sum}.").format(
            token=quoted(tokens.source(trace, _)[most]),
            place=most + 1,
            weight=number(weights[most]),
            count=len(weights),
            sum=number(weights.sum()),
        ),
        stage,
    )


def seeing_ahead(runs: Runs) -> Question:
    """Chapter 9: which direction has read the tokens that follow, (9)-(11)."""
    trace = runs.shown
    other = traced(trace.model, trace.text[0] + OTHER_SYLLABLE)
    both = min(len(trace.src_tokens), len(other.src_tokens))
    first = next(place for place in range(both) if trace.src_tokens[place] != other.src_tokens[place])
    encoder, changed = trace.encoder, other.encoder
    assert encoder.backward is not None, "this chapter is about a model of both directions"
    assert changed.backward is not None, "as above"
    ahead = np.abs(encoder.forward.hidden[:first] - changed.forward.hidden[:first]).max()
    behind = np.abs(encoder.backward.hidden[:first] - changed.backward.hidden[:first]).max()
    lanes = ("forward", "backward", "joined")
    moves = (number(ahead), number(behind), "")
    names = (_("those of →h alone"), _("those of ←h alone"), _("those of both"))
    told = tuple(_("largest difference {value}").format(value=value) if value else "" for value in moves)
    places = tuple(on_stage.Place(*place) for place in zip(lanes, names, told, strict=True))
    return Question(
        _("The second syllable is replaced: {text} becomes {other}. Which states of the first syllable move?").format(
            text=quoted(trace.text), other=quoted(other.text)
        ),
        names,
        1,
        _(
            "←h comes from the right and has read what follows: its states move by up to {behind}, those of →h by "
            "{ahead}. That is how the model can tell {said} from {too}."
        ).format(behind=number(behind), ahead=number(ahead), said=quoted(trace.output), too=quoted(other.output)),
        OnStage(on_stage.LANE, places, lanes),
    )
