"""The texts for a first visit to the stage: the line above it, and the guided walk over its parts."""

from __future__ import annotations

from s2s_ui.locales import Translate


def guide(_: Translate) -> dict[str, str]:
    """The texts by their names in the stage's scripts."""
    return _line(_) | _walk(_)


def _line(_: Translate) -> dict[str, str]:
    return {
        "intro": _("What this is"),
        "intro_both_looks": _(
            "It reads “{text}” from both ends, then writes “{output}” and looks back before each token."
        ),
        "intro_both_fixed": _(
            "It reads “{text}” from both ends into one vector, and writes “{output}” from that vector alone."
        ),
        "intro_forward_looks": _(
            "It reads “{text}” from left to right, then writes “{output}” and looks back before each token."
        ),
        "intro_forward_fixed": _(
            "It reads “{text}” from left to right into one vector, and writes “{output}” from that vector alone."
        ),
        "intro_to_writing": _("To the writing"),
        "intro_to_sentence": _("Change the sentence"),
        "intro_to_walk": _("Explain (60 s)"),
        "dismiss": _("Do not show this again"),
    }


def _walk(_: Translate) -> dict[str, str]:
    return {
        "walk": _("A walk over the stage"),
        "walk_next": _("Next"),
        "walk_back": _("Back"),
        "walk_done": _("Done"),
        "walk_read_both": _(
            "The encoder reads, one token a step. From the left it has come to “{forward}”, from the right to "
            "“{backward}”. Each small square is one of the {count} numbers in which a cell keeps what it has read."
        ),
        "walk_read_forward": _(
            "The encoder reads, one token a step. It has come to “{forward}”. Each small square is one of the "
            "{count} numbers in which a cell keeps what it has read."
        ),
        "walk_gates": _(
            "Inside the cell, gates between 0 and 1 decide what is remembered. Unit {unit} keeps {forget} of its old "
            "memory (forget gate) and takes in {input} of what is new (input gate)."
        ),
        "walk_gates_gru": _(
            "Inside the cell, gates between 0 and 1 decide what is remembered. Unit {unit} keeps {update} of its old "
            "state (update gate), and {reset} of it counts for the new one (reset gate)."
        ),
        "walk_gates_rnn": _(
            "This cell has no gates: what it keeps is tanh of one sum at every token, {value} in unit {unit}."
        ),
        "walk_joined": _(
            "Now all is read. Both directions side by side are {width} numbers for each of the {count} tokens: all "
            "that the decoder gets to know of the text."
        ),
        "walk_states": _(
            "Now all is read: {width} numbers for each of the {count} tokens. They are all that the decoder gets to "
            "know of the text."
        ),
        "walk_weights": _(
            "Before it writes its output {k}, the decoder scores every source token. The softmax makes weights of the "
            "scores, which sum to 1: {weight} falls on “{source}”."
        ),
        "walk_strands": _(
            "The thicker a strand, the more flows through it: {share} of the context comes from “{source}”."
        ),
        "walk_fixed": _(
            "This model has no attention: every output is written from the same context, one vector for the whole text."
        ),
        "walk_written": _(
            "From the context and the token before, the decoder's cell makes a probability for every token. The most "
            "probable is written: “{output}” with {p}; “{second}” would have had {q}."
        ),
        "walk_end": _(
            "So it goes on until the model writes “{end}”: “{answer}”. Now it is your turn: click a number, hold a "
            "gate, force another token, and see what follows."
        ),
    }
